"""Which thresholds are certified, where testing begins and ends, and what it would take."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from policy_engine import tuning
from policy_engine.exceptions import TuningError
from policy_engine.measures import Curve, LabelledScores, curve_of
from policy_engine.tuning import cases_needed, certified_precision, certified_recall


def _curve(labels: list[int]) -> Curve:
    """Return the curve of cases with falling scores, each its own."""
    return curve_of(LabelledScores.of(np.arange(len(labels), 0, -1) / 1000, labels))


def test_without_an_error_it_takes_as_many_cases_as_could_pass() -> None:
    assert cases_needed(0.9, 0.05) == 29
    assert cases_needed(0.95, 0.05) == 59
    assert cases_needed(0.5, 0.5) == 1
    for labels, last in (([1] * 28, None), ([1] * 29, 29), ([1] * 30, 30)):
        assert certified_precision(_curve(labels), 0.9, 0.05).last == last


@pytest.mark.parametrize("hits", [0.92, 0.95, 0.99])
def test_with_errors_it_takes_so_many_that_fewer_fail(hits: float) -> None:
    needed = cases_needed(0.9, 0.05, hits)
    assert needed is not None
    p_values = [
        binomtest(int(many * hits + 1e-9), many, 0.9, alternative="greater").pvalue for many in range(1, needed + 1)
    ]
    assert p_values[-1] <= 0.05
    assert min(p_values[:-1]) > 0.05


@pytest.mark.parametrize("hits", [0.9, 0.5, 0.0])
def test_what_has_no_more_hits_than_the_bound_never_passes(hits: float) -> None:
    assert cases_needed(0.9, 0.05, hits) is None


@pytest.mark.parametrize("at_least", [0.02, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("delta", [1e-6, 0.05, 0.9])
@pytest.mark.parametrize("above", [0.005, 0.0071, 0.01])
def test_no_smaller_number_of_cases_passes_than_that_which_is_told(at_least: float, delta: float, above: float) -> None:
    hits = at_least + above
    n = np.arange(1, 300_000)
    p_values = binom.sf(np.floor(n * hits + 1e-9) - 1, n, at_least)
    (passed,) = np.nonzero(p_values <= delta)
    assert cases_needed(at_least, delta, hits) == n[passed[0]]


def test_more_than_a_million_cases_are_not_told() -> None:
    assert cases_needed(0.9, 0.05, 0.9001) is None
    assert cases_needed(1 - 1e-9, 0.05) is None
    found = certified_precision(_curve([1] * 40), 1 - 1e-9, 0.05)
    assert (found.first, found.last, found.needed) == (None, None, None)


def test_the_first_threshold_that_fails_ends_it_whatever_follows() -> None:
    labels = [1] * 40 + [0] * 2 + [1] * 500
    found = certified_precision(_curve(labels), 0.9, 0.05)
    assert (found.first, found.last) == (29, 40)
    assert list(found.places) == list(range(29, 41))
    assert (found.n, found.k) == (40, 40)
    assert found.p_value == pytest.approx(0.9**40)
    assert found.needed is None
    # Later ones would pass on their own
    assert binomtest(540, 542, 0.9, alternative="greater").pvalue < 0.05


def test_the_bound_is_the_lower_end_of_the_exact_interval() -> None:
    labels = [1] * 60 + [0] + [1] * 40 + [0] * 50
    found = certified_precision(_curve(labels), 0.9, 0.05)
    assert found.last is not None
    test = binomtest(found.k, found.n, 0.9, alternative="greater")
    assert found.p_value == pytest.approx(test.pvalue, rel=1e-12)
    assert found.lower_bound == pytest.approx(test.proportion_ci(0.95, "exact").low, rel=1e-12)
    assert found.lower_bound is not None
    assert found.lower_bound > 0.9


def test_an_error_at_the_start_certifies_nothing_and_says_what_it_would_take() -> None:
    found = certified_precision(_curve([0] + [1] * 28 + [0] * 9), 0.9, 0.05)
    assert (found.first, found.last, list(found.places)) == (29, None, [])
    assert (found.n, found.k) == (29, 28)
    assert found.p_value is not None
    assert found.p_value > 0.05
    assert found.needed == cases_needed(0.9, 0.05, 28 / 29)
    hopeless = certified_precision(_curve([0, 1] * 30), 0.9, 0.05)
    assert (hopeless.last, hopeless.needed) == (None, None)


def test_too_few_cases_say_how_many_it_would_take() -> None:
    found = certified_precision(_curve([1] * 20), 0.9, 0.05)
    assert (found.first, found.last, found.n, found.p_value, found.lower_bound) == (None, None, 0, None, None)
    assert found.needed == 29


def test_the_start_can_be_a_threshold_or_a_number_of_cases() -> None:
    curve = _curve([0] + [1] * 99)
    assert certified_precision(curve, 0.9, 0.05).last is None
    assert certified_precision(curve, 0.9, 0.05, start_flagged=50).last == 100
    threshold = float(curve.thresholds[50])
    assert certified_precision(curve, 0.9, 0.05, start=threshold).first == 50


@pytest.mark.parametrize(("start", "flagged"), [(0.5, 40), (float("nan"), None), (None, 0), (None, -3)])
def test_a_start_that_is_none_is_refused(start: float | None, flagged: int | None) -> None:
    with pytest.raises(TuningError, match="testing starts at a threshold"):
        certified_precision(_curve([1] * 99), 0.9, 0.05, start=start, start_flagged=flagged)


def test_a_start_beyond_all_cases_says_how_many_it_asks_for() -> None:
    found = certified_precision(_curve([1] * 99), 0.9, 0.05, start_flagged=1000)
    assert (found.first, found.last, found.needed) == (None, None, 1000)


@pytest.mark.parametrize("hits", [-0.1, 1.1, float("nan")])
def test_a_share_of_hits_that_is_none_is_refused(hits: float) -> None:
    with pytest.raises(TuningError, match="a share of hits lies between 0 and 1"):
        cases_needed(0.9, 0.05, hits)


def test_a_start_that_flags_nobody_fails_as_what_has_no_case_must() -> None:
    found = certified_precision(_curve([1] * 99), 0.9, 0.05, start=9.0)
    assert (found.first, found.last, found.p_value, found.lower_bound) == (0, None, 1.0, 0.0)


def test_recall_is_tested_from_that_which_flags_all() -> None:
    curve = _curve([1] * 100 + [0] * 100)
    found = certified_recall(curve, 0.9, 0.05)
    assert found.first == 200
    # 96 of 100 are the fewest that the exact test lets pass
    assert found.last == 96
    assert (found.n, found.k) == (100, 96)
    assert list(found.places) == list(range(200, 95, -1))
    assert binomtest(95, 100, 0.9, alternative="greater").pvalue > 0.05


def test_recall_of_too_few_positives_or_none_is_not_certified() -> None:
    assert certified_recall(_curve([1] * 28 + [0] * 50), 0.9, 0.05).needed == 29
    none = certified_recall(_curve([0] * 50), 0.9, 0.05)
    assert (none.last, none.p_value, none.needed) == (None, 1.0, 29)


def test_cases_with_one_score_are_certified_together_or_not_at_all() -> None:
    scores = [0.9] * 40 + [0.8] * 40
    curve = curve_of(LabelledScores.of(scores, [1] * 40 + [1] * 30 + [0] * 10))
    found = certified_precision(curve, 0.9, 0.05)
    assert (found.first, found.last, found.n) == (1, 1, 40)


@pytest.mark.parametrize(("at_least", "delta"), [(0.0, 0.05), (1.0, 0.05), (0.9, 0.0), (0.9, 1.0), (float("nan"), 0.1)])
def test_a_bound_that_is_none_is_refused(at_least: float, delta: float) -> None:
    with pytest.raises(TuningError, match="lie between 0 and 1"):
        certified_precision(_curve([1] * 40), at_least, delta)


def test_a_precision_below_the_bound_is_certified_in_at_most_that_part_of_all_samples() -> None:
    # Each case is a hit with a chance just below the bound, whatever its score: then any threshold is one too many
    random = np.random.default_rng(20261130)
    samples, delta = 2000, 0.1
    curves = (_curve((random.random(150) < 0.899).astype(int).tolist()) for _ in range(samples))
    wrong = sum(certified_precision(one, 0.9, delta).last is not None for one in curves)
    assert 0 < wrong / samples <= delta + 3 * (delta * (1 - delta) / samples) ** 0.5


def test_a_recall_below_the_bound_is_certified_in_at_most_that_part_of_all_samples() -> None:
    random = np.random.default_rng(20261130)
    samples, delta, scores = 2000, 0.1, random.random((2000, 150))
    wrong = 0
    for drawn in scores:
        found = certified_recall(curve_of(LabelledScores.of(drawn, np.ones(150, bool))), 0.9, delta)
        # Of scores that are even, a threshold of 0.1 has the recall of the bound, and any above it less
        wrong += (
            found.last is not None and drawn.size > found.last and sorted(drawn, reverse=True)[found.last - 1] > 0.1
        )
    assert 0 < wrong / samples <= delta + 3 * (delta * (1 - delta) / samples) ** 0.5


def test_without_scipy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    for name in ("tuning.guarantees", "measures.binomial"):
        monkeypatch.delitem(sys.modules, f"policy_engine.{name}", raising=False)
    with pytest.raises(ImportError, match=r"pip install 'policy-engine\[tune\]'"):
        tuning.certified_precision  # noqa: B018 - asking is enough
    with pytest.raises(AttributeError):
        tuning.certified_accuracy  # noqa: B018 - as above


def test_weighted_cases_are_not_certified() -> None:
    curve = curve_of(LabelledScores.of([0.9, 0.1], [1, 0], [1, 2]))
    for certify in (certified_precision, certified_recall):
        with pytest.raises(TuningError, match="leave the weights out"):
            certify(curve, 0.9, 0.05)
