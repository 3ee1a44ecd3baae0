"""What the tests of a policy reach, and what a reviewer is told of the rest."""

from __future__ import annotations

import pytest

from policy_engine.model import Catalog, Policy
from policy_engine.reference import Meaning
from policy_engine.validator import ReachedByTests, Reaching, tried_tests
from tests.support.kinds import CLASSES, NUMBER, SCORES, WITH_FACTS
from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, loaded, plus, reviewed

GOLD = plus("{id: gold, when: {tier: gold}, reasons: {block: [G]}, effective: {from: 2027-01-01T00:00:00Z}}")


def cases(*written: str) -> str:
    """Return `tests` of which each is its `given` and, after a bar, its outcome."""
    both = [case.split(" | ") for case in written]
    lines = "".join(f"  - {{given: {{{given}}}, expect: {{outcome: {outcome}}}}}\n" for given, outcome in both)
    return f"tests:\n{lines}"


HIGH, MIDDLE, LOW = "score: 0.95 | block", "score: 0.6 | review", "score: 0.1 | allow"
GERMAN = "jurisdiction: DE, score: 0.92 | review"


def told(policy: str, catalog: str = CATALOG) -> list[str]:
    """Return what a reviewer is told of the policy's tests."""
    return [line for line in reviewed(policy, catalog) if " PE50" in line]


def test_a_policy_without_tests_is_told_where_others_have_some() -> None:
    other = CLASSES + "tests: [{given: {score: {acne: 0.9}}, expect: {outcome: confident}}]\n"
    assert [line for line in reviewed(POLICY, other=other) if " PE505 " in line] == [
        (
            "2:1: PE505 `card-fraud` has no test, though others here have: nobody would notice an edit that decides "
            "otherwise than was meant / add `tests`: for each band a case that is to end in it, such as "
            "`- {given: {score: ...}, expect: {outcome: block}}`"
        )
    ]
    found = reviewed(POLICY + "tests: []\n", other=other)
    assert [line.split(" ")[0] for line in found if " PE505 " in line] == ["17:1:"]


def test_where_nothing_is_tested_nothing_is_told() -> None:
    assert told(POLICY) == []
    assert [line for line in reviewed(POLICY, other=CLASSES) if " PE50" in line] == []


def test_a_band_without_a_test_is_told_with_a_score_that_may_do() -> None:
    assert told(POLICY + cases(GERMAN)) == [
        (
            "11:12: PE502 no test reaches the band `block` / to `tests`, add a case that is to end in `block`, such as "
            "one with the score 0.9"
        ),
        "13:12: PE502 no test reaches the band `allow` / to `tests`, add a case that is to end in `allow`",
    ]


def test_of_several_scores_no_score_is_offered() -> None:
    policy = SCORES + cases("score: {document: 0.99, face: 0.99, risk: 1}, model_version: {risk: '4.1'} | pass")
    assert "6:16: PE502 no test reaches the band `reject` / to `tests`, add a case that is to end in `reject`" in told(
        policy
    )


def test_an_override_without_a_test_is_told_with_where_and_when() -> None:
    policy = edited(POLICY, GOLD) + cases(
        HIGH, MIDDLE, LOW, "jurisdiction: US, tier: gold, at: 2026-12-31T23:59:59Z, score: 0.95 | block"
    )
    assert told(policy)[-1:] == [
        (
            "17:10: PE503 no test reaches the override `gold` / to `tests`, add a case for `{tier: gold}` with "
            "`at: 2027-01-01T00:00:00Z`, and how it is to be decided"
        )
    ]


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("", ""),
        (", effective: {until: 2027-01-01T00:00:00Z}", ", before 2027-01-01T00:00:00Z"),
        (", effective: {from: 2027-01-01T00:00:00Z}", " with `at: 2027-01-01T00:00:00Z`"),
    ],
)
def test_the_case_that_is_missing_is_told_with_its_time(window: str, words: str) -> None:
    policy = edited(POLICY, ("because: fewer refusals}", f"because: fewer refusals{window}}}"))
    american = [f"jurisdiction: US, {case}" for case in (HIGH, MIDDLE, LOW)]
    assert told(policy + cases(*american)) == [
        (
            f"16:10: PE503 no test reaches the override `eu` / to `tests`, add a case for `{{jurisdiction: EU}}`{words}"
            ", and how it is to be decided"
        )
    ]


def test_a_knock_out_without_a_test_is_told() -> None:
    facts = cases(
        "score: 0.1, jurisdiction: EU, facts: {sanctioned: true} | block",
        "score: 0.6, jurisdiction: US | review",
        "score: 0.1, jurisdiction: US, subject: a | allow",
    )
    assert told(NUMBER + facts, WITH_FACTS) == [
        (
            "14:10: PE504 no test reaches the knock-out `cap` / to `tests`, add a case for `{vip: true}`, and how it "
            "is to be decided"
        )
    ]


def test_what_is_reached_is_not_told() -> None:
    gold = "tier: gold, jurisdiction: US, at: 2027-01-01T00:00:00Z, score: 0.95 | block"
    assert told(edited(POLICY, GOLD) + cases(HIGH, GERMAN, LOW, gold)) == []


def test_where_a_test_fails_that_is_all() -> None:
    assert [line.split(" ")[1] for line in told(POLICY + cases("score: 0.95 | allow"))] == ["PE501"]


def test_of_a_policy_with_errors_nothing_of_the_kind_is_told() -> None:
    assert told(edited(POLICY, ("at_least: 0.55", "at_least: 5"))) == []


def test_only_a_reviewer_is_told() -> None:
    assert findings(POLICY) == []


# --- what is reached -----------------------------------------------------------------------------------------


def reached(policy: str, catalog: str = CATALOG) -> ReachedByTests:
    """Return what the policy's tests reach."""
    documents = {one.file: one.data for one in loaded({"policy.yaml": policy, "catalog.yaml": catalog}).documents}
    of = Policy.model_validate(documents["policy.yaml"])
    meaning = Meaning(of, Catalog.model_validate(documents["catalog.yaml"]))
    reaching = Reaching(of)
    assert len(list(reaching.noting(tried_tests(of, [meaning])))) == reaching.tests
    return reaching.reached


def test_an_unknown_value_reaches_the_overrides_of_all_that_it_could_be() -> None:
    assert reached(POLICY + cases(HIGH)).overrides == {"eu"}


def test_an_override_that_gives_something_else_than_the_outcome_is_reached() -> None:
    assert reached(POLICY + cases("jurisdiction: DE, score: 0.1 | allow")) == ReachedByTests(
        frozenset({"allow"}), frozenset({"eu"}), frozenset()
    )


def test_an_override_of_which_a_narrower_one_takes_all_is_not_reached() -> None:
    narrower = plus("{id: de, when: {jurisdiction: DE}, thresholds: {block: 0.95}, because: x}")
    assert reached(edited(POLICY, narrower) + cases("jurisdiction: DE-BY, score: 0.1 | allow")).overrides == {"de"}


def test_a_case_that_is_refused_reaches_nothing() -> None:
    refusing: Edit = ("on_invalid: review\n", "on_invalid: review\nunknown: {jurisdiction: error}\n")
    assert reached(edited(POLICY, refusing) + cases(HIGH)) == ReachedByTests(frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("at", "is_live"),
    [
        ("2026-06-30T23:59:59Z", False),
        ("2026-07-01T00:00:00Z", True),
        ("2026-07-31T23:59:59Z", True),
        ("2026-08-01T00:00:00Z", False),
    ],
)
def test_a_case_of_another_version_reaches_nothing_of_this_one(at: str, *, is_live: bool) -> None:
    window: Edit = ("{from: 2026-07-01T00:00:00Z}", "{from: 2026-07-01T00:00:00Z, until: 2026-08-01T00:00:00Z}")
    found = reached(edited(POLICY, window) + cases(f"at: {at}, score: 0.95 | block"))
    assert bool(found.bands) == is_live


def test_a_candidate_is_asked_at_any_instant() -> None:
    stage: Edit = ("version: 7\n", "version: 7\nstage: {shadow: {until: 2026-08-01T00:00:00Z}}\n")
    case = cases("at: 2026-09-01T00:00:00Z, score: 0.95 | block")
    assert reached(edited(POLICY, stage) + case).bands == {"block"}


@pytest.mark.parametrize(
    ("tunable", "is_told"), [("", True), ("tunable: {block: {env: B, within: [0, 0.2]}}\n", False)]
)
def test_a_band_that_scores_reach_only_at_other_numbers_is_not_asked_for(tunable: str, *, is_told: bool) -> None:
    sample = "samples: [{id: qa, of: block, percent: 1, to: allow, by: subject, salt: s}]\nfail_open_because: x\n"
    policy = edited(
        POLICY[: POLICY.index("overrides:")],
        ("at_least: 0.90", "at_least: 0"),
        ("  - {name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}\n", ""),
        ("on_invalid: review\n", f"on_invalid: block\n{sample}{tunable}"),
    )
    assert ["PE502" in one for one in told(policy + cases("score: 0.9 | block"))] == ([True] if is_told else [])


def test_what_a_tunable_leaves_alone_is_asked_for() -> None:
    tunable: Edit = ("on_invalid: review\n", "on_invalid: review\ntunable: {block: {env: B, within: [0.8, 0.92]}}\n")
    found = told(edited(POLICY, tunable) + cases("score: 0.95, jurisdiction: DE | block"))
    assert [one.split("`")[1] for one in found] == ["review", "allow"]
