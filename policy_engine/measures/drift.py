"""How far scores have moved from those of a baseline, without a label: as a whole, and in the share of each band.

None of it says whether decisions became worse. It says that the cases are no longer those on which they were judged.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures.intervals import Interval, Proportion, check_confidence, newcombe, wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

MOST_BINS: Final = 1000
SOME_FROM: Final = 0.1
MUCH_FROM: Final = 0.25
"""Customary readings of a stability index (Siddiqi 2006, Credit Risk Scorecards): custom, and no law. They know nothing
of how many cases there are; `by_chance` does."""
_SURE: Final = 0.07
_MOST_EXACT: Final = 10_000
"""Of so many cases in each sample, the exact distribution is found in less than a second."""
_BEYOND: Final = 200
"""So many draws lie beyond a quantile, if there are not more for other reasons, or too many."""
_FEWEST_DRAWS: Final = 10_000
_MOST_DRAWN: Final = 2_000_000
"""No more bins of all draws are filled than that."""
_FEWEST_BEYOND: Final = 10
_UNSURE: Final = 0.01
_ROUNDING: Final = 1e-12


class Stability(NamedTuple):
    """A population stability index: `value` is the sum over bins of (q - p) ln(q / p), p before and q now.

    A bin reaches from one of the `edges` up to the next, which belongs to the bin above it; the outermost have no end.
    `baseline` and `current` are the cases in each. Where one has none, half a case is put in its place. `by_chance` is
    what the index does not exceed, with that confidence, if nothing has moved: drawn, so that it is as true of few
    cases, of which (1 / n + 1 / m) times the quantile of a chi-squared distribution, its limit for many (Yurdakul &
    Naranjo 2020, Journal of Risk Model Validation 14 (4)), is exceeded far more often. That takes scores to be all
    different; among few that tie it may be exceeded more often.
    """

    value: float
    by_chance: float
    edges: tuple[float, ...]
    baseline: tuple[int, ...]
    current: tuple[int, ...]

    @property
    def is_more_than_chance(self) -> bool:
        """Whether the index is greater than it is by chance, at the confidence that was asked for."""
        return self.value > self.by_chance


class Distance(NamedTuple):
    """The largest distance of two distribution functions: `statistic`, from 0 to 1, is met at the score `at`.

    `p_value` is the chance of a distance as large where both samples come from one distribution (Kolmogorov & Smirnov),
    `exact` for up to 10,000 cases in each, else by its limit for many (`asymptotic`). Both take scores to be all
    different: among equal ones the true chance is smaller, and the p-value too large, never too small.
    """

    statistic: float
    at: float
    p_value: float
    method: Literal["exact", "asymptotic"]


class Shift(NamedTuple):
    """A share before and now, each with its Wilson interval, and by how much it moved, with that of Newcombe.

    What one of the samples has no case for is None.
    """

    baseline: Proportion
    current: Proportion
    of_baseline: Interval | None
    of_current: Interval | None
    difference: float | None
    of_difference: Interval | None

    @property
    def is_shown(self) -> bool:
        """Whether the share is shown to have moved: no difference of 0 lies in the interval."""
        return self.of_difference is not None and not self.of_difference.low <= 0 <= self.of_difference.high


def stability_of(baseline: Scores, current: Scores, bins: int = 10, confidence: float = 0.95) -> Stability | None:
    """Return how far *current* has moved through bins that the *baseline* fills alike.

    The edges are scores of the baseline, those at the places i n / bins of its order, whatever comes later. Where many
    scores are equal, places fall together and there are fewer bins. None where the baseline has one score only, so that
    there is one bin, and where a sample is empty. Needs scipy, the extra `tune`.

    Raises `TuningError` for fewer than two bins or more than a thousand, and for a confidence that is none.

    >>> import numpy as np
    >>> found = stability_of(np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.4, 0.4, 0.3]), bins=2)
    >>> found.edges, found.baseline, found.current, round(found.value, 4)
    ((0.3,), (2, 2), (0, 4), 0.8087)
    """
    check_confidence(confidence)
    if not 2 <= bins <= MOST_BINS:  # noqa: PLR2004 - with one bin there is nothing to tell apart
        raise TuningError(f"bins are a whole number from 2 to {MOST_BINS:,}")
    if not len(baseline) or not len(current):
        return None
    ordered = np.sort(baseline)
    edges = np.unique(ordered[np.arange(1, bins) * len(ordered) // bins])
    edges = edges[edges > ordered[0]]
    if not len(edges):
        return None
    before, now = (_counted(scores, edges) for scores in (baseline, current))
    value, counts = float(_index(before, now)), tuple(before.tolist())
    by_chance = _index_by_chance(counts, len(current), 1 - confidence)
    return Stability(value, by_chance, tuple(edges.tolist()), counts, tuple(now.tolist()))


def distance_of(baseline: Scores, current: Scores) -> Distance | None:
    """Return how far two distribution functions lie apart, None where a sample is empty. Needs scipy, the extra `tune`.

    >>> import numpy as np
    >>> found = distance_of(np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.5, 0.6]))
    >>> found.statistic, found.at, round(found.p_value, 12), found.method
    (1.0, 0.3, 0.1, 'exact')
    """
    from scipy.stats import ks_2samp  # noqa: PLC0415 - an extra

    if not len(baseline) or not len(current):
        return None
    statistic, at = _largest(baseline, current)
    if max(len(baseline), len(current)) > _MOST_EXACT:
        return Distance(statistic, at, float(ks_2samp(baseline, current, method="asymp").pvalue), "asymptotic")
    if len(baseline) == len(current) and _is_surely_reached(round(statistic * len(baseline)), len(baseline)):
        return Distance(statistic, at, 1.0, "exact")
    return Distance(statistic, at, float(ks_2samp(baseline, current, method="exact").pvalue), "exact")


def shift_of(baseline: Proportion, current: Proportion, confidence: float = 0.95) -> Shift:
    """Return how far a share has moved from one sample to another.

    >>> shift_of(Proportion(10, 100), Proportion(20, 100)).difference
    0.1
    """
    both = baseline.cases * current.cases
    # One division of whole numbers, which is rounded once
    difference = (current.hits * baseline.cases - baseline.hits * current.cases) / both if both else None
    intervals = wilson(*baseline, confidence), wilson(*current, confidence)
    return Shift(baseline, current, *intervals, difference, newcombe(baseline, current, confidence))


def _largest(baseline: Scores, current: Scores) -> tuple[float, float]:
    """Return the largest distance, from whole numbers, and the lowest score at which it is met."""
    scores = np.unique(np.concatenate((baseline, current)))
    before, now = (np.searchsorted(np.sort(one), scores, side="right") for one in (baseline, current))
    apart = np.abs(before * len(current) - now * len(baseline))
    place = int(apart.argmax())
    return float(apart[place] / (len(baseline) * len(current))), float(scores[place])


def _is_surely_reached(steps: int, cases: int) -> bool:
    """Say whether two samples of so many cases each always lie so many steps apart, but for a chance below 1e-14.

    Where all scores differ they are one step apart at least; several are missed with a chance that falls like
    exp(-pi² n / (4 steps²)). For some of these scipy rounds the chance to just above 1, and warns of it.
    """
    return steps <= 1 or steps * steps <= _SURE * cases


def _counted(scores: Scores, edges: Scores) -> NDArray[np.int64]:
    """Count the scores in each bin. One on an edge lies in the bin above it."""
    return np.bincount(np.searchsorted(edges, scores, side="right"), minlength=len(edges) + 1)


def _index(before: NDArray[np.int64], now: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the index of counts by bin, along the last axis."""
    first, second = (np.where(counts > 0, counts, 0.5) for counts in (before, now))
    first, second = (counts / counts.sum(axis=-1, keepdims=True) for counts in (first, second))
    index: NDArray[np.float64] = ((second - first) * np.log(second / first)).sum(axis=-1)
    return index


@lru_cache(maxsize=256)
def _index_by_chance(baseline: tuple[int, ...], cases: int, tail: float) -> float:
    """Return what the index of so many current *cases* exceeds in *tail* of all samples at most, if nothing has moved.

    An edge is a score of the baseline. So what lies in the bins by right, whatever the distribution of the scores, is
    Dirichlet's: each of the baseline's cases is as much as one more that lies below its lowest. Current cases are drawn
    by that. The same counts draw the same.
    """
    from scipy.special import bdtrik, chdtri  # noqa: PLC0415 - an extra

    before, bins = np.array(baseline), len(baseline)
    draws = min(max(ceil(_BEYOND / tail), _FEWEST_DRAWS), max(_MOST_DRAWN // bins, _BEYOND))
    random = np.random.default_rng(0)
    by_right = random.standard_gamma(before + (np.arange(bins) == 0), size=(draws, bins))
    by_right /= by_right.sum(axis=1, keepdims=True)
    drawn = _index(before, random.multinomial(cases, by_right))
    # Further out than so many draws reach, it grows as its limit does
    reached = max(tail, _FEWEST_BEYOND / draws)
    # With so many draws beyond it, a number is exceeded in more than the tail of all samples in one of a hundred only
    beyond = max(int(bdtrik(_UNSURE, draws, reached)), 1)
    found = float(np.partition(drawn, draws - beyond)[draws - beyond])
    # Equal counts are never more than chance for the way in which they were added up
    return found * float(chdtri(bins - 1, tail) / chdtri(bins - 1, reached)) * (1 + _ROUNDING)
