"""Every number of a sweep, held to scikit-learn and scipy, and to counting by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn import metrics

from policy_engine.measures import (
    MEASURES,
    Curve,
    LabelledScores,
    Separability,
    auc_of,
    curve_of,
    fbeta,
    separability_of,
)

if TYPE_CHECKING:
    from policy_engine.vocabulary import Direction

CLOSE = 1e-12
ODD = [0.0, -0.0, 5e-324, -5e-324, 2.5e-308, 0.1 + 0.2, 0.3, 1.0, np.nextafter(1.0, 0), 1.7e308, -1.7e308, -1.0]


@st.composite
def labelled(draw: st.DrawFn, *, weighted: bool | None = None) -> LabelledScores:
    """Draw cases with many ties, of one class only now and then, with whole weights or none."""
    cases = draw(st.integers(1, 60))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    distinct = draw(st.sampled_from([1, 2, 5, 1000]))
    scores = random.integers(-distinct, distinct + 1, cases) / draw(st.sampled_from([1, 3, 10]))
    is_positive = random.random(cases) < draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))
    has_weights = draw(st.booleans()) if weighted is None else weighted
    weights = random.integers(0, 4, cases) / 4 if has_weights else None
    if weights is not None and not weights.any():
        weights[0] = 1
    return LabelledScores.of(scores, is_positive, weights)


@given(labelled(), st.sampled_from(["riskier", "safer"]))
def test_every_threshold_flags_what_a_comparison_does(cases: LabelledScores, higher_is: Direction) -> None:
    curve = curve_of(cases, higher_is)
    weights = np.ones(len(cases)) if cases.weights is None else cases.weights
    assert len(curve) == len(set(cases.scores.tolist())) + 1
    for place, threshold in enumerate(curve.thresholds):
        if np.isnan(threshold):
            is_flagged = np.full(len(cases), higher_is == "safer")
        else:
            is_flagged = cases.scores >= threshold if higher_is == "riskier" else cases.scores < threshold
        expected = [
            weights[chosen & which].sum()
            for chosen, which in (
                (is_flagged, cases.is_positive),
                (is_flagged, ~cases.is_positive),
                (~is_flagged, cases.is_positive),
                (~is_flagged, ~cases.is_positive),
            )
        ]
        assert [float(one) for one in curve.counts.at(place)] == expected
        assert curve.flagged[place] == is_flagged.sum()


@st.composite
def countable(draw: st.DrawFn) -> LabelledScores:
    """Draw many cases or few, that all have one score, or hardly two the same, or very large and small ones."""
    cases = draw(st.sampled_from([0, 1, 2, 3, 100, 3000]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["one", "rounded", "distinct", "odd", "any bits"]))
    scores = {
        "one": np.full(cases, random.choice(ODD)),
        "rounded": random.normal(size=cases).round(draw(st.integers(0, 2))),
        "distinct": random.normal(size=cases),
        "odd": random.choice(ODD, cases),
        "any bits": np.nan_to_num(random.integers(-(2**63), 2**63 - 1, cases).view(np.float64)),
    }[kind]
    return LabelledScores.of(scores, random.random(cases) < draw(st.sampled_from([0.0, 0.02, 0.5, 1.0])))


@given(countable(), st.sampled_from(["riskier", "safer"]))
def test_to_count_cases_is_to_add_up_weights_of_one(cases: LabelledScores, higher_is: Direction) -> None:
    counted = curve_of(cases, higher_is)
    weighed = curve_of(replace(cases, weights=np.ones(len(cases))), higher_is)
    assert np.array_equal(counted.thresholds, weighed.thresholds, equal_nan=True)
    assert not np.signbit(counted.thresholds[counted.thresholds == 0]).any()
    assert np.array_equal(counted.flagged, weighed.flagged)
    assert all(np.array_equal(*pair) for pair in zip(counted.counts, weighed.counts, strict=True))
    assert {one.dtype for one in (*counted.counts, counted.flagged)} == {np.dtype(np.int64)}


@given(labelled())
def test_the_other_direction_is_that_of_the_negated_scores(cases: LabelledScores) -> None:
    curve, other = curve_of(cases), curve_of(replace(cases, scores=0.0 - cases.scores), "safer")
    assert all((one == another).all() for one, another in zip(curve.counts, other.counts, strict=True))
    assert auc_of(curve) == auc_of(other)
    assert separability_of(curve).overlap == separability_of(other).overlap


@given(labelled())
def test_measures_are_those_of_scikit_learn(cases: LabelledScores) -> None:
    curve = curve_of(cases)
    told: dict[str, Any] = {
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
        "f1": metrics.f1_score,
        "accuracy": metrics.accuracy_score,
    }
    measured = {name: MEASURES[name](curve.counts) for name in (*told, "mcc", "balanced_accuracy")}
    measured["fbeta"] = fbeta(2.0)(curve.counts)
    for place, threshold in enumerate(curve.thresholds):
        decided = cases.scores >= (np.inf if np.isnan(threshold) else threshold)
        asked = {"y_true": cases.is_positive, "y_pred": decided, "sample_weight": cases.weights}
        expected = {
            name: score(**asked, **({"zero_division": np.nan} if name != "accuracy" else {}))
            for name, score in told.items()
        }
        expected["fbeta"] = metrics.fbeta_score(**asked, beta=2.0, zero_division=np.nan)
        if not np.isnan(measured["mcc"][place]):
            expected["mcc"] = metrics.matthews_corrcoef(**asked)
        if not np.isnan(measured["balanced_accuracy"][place]):
            expected["balanced_accuracy"] = metrics.balanced_accuracy_score(**asked)
        for name, value in expected.items():
            assert measured[name][place] == pytest.approx(value, rel=CLOSE, abs=CLOSE, nan_ok=True), (name, place)


@given(labelled())
def test_the_area_is_that_of_scikit_learn(cases: LabelledScores) -> None:
    found = auc_of(curve_of(cases))
    weights = np.ones(len(cases)) if cases.weights is None else cases.weights
    if not (weights[cases.is_positive].sum() and weights[~cases.is_positive].sum()):
        assert found is None
        return
    expected = metrics.roc_auc_score(cases.is_positive, cases.scores, sample_weight=cases.weights)
    assert found == pytest.approx(expected, rel=CLOSE, abs=CLOSE)


@given(labelled(weighted=False))
def test_the_curve_is_that_of_precision_and_recall_of_scikit_learn(cases: LabelledScores) -> None:
    if not cases.is_positive.any():
        return
    precision, recall, thresholds = metrics.precision_recall_curve(cases.is_positive, cases.scores)
    curve = curve_of(cases)
    assert curve.thresholds[:0:-1].tolist() == thresholds.tolist()
    assert MEASURES["precision"](curve.counts)[:0:-1] == pytest.approx(precision[:-1], rel=CLOSE)
    assert MEASURES["recall"](curve.counts)[:0:-1] == pytest.approx(recall[:-1], rel=CLOSE)


@given(labelled(weighted=False), st.sampled_from(["riskier", "safer"]))
def test_the_overlap_is_what_the_distance_of_the_distributions_leaves(
    cases: LabelledScores, higher_is: Direction
) -> None:
    found = separability_of(curve_of(cases, higher_is))
    positive, negative = cases.scores[cases.is_positive], cases.scores[~cases.is_positive]
    if not (len(positive) and len(negative)):
        assert found == Separability()
        return
    assert found.overlap is not None
    # On the side that the direction looks at: scores the wrong way round overlap wholly
    side = "less" if higher_is == "riskier" else "greater"
    expected = ks_2samp(positive, negative, alternative=side, method="asymp").statistic
    assert 1 - found.overlap == pytest.approx(max(expected, 0), rel=CLOSE, abs=CLOSE)


@given(labelled(weighted=False), st.sampled_from(["riskier", "safer"]))
def test_all_thresholds_within_the_range_come_within_a_hundredth(cases: LabelledScores, higher_is: Direction) -> None:
    curve = curve_of(cases, higher_is)
    found = separability_of(curve)
    if found.advice is None or found.overlap is None:
        return
    distance = MEASURES["youden"](curve.counts)
    least = 0.99 * (1 - found.overlap)
    for threshold in _within(found.low, found.high, curve):
        assert distance[curve.place_of(threshold)] >= least - CLOSE
    outside = [found.low, None if found.high is None else float(np.nextafter(found.high, np.inf))]
    for beyond in outside:
        assert beyond is None or distance[curve.place_of(beyond)] < least + CLOSE


def _within(low: float | None, high: float | None, curve: Curve) -> list[float]:
    ends = [np.nextafter(low, np.inf) if low is not None else -np.inf, high if high is not None else np.inf]
    scores = curve.thresholds[~np.isnan(curve.thresholds)]
    return [*ends, *scores[(scores >= ends[0]) & (scores <= ends[1])]]
