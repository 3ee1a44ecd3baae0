"""Intervals of shares and of differences: their ends, what they refuse, and how often they hold the true value."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom

from policy_engine.exceptions import TuningError
from policy_engine.measures import Proportion, bonett_price, clopper_pearson, exact_ends, newcombe, wilson
from policy_engine.measures.binomial import or_fewer, or_more
from tests.support.paired import chances_of_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.measures import Interval

ONE = (wilson, clopper_pearson)


@pytest.mark.parametrize("interval", ONE)
def test_a_share_of_none_or_all_reaches_the_end(interval: Callable[..., Interval]) -> None:
    assert interval(0, 7).low == 0
    assert interval(7, 7).high == 1
    assert 0 < interval(0, 7).high < 1
    assert 0 < interval(7, 7).low < 1


@pytest.mark.parametrize("interval", ONE)
def test_without_cases_there_is_no_interval(interval: Callable[..., Interval | None]) -> None:
    assert interval(0, 0) is None
    assert bonett_price(0, 0, 0) is None
    assert newcombe(Proportion(0, 0), Proportion(1, 2)) is None
    assert newcombe(Proportion(1, 2), Proportion(0, 0)) is None
    assert Proportion(0, 0).value is None


@pytest.mark.parametrize("interval", ONE)
@pytest.mark.parametrize(("hits", "cases"), [(-1, 3), (4, 3), (1, 0), (0, -1)])
def test_hits_that_are_no_part_of_the_cases_are_refused(
    interval: Callable[..., Interval], hits: int, cases: int
) -> None:
    with pytest.raises(TuningError, match=f"{hits} hits of {cases} cases are no share"):
        interval(hits, cases)


def test_pairs_of_which_more_differ_than_there_are_cases_are_refused() -> None:
    with pytest.raises(TuningError, match="3 hits of 2 cases are no share"):
        bonett_price(2, 3, 4)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, 95, float("nan")])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    for interval in (wilson, clopper_pearson):
        with pytest.raises(TuningError, match="a confidence lies between 0 and 1"):
            interval(1, 2, confidence)
    with pytest.raises(TuningError, match="a confidence lies between 0 and 1"):
        bonett_price(1, 1, 3, confidence)


def test_a_higher_confidence_reaches_further() -> None:
    for interval in (
        (wilson(3, 10, 0.99), wilson(3, 10, 0.9)),
        (bonett_price(1, 4, 50, 0.99), bonett_price(1, 4, 50, 0.9)),
    ):
        wide, narrow = interval
        assert wide is not None
        assert narrow is not None
        assert wide.low < narrow.low < narrow.high < wide.high


def test_differences_never_reach_beyond_one() -> None:
    for found in (bonett_price(0, 2, 2), newcombe(Proportion(0, 2), Proportion(2, 2))):
        assert found is not None
        assert found.high == 1
        assert -1 < found.low < 1


def test_the_exact_interval_holds_the_share_at_least_as_often_as_it_says() -> None:
    for cases, share in product((1, 5, 30), (0.01, 0.1, 0.5, 0.99)):
        hits = np.arange(cases + 1)
        holds = [interval.low <= share <= interval.high for k in hits if (interval := clopper_pearson(int(k), cases))]
        assert binom.pmf(hits, cases, share)[holds].sum() >= 0.95


def test_each_exact_end_is_that_of_the_interval_with_such_a_tail_at_either_side() -> None:
    for hits, cases in ((0, 7), (7, 7), (3, 7), (950, 1000)):
        assert exact_ends(hits, cases, 0.05) == pytest.approx(clopper_pearson(hits, cases, 0.9), rel=1e-12)
        low, high = exact_ends(hits, cases, 0.05) or (0, 0)
        # At an end, so many hits or more, or so many or fewer, are as rare as the tail
        assert hits == 0 or float(or_more(hits, cases, low)) == pytest.approx(0.05)
        assert hits == cases or float(or_fewer(hits, cases, high)) == pytest.approx(0.05)
    assert exact_ends(0, 0, 0.05) is None
    with pytest.raises(TuningError, match="8 hits of 7 cases are no share"):
        exact_ends(8, 7, 0.05)


def test_exact_tails_are_those_of_the_binomial_distribution() -> None:
    hits = np.arange(0, 21)
    for share in (0.0, 0.3, 0.95, 1.0):
        assert or_more(hits, 20, share) == pytest.approx(binom.sf(hits - 1, 20, share), abs=1e-15)
        assert or_fewer(hits, 20, share) == pytest.approx(binom.cdf(hits, 20, share), abs=1e-15)


def test_the_interval_of_pairs_holds_the_difference_about_as_often_as_it_says() -> None:
    covered = []
    for cases, first, second in product((10, 50, 200), (0.0, 0.02, 0.1, 0.4), (0.0, 0.02, 0.1, 0.4)):
        chances = chances_of_pairs(cases, first, second)
        holds = 0.0
        for (only_first, only_second), chance in chances.items():
            found = bonett_price(only_first, only_second, cases)
            assert found is not None
            holds += chance * (found.low - 1e-12 <= second - first <= found.high + 1e-12)
        covered.append(holds)
    assert min(covered) >= 0.93
    assert 0.95 <= float(np.mean(covered)) <= 0.985
