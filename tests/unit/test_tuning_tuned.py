"""A threshold with what speaks for it: the empirical and the guaranteed choice, honest values, scenarios, segments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from policy_engine.exceptions import LabelledDataError, TuningError
from policy_engine.measures import MEASURES, LabelledScores, curve_of
from policy_engine.tuning import (
    Objective,
    Plan,
    Start,
    Trust,
    choose,
    cross_fitted,
    guarantee,
    held_out,
    tune_scores,
    tune_segments,
    under_label_noise,
)

RECALL = Objective.maximise("recall")
SURE = Plan(RECALL, {"precision": 0.9})
QUICK = Trust(replicates=0)


def scored(cases: int = 2000, share: float = 0.2, seed: int = 0) -> LabelledScores:
    rng = np.random.default_rng(seed)
    is_positive = rng.random(cases) < share
    return LabelledScores.of(np.where(is_positive, rng.beta(6, 2, cases), rng.beta(2, 5, cases)), is_positive)


def test_the_guaranteed_choice_is_the_one_to_take_and_flags_no_more_than_the_best_of_the_sample() -> None:
    tuned = tune_scores(scored(), SURE, QUICK)
    assert tuned.empirical is not None
    assert tuned.guaranteed is not None
    assert tuned.choice is tuned.guaranteed.choice
    assert tuned.choice is not None
    assert tuned.choice.place < tuned.empirical.place
    (kept,) = tuned.guaranteed.bounds
    assert kept.at is not None
    hits, flagged = int(tuned.choice.counts.tp), int(tuned.choice.counts.tp + tuned.choice.counts.fp)
    assert (kept.at.k, kept.at.n) == (hits, flagged)
    assert kept.at.p_value == pytest.approx(stats.binomtest(hits, flagged, 0.9, alternative="greater").pvalue)
    assert kept.at.p_value <= 0.05
    interval = stats.binomtest(hits, flagged, alternative="greater").proportion_ci(0.95, "exact")
    assert kept.at.lower_bound == pytest.approx(interval.low)
    assert kept.at.lower_bound >= 0.9
    assert (kept.begins, kept.start) == ("least_certifiable", float(np.sort(scored().scores)[-29]))


def test_two_bounds_are_each_tested_at_half_and_hold_together() -> None:
    curve = curve_of(scored())
    found = guarantee(curve, Objective.minimise_cost(1, 1), {"precision": 0.9, "recall": 0.5}, 0.05)
    assert [one.certified.delta for one in found.bounds] == [0.025, 0.025]
    assert [one.begins for one in found.bounds] == ["least_certifiable", "flag_all"]
    assert found.choice is not None
    assert all(found.choice.place in one.certified.places for one in found.bounds)
    assert guarantee(curve, RECALL, {"precision": 0.9, "recall": 0.95}, 0.05).choice is None


def test_a_start_is_taken_as_declared() -> None:
    labelled = scored()
    for start, rule in ((Start(threshold=0.8), "threshold"), (Start(flagged=100), "flagged")):
        tuned = tune_scores(labelled, replace(SURE, start=start), QUICK)
        assert tuned.guaranteed is not None
        (kept,) = tuned.guaranteed.bounds
        assert kept.begins == rule
        assert kept.start is not None
        flagged = int((labelled.scores >= kept.start).sum())
        assert flagged == (100 if rule == "flagged" else int((labelled.scores >= 0.8).sum()))


def test_without_a_confidence_or_a_bound_nothing_is_guaranteed() -> None:
    for plan in (replace(SURE, confidence=None), Plan(RECALL)):
        tuned = tune_scores(scored(), plan, QUICK)
        assert tuned.guaranteed is None
        assert tuned.choice is tuned.empirical


@pytest.mark.parametrize("kind", ["weights", "clusters"])
def test_what_no_exact_test_is_known_of_is_not_guaranteed_and_says_why(kind: str) -> None:
    plain = scored(400)
    labelled = LabelledScores.of(plain.scores, plain.is_positive, np.full(400, 0.5)) if kind == "weights" else plain
    trust = QUICK if kind == "weights" else replace(QUICK, clusters=[place // 4 for place in range(400)])
    tuned = tune_scores(labelled, SURE, trust)
    assert tuned.empirical is not None
    assert tuned.guaranteed is not None
    assert tuned.choice is None
    assert "no exact test" in str(tuned.guaranteed.why)


def test_what_was_chosen_is_worth_less_on_other_cases() -> None:
    optimism = []
    for seed in range(30):
        labelled = scored(300, 0.2, seed)
        tuned = tune_scores(labelled, Plan(Objective.maximise("f1")), QUICK)
        assert tuned.empirical is not None
        assert tuned.honest is not None
        assert tuned.honest.value is not None
        assert (tuned.honest.method, tuned.honest.parts, tuned.honest.chosen) == ("cross_fitted", 10, 10)
        assert sum(int(cell) for cell in tuned.honest.counts) == 300
        optimism.append(tuned.empirical.value - tuned.honest.value)
    assert np.mean(optimism) > 2 * np.std(optimism) / np.sqrt(30)


def test_folds_are_dealt_by_the_seed_and_keep_clusters_whole() -> None:
    labelled = scored(200)
    clusters = np.arange(200) // 100
    first, again, other = (cross_fitted(labelled, "riskier", Objective.maximise("f1"), seed=seed) for seed in (1, 1, 2))
    assert first is not None
    assert other is not None
    assert str(first) == str(again) != str(other)
    in_two = cross_fitted(labelled, "riskier", Objective.maximise("f1"), clusters=clusters)
    assert in_two is not None
    assert in_two.parts == 2
    # Each half is measured at the threshold that the other half chose
    halves = [labelled.where(clusters == one) for one in (0, 1)]
    hits = 0
    for fitted, out in (halves, halves[::-1]):
        choice = choose(curve_of(fitted), Objective.maximise("f1"))
        assert choice is not None
        assert choice.threshold is not None
        hits += int((out.is_positive & (out.scores >= choice.threshold)).sum())
    assert int(in_two.counts.tp) == hits


def test_one_case_cannot_be_set_aside() -> None:
    one = LabelledScores.of([0.5], [1])
    with pytest.raises(TuningError, match="fewer than two"):
        cross_fitted(one, "riskier", Objective.maximise("f1"))
    assert tune_scores(one, Plan(Objective.maximise("f1")), Trust(replicates=10)).honest is None


def test_a_holdout_is_measured_at_the_thresholds_that_were_chosen() -> None:
    other = scored(500, seed=9)
    tuned = tune_scores(scored(), SURE, replace(QUICK, holdout=other))
    assert tuned.choice is not None
    assert tuned.honest is not None
    assert tuned.honest_of_guaranteed is not None
    assert tuned.choice.threshold is not None
    assert tuned.honest_of_guaranteed.method == "holdout"
    reached = other.scores >= tuned.choice.threshold
    assert int(tuned.honest_of_guaranteed.counts.fp) == int((reached & ~other.is_positive).sum())
    assert held_out(curve_of(other), RECALL, None).counts.tp == 0


def test_at_another_prevalence_recall_stays_and_precision_follows() -> None:
    tuned = tune_scores(scored(), SURE, replace(QUICK, prevalence=0.02))
    assert tuned.choice is not None
    (scenario,) = tuned.scenarios
    assert scenario.counts is not None
    before, after = tuned.choice.counts, scenario.counts
    assert MEASURES["recall"](after) == pytest.approx(float(MEASURES["recall"](before)))
    assert sum(float(one) for one in after) == pytest.approx(2000)
    assert float(after.tp + after.fn) == pytest.approx(40)
    sensitivity, fall_out = (float(MEASURES[name](before)) for name in ("recall", "false_positive_rate"))
    bayes = 0.02 * sensitivity / (0.02 * sensitivity + 0.98 * fall_out)
    assert MEASURES["precision"](after) == pytest.approx(bayes)
    assert scenario.best is not None
    assert scenario.best.place < tuned.empirical.place if tuned.empirical else False


def test_a_precision_read_through_wrong_labels_is_lower_than_it_is() -> None:
    """Of 1,000 flagged cases of which 900 are right, 16 % wrong labels make 772 (TUNING's example)."""
    labelled = LabelledScores.of([0.9] * 1000 + [0.1] * 1000, [1] * 772 + [0] * 228 + [1] * 200 + [0] * 800)
    choice = choose(curve_of(labelled), Objective.maximise("f1"))
    assert choice is not None
    scenario = under_label_noise(choice, 0.16)
    assert scenario.counts is not None
    assert float(MEASURES["precision"](scenario.counts)) == pytest.approx(0.9)
    assert scenario.why is None
    none = under_label_noise(choice, 0.0)
    assert none.counts is not None
    assert [float(one) for one in none.counts] == [float(one) for one in choice.counts]


def test_more_wrong_labels_than_there_can_be_are_told() -> None:
    labelled = LabelledScores.of([0.9] * 100 + [0.1] * 100, [1] * 95 + [0] * 105)
    choice = choose(curve_of(labelled), Objective.maximise("f1"))
    assert choice is not None
    scenario = under_label_noise(choice, 0.1)
    assert scenario.counts is not None
    assert np.isnan(MEASURES["precision"](scenario.counts))
    assert "would show in the labels of those flagged" in str(scenario.why)


@pytest.mark.parametrize("noise", [-0.1, 0.5, float("nan")])
def test_a_share_of_wrong_labels_that_says_nothing_is_refused(noise: float) -> None:
    choice = choose(curve_of(scored(50)), Objective.maximise("f1"))
    assert choice is not None
    with pytest.raises(TuningError, match="wrong labels"):
        under_label_noise(choice, noise)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, float("nan")])
def test_a_prevalence_without_both_classes_is_refused(prevalence: float) -> None:
    with pytest.raises(TuningError, match="prevalence"):
        tune_scores(scored(50), Plan(RECALL), replace(QUICK, prevalence=prevalence))


def test_missing_that_costs_more_lowers_the_threshold() -> None:
    tuned = tune_scores(scored(), Plan(Objective.minimise_cost(1, 5)), QUICK)
    half, twice = tuned.scenarios
    assert (half.given, twice.given) == (0.5, 2.0)
    assert tuned.empirical is not None
    assert half.best is not None
    assert twice.best is not None
    assert half.best.place <= tuned.empirical.place <= twice.best.place
    assert half.best.place < twice.best.place
    assert twice.best.value == float(twice.best.counts.fp + 10 * twice.best.counts.fn)


def test_segments_share_what_the_confidence_leaves() -> None:
    labelled = scored(4000)
    by = {"region": ["north" if place % 4 else "south" for place in range(4000)]}
    tuned = tune_scores(labelled, SURE, QUICK, by)
    assert [one.segment.values for one in tuned.segments] == [{"region": "north"}, {"region": "south"}]
    for one in tuned.segments:
        assert one.guaranteed is not None
        assert one.guaranteed.delta == pytest.approx(0.025)
        assert one.segment.at is not None
        assert one.segment.adverse_impact_ratio is not None
    alone = tune_scores(labelled.where(np.arange(4000) % 4 == 0), SURE, QUICK)
    assert alone.empirical is not None
    assert tuned.segments[1].empirical is not None
    assert tuned.segments[1].empirical.threshold == alone.empirical.threshold


def test_impact_is_counted_by_whoever_fares_better() -> None:
    labelled = LabelledScores.of([0.9, 0.8, 0.1, 0.9, 0.2, 0.1], [1, 1, 0, 1, 0, 0])
    by = {"sex": ["f", "f", "f", "m", "m", "m"]}
    plan = Plan(Objective.maximise("f1"))
    left = [one.segment.adverse_impact_ratio for one in tune_scores(labelled, plan, QUICK, by).segments]
    flagged = [
        one.segment.adverse_impact_ratio
        for one in tune_scores(labelled, replace(plan, flagged_fare_better=True), QUICK, by).segments
    ]
    assert left == [0.5, 1.0]
    assert flagged == [1.0, 0.5]


def test_a_segment_without_positives_has_no_threshold_of_its_own() -> None:
    labelled = LabelledScores.of([0.9, 0.1, 0.8, 0.2], [1, 0, 0, 0])
    tuned = tune_scores(labelled, SURE, QUICK, {"a": [1, 1, 2, 2]})
    assert tuned.segments[1].empirical is None
    assert tuned.segments[1].guaranteed is not None
    assert tuned.segments[1].guaranteed.choice is None


def test_one_class_has_nothing_to_choose() -> None:
    tuned = tune_scores(LabelledScores.of([0.9, 0.1], [0, 0]), Plan(RECALL), Trust(replicates=5, prevalence=0.3))
    assert tuned.empirical is None
    assert tuned.interval is None
    assert tuned.honest is None
    assert tuned.scenarios == ()


def test_the_net_benefit_elsewhere_is_that_at_the_threshold_that_was_chosen() -> None:
    other = LabelledScores.of([0.9, 0.85, 0.8, 0.1], [1, 1, 0, 0])
    found = held_out(curve_of(other), Objective.maximise("net_benefit"), 0.2)
    assert found.value == pytest.approx((2 - 1 * 0.2 / 0.8) / 4)
    assert held_out(curve_of(other), Objective.maximise("net_benefit"), None).value == 0


def test_at_another_prevalence_a_capacity_is_filled_there() -> None:
    tuned = tune_scores(scored(), Plan(Objective.capacity(100)), replace(QUICK, prevalence=0.05))
    (scenario,) = tuned.scenarios
    assert scenario.best is not None
    assert tuned.empirical is not None
    flagged = float(scenario.best.counts.tp + scenario.best.counts.fp)
    assert 97 < flagged <= 100
    assert scenario.best.place > tuned.empirical.place


def test_a_capacity_is_shared_by_the_segments_of_those_that_it_is_for() -> None:
    labelled = scored(400)
    by = {"half": [place % 2 for place in range(400)]}
    plan = Plan(Objective.capacity(50))
    choice = choose(curve_of(labelled), plan.objective)
    all_of_it = [one.empirical for one in tune_segments(labelled, plan, by, choice)]
    of_half = [one.empirical for one in tune_segments(labelled, plan, by, choice, room_for=200)]
    assert [one.value for one in all_of_it if one is not None] == [25, 25]
    assert [one.value for one in of_half if one is not None] == [50, 50]


def test_one_share_of_wrong_labels_is_told_once() -> None:
    tuned = tune_scores(scored(), SURE, replace(QUICK, label_noise=(0.01, 0.01)))
    assert [one.kind for one in tuned.scenarios] == ["label_noise"]


def test_no_cases_are_refused_and_so_are_other_clusters() -> None:
    with pytest.raises(LabelledDataError, match="no cases"):
        tune_scores(LabelledScores.of([], []), Plan(RECALL))
    with pytest.raises(LabelledDataError, match="2 scores and 1 clusters"):
        tune_scores(LabelledScores.of([1, 2], [1, 0]), Plan(RECALL), Trust(clusters=["a"]))
