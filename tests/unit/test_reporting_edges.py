"""Edges: which scores are tried of each kind, in which cells, and that an evaluator that is wrong there is found."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from policy_engine.evaluator import PolicyEvaluator, numbers_in_rows
from policy_engine.exceptions import InvalidRequestError, MiscompiledError
from policy_engine.model import ModelReference, Score
from policy_engine.reference import Meaning
from policy_engine.reporting.as_text import edges_as_text, summary_of_edges
from policy_engine.reporting.edges import EdgesOfPolicy, TriedEdge, edges_of_policy
from tests.support.commands import assert_fits
from tests.support.kinds import CLASSES, LABELS, NUMBER, SCORES, WITH_FACTS
from tests.support.policies import CATALOG, POLICY, checked, edited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy_engine.model import Request, Verdict
    from tests.support.policies import Edit


def tried(text: str, *edits: Edit, catalog: str = WITH_FACTS) -> tuple[EdgesOfPolicy, list[TriedEdge]]:
    """Return what came of the edges of a policy after edits, and all of them."""
    policies = checked(edited(text, *edits), catalog).policies
    assert policies is not None
    kept: list[TriedEdge] = []
    found = edges_of_policy(policies.policies[0], policies.catalog, keep=kept.append)
    return found, kept


def outcomes(edges: list[TriedEdge], **cell: str | None) -> dict[str, str]:
    """Return the outcome of every edge of the first cell that has these values."""
    first = next(one.cell for one in edges if cell.items() <= one.cell.items())
    return {one.edge: one.outcome for one in edges if one.cell == first}


def only(edges: list[TriedEdge], edge: str) -> TriedEdge:
    """Return the first of the edges that is called so."""
    return next(one for one in edges if one.edge == edge)


# --- which scores are edges ----------------------------------------------------------------------------------


def test_a_number_is_tried_at_cuts_at_the_ends_and_as_bad_input() -> None:
    found, edges = tried(NUMBER)
    assert (found.failed, found.is_sound, found.cells == found.of_cells) == (0, True, True)
    assert outcomes(edges) == {
        "below the range": "review",
        "the low end": "allow",
        "just above the low end": "allow",
        "just below `review`": "allow",
        "on `review`": "review",
        "just above `review`": "review",
        "just below `block`": "review",
        "on `block`": "block",
        "just above `block`": "block",
        "just below the high end": "block",
        "the high end": "block",
        "above the range": "review",
        "NaN": "review",
        "missing": "review",
        "text": "review",
        "a boolean": "review",
        "another model": "review",
    }
    assert [one.score for one in edges[3:6]] == [math.nextafter(0.55, 0), 0.55, math.nextafter(0.55, 1)]
    assert [one.invalid for one in edges[11:17]] == [
        *("out_of_range", "not_finite", "missing", "wrong_type", "wrong_type", "wrong_model")
    ]


def test_float32_has_neighbours_of_its_own() -> None:
    _, edges = tried(NUMBER, ("kind: probability", "kind: probability, type: float32"))
    on, below = only(edges, "on `block`"), only(edges, "just below `block`")
    assert on.score == float(np.float32(0.9))
    assert below.score == float(np.nextafter(np.float32(0.9), np.float32(0)))
    assert (on.outcome, below.outcome) == ("block", "review")


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_the_ends_of_an_open_range_are_the_last_finite_numbers(kind: str) -> None:
    _, edges = tried(NUMBER, ("kind: probability", f"kind: number, type: {kind}, range: [null, null]"))
    greatest = float(np.finfo(kind).max)
    assert only(edges, "the high end").score == greatest
    assert only(edges, "the low end").score == -greatest
    assert (only(edges, "above the range").score, only(edges, "above the range").invalid) == (math.inf, "not_finite")
    assert only(edges, "below the range").score == -math.inf


def test_neighbours_of_float32_are_those_of_numpy() -> None:
    model = ModelReference(name="gbm")
    score = Score(kind="number", type="float32", range=(None, None), higher_is="riskier", model=model)
    for number in (0.0, -0.0, 1.0, -1.0, 1e-45, float(np.float32(0.1)), float(np.finfo(np.float32).max), -math.inf):
        with np.errstate(all="ignore"):
            assert score.just_above(number) == np.nextafter(np.float32(number), np.float32(math.inf))
            assert score.just_below(number) == np.nextafter(np.float32(number), np.float32(-math.inf))


def test_classes_are_tried_by_their_top_score_and_by_their_lead() -> None:
    found, edges = tried(CLASSES)
    assert found.is_sound
    assert only(edges, "on `confident`").score == {"first": 0.815, "second": 0.0}
    assert only(edges, "on the lead of `confident`").outcome == "confident"
    assert only(edges, "just short of the lead of `confident`").outcome == "possible"
    close = only(edges, "on the lead of `confident`").score["second"]
    assert 1.5 * close <= 0.815
    assert 1.5 * math.nextafter(close, 1) > 0.815
    assert only(edges, "no candidates").score == {}
    assert only(edges, "no candidates").invalid == "no_candidates"
    assert only(edges, "missing").score is None


def test_a_first_score_that_leads_nothing_gets_the_band_that_the_lead_names() -> None:
    # in [0.5, 1] an absent class has 0.5, and 0.6 is not 1.5 times that
    found, edges = tried(
        CLASSES,
        ("kind: classes", "kind: classes, range: [0.5, 1]"),
        ("at_least: 0.815", "at_least: 0.7"),
        ("at_least: 0.444", "at_least: 0.6"),
        ("above: 0.25", "above: 0.55"),
    )
    assert found.is_sound
    assert only(edges, "on `confident`").outcome == "possible"


def test_margins_are_tried_by_pairs_of_scores_that_have_them() -> None:
    found, edges = tried(
        CLASSES,
        ("kind: classes", "kind: classes, signal: margin, range: [-1, 1]"),
        ("lead: {ratio: 1.5, bands: [confident], otherwise: possible}\n", ""),
    )
    assert found.is_sound
    for edge, margin in (("on `confident`", 0.815), ("just below `confident`", math.nextafter(0.815, 0))):
        first, second = only(edges, edge).score.values()
        assert first - second == margin
    assert [only(edges, edge).outcome for edge in ("on `confident`", "just below `confident`")] == [
        *("confident", "possible")
    ]
    assert only(edges, "the widest margin").outcome == "confident"
    assert only(edges, "no margin").outcome == "refer"
    assert only(edges, "above the range").invalid == "out_of_range"


def test_a_margin_that_no_two_scores_have_is_left_out() -> None:
    # between 2 ** 53 and twice as much there are only even numbers, so no two of them are 1.5 apart
    score = ("kind: classes", "kind: classes, signal: margin, range: [9007199254740992, 18014398509481984]")
    found, edges = tried(
        CLASSES,
        score,
        ("lead: {ratio: 1.5, bands: [confident], otherwise: possible}\n", ""),
        ("at_least: 0.815", "at_least: 2"),
        ("at_least: 0.444", "at_least: 1.5"),
        (", highlight: {above: 0.25, floor: 1, cap: 3}", ""),
    )
    assert found.is_sound
    names = {one.edge for one in edges}
    assert "on `confident`" in names
    assert "on `possible`" not in names


def test_every_label_is_tried_also_one_that_nobody_declared() -> None:
    found, edges = tried(LABELS)
    assert found.is_sound
    labels = {one.cell["label"] for one in edges}
    assert labels == {"spam", "toxic", None}
    spam = next(one for one in edges if one.edge == "on `remove`" and one.cell["label"] == "spam")
    assert spam.score == 0.8
    assert (spam.outcome, spam.threshold_from, spam.case_outcome) == ("remove", "spam", "remove")


def test_a_label_that_is_refused_is_not_tried() -> None:
    _, edges = tried(LABELS, ("unknown_label: strictest", "unknown_label: error"))
    assert {one.cell["label"] for one in edges} == {"spam", "toxic"}


def test_labels_without_rules_of_their_own_are_each_tried() -> None:
    without = LABELS[: LABELS.index("overrides:")]
    found, edges = tried(without)
    assert found.is_sound
    assert {one.cell["label"] for one in edges} == {"spam", "toxic"}


def test_each_of_several_scores_is_tried_while_the_others_are_mild() -> None:
    found, edges = tried(SCORES)
    assert found.is_sound
    assert outcomes(edges, score="risk")["on `reject`"] == "reject"
    assert outcomes(edges, score="risk")["the low end"] == "pass"
    face = outcomes(edges, score="face", jurisdiction="EU")
    assert (face["just below `pass`"], face["on `pass`"]) == ("manual", "pass")
    assert next(one.score for one in edges if one.edge == "on `pass`" and one.threshold_from == "eu") == 0.85


# --- in which cells ------------------------------------------------------------------------------------------


def cells(edges: list[TriedEdge]) -> list[Mapping[str, str | None]]:
    """Return the cells of edges, each once."""
    return [dict(one) for one in dict.fromkeys(tuple(edge.cell.items()) for edge in edges)]


ALL_TIERS = "{id: t, when: {tier: [standard, gold, platinum]}, thresholds: {block: 0.97}, because: x}"
WITH_TIERS = NUMBER + f"overrides:\n  - {ALL_TIERS}\n"


@pytest.mark.parametrize(("rule", "number"), [("strictest", 2), ("base", 2), ("error", 1)])
def test_a_cell_of_unknown_values_is_tried_unless_the_policy_refuses_them(rule: str, number: int) -> None:
    text = WITH_TIERS[: WITH_TIERS.index("knock_outs:")] + WITH_TIERS[WITH_TIERS.index("overrides:") :]
    found, edges = tried(text + f"unknown: {{tier: {rule}}}\nfail_open_because: x\n")
    assert found.is_sound
    assert (len(cells(edges)), found.cells, found.of_cells) == (number, number, 2)


def test_an_unknown_path_is_not_the_same_as_none() -> None:
    every = "{id: p, when: {escalation_path: [none, fraud-ops, fraud-disputes]}, thresholds: {block: 0.97}, because: x}"
    found, edges = tried(NUMBER + f"overrides:\n  - {every}\n")
    assert found.is_sound
    assert None in {one.cell["escalation_path"] for one in edges}


def test_numbers_of_a_dimension_are_the_lowest_of_their_interval() -> None:
    found, edges = tried(
        NUMBER + "overrides:\n  - {id: big, when: {amount: {at_least: 1000}}, thresholds: {block: 0.8}}\n"
    )
    assert found.is_sound
    assert outcomes(edges, amount="1000 and above")["on `block`"] == "block"
    assert {one.cell["amount"] for one in edges} == {"below 100", "1000 and above"}


def test_what_holds_later_is_tried_at_its_instant() -> None:
    later = "{id: l, when: {tier: gold}, thresholds: {block: 0.8}, effective: {from: 2027-01-01T00:00:00Z}}"
    found, edges = tried(NUMBER + f"overrides:\n  - {later}\n")
    assert found.is_sound
    on = next(one for one in edges if one.threshold_from == "l")
    assert (on.at.year, on.score, on.cell["tier"]) == (2027, 0.8, "gold")


@pytest.mark.parametrize(
    "versions",
    [
        ">=4.2,<5",
        ">4.2,<4.3,!=4.2.1",
        "!=0.*,!=1.*,!=2.*",
        "<2",
        "~=3.1",
        "==2.*",
        "===4.2",
        ">4.2.0,<4.2.1",
        "==1!2.0",
    ],
)
def test_a_version_that_the_policy_admits_is_found(versions: str) -> None:
    found, edges = tried(NUMBER, ("{name: gbm}", f'{{name: gbm, versions: "{versions}"}}'))
    assert (found.without_version, found.is_sound) == ((), True)
    assert only(edges, "on `block`").outcome == "block"


HARD_TO_GUESS = ("{name: gbm}", '{name: gbm, versions: ">3.7a2,<3.7a9"}')


def test_a_version_that_is_hard_to_guess_is_that_of_a_test() -> None:
    found, edges = tried(NUMBER, HARD_TO_GUESS)
    assert found.without_version == ("gbm",)
    assert {one.edge for one in edges} == {"another model"}
    given = "{score: 0.95, model_version: 3.7a4, jurisdiction: US, facts: {vip: false}}"
    found, edges = tried(NUMBER + f"tests:\n  - {{given: {given}, expect: {{outcome: block}}}}\n", HARD_TO_GUESS)
    assert (found.without_version, found.is_sound) == ((), True)
    assert only(edges, "on `block`").outcome == "block"


def test_a_version_that_is_none_of_pep_440_is_not_guessed() -> None:
    found, _ = tried(NUMBER, ("{name: gbm}", '{name: gbm, versions: "===nightly"}'))
    assert found.without_version == ("gbm",)


def test_a_knock_out_of_a_whole_cell_is_reckoned_with() -> None:
    knock_out = "{id: gold, when: {tier: gold}, at_most: review, fail_open_because: a contract}"
    found, edges = tried(NUMBER, ("knock_outs:\n", f"knock_outs:\n  - {knock_out}\n"))
    assert found.is_sound
    assert outcomes(edges, tier="gold")["on `block`"] == "review"


def test_no_edge_goes_elsewhere_for_want_of_a_reason() -> None:
    reasons = "at_least: 0.90, reasons: {from: reason_codes, of: [R1], else: review}"
    found, edges = tried(NUMBER, ("at_least: 0.90", reasons))
    assert found.is_sound
    assert only(edges, "on `block`").outcome == "block"


def test_named_versions_are_tried_each() -> None:
    text = NUMBER + "overrides:\n  - {id: new, when: {model_version: v5}, thresholds: {block: 0.85}}\n"
    found, edges = tried(text, ("{name: gbm}", '{name: gbm, versions: {v4: ">=4,<5", v5: ">=5,<6"}}'))
    assert found.is_sound
    assert {one.score for one in edges if one.edge == "on `block`"} == {0.85, 0.9}


# --- what is wrong at an edge --------------------------------------------------------------------------------


def test_a_cut_that_is_compared_otherwise_in_the_compiled_evaluators_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # `>` in place of `>=`
    monkeypatch.setattr("policy_engine.evaluator.case.bisect_right", bisect_left)
    found, _ = tried(POLICY, catalog=CATALOG)
    assert not found.is_sound
    first = found.failures[0]
    assert (first.edge, first.score, first.promised) == ("on `review`", 0.55, None)
    assert first.said["reference"].startswith("outcome review, threshold 0.55")
    assert first.said["scalar"].startswith("outcome allow, threshold None")
    text = edges_as_text([found])
    assert "policy.yaml: an edge is decided wrongly\n  cell       jurisdiction EU\n" in text
    assert "  score      0.55: on `review`\n" in text
    assert_fits(text)


def test_a_batch_that_compares_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    slots_of = numbers_in_rows._Slots.slots_of  # noqa: SLF001 - where a batch compares

    def strictly(slots: Any, combinations: Any, numbers: Any, classes: Any) -> Any:  # noqa: ANN401 - as given
        return slots_of(slots, combinations, np.nextafter(numbers, -np.inf), classes)

    monkeypatch.setattr(numbers_in_rows._Slots, "slots_of", strictly)  # noqa: SLF001
    found, _ = tried(POLICY, catalog=CATALOG)
    assert {one.edge for one in found.failures} == {"on `review`", "on `block`"}
    assert all(one.said["scalar"] == one.said["reference"] != one.said["batch"] for one in found.failures)


def _wrongly(change: Callable[[Request, Verdict], Verdict]) -> Callable[[Any, Request], Verdict]:
    decide = Meaning.verdict
    return lambda meaning, request: change(request, decide(meaning, request))


def test_a_reference_that_breaks_the_ladders_promise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(request: Request, verdict: Verdict) -> Verdict:
        return replace(verdict, outcome="allow") if request.score == 0.9 else verdict

    wrongly = _wrongly(change)
    monkeypatch.setattr(Meaning, "verdict", wrongly)
    monkeypatch.setattr(
        PolicyEvaluator, "verdict", lambda self, request: wrongly(Meaning(self.policy, _none()), request)
    )
    found, _ = tried(NUMBER[: NUMBER.index("knock_outs:")])
    promised = [one.promised for one in found.failures]
    assert promised == ["outcome `block`", "at least as strict as `review`, which 0.8999999999999999 gets"]
    assert "  promised   outcome `block`\n" in edges_as_text([found])


def _none() -> Any:  # noqa: ANN401 - a catalog
    from policy_engine.model import EMPTY_CATALOG

    return EMPTY_CATALOG


def test_a_member_that_gets_another_band_than_its_own_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(request: Request, verdict: Verdict) -> Verdict:
        del request
        return replace(verdict, members=tuple(one._replace(outcome="pass") for one in verdict.members))

    monkeypatch.setattr(Meaning, "verdict", _wrongly(change))
    found, _ = tried(SCORES)
    assert "`manual` for `document`" in {one.promised for one in found.failures}


def test_a_refusal_is_not_what_was_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Verdict:
        raise InvalidRequestError("no")

    monkeypatch.setattr(Meaning, "verdict", refuse)
    monkeypatch.setattr("policy_engine.reporting.edges._trying.verdicts", refuse)
    found, edges = tried(NUMBER)
    assert edges == []
    assert found.failed == found.tried == 34
    assert found.failures[0].said["reference"] == found.failures[0].said["batch"] == "refused: no"
    text = edges_as_text([found])
    assert f"policy.yaml: and {found.failed - 10} more\n" in text
    assert summary_of_edges([found]) == f"{found.tried} edges, {found.failed} failed"


def test_a_policy_that_cannot_be_compiled_rightly_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def miscompile(*_: object) -> None:
        raise MiscompiledError("`card-fraud` was compiled wrongly")

    monkeypatch.setattr("policy_engine.compiler.compile.confirm", miscompile)
    found, edges = tried(NUMBER)
    assert (found.is_sound, edges) == (False, [])
    assert edges_as_text([found]).startswith("policy.yaml: `card-fraud` was compiled wrongly\n")
    assert summary_of_edges([found]) == "0 edges, none failed, 1 policy miscompiled"


def test_a_score_of_several_classes_is_shown_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.evaluator.case.bisect_right", bisect_left)
    found, _ = tried(CLASSES)
    text = edges_as_text([found])
    assert "  cell       everywhere\n" in text
    assert "  score      first 0.444, second 0.0: on `possible`\n" in text
