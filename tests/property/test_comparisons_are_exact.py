"""Intervals, tests and indices of comparison and drift, held to scipy and statsmodels."""

from __future__ import annotations

from itertools import pairwise
from warnings import catch_warnings, simplefilter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest, ks_2samp, norm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from policy_engine.measures import (
    Proportion,
    bonett_price,
    clopper_pearson,
    distance_of,
    newcombe,
    stability_of,
    wilson,
)
from policy_engine.tuning import compare_decisions, paired_equivalence, unpaired_equivalence

CLOSE = 1e-12
CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


@st.composite
def shares(draw: st.DrawFn) -> Proportion:
    cases = draw(st.integers(1, 5000))
    return Proportion(draw(st.integers(0, cases)), cases)


@given(shares(), CONFIDENCES)
def test_intervals_of_a_share_are_those_of_statsmodels_and_scipy(share: Proportion, confidence: float) -> None:
    for found, method, name in ((wilson, "wilson", "wilson"), (clopper_pearson, "beta", "exact")):
        expected = proportion_confint(*share, alpha=1 - confidence, method=method)
        other = binomtest(*share).proportion_ci(confidence, method=name)
        assert found(*share, confidence) == pytest.approx(tuple(map(float, expected)), rel=CLOSE, abs=CLOSE)
        # Its exact ends are searched for, up to a tolerance of its own
        assert found(*share, confidence) == pytest.approx((other.low, other.high), rel=1e-10, abs=1e-10)


@given(shares(), shares(), CONFIDENCES)
def test_the_interval_of_a_difference_is_that_of_statsmodels(
    first: Proportion, second: Proportion, confidence: float
) -> None:
    expected = confint_proportions_2indep(*second, *first, method="newcomb", compare="diff", alpha=1 - confidence)
    assert newcombe(first, second, confidence) == pytest.approx(tuple(map(float, expected)), rel=CLOSE, abs=1e-11)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 3000), CONFIDENCES)
def test_the_interval_of_pairs_is_the_formula_of_its_paper(
    only_first: int, only_second: int, others: int, confidence: float
) -> None:
    cases = only_first + only_second + others
    assume(cases)
    pairs = np.repeat([-1.0, 1.0, 0.0], [only_first + 1, only_second + 1, others])
    reach = norm.ppf((1 + confidence) / 2) * pairs.std() / np.sqrt(len(pairs))
    expected = np.clip([pairs.mean() - reach, pairs.mean() + reach], -1, 1)
    assert bonett_price(only_first, only_second, cases, confidence) == pytest.approx(tuple(expected), abs=CLOSE)


@given(st.integers(1, 200), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.1, 0.5]))
def test_the_test_of_pairs_is_that_of_statsmodels(cases: int, seed: int, often: float) -> None:
    random = np.random.default_rng(seed)
    is_positive = random.random(cases) < 0.3
    first = is_positive ^ (random.random(cases) < 0.3)
    second = first ^ (random.random(cases) < often)
    right = [
        [((first == is_positive) == one) & ((second == is_positive) == other) for other in (1, 0)] for one in (1, 0)
    ]
    table = np.array(right).sum(axis=2)
    found = compare_decisions(first, second, is_positive).mcnemar
    assert (found.only_first_right, found.only_second_right) == (table[0, 1], table[1, 0])
    assert found.p_value == pytest.approx(float(mcnemar(table, exact=True).pvalue), rel=CLOSE, abs=CLOSE)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 2000), st.sampled_from([0.01, 0.05, 0.2]))
def test_the_score_of_equivalence_is_at_the_likeliest_rate_of_discordance(
    only_first: int, only_second: int, others: int, margin: float
) -> None:
    cases = only_first + only_second + others
    ahead = only_second - only_first
    # Where the binomial tail does not hold it up, the p-value is that of the score
    assume(abs(ahead) > 5)
    low, high = sorted((only_first, only_second))

    def unlikely(rate: float) -> float:
        chances = np.array([rate + margin, rate, 1 - 2 * rate - margin])
        counts = np.array([high, low, others])
        return -float((counts * np.log(np.maximum(chances, 1e-300))).sum())

    rate = minimize_scalar(unlikely, bounds=(0, (1 - margin) / 2), method="bounded", options={"xatol": 1e-12}).x
    score = (high - low - cases * margin) / np.sqrt(cases * (2 * rate + margin * (1 - margin)))
    found = paired_equivalence(only_first, only_second, cases, margin).p_value
    assert found is not None
    tail = binomtest(high - low, cases, margin, alternative="less").pvalue
    assert found == pytest.approx(max(norm.cdf(score), tail), rel=1e-4, abs=1e-6)


@given(shares(), shares(), st.sampled_from([0.01, 0.05, 0.2]))
def test_the_score_of_unpaired_equivalence_is_at_the_likeliest_shares(
    first: Proportion, second: Proportion, margin: float
) -> None:
    assume(min(first.cases, second.cases) >= 20)
    found = unpaired_equivalence(first, second, margin).p_value
    assert found == pytest.approx(
        max(_apart_by(margin, first, second), _apart_by(margin, second, first)), rel=1e-3, abs=1e-6
    )


def _apart_by(margin: float, lower: Proportion, higher: Proportion) -> float:
    """Return the score test of a difference of *margin*, where the likeliest shares are searched for."""

    def unlikely(share: float) -> float:
        chances = np.array([share, 1 - share, share - margin, 1 - share + margin])
        counts = np.array([higher.hits, higher.cases - higher.hits, lower.hits, lower.cases - lower.hits])
        return -float((counts * np.log(np.maximum(chances, 1e-300))).sum())

    share = minimize_scalar(unlikely, bounds=(margin, 1), method="bounded", options={"xatol": 1e-13}).x
    variance = share * (1 - share) / higher.cases + (share - margin) * (1 - share + margin) / lower.cases
    ahead = higher.hits / higher.cases - lower.hits / lower.cases
    return float(norm.cdf((ahead - margin) / np.sqrt(max(variance, 1e-300))))


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1), st.sampled_from([2, 5, 1000]))
def test_the_largest_distance_is_that_of_scipy(before: int, now: int, seed: int, distinct: int) -> None:
    random = np.random.default_rng(seed)
    baseline, current = (random.integers(0, distinct, many) / 7 for many in (before, now))
    found = distance_of(baseline, current)
    assert found is not None
    with catch_warnings():
        # It rounds some chances to just above 1, and takes the limit for many cases in their place
        simplefilter("ignore", RuntimeWarning)
        expected = ks_2samp(baseline, current, method="exact")
    assert found.statistic == pytest.approx(expected.statistic, abs=CLOSE)
    assert found.p_value == pytest.approx(expected.pvalue, rel=CLOSE) or (found.p_value == 1 and before == now)
    apart = abs((baseline <= found.at).mean() - (current <= found.at).mean())
    assert found.statistic == pytest.approx(apart, abs=CLOSE)


@given(st.integers(2, 200), st.integers(1, 200), st.integers(0, 2**32 - 1), st.integers(2, 20))
def test_the_index_is_the_sum_over_bins_counted_by_hand(before: int, now: int, seed: int, bins: int) -> None:
    random = np.random.default_rng(seed)
    baseline, current = (random.integers(-8, 9, many) / 4 for many in (before, now))
    found = stability_of(baseline, current, bins)
    if found is None:
        assert len(set(baseline.tolist())) == 1
        return
    ends = [-np.inf, *found.edges, np.inf]
    counts = [
        [int(((scores >= low) & (scores < high)).sum()) for low, high in pairwise(ends)]
        for scores in (baseline, current)
    ]
    assert [list(found.baseline), list(found.current)] == counts
    assert min(found.baseline) > 0
    assert len(found.edges) < bins
    filled = [[one or 0.5 for one in side] for side in counts]
    expected = sum(
        (q / sum(filled[1]) - p / sum(filled[0])) * np.log((q / sum(filled[1])) / (p / sum(filled[0])))
        for p, q in zip(*filled, strict=True)
    )
    assert found.value == pytest.approx(expected, rel=CLOSE, abs=CLOSE)
