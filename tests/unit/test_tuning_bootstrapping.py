"""Resamples: the quick ones are those of whole cases, and intervals hold what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from policy_engine.exceptions import LabelledDataError, TuningError
from policy_engine.measures import MEASURES, Counts, LabelledScores, curve_of
from policy_engine.tuning import Objective, bootstrap, choose
from policy_engine.tuning.accelerated import Units, accelerated_interval
from policy_engine.tuning.resampling import CountsBetweenPositives, WholeCases, places_of, resampling_of

if TYPE_CHECKING:
    from fractions import Fraction

    from policy_engine.tuning.resampling import Resampling
    from policy_engine.vocabulary import Direction

DIRECTIONS: tuple[Direction, ...] = ("riskier", "safer")
QUICK: tuple[tuple[Objective, dict[str, float]], ...] = (
    (Objective.maximise("f1"), {}),
    (Objective.maximise("fbeta", 2), {}),
    (Objective.maximise("mcc"), {}),
    (Objective.maximise("youden"), {}),
    (Objective.maximise("accuracy"), {}),
    (Objective.maximise("balanced_accuracy"), {}),
    (Objective.maximise("precision"), {"recall": 0.4}),
    (Objective.maximise("recall"), {"precision": 0.6}),
    (Objective.minimise_cost(1, 4), {}),
    (Objective.minimise_cost(1, 4), {"precision": 0.5, "recall": 0.5}),
)
SLOW = (Objective.capacity(3), Objective.share(0.3), Objective.maximise("net_benefit"))


def scored(cases: int, share: float = 0.3, seed: int = 0, decimals: int | None = None) -> LabelledScores:
    rng = np.random.default_rng(seed)
    is_positive = rng.random(cases) < share
    scores = np.where(is_positive, rng.beta(6, 2, cases), rng.beta(2, 5, cases))
    return LabelledScores.of(scores if decimals is None else scores.round(decimals), is_positive)


@st.composite
def resampled(draw: st.DrawFn) -> tuple[LabelledScores, np.ndarray]:
    """Draw some cases with many ties, and how often each of them is resampled."""
    many = draw(st.integers(2, 25))
    scores = draw(st.lists(st.integers(0, 8), min_size=many, max_size=many))
    labels = draw(st.lists(st.booleans(), min_size=many, max_size=many))
    times = draw(st.lists(st.integers(0, 3), min_size=many, max_size=many))
    return LabelledScores.of(np.array(scores) / 8, labels), np.array(times)


@pytest.mark.parametrize("higher_is", DIRECTIONS)
@pytest.mark.parametrize(("objective", "at_least"), QUICK, ids=lambda one: getattr(one, "measure", None))
@settings(max_examples=60)
@given(drawn=resampled())
def test_no_threshold_but_those_of_positives_is_the_best_of_a_resample(
    objective: Objective, at_least: dict[str, float], higher_is: Direction, drawn: tuple[LabelledScores, np.ndarray]
) -> None:
    labelled, times = drawn
    curve = curve_of(labelled, higher_is)
    whole = labelled.where(np.repeat(np.arange(len(labelled)), times))
    if not 0 < whole.is_positive.sum() < len(whole):
        return  # nothing is chosen of one class
    best = choose(curve_of(whole, higher_is), objective, at_least)
    places = CountsBetweenPositives(curve).places
    at = places_of(labelled, curve)
    tp, fp = (
        np.bincount(at[which], times[which], len(curve)).cumsum()
        for which in (labelled.is_positive, ~labelled.is_positive)
    )
    counts = Counts(tp, fp, tp[-1] - tp, fp[-1] - fp)
    told = {place: one for place in places if (one := told_at(objective, at_least, counts, place)) is not None}
    if best is None:
        assert not told
    elif objective.measure != "mcc" or best.value > 0:  # one that decides worse than chance is no choice worth making
        place = max(told, key=told.__getitem__)
        assert [one[place] for one in counts] == list(best.counts)
        if higher_is == "riskier":
            assert curve.threshold_at(int(place)) == best.threshold


def told_at(objective: Objective, at_least: dict[str, float], counts: Counts, place: int) -> float | Fraction | None:
    """Return what is told of one place, more is better; None where a bound is not kept, or it is not defined."""
    own = counts.at(place)
    assert objective.measuring is not None
    told = float(objective.measuring(own))
    if np.isnan(told) or any(not MEASURES[name](own) >= bound for name, bound in at_least.items()):
        return None
    if objective.exactly is not None:
        return objective.exactly(*(int(one) for one in own))
    return -told if objective.kind == "minimise" else told


@pytest.mark.parametrize("higher_is", DIRECTIONS)
@pytest.mark.parametrize("objective", [QUICK[0][0], *SLOW], ids=lambda one: one.measure)
def test_each_objective_is_resampled_where_its_best_can_be(objective: Objective, higher_is: Direction) -> None:
    labelled = scored(50)
    curve = curve_of(labelled, higher_is)
    found = resampling_of(labelled, curve, objective, {}, places=(3,))
    assert isinstance(found, CountsBetweenPositives) is (objective not in SLOW)
    drawn = found.draw(np.random.default_rng(0))
    assert drawn.cases == 50
    assert drawn.counts.tp[-1] + drawn.counts.fn[-1] == drawn.positive_cases
    assert (np.diff(drawn.flagged) >= 0).all()


@pytest.mark.parametrize("share", [0.02, 0.5])
def test_both_ways_of_resampling_choose_thresholds_of_one_distribution(share: float) -> None:
    labelled = scored(400, share, decimals=2)
    curve = curve_of(labelled)
    ways: tuple[Resampling, Resampling] = (CountsBetweenPositives(curve), WholeCases(labelled, curve, None))
    rng = np.random.default_rng(5)
    chosen = [
        [one.threshold for one in (choose(way.draw(rng), QUICK[0][0]) for _ in range(1500)) if one is not None]
        for way in ways
    ]
    assert stats.ks_2samp(*chosen, method="asymp").pvalue > 0.01
    drawn = [np.array([way.draw(rng).positive_cases for _ in range(1500)]) for way in ways]
    assert np.mean(drawn[0]) == pytest.approx(np.mean(drawn[1]), rel=0.05)
    assert np.std(drawn[0]) == pytest.approx(np.std(drawn[1]), rel=0.1)


def test_whole_clusters_are_drawn() -> None:
    labelled = scored(60)
    clusters = np.arange(60) // 6
    curve = curve_of(labelled)
    drawn = WholeCases(labelled, curve, clusters).draw(np.random.default_rng(1))
    assert drawn.cases == 60
    steps = np.diff(drawn.flagged)[np.argsort(-labelled.scores, kind="stable").argsort()]
    times = steps.reshape(10, 6)
    assert (times == times[:, :1]).all()
    assert times[:, 0].max() > 1


def test_cases_that_are_copies_of_each_other_are_no_more_sure_than_one() -> None:
    once = scored(150)
    copies = once.where(np.repeat(np.arange(150), 20))
    objective = Objective.maximise("f1")
    widths = []
    for labelled, clusters in ((once, None), (copies, np.repeat(np.arange(150), 20)), (copies, None)):
        curve = curve_of(labelled)
        choice = choose(curve, objective)
        assert choice is not None
        found = bootstrap(labelled, curve, objective, choice, clusters=clusters, replicates=400).measures["f1"]
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths[1] == pytest.approx(widths[0], rel=0.25)
    assert widths[2] < widths[0] / 3


def test_the_same_seed_says_the_same_and_another_does_not() -> None:
    labelled = scored(200)
    curve = curve_of(labelled)
    objective = Objective.maximise("mcc")
    choice = choose(curve, objective)
    assert choice is not None
    first, again, other = (
        bootstrap(labelled, curve, objective, choice, replicates=100, seed=seed) for seed in (3, 3, 4)
    )
    assert first == again
    assert first.measures != other.measures
    assert first.threshold is not None
    assert {first.threshold.low, first.threshold.high} <= set(curve.thresholds.tolist())
    assert sum(one.share for one in first.selected) <= 1
    assert [one.share for one in first.selected] == sorted((one.share for one in first.selected), reverse=True)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """`benchmarks/known_truth.py` does this with thousands of draws; here they are few."""
    held = 0
    for seed in range(120):
        labelled = scored(1000, 0.2, seed)
        curve = curve_of(labelled)
        choice = choose(curve, Objective.maximise("f1"))
        assert choice is not None
        assert choice.threshold is not None
        found = bootstrap(labelled, curve, Objective.maximise("f1"), choice, replicates=200, seed=seed).measures["f1"]
        assert found is not None
        tp, fp = 0.2 * stats.beta.sf(choice.threshold, 6, 2), 0.8 * stats.beta.sf(choice.threshold, 2, 5)
        held += found.low <= 2 * tp / (tp + fp + 0.2) <= found.high
    # Of 120 at 0.95, fewer than 105 or all come once in thousands of times
    assert 105 <= held <= 120


@pytest.mark.parametrize(("hits", "misses"), [(30, 10), (5, 60), (199, 1)])
def test_the_accelerated_interval_is_that_of_scipy(hits: int, misses: int) -> None:
    cases = np.repeat([1.0, 0.0], [hits, misses])
    result = stats.bootstrap((cases,), np.mean, n_resamples=2000, method="BCa", rng=np.random.default_rng(1))
    units = Units(Counts(*np.eye(4)), np.array([hits, misses, 0.0, 0.0]))
    found = accelerated_interval(MEASURES["precision"], units, result.bootstrap_distribution, 0.95)
    assert found == pytest.approx(tuple(result.confidence_interval), rel=1e-9)


def test_an_interval_of_what_is_not_defined_is_none() -> None:
    nothing = Units(Counts(*np.eye(4)), np.array([0.0, 0.0, 3.0, 4.0]))
    assert accelerated_interval(MEASURES["precision"], nothing, np.full(9, np.nan), 0.95) is None
    half = Units(Counts(*np.eye(4)), np.array([1.0, 1.0, 3.0, 4.0]))
    assert accelerated_interval(MEASURES["precision"], half, np.array([0.5, np.nan]), 0.95) is None


def test_a_share_that_never_differs_has_the_interval_of_a_share_and_no_other_measure_has_one() -> None:
    labelled = LabelledScores.of([0.9] * 9 + [0.1] * 11, [1] * 9 + [0] * 11)
    curve = curve_of(labelled)
    choice = choose(curve, Objective.maximise("f1"))
    assert choice is not None
    found = bootstrap(labelled, curve, Objective.maximise("f1"), choice, replicates=200).measures
    low, high = proportion_confint(9, 9, method="wilson")
    assert found["precision"] == pytest.approx((low, high))
    assert found["specificity"] == pytest.approx(proportion_confint(11, 11, method="wilson"))
    assert found["f1"] is None
    assert found["mcc"] is None
    shared = found["flagged_share"]
    assert shared is not None
    assert shared.low < 0.45 < shared.high
    clusters = bootstrap(labelled, curve, Objective.maximise("f1"), choice, replicates=200, clusters=np.arange(20))
    assert clusters.measures["precision"] is None


def test_a_bound_that_hardly_holds_is_held_against_resamples_in_which_it_does_not() -> None:
    hits = np.repeat([1, 0, 1, 0, 1, 0], [91, 9, 30, 70, 5, 95])
    labelled = LabelledScores.of(np.repeat([0.9, 0.5, 0.1], 100), hits)
    curve = curve_of(labelled)
    choice = choose(curve, Objective.maximise("recall"), {"precision": 0.9})
    assert choice is not None
    found = bootstrap(labelled, curve, Objective.maximise("recall"), choice, {"precision": 0.9})
    assert 500 < found.chosen < 800
    interval = found.measures["precision"]
    low, high = proportion_confint(91, 100, method="wilson")
    assert interval is not None
    assert interval.low == pytest.approx(low, abs=0.03)
    assert interval.high == pytest.approx(high, abs=0.03)


def test_a_choice_that_is_no_score_of_a_positive_is_measured_where_it_is() -> None:
    labelled = LabelledScores.of(np.arange(100, 0, -1) / 100, [1] * 28 + [0] * 22 + [1] * 10 + [0] * 40)
    curve = curve_of(labelled)
    objective = Objective.maximise("recall")
    choice = choose(curve, objective, among=range(40, 41))
    assert choice is not None
    quick = bootstrap(labelled, curve, objective, choice).measures["flagged_share"]
    whole = bootstrap(labelled, curve, objective, choice, clusters=np.arange(100)).measures["flagged_share"]
    assert quick is not None
    assert quick.low < 0.4 < quick.high
    assert quick == pytest.approx(whole, abs=0.03)


def test_clusters_are_told_apart_by_whatever_they_are_called() -> None:
    labelled = scored(60)
    curve = curve_of(labelled)
    choice = choose(curve, Objective.maximise("f1"))
    assert choice is not None
    names = [f"subject {place // 3}" for place in range(60)]
    numbers = np.arange(60) // 3 * 100
    first, second = (
        bootstrap(labelled, curve, Objective.maximise("f1"), choice, clusters=one, replicates=50)
        for one in (names, numbers)
    )
    assert first == second


@pytest.mark.parametrize("bad", [None, float("nan"), "", ["a"]])
def test_a_cluster_that_is_not_known_is_refused(bad: object) -> None:
    labelled = scored(3)
    with pytest.raises(LabelledDataError, match="row 2"):
        bootstrap(labelled, curve_of(labelled), Objective.maximise("f1"), None, clusters=["a", bad, "b"])  # type: ignore[arg-type]


def test_the_net_benefit_of_the_population_is_that_of_the_threshold_here() -> None:
    labelled = scored(2000, 0.2)
    curve = curve_of(labelled)
    choice = choose(curve, Objective.maximise("net_benefit"), {"precision": 0.6})
    assert choice is not None
    assert choice.threshold is not None
    found = bootstrap(labelled, curve, Objective.maximise("net_benefit"), choice, {"precision": 0.6}, replicates=200)
    tp, fp = 0.2 * stats.beta.sf(choice.threshold, 6, 2), 0.8 * stats.beta.sf(choice.threshold, 2, 5)
    truth = tp - fp * choice.threshold / (1 - choice.threshold)
    interval = found.measures["net_benefit"]
    assert interval is not None
    assert interval.low <= truth <= interval.high


@pytest.mark.parametrize("replicates", [0, -1, 100_001])
def test_a_number_of_resamples_that_is_none_is_refused(replicates: int) -> None:
    labelled = scored(20)
    curve = curve_of(labelled)
    choice = choose(curve, Objective.maximise("f1"))
    assert choice is not None
    with pytest.raises(TuningError, match="from 1 to 100,000"):
        bootstrap(labelled, curve, Objective.maximise("f1"), choice, replicates=replicates)


def test_weights_are_drawn_with_their_cases() -> None:
    plain = scored(300)
    doubled = LabelledScores.of(plain.scores, plain.is_positive, np.full(300, 2.0))
    found = []
    for labelled in (plain, doubled):
        curve = curve_of(labelled)
        choice = choose(curve, Objective.maximise("f1"))
        assert choice is not None
        found.append(bootstrap(labelled, curve, Objective.maximise("f1"), choice, replicates=600))
    ends = [one.measures["f1"] for one in found]
    assert ends[0] is not None
    assert ends[1] is not None
    # Other draws of the same distribution
    assert ends[0] == pytest.approx(ends[1], abs=0.015)
