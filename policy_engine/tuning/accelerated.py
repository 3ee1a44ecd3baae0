"""The bias-corrected and accelerated interval of a measure, from resamples of the counts behind it."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from policy_engine.measures import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures import Measuring

_NORMAL = NormalDist()


class Units(NamedTuple):
    """What each independent part of the cases adds to four counts, and how many such parts there are.

    `are_cases` says that each is a case that counts as one.
    """

    cells: Counts
    many: NDArray[np.float64]
    are_cases: bool = False

    @property
    def total(self) -> Counts:
        """The four counts."""
        return Counts(*((one * self.many).sum() for one in self.cells))


def accelerated_interval(
    measure: Measuring, units: Units, resampled: NDArray[np.float64], confidence: float
) -> tuple[float, float] | None:
    """Return the BCa interval of *measure* (Efron 1987, equations 2.3 and 6.6; Efron & Tibshirani 1993, chapter 14.3).

    *resampled* are its values on resamples of the *units*, NaN where it is not defined; None where it is not defined on
    the units themselves, or in half of the resamples.
    """
    own = float(measure(units.total))
    known = resampled[~np.isnan(resampled)]
    if np.isnan(own) or 2 * len(known) <= len(resampled):
        return None
    # Ties count half, and a share of 0 or 1 is one that resamples were too few to tell from it
    below = (np.count_nonzero(known < own) + np.count_nonzero(known == own) / 2) / len(known)
    bias = _NORMAL.inv_cdf(min(max(below, 0.5 / len(known)), 1 - 0.5 / len(known)))
    acceleration = _acceleration(measure, units)
    tail = (1 - confidence) / 2
    normal = _NORMAL.inv_cdf(tail)
    levels = [_level(bias, acceleration, one) for one in (normal, -normal)]
    low, high = np.quantile(known, levels).tolist()
    return low, high


def _level(bias: float, acceleration: float, normal: float) -> float:
    moved = bias + normal
    stretched = 1 - acceleration * moved
    if stretched <= 0:
        # So skewed that the formula has no answer: as far as it goes
        return 1.0 if moved > 0 else 0.0
    return _NORMAL.cdf(bias + moved / stretched)


def _acceleration(measure: Measuring, units: Units) -> float:
    """Return a sixth of the skewness of the measure without one unit at a time."""
    total, there = units.total, units.many > 0
    without = measure(Counts(*(all_of - one[there] for all_of, one in zip(total, units.cells, strict=True))))
    many = units.many[there][~np.isnan(without)]
    without = without[~np.isnan(without)]
    if not len(without):
        return 0.0
    off = np.average(without, weights=many) - without
    spread = float((many * off**2).sum())
    return float((many * off**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
