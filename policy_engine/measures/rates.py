"""Measures of decisions on labelled cases, each from the four counts of a threshold.

What is not defined, such as the precision of a threshold that flags nobody, is NaN here and null for users: never 0 or
1, and it satisfies no constraint. Of whole counts, all but `mcc` and `fbeta` are one division of two whole numbers,
which is rounded once: two of them are equal exactly where the fractions are, for up to 40 million cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from policy_engine.exceptions import LabelledDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Numbers = NDArray[Any]


class Counts(NamedTuple):
    """The cells of confusion matrices, arrays of one shape: whole numbers, or sums of weights.

    `tp`: flagged, and positives; `fp`: flagged, and not; `fn`: not flagged, though positives; `tn`: rightly not.
    """

    tp: Numbers
    fp: Numbers
    fn: Numbers
    tn: Numbers

    def at(self, place: int) -> Counts:
        """Return the counts of one threshold."""
        return Counts(*(one[place] for one in self))


GREATEST_BETA: Final = 1_000
GREATEST_COST: Final = 1e12
"""With more than that, counts times these are beyond binary64, or nothing else matters any more."""

Measuring = Callable[[Counts], "Numbers"]
"""What a measure is: counts to numbers of the same shape, NaN where it is not defined."""


def precision(counts: Counts) -> Numbers:
    """Return the share of the flagged that are positives: tp / (tp + fp)."""
    return _ratio(counts.tp, counts.tp + counts.fp)


def recall(counts: Counts) -> Numbers:
    """Return the share of the positives that are flagged: tp / (tp + fn)."""
    return _ratio(counts.tp, counts.tp + counts.fn)


def specificity(counts: Counts) -> Numbers:
    """Return the share of the negatives that are not flagged: tn / (tn + fp)."""
    return _ratio(counts.tn, counts.tn + counts.fp)


def false_positive_rate(counts: Counts) -> Numbers:
    """Return the share of the negatives that are flagged: fp / (tn + fp)."""
    return _ratio(counts.fp, counts.tn + counts.fp)


def accuracy(counts: Counts) -> Numbers:
    """Return the share of all that is decided rightly: (tp + tn) / all."""
    return _ratio(counts.tp + counts.tn, sum(counts))


def balanced_accuracy(counts: Counts) -> Numbers:
    """Return the mean of recall and specificity, as one fraction."""
    tp, fp, fn, tn = counts
    positives, negatives = tp + fn, tn + fp
    return _ratio(_product(tp, negatives) + _product(tn, positives), 2 * _product(positives, negatives))


def youden(counts: Counts) -> Numbers:
    """Return recall less the false positive rate, as one fraction: Youden's J (Youden 1950)."""
    tp, fp, fn, tn = counts
    positives, negatives = tp + fn, tn + fp
    return _ratio(_product(tp, negatives) - _product(fp, positives), _product(positives, negatives))


def f1(counts: Counts) -> Numbers:
    """Return the harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn). Flagging nobody rightly is 0."""
    return _ratio(2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn)


def fbeta(beta: float) -> Measuring:
    """Return F-beta, in which recall counts *beta* times as much: (1 + b²) tp / ((1 + b²) tp + b² fn + fp).

    Raises `LabelledDataError` for a beta that is no number from 0 up to 1,000.
    """
    if not 0 <= beta <= GREATEST_BETA:
        raise LabelledDataError(f"beta is a number from 0 up to {GREATEST_BETA:,}, not {beta}")
    square = beta * beta

    def measure(counts: Counts) -> Numbers:
        hits = (1 + square) * counts.tp
        return _ratio(hits, hits + square * counts.fn + counts.fp)

    return measure


def mcc(counts: Counts) -> Numbers:
    """Return Matthews' correlation of decisions and labels (Matthews 1975); NaN where either is always the same."""
    tp, fp, fn, tn = counts
    above = _product(tp, tn) - _product(fp, fn)
    below = np.sqrt(_product(tp + fp, tp + fn).astype(np.float64)) * np.sqrt(
        _product(tn + fp, tn + fn).astype(np.float64)
    )
    # Two square roots round, and nothing correlates more than wholly
    return np.clip(_ratio(above, below), -1, 1)


def flagged_share(counts: Counts) -> Numbers:
    """Return the share of all that is flagged: (tp + fp) / all."""
    return _ratio(counts.tp + counts.fp, sum(counts))


def cost(false_positive: float, false_negative: float) -> Measuring:
    """Return the total cost of mistakes, in the unit of the two costs: fp and fn times what each costs.

    Raises `LabelledDataError` for a cost that is no number, or further from 0 than 1e12.
    """
    for one in (false_positive, false_negative):
        if not abs(one) <= GREATEST_COST:
            raise LabelledDataError(f"a cost is a number no further from 0 than {GREATEST_COST:g}, not {one}")

    def measure(counts: Counts) -> Numbers:
        total: Numbers = np.multiply(counts.fp, false_positive) + np.multiply(counts.fn, false_negative)
        return total

    return measure


def net_benefit(counts: Counts, thresholds: Numbers) -> Numbers:
    """Return the net benefit at thresholds that are probabilities: (tp - fp t / (1 - t)) / all (Vickers & Elkin 2006).

    They are the probabilities of a positive from which on a case is flagged. It is 0 where none is flagged, whatever
    the threshold, and else not defined outside of [0, 1).
    """
    tp, fp = counts.tp, counts.fp
    with np.errstate(all="ignore"):
        odds = np.where((thresholds >= 0) & (thresholds < 1), thresholds / (1 - thresholds), np.nan)
        gained = np.where(np.equal(tp, 0) & np.equal(fp, 0), 0.0, tp - fp * odds)
    return _ratio(gained, sum(counts))


MEASURES: Final[Mapping[str, Measuring]] = {
    "precision": precision,
    "recall": recall,
    "specificity": specificity,
    "false_positive_rate": false_positive_rate,
    "f1": f1,
    "mcc": mcc,
    "youden": youden,
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "flagged_share": flagged_share,
}
"""Measures that need the counts and nothing else, by the names that policies have for them, where they have any."""


def _ratio(above: Any, below: Any) -> Numbers:  # noqa: ANN401 - numbers, or arrays of them
    above, below = np.asarray(above), np.asarray(below)
    undefined = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    ratio: Numbers = np.divide(above, below, out=undefined, where=below != 0)
    return ratio


def _product(one: Any, other: Any) -> Numbers:  # noqa: ANN401 - numbers, or arrays of them
    """Return the product of counts, exactly up to three billion cases."""
    product: Numbers = np.multiply(one, other)
    return product
