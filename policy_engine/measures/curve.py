"""What every threshold flags, counted exactly.

A score on a threshold reaches it, as in a policy. Where higher is riskier, the cases that reach it are flagged; where
higher is safer, those that do not. Cases with one score are never told apart, so that thresholds are the distinct
scores, and one more choice: to flag none (riskier) or all (safer), which no score of the data says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures.rates import Counts, net_benefit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures.labelled import LabelledScores
    from policy_engine.measures.rates import Numbers
    from policy_engine.vocabulary import Direction


class _Flagged(NamedTuple):
    """What is flagged up to each place, from nothing on: how many cases, and what positives and negatives weigh."""

    cases: NDArray[np.int64]
    positive: Numbers
    negative: Numbers


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
        chances = chance_at(self.thresholds, self.higher_is)
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
    # Cases are flagged from the lowest of these up
    keys = labelled.scores * (-1 if higher_is == "riskier" else 1)
    if labelled.weights is None:
        distinct, flagged = _counted(keys, labelled.is_positive)
    else:
        distinct, flagged = _weighed(keys, labelled.is_positive, labelled.weights)
    thresholds = np.concatenate(([np.nan], -distinct) if higher_is == "riskier" else (distinct, [np.nan]))
    # Two sums, not one and a difference: each only rises, however it is rounded
    tp, fp = flagged.positive, flagged.negative
    counts = Counts(tp, fp, tp[-1] - tp, fp[-1] - fp)
    positives = int(np.count_nonzero(labelled.is_positive))
    return Curve(
        thresholds, counts, flagged.cases, len(labelled), positives, higher_is, is_weighted=labelled.weights is not None
    )


def _counted(keys: NDArray[np.float64], is_positive: NDArray[np.bool_]) -> tuple[NDArray[np.float64], _Flagged]:
    """Count every case as one; *keys* are put in order. The positives, often few, are sorted once more by themselves.

    `_weighed` is the plain way, with weights of one: a test holds this one to it.
    """
    of_positives = keys[is_positive]
    keys.sort()
    of_positives.sort()
    cases, hits = _ends(keys), _ends(of_positives)
    distinct = keys[cases[:-1]]
    positive = np.zeros_like(cases)
    positive[np.searchsorted(distinct, of_positives[hits[:-1]], side="right")] = np.diff(hits)
    np.cumsum(positive, out=positive)
    return distinct, _Flagged(cases, positive, cases - positive)


def _ends(ordered: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many numbers come before each that is new, and how many there are."""
    is_end = np.ones(len(ordered) + 1, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_end[1:-1])
    return np.flatnonzero(is_end)


def _weighed(
    keys: NDArray[np.float64], is_positive: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], _Flagged]:
    """Add weights up, and count cases beside them."""
    distinct, places, cases = np.unique(keys, return_inverse=True, return_counts=True)
    positive, negative = (
        np.bincount(places[which], weights[which], minlength=len(distinct)) for which in (is_positive, ~is_positive)
    )
    return distinct, _Flagged(*(_running(one) for one in (cases, positive, negative)))


def _running(one: Numbers) -> Numbers:
    """Return the sums up to each place, from nothing on."""
    sums = np.zeros(len(one) + 1, dtype=one.dtype)
    np.cumsum(one, out=sums[1:])
    return sums


def chance_at(thresholds: Any, higher_is: Direction) -> Any:  # noqa: ANN401 - a number, an array of them, or None
    """Return the chance of a positive at thresholds that are probabilities; NaN for None, which no score says.

    Where higher is safer, a score is the chance of the other class.
    """
    if thresholds is None:
        return np.nan
    return thresholds if higher_is == "riskier" else 1 - thresholds
