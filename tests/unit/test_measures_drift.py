"""How far scores moved: bins and their edges, ties, empty bins, and what is not defined."""

from __future__ import annotations

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError, TuningError
from policy_engine.measures import Proportion, distance_of, shift_of, stability_of
from policy_engine.tuning import Bands, Sample, drift_of

EVEN = np.arange(100) / 100
NOBODY = np.zeros(0)


def test_the_baseline_fills_its_bins_alike_and_a_score_on_an_edge_lies_above_it() -> None:
    found = stability_of(EVEN, EVEN, bins=4)
    assert found is not None
    assert (found.edges, found.baseline, found.current) == ((0.25, 0.5, 0.75), (25,) * 4, (25,) * 4)
    assert found.value == 0
    for score, place in ((np.nextafter(0.5, 0), 1), (0.5, 2), (np.nextafter(0.5, 1), 2)):
        one = stability_of(EVEN, np.array([score]), bins=4)
        assert one is not None
        assert one.current[place] == 1


def test_where_scores_tie_there_are_fewer_bins_and_none_twice() -> None:
    found = stability_of(np.array([0.0] * 60 + [0.5] * 30 + [1.0] * 10), EVEN)
    assert found is not None
    assert (found.edges, found.baseline) == ((0.5, 1.0), (60, 30, 10))


def test_no_bin_of_the_baseline_is_ever_empty() -> None:
    random = np.random.default_rng(0)
    for cases in (2, 3, 7, 10, 11, 100):
        scores = random.integers(0, 5, cases) / 3
        found = stability_of(scores, scores)
        assert found is None or min(found.baseline) > 0
        assert (found is None) == (len(set(scores.tolist())) == 1)


@pytest.mark.parametrize("scores", [[0.5], [0.5, 0.5, 0.5], [0.0, -0.0]])
def test_of_one_score_there_are_no_bins(scores: list[float]) -> None:
    assert stability_of(np.array(scores), EVEN) is None


def test_without_cases_nothing_is_defined() -> None:
    for baseline, current in ((NOBODY, EVEN), (EVEN, NOBODY)):
        assert stability_of(baseline, current) is None
        assert distance_of(baseline, current) is None
    shift = shift_of(Proportion(0, 0), Proportion(1, 2))
    assert (shift.difference, shift.of_baseline, shift.of_difference) == (None, None, None)
    assert shift.of_current is not None


@pytest.mark.parametrize("bins", [1, 0, -3, 1001])
def test_bins_are_a_number_that_tells_something_apart(bins: int) -> None:
    with pytest.raises(TuningError, match="bins are a whole number from 2 to 1,000"):
        stability_of(EVEN, EVEN, bins)


def test_half_a_case_stands_in_the_place_of_none() -> None:
    found = stability_of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0] * 9), bins=2)
    assert found is not None
    assert found.current == (0, 9)
    shares = np.array([0.5, 9]) / 9.5
    assert found.value == pytest.approx(((shares - 0.5) * np.log(shares / 0.5)).sum(), rel=1e-14)


def test_the_index_stays_below_what_it_is_by_chance_as_often_as_said() -> None:
    random = np.random.default_rng(1)
    drawn = [stability_of(random.normal(size=700), random.normal(size=400)) for _ in range(1000)]
    below = np.mean([not one.is_more_than_chance for one in drawn if one is not None])
    assert 0.94 <= below <= 0.97


@pytest.mark.parametrize(("before", "now"), [(5000, 100), (5000, 60), (100, 5000), (30, 12)])
@pytest.mark.parametrize("confidence", [0.95, 0.995])
def test_of_few_cases_too_the_index_is_more_than_chance_no_more_often_than_said(
    before: int, now: int, confidence: float
) -> None:
    random = np.random.default_rng(2)
    drawn = (stability_of(random.random(before), random.random(now), confidence=confidence) for _ in range(2000))
    exceeded = sum(one is not None and one.is_more_than_chance for one in drawn)
    expected = 2000 * (1 - confidence)
    assert exceeded <= expected + 2 * expected**0.5


@pytest.mark.parametrize("kind", ["coarse", "rare", "three"])
def test_of_scores_that_tie_the_index_is_more_than_chance_no_more_often_than_said(kind: str) -> None:
    random = np.random.default_rng(3)

    def some(cases: int) -> np.ndarray:
        if kind == "coarse":
            return np.floor(random.random(cases) * 20)
        shares = {"rare": [0.01, 0.98, 0.01], "three": [0.6, 0.3, 0.1]}[kind]
        return random.choice([0.0, 0.5, 1.0], cases, p=shares)

    drawn = [stability_of(some(300), some(60)) for _ in range(200)]
    assert sum(one is not None and one.is_more_than_chance for one in drawn) <= 10 + 3 * 10**0.5


def test_what_may_be_chance_is_the_limit_of_many_cases_where_there_are_many() -> None:
    from scipy.special import chdtri

    even = np.arange(100_000.0)
    # Of a chance that is too rare to be drawn, too much rather than too little
    for confidence, at_most in ((0.5, 1.05), (0.95, 1.05), (0.999, 1.05), (1 - 1e-9, 1.25)):
        found = stability_of(even, even, confidence=confidence)
        assert found is not None
        assert 0.97 < found.by_chance / (chdtri(9, 1 - confidence) * 2 / len(even)) < at_most


def test_the_same_samples_always_give_the_same_chance() -> None:
    from policy_engine.measures.drift import _index_by_chance

    first = stability_of(EVEN, EVEN[:50])
    _index_by_chance.cache_clear()
    assert stability_of(EVEN, EVEN[:50]) == first


def test_the_p_value_of_equal_scores_is_too_large_and_never_too_small() -> None:
    random = np.random.default_rng(2)
    drawn = (distance_of(*(random.integers(0, 3, 40).astype(float) for _ in "ab")) for _ in range(1000))
    rejected = float(np.mean([one.p_value <= 0.05 for one in drawn if one is not None]))
    assert rejected <= 0.05


@pytest.mark.parametrize("cases", [1, 5, 7, 60, 387])
def test_what_is_always_reached_is_certain_and_never_warned_of(cases: int) -> None:
    scores = np.arange(cases, dtype=float)
    for apart in (0.0, 0.5, 1.5):
        found = distance_of(scores, scores + apart)
        assert found is not None
        assert found.p_value == pytest.approx(1.0, abs=1e-12) or apart * 3 > cases**0.5


@pytest.mark.parametrize("cases", [10_000, 10_001])
def test_of_many_cases_the_distance_is_told_by_its_limit(cases: int) -> None:
    found = distance_of(np.arange(cases) / cases, np.arange(7) / 7)
    assert found is not None
    assert found.method == ("exact" if cases == 10_000 else "asymptotic")
    assert 0 < found.p_value <= 1


def test_huge_and_tiny_numbers_are_numbers_like_others() -> None:
    baseline = np.array([-1.7e308, -5e-324, 0.0, 5e-324, 1.7e308])
    stability, distance = stability_of(baseline, baseline[::-1], bins=5), distance_of(baseline, baseline + 0.0)
    assert stability is not None
    assert stability.baseline == stability.current == (1, 1, 1, 1, 1)
    assert distance is not None
    assert (distance.statistic, distance.p_value) == (0.0, 1.0)


def test_a_difference_is_rounded_once() -> None:
    assert shift_of(Proportion(404, 500), Proportion(361, 500)).difference == -0.086


def test_segments_that_one_sample_has_not_are_named_with_nothing() -> None:
    bands = Bands(("high", "low"), mildest=1)
    before = Sample(np.array([0.1, 0.2, 0.8]), np.array([1, 1, 0]), {"g": ["a", "a", "b"]})
    now = Sample(np.array([0.1, 0.9]), np.array([1, 0]), {"g": ["a", "c"]})
    found = drift_of(before, now, bands)
    assert [(one.values["g"], one.drift.cases) for one in found.segments] == [
        ("a", (2, 1)),
        ("b", (1, 0)),
        ("c", (0, 1)),
    ]
    assert [one.adverse_impact_ratios for one in found.segments] == [(1.0, 1.0), (0.0, None), (None, 0.0)]
    assert [one.drift.distance is None for one in found.segments] == [False, True, True]
    assert found.segments[1].drift.shifts["high"].difference is None
    assert found.shifts["high"].difference == 1 / 6


def test_without_bands_there_are_no_shifts_and_no_impact() -> None:
    found = drift_of(Sample(EVEN, by={"g": ["a"] * 100}), Sample(EVEN, by={"g": ["a"] * 100}))
    assert found.shifts == {}
    assert found.segments[0].adverse_impact_ratios == (None, None)


def test_a_sample_without_cases_is_refused() -> None:
    with pytest.raises(LabelledDataError, match="there are no baseline cases"):
        drift_of(Sample(NOBODY), Sample(EVEN))
    with pytest.raises(LabelledDataError, match="there are no current cases"):
        drift_of(Sample(EVEN), Sample(NOBODY))


def test_a_row_that_is_in_no_segment_is_named_with_its_sample() -> None:
    good, bad = Sample(EVEN, by={"g": ["a"] * 100}), Sample(np.array([0.5]), by={"g": [[1]]})
    with pytest.raises(LabelledDataError, match="current cases: row 1: `g` is no single value"):
        drift_of(good, bad)
    with pytest.raises(LabelledDataError, match="baseline cases: row 1: `g` is no single value"):
        drift_of(bad, good)
    many = Sample(np.zeros(600), by={"g": list(range(600))})
    with pytest.raises(LabelledDataError, match="there are more than 1,000 segments by `g`"):
        drift_of(many, Sample(np.zeros(600), by={"g": list(range(600, 1200))}))
