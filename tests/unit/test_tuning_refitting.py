"""Refitted tiers: what is taken, why there may be nothing to take, what a baseline says, and the way into a policy."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError, TuningError
from policy_engine.lint import told_by
from policy_engine.loader import read_documents
from policy_engine.measures import ClassScores, Cuts, Proportion
from policy_engine.tuning import TierPlan, fit_tiers, read_policy_file, refit, unpaired_equivalence
from policy_engine.tuning.tiered_policy import TieredPolicy, propose_tiers, tiers_in
from policy_engine.tuning.writing import write_proposal
from policy_engine.validator import BEFORE_TUNING, check
from tests.support.class_scores import drawn_classes, first_test_failed
from tests.support.commands import POLICIES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


PLAN = TierPlan(0.9, 0.13, highlights=(0.2, 0.25))


def test_without_a_confidence_what_fits_the_cases_is_taken_and_with_one_what_is_guaranteed() -> None:
    scores = drawn_classes()
    empirical = fit_tiers(scores, PLAN)
    guaranteed = fit_tiers(scores, TierPlan(0.9, 0.13, take="guaranteed"))
    assert empirical.confident == guaranteed.confident
    assert empirical.cuts == Cuts(empirical.confident.empirical or 0, empirical.refer.threshold)
    assert guaranteed.cuts == Cuts(guaranteed.confident.guaranteed or 0, guaranteed.refer.threshold)
    assert empirical.cuts.confident < guaranteed.cuts.confident


def test_few_cases_guarantee_nothing_and_it_is_told_how_many_it_takes() -> None:
    fit = fit_tiers(drawn_classes(20), TierPlan(0.95, 0.13, take="guaranteed"))
    assert (fit.confident.guaranteed, fit.confident.start, fit.cuts) == (None, None, None)
    assert fit.why == (
        "no confident threshold can be guaranteed to have an accuracy of 0.95; "
        "it takes 59 covered cases at least, or a lower accuracy"
    )


def test_a_first_test_that_fails_says_what_it_takes_at_this_share_of_errors() -> None:
    fit = fit_tiers(first_test_failed(right=58), TierPlan(0.95, 0.13, take="guaranteed"))
    assert (fit.confident.guaranteed, fit.confident.certified.n, fit.confident.certified.k) == (None, 59, 58)
    assert fit.why == (
        "no confident threshold can be guaranteed to have an accuracy of 0.95; "
        f"it takes {fit.confident.certified.needed} covered cases at this share of errors, or a lower accuracy"
    )


def test_an_accuracy_that_no_threshold_has_is_told() -> None:
    scores = ClassScores.of([[0.9, 0.1], [0.8, 0.2]], [1, 1])
    for take in ("empirical", "guaranteed"):
        found = refit(scores, TierPlan(0.9, 0.5, take=take))
        assert found.tables is None
        assert found.fit.why == "no confident threshold has an accuracy of 0.9 on these cases; ask for a lower one"
        assert found.stricter is None


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_tiers_that_collide_are_no_tiers(share: float) -> None:
    scores = ClassScores.of([[0.9, 0.1], [0.8, 0.2], [0.8, 0.2]], [0, 0, 0])
    assert fit_tiers(scores, TierPlan(0.9, share)).cuts is None
    why = fit_tiers(scores, TierPlan(0.9, share)).why or ""
    assert why.startswith("the tiers collide: the confident threshold, 0.8, does not lie above the refer threshold, 0.")


def test_old_thresholds_that_collide_are_refused() -> None:
    with pytest.raises(TuningError, match="of the old thresholds: the tiers collide"):
        refit(drawn_classes(50), PLAN, old=Cuts(0.5, 0.5))


@pytest.mark.parametrize(
    "wrong",
    [
        {"confident_accuracy": 1.0},
        {"confident_accuracy": float("nan")},
        {"refer_share": 0.0},
        {"stricter_accuracy": 1.5},
        {"confidence": 1.0},
        {"floor": 4},
    ],
)
def test_a_plan_that_no_cases_satisfy_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TuningError):
        TierPlan(**{"confident_accuracy": 0.9, "refer_share": 0.1, **wrong})


def test_the_stricter_option_has_half_as_many_errors_unless_it_is_said() -> None:
    assert TierPlan(0.95, 0.1).stricter == 0.975
    assert TierPlan(0.95, 0.1, stricter_accuracy=0.99).stricter == 0.99


def test_refer_candidates_lie_around_the_share_that_is_wanted() -> None:
    found = refit(drawn_classes(), PLAN)
    assert [one.wanted for one in found.candidates] == [0.065, 0.13, 0.195]
    assert [one.referred.cases for one in found.candidates] == [130, 260, 390]
    assert all(one.referred.cases + one.kept.cases == 2000 for one in found.candidates)
    assert [one.wanted for one in refit(drawn_classes(), TierPlan(0.9, 0.8)).candidates] == [0.4, 0.8]


def test_segments_add_up_to_all_cases() -> None:
    scores = drawn_classes()
    found = refit(scores, PLAN, by={"half": [place % 2 for place in range(2000)]})
    assert found.tables is not None
    by_tier = zip(*(one.tables.tiers for one in found.segments if one.tables), strict=True)
    assert [sum(tier.cases for tier in both) for both in by_tier] == [tier.cases for tier in found.tables.tiers]


def test_no_cases_are_refused() -> None:
    with pytest.raises(LabelledDataError, match="there are no cases"):
        refit(drawn_classes().where(np.zeros(2000, bool)), PLAN)


def test_the_same_cases_scored_twice_are_pairs() -> None:
    found = refit(drawn_classes(), PLAN, baseline=drawn_classes(sharpness=0.5), baseline_pairs=True).baseline
    assert found is not None
    assert found.against.are_pairs
    # Less sure of everything, and of the same classes
    assert found.against.equivalence.equivalent
    assert found.against.distance is not None
    assert found.against.distance.p_value < 1e-6
    assert (found.against.shifts[0].difference or 0) > 0.1


def test_other_cases_are_no_pairs_and_few_of_them_show_nothing() -> None:
    few = refit(drawn_classes(300), PLAN, baseline=drawn_classes(300, seed=1)).baseline
    many = refit(drawn_classes(60_000), PLAN, baseline=drawn_classes(60_000, seed=1)).baseline
    assert few is not None
    assert many is not None
    assert not few.against.are_pairs
    assert not few.against.equivalence.equivalent
    assert many.against.equivalence.equivalent


def test_labels_in_the_same_order_are_those_of_the_same_cases() -> None:
    before = drawn_classes(sharpness=0.5)
    found = refit(drawn_classes(), PLAN, baseline=before).baseline
    said = refit(drawn_classes(), PLAN, baseline=before, baseline_pairs=True).baseline
    assert found is not None
    assert said is not None
    assert found.against.are_pairs
    assert found.against == said.against
    assert found.against.distance is not None
    assert found.against.distance.p_value < 1e-6
    assert (found.against.shifts[0].difference or 0) > 0.1
    # In another order they are not known to be, for no score is the same
    order = np.random.default_rng(1).permutation(len(before))
    found = refit(drawn_classes(), PLAN, baseline=before.where(order)).baseline
    assert found is not None
    assert not found.against.are_pairs


@pytest.mark.parametrize("labels", [np.repeat([0, 1], 200), np.tile(np.repeat([0, 1], 10), 20)])
def test_labels_in_an_order_that_sorting_makes_say_nothing_of_pairs(labels: Any) -> None:  # noqa: ANN401 - an array
    rng = np.random.default_rng(3)
    both = [ClassScores.of(np.column_stack((up, 1 - up)), labels) for up in rng.random((2, 400))]
    found = refit(both[1], PLAN, baseline=both[0]).baseline
    assert found is not None
    assert not found.against.are_pairs
    before, now = (Proportion(int(one.is_right.sum()), 400) for one in both)
    assert found.against.equivalence == unpaired_equivalence(before, now, PLAN.margin, PLAN.confidence)


def test_the_very_same_cases_are_pairs_in_whatever_order() -> None:
    scores = drawn_classes(3000)
    for baseline in (scores, scores.where(np.random.default_rng(0).permutation(3000))):
        found = refit(scores, PLAN, baseline=baseline).baseline
        assert found is not None
        assert (found.against.are_pairs, found.against.difference) == (True, 0)
        assert found.against.equivalence.equivalent


def test_a_few_rows_over_and_over_are_not_known_to_be_the_same_cases() -> None:
    votes = ClassScores.of([[1.0, 0.0]] * 200 + [[0.0, 1.0]] * 200, [0] * 200 + [1] * 200)
    found = refit(votes, PLAN, baseline=votes).baseline
    assert found is not None
    assert not found.against.are_pairs


def test_what_cannot_be_pairs_is_refused() -> None:
    scores = drawn_classes(50)
    other = ClassScores.of(scores.scores, np.where(np.arange(50) == 6, (scores.labels + 1) % 4, scores.labels))
    for baseline, words in (
        (scores.where(np.arange(49)), "50 cases are no pairs with 49"),
        (other, "class in row 7 is"),
    ):
        with pytest.raises(LabelledDataError, match=words):
            refit(scores, PLAN, baseline=baseline, baseline_pairs=True)


def test_without_thresholds_a_baseline_has_no_tables_and_still_says_how_far_scores_have_moved() -> None:
    found = refit(drawn_classes(20), TierPlan(0.95, 0.13, take="guaranteed"), baseline=drawn_classes(30)).baseline
    assert found is not None
    assert (found.tables, found.against.shifts) == (None, ())
    assert found.against.stability is not None


def test_shares_that_differ_by_the_margin_are_seldom_called_equal() -> None:
    rng = np.random.default_rng(7)
    for first, second, share in ((500, 500, 0.8), (1000, 400, 0.9), (2000, 2000, 0.02)):
        drawn = zip(
            rng.binomial(first, share, 4000).tolist(), rng.binomial(second, share + 0.05, 4000).tolist(), strict=True
        )
        wrong = sum(
            bool(unpaired_equivalence(Proportion(one, first), Proportion(other, second), 0.05).equivalent)
            for one, other in drawn
        )
        assert wrong / 4000 < 0.06


def test_of_no_case_nothing_is_equal() -> None:
    assert unpaired_equivalence(Proportion(0, 0), Proportion(1, 2), 0.01).equivalent is None
    assert unpaired_equivalence(Proportion(0, 10**6), Proportion(0, 10**6), 0.01).equivalent
    assert unpaired_equivalence(Proportion(10**6, 10**6), Proportion(10**6, 10**6), 0.01).equivalent


# --- policies -----------------------------------------------------------------------------------------------------


def _policy(folder: Path, name: str = "satellite-labelling", edits: Mapping[str, str] | None = None) -> TieredPolicy:
    """Return a sample policy without its tests: with each tuning that they do not speak of, they would have to go."""
    shutil.copy(f"{POLICIES}/catalog.yaml", folder)
    path = folder / f"{name}.yaml"
    shutil.copy(f"{POLICIES}/{name}.yaml", path)
    text = path.read_text(encoding="utf-8").partition("tests:")[0]
    for old, new in (edits or {}).items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return tiers_in(read_policy_file(path))


def test_the_tiers_of_a_policy_are_its_three_bands(tmp_path: Path) -> None:
    tiered = _policy(tmp_path)
    assert tiered.names == ("accept", "suggest", "label")
    assert tiered.cuts == Cuts(0.85, 0.5)
    assert tiered.highlight is not None
    assert tiered.highlight.above == 0.2
    assert tiered.classes_among(("b", "a"))[0] == "cotton_crop"


def test_without_labels_equal_scores_go_by_the_names_of_classes(tmp_path: Path) -> None:
    assert _policy(tmp_path, "derm-triage").classes_among(("tinea", "eczema")) == ("eczema", "tinea")


def test_both_thresholds_are_one_edit_with_one_version_and_an_item_of_evidence_each(tmp_path: Path) -> None:
    tiered = _policy(tmp_path)
    before = tiered.file.raw.decode()
    proposal = propose_tiers(tiered, Cuts(0.9, 0.6), {"n": 1})
    expected = before.replace("version: 1\n", "version: 2\n").replace("at_least: 0.85}", "at_least: 0.9}")
    expected = expected.replace("at_least: 0.5\n", "at_least: 0.6\n")
    assert proposal.after.decode().replace("evidence: evidence/satellite-labelling-v2.json\n", "") == expected
    items = json.loads(proposal.evidence)["thresholds"]
    assert [(one["band"], one["threshold"], one["previous"], one["version"], one["tuned"]) for one in items] == [
        ("accept", 0.9, 0.85, 2, {"n": 1}),
        ("suggest", 0.6, 0.5, 2, {"n": 1}),
    ]


@pytest.mark.parametrize(("above", "is_new"), [(None, False), (0.3, False), (0.25, True)])
def test_what_is_there_already_is_not_written_again(tmp_path: Path, above: float | None, *, is_new: bool) -> None:
    write_proposal(propose_tiers(_policy(tmp_path), Cuts(0.9, 0.6), {"n": 1}, above=0.3))
    again = tiers_in(read_policy_file(tmp_path / "satellite-labelling.yaml"))
    assert again.highlight is not None
    assert again.highlight.above == 0.3
    assert propose_tiers(again, Cuts(0.9, 0.6), {"n": 1}, above).is_new is is_new
    assert propose_tiers(again, Cuts(0.9, 0.6), {"n": 2}, above).is_new


def test_one_threshold_that_stays_keeps_its_number_and_what_was_before_it(tmp_path: Path) -> None:
    write_proposal(propose_tiers(_policy(tmp_path), Cuts(0.9, 0.6), {"n": 1}))
    again = tiers_in(read_policy_file(tmp_path / "satellite-labelling.yaml"))
    items = json.loads(propose_tiers(again, Cuts(0.9, 0.7), {"n": 2}).evidence)["thresholds"]
    assert [(one["threshold"], one["previous"], one["version"], one["tuned"]["n"]) for one in items] == [
        (0.9, 0.85, 2, 2),
        (0.7, 0.6, 3, 2),
    ]


def test_evidence_keeps_what_a_cut_of_highlights_was_before_while_the_policy_has_it(tmp_path: Path) -> None:
    write_proposal(propose_tiers(_policy(tmp_path), Cuts(0.9, 0.6), {"n": 1}, above=0.3))
    again = tiers_in(read_policy_file(tmp_path / "satellite-labelling.yaml"))
    moved = {"band": "suggest", "above": 0.3, "previous": 0.2, "version": 2}
    assert json.loads(propose_tiers(again, Cuts(0.9, 0.7), {}).evidence)["highlights"] == [moved]
    once_more = {"band": "suggest", "above": 0.4, "previous": 0.3, "version": 3}
    assert json.loads(propose_tiers(again, Cuts(0.9, 0.7), {}, above=0.4).evidence)["highlights"] == [once_more]
    path = tmp_path / "satellite-labelling.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("above: 0.3", "above: 0.1"), encoding="utf-8")
    by_hand = tiers_in(read_policy_file(path))
    assert "highlights" not in json.loads(propose_tiers(by_hand, Cuts(0.9, 0.7), {}).evidence)


def test_tests_that_speak_of_the_cut_before_are_told_and_refuse_nothing(tmp_path: Path) -> None:
    for name in ("catalog", "satellite-labelling"):
        shutil.copy(f"{POLICIES}/{name}.yaml", tmp_path)
    path = tmp_path / "satellite-labelling.yaml"
    write_proposal(propose_tiers(tiers_in(read_policy_file(path)), Cuts(0.85, 0.5), {"n": 1}, above=0.3))
    _, report = check(read_documents([tmp_path], keep_evidence=told_by))
    stale = [one for one in report.diagnostics if one.code == BEFORE_TUNING]
    assert report.ok
    assert stale
    assert all("the highlight of `suggest` was tuned from 0.2 to 0.3" in one.message for one in stale)


def test_thresholds_that_collide_are_never_proposed(tmp_path: Path) -> None:
    with pytest.raises(TuningError, match="are not written"):
        propose_tiers(_policy(tmp_path), Cuts(0.6, 0.6), {})


def test_a_cut_of_highlights_needs_a_highlight(tmp_path: Path) -> None:
    line = next(one for one in _policy(tmp_path).file.document.text.splitlines(keepends=True) if "highlight:" in one)
    tiered = _policy(tmp_path, edits={line: ""})
    with pytest.raises(TuningError, match="`suggest` highlights nothing"):
        propose_tiers(tiered, Cuts(0.9, 0.6), {}, above=0.3)


@pytest.mark.parametrize(
    ("name", "edits", "why"),
    [
        ("card-fraud", {}, "its score is not of the kind `classes`"),
        ("kyc", {}, "its score is not of the kind `classes`"),
        ("tool-routing", {}, "has no tiers to fit"),
        ("content-moderation", {}, "has no tiers to fit"),
        ("derm-triage", {"signal: top #": "signal: margin #"}, "its signal is the `margin`"),
        (
            "derm-triage",
            {"on_invalid: refer": "on_invalid: refer\nlead: {ratio: 1.5, bands: [confident]}"},
            "its `lead` has a say",
        ),
    ],
)
def test_other_policies_have_no_tiers(tmp_path: Path, name: str, edits: dict[str, str], why: str) -> None:
    with pytest.raises(TuningError, match=why):
        _policy(tmp_path, name, edits)
