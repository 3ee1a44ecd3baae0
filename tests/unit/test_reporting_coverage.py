"""What tests reach: bands, overrides, knock-outs and edges, and where each that none reaches is written."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policy_engine.reporting.coverage import Coverage, coverage_of
from policy_engine.validator import check
from tests.support.kinds import CLASSES, LABELS, NUMBER, SCORES, WITH_FACTS
from tests.support.policies import POLICY, loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

BELOW_BLOCK, BELOW_REVIEW = math.nextafter(0.9, 0), math.nextafter(0.55, 0)


def reached(text: str, *tests: str) -> Coverage:
    """Return what *tests*, each the `given` and the `outcome`, reach of a policy."""
    listed = "".join(f"  - {{given: {{{one}}}, expect: {{outcome: {band}}}}}\n" for one, band in _split(tests))
    documents = loaded({"policy.yaml": text + (f"tests:\n{listed}" if tests else ""), "catalog.yaml": WITH_FACTS})
    policies, report = check(documents)
    assert policies is not None, report.diagnostics
    return coverage_of(policies.policies[0], policies.catalog, documents)


def _split(tests: Sequence[str]) -> list[list[str]]:
    return [one.rsplit(" -> ", 1) for one in tests]


def missing(found: Coverage, kind: str) -> list[str]:
    """Return what is not reached of a kind, with its place."""
    return [f"{one.span.line}:{one.span.column} {one.message}" for one in found.kinds[kind].missing]


def names(found: Coverage, kind: str) -> list[str]:
    """Return the messages of what is not reached, without "no test"."""
    return [one.message.removeprefix("no test ") for one in found.kinds[kind].missing]


def test_without_tests_nothing_is_reached() -> None:
    found = reached(POLICY)
    assert (found.reached, found.percent) == (0, 0.0)
    assert {kind: (one.reached, one.of) for kind, one in found.kinds.items()} == {
        "bands": (0, 3),
        "overrides": (0, 1),
        "knock_outs": (0, 0),
        "edges": (0, 6),
    }
    assert missing(found, "bands") == [
        "11:12 no test reaches the band `block`",
        "12:12 no test reaches the band `review`",
        "13:12 no test reaches the band `allow`",
    ]
    assert missing(found, "overrides") == ["16:10 no test reaches the override `eu`"]
    assert missing(found, "edges") == [
        "11:29 no test has a score of 0.9, on `block`",
        "11:29 no test has a score of 0.8999999999999999, just below `block` (0.9)",
        "12:30 no test has a score of 0.55, on `review`",
        "12:30 no test has a score of 0.5499999999999999, just below `review` (0.55)",
        "16:60 no test has a score of 0.93, on `block` (override `eu`)",
        "16:60 no test has a score of 0.9299999999999999, just below `block` (0.93, override `eu`)",
    ]


def test_a_test_on_a_threshold_and_one_just_below_reach_both_edges() -> None:
    found = reached(
        POLICY, "jurisdiction: US, score: 0.9 -> block", f"jurisdiction: US, score: {BELOW_BLOCK} -> review"
    )
    assert names(found, "edges")[:2] == [
        "has a score of 0.55, on `review`",
        "has a score of 0.5499999999999999, just below `review` (0.55)",
    ]
    assert names(found, "bands") == ["reaches the band `allow`"]
    # 2 bands and 2 edges of 3 bands, 1 override, 6 edges
    assert (found.reached, found.of, found.percent) == (4, 10, 40.0)
    assert found.is_at_least(40)
    assert not found.is_at_least(40.1)


def test_a_score_near_a_threshold_is_neither_on_it_nor_just_below() -> None:
    found = reached(POLICY, "jurisdiction: US, score: 0.91 -> block", "jurisdiction: US, score: 0.89 -> review")
    assert len(found.kinds["edges"].missing) == 6


def test_everything_reached_is_a_hundred_percent() -> None:
    found = reached(
        POLICY,
        "jurisdiction: US, score: 0.9 -> block",
        f"jurisdiction: US, score: {BELOW_BLOCK} -> review",
        "jurisdiction: US, score: 0.55 -> review",
        f"jurisdiction: US, score: {BELOW_REVIEW} -> allow",
        "jurisdiction: DE, score: 0.93 -> block",
        f"jurisdiction: DE, score: {math.nextafter(0.93, 0)} -> review",
    )
    assert found.percent == 100
    assert found.is_at_least(100)


def test_what_is_nearly_everything_is_not_a_hundred_percent() -> None:
    found = reached(POLICY)
    assert Coverage(found.file, found.policy, found.kinds).percent < 100
    many = found.kinds["bands"]
    assert type(many)(3000, many.missing[:1]).reached == 2999
    assert Coverage(found.file, found.policy, {"bands": type(many)(3000, many.missing[:1])}).percent == 99.9


def test_an_override_counts_in_every_cell_in_which_the_case_is_judged() -> None:
    # of a place that nobody knows, the EU is one of the possible places
    assert names(reached(POLICY, "score: 0.99 -> block"), "overrides") == []
    assert names(reached(POLICY, "jurisdiction: US, score: 0.99 -> block"), "overrides") == [
        "reaches the override `eu`"
    ]


def test_an_override_that_another_one_displaces_there_is_not_reached() -> None:
    narrower = POLICY + "  - {id: de, when: {jurisdiction: DE}, thresholds: {block: 0.95}, because: x}\n"
    assert names(reached(narrower, "jurisdiction: DE, score: 0.99 -> block"), "overrides") == [
        "reaches the override `eu`"
    ]


def test_the_edge_of_a_cell_that_does_not_decide_is_not_reached() -> None:
    # 0.93 is on the threshold in the EU; in an unknown place the 0.9 of elsewhere decides
    on_eu = "has a score of 0.93, on `block` (override `eu`)"
    below_eu = f"has a score of {math.nextafter(0.93, 0)}, just below `block` (0.93, override `eu`)"
    assert on_eu not in names(reached(POLICY, "jurisdiction: FR, score: 0.93 -> block"), "edges")
    both = reached(POLICY, f"jurisdiction: [DE, US], score: {math.nextafter(0.93, 0)} -> block")
    assert below_eu in names(both, "edges")


def test_a_knock_out_is_reached_where_it_matches_and_leaves_the_score_nothing_to_decide() -> None:
    sdn = "score: 0.55, jurisdiction: DE, facts: {sanctioned: true} -> block"
    found = reached(NUMBER, sdn)
    assert missing(found, "knock_outs") == ["14:10 no test reaches the knock-out `cap`"]
    assert len(found.kinds["edges"].missing) == 4
    found = reached(NUMBER, "score: 0.55, jurisdiction: DE, facts: {sanctioned: false, vip: true} -> review")
    assert names(found, "knock_outs") == ["reaches the knock-out `sdn`"]
    assert len(found.kinds["edges"].missing) == 3


def test_a_case_that_is_drawn_for_a_sample_is_on_its_edge_all_the_same() -> None:
    drawn = NUMBER.replace("percent: 1", "percent: 100")
    found = reached(drawn, f"score: {BELOW_REVIEW}, jurisdiction: US, subject: c-1, facts: {{vip: false}} -> review")
    assert len(found.kinds["edges"].missing) == 3


def test_a_bad_score_is_on_no_edge() -> None:
    assert len(reached(POLICY, 'score: "0.9" -> review').kinds["edges"].missing) == 6


def test_each_of_several_scores_and_labels_has_edges_of_its_own() -> None:
    mild = "document: 0.95, risk: 10"
    found = reached(SCORES, f'score: {{{mild}, face: 0.85}}, jurisdiction: DE, model_version: {{risk: "4.1"}} -> pass')
    edges = names(found, "edges")
    assert "has a `face` score of 0.85, on `pass` (override `eu`)" not in edges
    assert "has a `face` score of 0.8, on `pass`" in edges
    assert "has a `document` score of 0.6, on `manual`" in edges
    # what is milder than the outcome of the case did not decide it
    forged = "score: {document: 0.1, risk: 10, face: 0.85}, jurisdiction: DE"
    found = reached(SCORES, f'{forged}, model_version: {{risk: "4.1"}} -> reject')
    assert "has a `face` score of 0.85, on `pass` (override `eu`)" in names(found, "edges")
    found = reached(LABELS, 'score: {spam: 0.8, toxic: 0.1}, model_version: "4.1" -> remove')
    assert names(found, "overrides") == []
    assert "has a score of 0.8, on `remove` (override `spam`)" not in names(found, "edges")
    assert missing(found, "edges")[-1].startswith(
        "14:77 no test has a score of 0.7999999999999999, just below `remove`"
    )


def test_a_margin_is_called_one() -> None:
    margin = CLASSES.replace("kind: classes", "kind: classes, signal: margin")
    margin = margin.replace("lead: {ratio: 1.5, bands: [confident], otherwise: possible}\n", "")
    edges = names(reached(margin, "score: {a: 0.815, b: 0} -> confident"), "edges")
    assert "has a margin of 0.815, on `confident`" not in edges
    assert edges[0] == f"has a margin of {math.nextafter(0.815, 0)}, just below `confident` (0.815)"


def test_a_class_that_does_not_lead_is_on_no_edge() -> None:
    edges = names(reached(CLASSES, "score: {a: 0.815, b: 0.8} -> possible"), "edges")
    assert "has a score of 0.815, on `confident`" in edges


def test_float32_is_just_below_in_its_own_steps() -> None:
    narrow = POLICY.replace("kind: probability\n", "kind: probability\n  type: float32\n")
    edges = names(reached(narrow, "jurisdiction: US, score: 0.8999999165534973 -> review"), "edges")
    assert edges[0] == "has a score of 0.8999999761581421, on `block`"
    assert not [one for one in edges if "just below `block` (0.8999" in one]


def test_a_test_of_an_instant_at_which_another_version_decides_reaches_nothing() -> None:
    first = POLICY.replace("from: 2026-07-01T00:00:00Z", "from: 2026-07-01T00:00:00Z, until: 2027-01-01T00:00:00Z")
    first += "tests:\n  - {given: {score: 0.9, jurisdiction: US, at: 2027-02-01T00:00:00Z}, expect: {outcome: block}}\n"
    second = POLICY.replace("from: 2026-07-01", "from: 2027-01-01").replace("version: 7", "version: 8")
    documents = loaded({"1.yaml": first, "2.yaml": second, "catalog.yaml": WITH_FACTS})
    policies, report = check(documents)
    assert policies is not None, report.diagnostics
    found = [coverage_of(one, policies.catalog, documents) for one in policies.policies]
    assert [one.reached for one in found] == [0, 0]


def test_a_candidate_is_asked_itself() -> None:
    candidate = POLICY + "stage: {shadow: {until: 2026-09-01T00:00:00Z}}\n"
    documents = loaded(
        {
            "1.yaml": POLICY,
            "2.yaml": candidate.replace("version: 7", "version: 8").replace("0.90", "0.80")
            + "tests:\n  - {given: {score: 0.8, jurisdiction: US}, expect: {outcome: block}}\n",
            "catalog.yaml": WITH_FACTS,
        }
    )
    policies, report = check(documents)
    assert policies is not None, report.diagnostics
    by_file = {one.file: coverage_of(one, policies.catalog, documents) for one in policies.policies}
    assert {file: one.reached for file, one in by_file.items()} == {"1.yaml": 0, "2.yaml": 2}
