"""The policies' own tests: what is said where one fails, and which policy decides."""

from __future__ import annotations

import pytest

from policy_engine.reporting.own_tests import own_tests
from policy_engine.validator import check, trying
from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, line, loaded

FAILING: dict[str, tuple[str, str]] = {
    "another outcome": (
        "{given: {score: 0.54, jurisdiction: US}, expect: {outcome: review}}",
        (
            "15:68: PE501 the test fails: `outcome` is `allow`, not `review` as expected; 0.54 is below 0.55, "
            "the lowest threshold there / if that is the right decision, write `outcome: allow` under `expect`; "
            "if not, mend the policy"
        ),
    ),
    "the same outcome from elsewhere": (
        "{name: the group, given: {score: 0.93, jurisdiction: FR}, expect: {outcome: block, threshold_from: base}}",
        (
            "15:108: PE501 the test `the group` fails: `threshold_from` is `eu`, not `base` as expected; 0.93 "
            "reaches 0.93, the threshold of `block` (override `eu`) / if that is the right decision, write "
            "`threshold_from: eu` under `expect`; if not, mend the policy"
        ),
    ),
    "everything": (
        (
            "{given: {score: 0.6, jurisdiction: US}, expect: {threshold: 0.9, reasons: [FR01], outcome: block, "
            "next_threshold: null, escalate: fraud-disputes, invalid: missing, threshold_from: eu}}"
        ),
        (
            "15:100: PE501 the test fails: `outcome` is `review`, not `block` as expected, `escalate` is "
            "`fraud-ops`, not `fraud-disputes` as expected, `invalid` is `null`, not `missing` as expected, "
            "`next_threshold` is `0.9`, not `null` as expected, `reasons` is `[FR02]`, not `[FR01]` as "
            "expected, `threshold` is `0.55`, not `0.9` as expected, `threshold_from` is `base`, not `eu` as "
            "expected; 0.6 reaches 0.55, the threshold of `review` (base) / if that is the right decision, "
            "write `outcome: review, escalate: fraud-ops, invalid: null, next_threshold: 0.9, reasons: [FR02], "
            "threshold: 0.55, threshold_from: base` under `expect`; if not, mend the policy"
        ),
    ),
    "an invalid score": (
        '{given: {score: "0.95", jurisdiction: US}, expect: {outcome: block}}',
        (
            "15:70: PE501 the test fails: `outcome` is `review`, not `block` as expected; the score is "
            "`wrong_type`, and `on_invalid` says `review` / if that is the right decision, write `outcome: "
            "review` under `expect`; if not, mend the policy"
        ),
    ),
    "a value that the catalog does not know": (
        "{given: {score: 0.91, jurisdiction: FX}, expect: {outcome: review}}",
        (
            "15:68: PE501 the test fails: `outcome` is `block`, not `review` as expected; 0.91 reaches 0.9, the "
            "threshold of `block` (base); of `jurisdiction` the catalog does not know the value, or none is "
            "given / if that is the right decision, write `outcome: block` under `expect`; if not, mend the "
            "policy"
        ),
    ),
    "an instant before the policy": (
        "{given: {score: 0.91, jurisdiction: US, at: 2026-06-30T23:59:59Z}, expect: {outcome: block}}",
        (
            "15:53: PE501 no policy of `card-fraud` is live at 2026-06-30T23:59:59Z / write an instant from "
            "2026-07-01T00:00:00Z on, when this policy is live, or leave `at` out"
        ),
    ),
}

PASSING = {
    "on the threshold": "{score: 0.55, jurisdiction: US}, expect: {outcome: review, threshold: 0.55}",
    "just under it": "{score: 0.5499999999999999, jurisdiction: US}, expect: {outcome: allow, threshold: null}",
    "no score": "{jurisdiction: US}, expect: {outcome: review, invalid: missing, escalate: fraud-ops}",
    "a number dimension": "{score: 0, amount: 1e3, jurisdiction: [DE, US]}, expect: {outcome: allow}",
    "the first instant": "{score: 0.9, at: 2026-07-01T02:00:00+02:00}, expect: {outcome: block, reasons: [FR01]}",
    "all of a request": "{score: 0, subject: s, context: {a: 1}, model: fraud-gbm}, expect: {outcome: allow}",
}


def _with(test: str) -> Edit:
    return "overrides:", f"tests: [{test}]\noverrides:"


@pytest.mark.parametrize("case", FAILING)
def test_a_failing_test_says_what_was_expected_what_came_and_why(case: str) -> None:
    test, told = FAILING[case]
    assert findings(edited(POLICY, _with(test))) == [told]


@pytest.mark.parametrize("case", PASSING)
def test_a_test_that_holds_says_nothing(case: str) -> None:
    assert findings(edited(POLICY, _with(f"{{given: {PASSING[case]}}}"))) == []


def test_an_unknown_value_that_the_policy_refuses_is_told() -> None:
    refusing = ("on_invalid: review", "on_invalid: review\nunknown: {jurisdiction: error}")
    test = _with("{given: {score: 1, jurisdiction: FX}, expect: {outcome: block}}")
    (found,) = findings(edited(POLICY, refusing, test))
    assert found == (
        "16:10: PE501 the case is refused: `jurisdiction` is not known or left out, and the policy of `card-fraud` "
        "refuses that / give it a value that the catalog knows; if that is right, write `expect: refused`"
    )


def test_a_band_that_takes_every_score_is_told_as_such() -> None:
    always = ("{block: 0.93}", "{block: always}")
    test = _with("{given: {score: 0.1, jurisdiction: DE}, expect: {outcome: allow}}")
    (found,) = findings(edited(POLICY, always, test))
    assert "; `block` takes every score there / " in found


def test_a_threshold_that_the_case_gives_for_itself_is_told_as_such() -> None:
    tunable = ("overrides:", "tunable: {review: {per_call: true, within: [0.45, 0.60]}}\noverrides:")
    test = _with("{given: {score: 0.5, jurisdiction: US, thresholds: {review: 0.5}}, expect: {outcome: allow}}")
    (found,) = findings(edited(POLICY, tunable, test))
    assert "; 0.5 reaches 0.5, the threshold of `review` (`thresholds` of the case) / " in found


# --- which policy decides ------------------------------------------------------------------------------------

FIRST: Edit = ("00Z}", "00Z, until: 2027-07-01T00:00:00Z}")
SECOND: Edit = (
    "version: 7\nowner: payments-risk\neffective: {from: 2026",
    "version: 8\nowner: payments-risk\neffective: {from: 2027",
)
HIGHER: Edit = ("at_least: 0.55", "at_least: 0.65")


def test_at_picks_the_policy_that_is_live_then() -> None:
    test = _with("{given: {score: 0.6, jurisdiction: US, at: 2027-07-01T00:00:00Z}, expect: {outcome: allow}}")
    assert findings(edited(POLICY, FIRST, test), CATALOG, second=edited(POLICY, SECOND, HIGHER)) == []


def test_without_at_a_test_is_of_its_own_policy() -> None:
    test = _with("{given: {score: 0.6, jurisdiction: US}, expect: {outcome: allow}}")
    assert findings(edited(POLICY, FIRST), CATALOG, second=edited(POLICY, SECOND, HIGHER, test)) == []


def test_where_the_other_policy_has_errors_a_test_of_its_time_says_nothing() -> None:
    test = _with("{given: {score: 0.6, at: 2027-08-01T00:00:00Z}, expect: {outcome: allow}}")
    broken = edited(POLICY, SECOND, ("on_invalid: review", "on_invalid: deny"))
    found = findings(edited(POLICY, FIRST, test), CATALOG, second=broken)
    assert [line.partition(" `")[0] for line in found] == ["second.yaml:14:13: PE204"]


def test_a_knock_out_that_matched_a_fact_left_out_is_named() -> None:
    knock_out = "knock_outs: [{id: sdn, when: {sanctions_exact: true}, at_least: block}]"
    test = "{given: {score: 0.1, jurisdiction: US}, expect: {outcome: allow}}"
    policy = edited(POLICY, ("on_invalid: review\n", f"on_invalid: review\n{knock_out}\ntests:\n  - {test}\n"))
    (found,) = findings(policy, edited(CATALOG, ("effects:", "facts: [sanctions_exact]\neffects:")))
    assert (
        "something else than a threshold gave `block`; of the knock-outs, `sdn` matched: what `facts` leaves out "
        "counts as met for `at_least`"
    ) in found


HEAD = """\
schema: policy/v1
use_case: birds
version: 1
owner: o
effective: {from: 2026-07-01T00:00:00Z}
"""


def test_of_a_margin_the_number_that_is_compared_is_told() -> None:
    policy = (
        f"{HEAD}score: {{kind: classes, signal: margin, higher_is: safer, model: {{name: m}}}}\n"
        "bands: [{name: log, at_least: 0.4}, {name: listen}]\non_invalid: listen\n"
        "tests: [{given: {score: {robin: 0.5, wren: 0.25}}, expect: {outcome: log}}]\n"
    )
    (told,) = findings(policy, None)
    assert "; the margin of {robin: 0.5, wren: 0.25}, 0.25, is below 0.4, the lowest threshold there / " in told


SEVERAL = f"""{HEAD}bands: [{{name: log}}, {{name: listen}}]
scores:
  document:
    {{kind: probability, higher_is: riskier, thresholds: {{log: 0.5}}, model: {{name: m}}, on_invalid: log}}
"""
LABELS = f"""{HEAD}score: {{kind: labels, labels: [spam], higher_is: riskier, model: {{name: m}}}}
bands: [{{name: log, at_least: 0.5}}, {{name: listen}}]
on_invalid: log
unknown_label: error
"""


@pytest.mark.parametrize(
    ("policy", "given", "name"),
    [
        (SEVERAL, "score: {documents: 0.7}", "document"),
        (SEVERAL, "score: {document: 0.7}, model_version: {documnet: v1}", "document"),
        (LABELS, "score: {spma: 0.7}", "spam"),
    ],
)
def test_a_refused_case_is_told_the_name_that_was_meant(policy: str, given: str, name: str) -> None:
    (told,) = findings(f"{policy}tests: [{{given: {{{given}}}, expect: {{outcome: log}}}}]\n", None)
    assert "PE501 the case is refused: " in told
    assert told.endswith(f" / did you mean `{name}`?")


# --- what must not be decided, and numbers of the environment ------------------------------------------------

TUNED = "tunable:\n  block: {env: BLOCK, within: [0.8, 0.95]}\n"


def told_of(test: str, *edits: Edit) -> list[str]:
    """Return what is found in the policy, tunable by a variable, with this test."""
    return findings(edited(POLICY, *edits) + TUNED + f"tests: [{test}]\n", CATALOG)


@pytest.mark.parametrize(
    "test",
    [
        "{env: {BLOCK: 0.8}, given: {score: 0.8, jurisdiction: US}, expect: {outcome: block, threshold_from: env}}",
        '{env: {BLOCK: "0.95"}, given: {score: 0.949, jurisdiction: US}, expect: {outcome: review}}',
        "{given: {score: 0.9, jurisdiction: US}, expect: {outcome: block, threshold_from: base}}",
        "{env: {}, given: {score: 0.9, jurisdiction: US}, expect: {outcome: block, threshold_from: base}}",
        "{env: {BLOCK: 0.9501}, given: {score: 1, jurisdiction: US}, expect: refused}",
        "{env: {BLOCK: 0.7999}, given: {score: 1, jurisdiction: US}, expect: refused}",
        '{env: {BLOCK: "half"}, given: {score: 1, jurisdiction: US}, expect: refused}',
        '{env: {BLOCK: "NaN"}, given: {score: 1, jurisdiction: US}, expect: refused}',
        "{env: {BLOCK: null}, given: {score: 1, jurisdiction: US}, expect: refused}",
        "{given: {score: 0.91, jurisdiction: US, at: 2026-06-30T23:59:59Z}, expect: refused}",
    ],
)
def test_a_test_gives_variables_and_expects_that_nothing_is_decided(test: str) -> None:
    assert told_of(test) == []


def test_the_environment_in_which_the_tests_run_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLOCK", "0.8")
    assert told_of("{given: {score: 0.85, jurisdiction: US}, expect: {outcome: review}}") == []


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (
            "{name: n, env: {BLOCK: 0.8}, given: {score: 0.85, jurisdiction: US}, expect: {outcome: review}}",
            (
                "PE501 the test `n` fails: `outcome` is `block`, not `review` as expected; 0.85 reaches 0.8, the "
                "threshold of `block` (`env` of the test) / "
            ),
        ),
        (
            "{name: n, given: {score: 0.85, jurisdiction: US}, expect: refused}",
            (
                "PE501 the test `n` fails: the case is not refused as expected, its `outcome` is `review`; 0.85 "
                "reaches 0.55, the threshold of `review` (base) / if that is the right decision, write "
                "`expect: {outcome: review}`; if not, mend the policy"
            ),
        ),
        (
            "{env: {BLOCK: 0.7}, given: {score: 0.85, jurisdiction: US}, expect: {outcome: block}}",
            (
                "PE501 the case is refused: the environment variable `BLOCK` sets `block` of `card-fraud` to 0.7, "
                "outside its bounds from 0.8 to 0.95 / give the variable a number within its bounds; if that "
                "is right, write `expect: refused`"
            ),
        ),
        (
            "{env: {BLOK: 0.9}, given: {score: 0.95, jurisdiction: US}, expect: {outcome: block}}",
            "PE501 no number is taken from the variable `BLOK` / did you mean `BLOCK`?",
        ),
        (
            "{env: {BLOK: 0.7}, given: {score: 0.95, jurisdiction: US}, expect: refused}",
            "PE501 no number is taken from the variable `BLOK` / did you mean `BLOCK`?",
        ),
    ],
)
def test_what_goes_wrong_with_variables_is_said(test: str, said: str) -> None:
    (told,) = told_of(test)
    assert said in told


def test_without_a_variable_in_the_policy_a_test_is_told_to_leave_its_own_out() -> None:
    test = "{env: {BLOCK: 0.9}, given: {score: 0.95, jurisdiction: US}, expect: {outcome: block}}"
    (told,) = findings(f"{POLICY}tests: [{test}]\n", CATALOG)
    assert told.endswith(" / delete it, or name it as `env` of a number under `tunable`")


@pytest.mark.parametrize("word", ["refuse", "Refused", '""'])
def test_any_other_word_is_refused(word: str) -> None:
    (told,) = told_of(f"{{given: {{score: 0.9}}, expect: {word}}}")
    assert "refused" in told


@pytest.mark.parametrize(
    ("expected", "is_right"),
    [
        ("attributes: {cover: 1}", True),
        ("attributes: {cover: true}", False),
        ("attributes: {}", False),
        ("attributes: {cover: 1, more: 2}", False),
        ("effect: adverse", True),
        ("effect: mild", False),
        ("effect: null", False),
        ("sample: null", True),
        ("sample: qa", False),
    ],
)
def test_more_of_a_decision_is_promised(expected: str, is_right: object) -> None:
    policy = edited(POLICY, ("at_least: 0.90", "at_least: 0.90, attributes: {cover: 1}"))
    found = findings(f"{policy}tests: [{{given: {{score: 0.97}}, expect: {{outcome: block, {expected}}}}}]\n", CATALOG)
    assert [one for one in found if "PE501" not in one] == []
    assert (found == []) is is_right


# --- a test that another version of the policy decides -------------------------------------------------------


def told_of_two(test: str, *later: Edit) -> list[str]:
    """Return what is found where the policy, which ends with 2026, has a successor and this test at its time."""
    first = edited(POLICY, ("from: 2026-07-01T00:00:00Z}", "from: 2026-07-01T00:00:00Z, until: 2027-01-01T00:00:00Z}"))
    second = edited(
        POLICY, ("version: 7", "version: 8"), ("from: 2026-07-01T00:00:00Z}", "from: 2027-01-01T00:00:00Z}"), *later
    )
    texts = {"a.yaml": f"{first}{TUNED}tests: [{test}]\n", "b.yaml": second, "catalog.yaml": CATALOG}
    return [f"{one.code} {one.message} / {one.help}" for one in check(loaded(texts)).report.diagnostics]


THEN = "at: 2027-02-01T00:00:00Z, jurisdiction: US"


def test_a_band_that_only_the_successor_has_is_told_as_any_other_outcome() -> None:
    test = f"{{given: {{{THEN}, score: 0.97}}, expect: {{outcome: allow}}}}"
    renamed = [("name: block", "name: stop"), ("block: 0.93", "stop: 0.93")]
    (told,) = told_of_two(test, *renamed)
    assert told.startswith("PE501 the test fails: `outcome` is `stop`, not `allow` as expected")


def test_an_effect_is_that_of_the_policy_that_decides() -> None:
    test = f"{{given: {{{THEN}, score: 0.97}}, expect: {{outcome: block, effect: %s}}}}"
    assert told_of_two(test % "null", (", effect: adverse", "")) == []
    (told,) = told_of_two(test % "adverse", (", effect: adverse", ""))
    assert "`effect` is `null`, not `adverse` as expected" in told


def test_a_variable_is_one_of_the_policy_that_decides() -> None:
    test = f"{{env: {{BLOCK: 5}}, given: {{{THEN}, score: 0.97}}, expect: {{outcome: block}}}}"
    (told,) = told_of_two(test)
    assert told.startswith("PE501 no number is taken from the variable `BLOCK` / ")
    (told,) = told_of_two(test, ("overrides:", "tunable: {block: {env: BLOCK, within: [0.8, 0.95]}}\noverrides:"))
    assert told.startswith("PE501 the case is refused: the environment variable `BLOCK` sets `block`")


# --- more than anybody waits for -----------------------------------------------------------------------------


def test_tests_whose_cases_range_over_too_many_cells_are_not_tried_and_that_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = "  - {given: {score: 0.1}, expect: {outcome: allow}}\n" * 5
    texts = {"policy.yaml": POLICY + "tests:\n" + cases, "catalog.yaml": CATALOG}
    assert check(loaded(texts)).report.tested == {"policy.yaml": 5}
    # Where no jurisdiction is given, a case is judged in two cells: inside of the EU, and outside
    monkeypatch.setattr(trying, "MOST_JUDGED", 4)
    documents = loaded(texts)
    report = check(documents).report
    assert report.tested == {"policy.yaml": 3}
    assert [line(one) for one in report.diagnostics] == [
        (
            "21:5: PE501 the test is not tried: the cases of the 3 before it are judged in more than 200,000 cells "
            "/ let the cases under `given` name every dimension that overrides name, or write fewer tests"
        )
    ]
    assert [one.passes for one in own_tests(documents, report).run] == [True] * 3


def test_of_failing_tests_those_that_were_not_looked_at_do_not_pass() -> None:
    cases = "  - {given: {score: 0.1, jurisdiction: US}, expect: {outcome: block}}\n" * 300
    documents = loaded({"policy.yaml": POLICY + "tests:\n" + cases, "catalog.yaml": CATALOG})
    run = own_tests(documents, check(documents).report).run
    assert 0 < len(run) < 300
    assert not any(one.passes for one in run)
