"""Whether a share keeps within bounds: shown by an exact binomial test, or refuted by one, or neither.

Each end of the interval is missed by at most `tail` of all samples, whatever the true share is (Clopper and Pearson
1934). The share *holds* where all of the interval is within the bounds, and is *broken* where none of it is. So of true
shares that keep the bounds, those that are called broken are as rare as the ends together, and likewise the other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from policy_engine.measures.binomial import or_fewer, or_more

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures import Interval, Proportion

    Whole = NDArray[np.int64]

TargetVerdict = Literal["holds", "broken", "undecided"]

MOST_MORE: Final = 1_000_000
_FEW: Final = 4096


class Bounds(NamedTuple):
    """The least and the greatest value, both included; None where there is no such end."""

    low: float | None
    high: float | None

    def has(self, value: float) -> bool:
        """Say whether *value* is within them."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def verdict_on(self, ends: Interval) -> TargetVerdict:
        """Return whether all of an interval is within them, or none of it."""
        if self.has(ends.low) and self.has(ends.high):
            return "holds"
        is_below = self.low is not None and ends.high < self.low
        is_above = self.high is not None and ends.low > self.high
        return "broken" if is_below or is_above else "undecided"


def share_verdict(share: Proportion, bounds: Bounds, tail: float) -> TargetVerdict:
    """Return whether *share* keeps the bounds, with a chance of at most *tail* to be wrong at either end.

    >>> from policy_engine.measures import Proportion
    >>> [share_verdict(Proportion(hits, 59), Bounds(0.95, None), 0.05) for hits in (59, 58, 52)]
    ['holds', 'undecided', 'broken']
    """
    if not share.cases:
        return "undecided"
    hits, cases = (np.array([one]) for one in share)
    if _is_shown((hits, hits), cases, bounds, tail)[0]:
        return "holds"
    return "broken" if _is_refuted((hits, hits), cases, bounds, tail)[0] else "undecided"


def more_cases(share: Proportion, bounds: Bounds, tail: float) -> int | None:
    """Return how many cases more it takes until the verdict is there, if the share stays as it is.

    It is the least number among a few thousand; of more, one at which it is there, and nearly the least. None where no
    number of cases gives a verdict, as for a share on the very bound, or only more than a million.

    >>> from policy_engine.measures import Proportion
    >>> more_cases(Proportion(58, 59), Bounds(0.95, None), 0.05)
    94
    """
    value = share.value
    if value is None or value in bounds:
        return None
    decides = _is_shown if bounds.has(value) else _is_refuted

    def passing(cases: Whole) -> Whole:
        passed: Whole = cases[decides(_hits_of(share, cases), cases, bounds, tail)]
        return passed

    low, high = 0, MOST_MORE
    if not len(passing(np.array([share.cases + high]))):
        return None
    # Where it is there once, it nearly is for all that are more: that hits are whole numbers is all that moves it
    while high - low > _FEW:
        middle = (low + high) // 2
        if len(passing(np.array([share.cases + middle]))):
            high = middle
        else:
            low = middle
    found = passing(np.arange(share.cases + low + 1, share.cases + high + 1))
    return int(found[0]) - share.cases


def _hits_of(share: Proportion, cases: Whole) -> tuple[Whole, Whole]:
    """Return the hits that keep the share among so many cases, rounded down and rounded up."""
    down = share.hits * cases // share.cases
    return down, -(-share.hits * cases // share.cases)


def _is_shown(hits: tuple[Whole, Whole], cases: Whole, bounds: Bounds, tail: float) -> Any:  # noqa: ANN401 - truths
    """Say where all of the interval is within *bounds*. *hits* are rounded down and up: the less favourable ones count.

    At 0 and 1 there is nothing to show: no share lies beyond.
    """
    down, up = hits
    shown = np.ones(len(cases), dtype=np.bool_)
    if bounds.low is not None and bounds.low > 0:
        shown &= or_more(down, cases, bounds.low) <= tail
    if bounds.high is not None and bounds.high < 1:
        shown &= or_fewer(up, cases, bounds.high) <= tail
    return shown


def _is_refuted(hits: tuple[Whole, Whole], cases: Whole, bounds: Bounds, tail: float) -> Any:  # noqa: ANN401 - truths
    """Say where all of the interval is beyond one of the *bounds*."""
    down, up = hits
    refuted = np.zeros(len(cases), dtype=np.bool_)
    if bounds.low is not None:
        refuted |= or_fewer(up, cases, bounds.low) < tail
    if bounds.high is not None:
        refuted |= or_more(down, cases, bounds.high) < tail
    return refuted
