"""Intervals for shares and their differences, each by the name that the literature has for it.

All are two-sided: of samples drawn again and again, about that part of the intervals that the confidence says holds the
true value, of `clopper_pearson` at least that part. What no case speaks for has no interval, None.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from policy_engine.exceptions import TuningError


class Interval(NamedTuple):
    """From `low` to `high`, both ends included, in the unit of what it is of."""

    low: float
    high: float


class Proportion(NamedTuple):
    """So many `hits` of so many `cases`, whole numbers from 0 up."""

    hits: int
    cases: int

    @property
    def value(self) -> float | None:
        """The hits over the cases; None of no case."""
        return self.hits / self.cases if self.cases else None


def wilson(hits: int, cases: int, confidence: float = 0.95) -> Interval | None:
    """Return the score interval of a share (Wilson 1927): the shares that *hits* of *cases* do not speak against.

    Good for any number of cases, and never outside of 0 to 1. Raises `TuningError` for more hits than cases, negative
    ones, and for a confidence that is none.

    >>> [round(end, 4) for end in wilson(0, 10)], wilson(0, 0)
    ([0.0, 0.2775], None)
    """
    z = _quantile(confidence)
    _check(hits, cases)
    if not cases:
        return None
    share, square = hits / cases, z * z
    middle = (hits + square / 2) / (cases + square)
    reach = z * sqrt(share * (1 - share) / cases + square / (4 * cases * cases)) / (1 + square / cases)
    # At the ends the two are equal, but for rounding
    return Interval(middle - reach if hits else 0.0, middle + reach if hits < cases else 1.0)


def clopper_pearson(hits: int, cases: int, confidence: float = 0.95) -> Interval | None:
    """Return the exact interval of a share, from binomial tails (Clopper & Pearson 1934): never too short.

    Needs scipy, the extra `tune`. Raises `TuningError` as `wilson` does.

    >>> clopper_pearson(10, 10).high
    1.0
    """
    check_confidence(confidence)
    return exact_ends(hits, cases, (1 - confidence) / 2)


def exact_ends(hits: int, cases: int, tail: float) -> Interval | None:
    """Return the interval of `clopper_pearson` of which each end is missed by at most *tail* of all samples.

    Both ends together, or one of them alone: so a bound to one side is that end. Needs scipy, the extra `tune`. Raises
    `TuningError` for hits that are none of the cases.

    >>> [round(end, 4) for end in exact_ends(29, 29, 0.05)]
    [0.9019, 1.0]
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - an extra, which no other interval needs

    _check(hits, cases)
    if not cases:
        return None
    low = float(betaincinv(hits, cases - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, cases - hits, 1 - tail)) if hits < cases else 1.0
    return Interval(low, high)


def newcombe(first: Proportion, second: Proportion, confidence: float = 0.95) -> Interval | None:
    """Return the interval of *second* less *first*, shares of different cases, from the Wilson interval of each.

    It is the hybrid score interval, method 10 of Newcombe 1998 (Statistics in Medicine 17, 873-890). Raises
    `TuningError` as `wilson` does.

    >>> [round(end, 4) for end in newcombe(Proportion(10, 100), Proportion(10, 100))]
    [-0.0868, 0.0868]
    """
    of_first, of_second = wilson(*first, confidence), wilson(*second, confidence)
    if of_first is None or of_second is None:
        return None
    one, other = first.hits / first.cases, second.hits / second.cases
    below = sqrt((other - of_second.low) ** 2 + (of_first.high - one) ** 2)
    above = sqrt((of_second.high - other) ** 2 + (one - of_first.low) ** 2)
    return Interval(other - one - below, other - one + above)


def bonett_price(only_first: int, only_second: int, cases: int, confidence: float = 0.95) -> Interval | None:
    """Return the interval of the second share less the first, where both are of the same *cases*.

    Of these, *only_first* are a hit by the first alone and *only_second* by the second alone: all others say nothing
    of the difference but how rare it is. It is the adjusted Wald interval, with one case more of each kind (Bonett &
    Price 2012, Journal of Educational and Behavioral Statistics 37, 479-488). Raises `TuningError` as `wilson` does.

    >>> [round(end, 4) for end in bonett_price(0, 0, 98)]
    [-0.0277, 0.0277]
    """
    z = _quantile(confidence)
    _check(only_first, cases)
    _check(only_second, cases - only_first)
    if not cases:
        return None
    first, second = (only_first + 1) / (cases + 2), (only_second + 1) / (cases + 2)
    middle = second - first
    reach = z * sqrt((first + second - middle * middle) / (cases + 2))
    return Interval(max(middle - reach, -1.0), min(middle + reach, 1.0))


def check_confidence(confidence: float) -> None:
    """Raise `TuningError` for a *confidence* that is none."""
    if not 0 < confidence < 1:
        raise TuningError("a confidence lies between 0 and 1, both ends excluded")


def _quantile(confidence: float) -> float:
    """Return how many standard deviations to either side hold so much of a normal distribution."""
    check_confidence(confidence)
    # From the lower tail: a confidence near 1 leaves more digits there
    return -NormalDist().inv_cdf((1 - confidence) / 2)


def _check(hits: int, cases: int) -> None:
    if not 0 <= hits <= cases:
        raise TuningError(f"{hits} hits of {cases} cases are no share: hits are some of the cases")
