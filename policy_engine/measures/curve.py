"""What every threshold flags, counted exactly.

A score on a threshold reaches it, as in a policy. Where higher is riskier, the cases that reach it are flagged; where
higher is safer, those that do not. Cases with one score are never told apart, so that thresholds are the distinct
scores, and one more choice: to flag none (riskier) or all (safer), which no score of the data says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures.rates import Counts, net_benefit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures.labelled import LabelledScores
    from policy_engine.measures.rates import Numbers
    from policy_engine.vocabulary import Direction


class _Tally(NamedTuple):
    """The distinct scores from the lowest up; of each, what positives and negatives weigh, and how many cases it is."""

    scores: NDArray[np.float64]
    positive: Numbers
    negative: Numbers
    cases: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What each threshold flags, from that which flags none to that which flags all.

    All arrays have a place for each choice: one more than there are distinct scores. `thresholds` is NaN where the
    choice is none of the scores: at the first place where higher is riskier, at the last where higher is safer.
    `counts` are sums of weights where the cases have any (`is_weighted`), else whole numbers. `flagged` is a number of
    cases in any case.
    """

    thresholds: NDArray[np.float64]
    counts: Counts
    flagged: NDArray[np.int64]
    cases: int
    positive_cases: int
    higher_is: Direction
    is_weighted: bool

    def __len__(self) -> int:
        """Return the number of choices."""
        return len(self.thresholds)

    def place_of(self, threshold: float) -> int:
        """Return the place of the choice that flags what *threshold* flags, whether or not it is one of the scores."""
        if self.higher_is == "riskier":
            # From the second place on the thresholds fall; those that it does not lie above are reached by it
            rising = self.thresholds[:0:-1]
            return len(rising) - int(np.searchsorted(rising, threshold, side="left"))
        return int(np.searchsorted(self.thresholds[:-1], threshold, side="left"))

    @property
    def net_benefit(self) -> NDArray[np.float64]:
        """The net benefit of each choice; NaN of all where any score is no probability."""
        chances = self.thresholds if self.higher_is == "riskier" else 1 - self.thresholds
        if (chances < 0).any() or (chances > 1).any():
            return np.full(len(self), np.nan)
        return net_benefit(self.counts, chances)

    def threshold_at(self, place: int) -> float | None:
        """Return a threshold, None for the choice that none of the scores says."""
        threshold = float(self.thresholds[place])
        return None if np.isnan(threshold) else threshold


def curve_of(labelled: LabelledScores, higher_is: Direction = "riskier") -> Curve:
    """Return what every threshold flags, in time n log n and a few times the memory of the scores.

    >>> from policy_engine.measures import LabelledScores
    >>> curve = curve_of(LabelledScores.of([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]))
    >>> curve.thresholds.tolist(), curve.counts.tp.tolist(), curve.counts.fp.tolist()
    ([nan, 0.9, 0.4, 0.1], [0, 1, 2, 2], [0, 0, 1, 2])
    """
    if higher_is not in ("riskier", "safer"):
        raise LabelledDataError(f"a higher score is riskier or safer, not `{higher_is}`")
    is_weighted = labelled.weights is not None
    tally = _counted(labelled) if labelled.weights is None else _weighed(labelled, labelled.weights)
    if higher_is == "riskier":
        tally = _Tally(tally.scores[::-1], tally.positive[::-1], tally.negative[::-1], tally.cases[::-1])
        thresholds = np.concatenate(([np.nan], tally.scores))
    else:
        thresholds = np.concatenate((tally.scores, [np.nan]))
    # Two sums, not one and a difference: each only rises, however it is rounded
    tp, fp, flagged = (_running(one) for one in tally[1:])
    counts = Counts(tp, fp, tp[-1] - tp, fp[-1] - fp)
    positives = int(np.count_nonzero(labelled.is_positive))
    return Curve(thresholds, counts, flagged, len(labelled), positives, higher_is, is_weighted)


def _counted(labelled: LabelledScores) -> _Tally:
    """Count every case as one."""
    distinct, cases = np.unique(labelled.scores, return_counts=True)
    of_positives, many = np.unique(labelled.scores[labelled.is_positive], return_counts=True)
    positive = np.zeros(len(distinct), dtype=np.int64)
    positive[np.searchsorted(distinct, of_positives)] = many
    return _Tally(distinct, positive, cases - positive, cases)


def _weighed(labelled: LabelledScores, weights: NDArray[np.float64]) -> _Tally:
    """Add weights up, and count cases beside them."""
    distinct, places, cases = np.unique(labelled.scores, return_inverse=True, return_counts=True)
    positive, negative = (
        np.bincount(places[which], weights[which], minlength=len(distinct))
        for which in (labelled.is_positive, ~labelled.is_positive)
    )
    return _Tally(distinct, positive, negative, cases)


def _running(one: Numbers) -> Numbers:
    """Return the sums up to each place, from nothing on."""
    sums = np.zeros(len(one) + 1, dtype=one.dtype)
    np.cumsum(one, out=sums[1:])
    return sums
