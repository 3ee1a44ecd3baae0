"""How right the first class is, for all cases whose highest score reaches a threshold: accuracy and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from policy_engine.measures.curve import curve_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures.classified import ClassScores
    from policy_engine.measures.curve import Curve


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """What each observed highest score would cover as a threshold, from the highest on.

    Of the cases `covered`, whose highest score reaches one of the `thresholds`, the first class is true in `right`, and
    the true one is among the first three in `at_top`. All arrays have a place for each distinct highest score. `curve`
    has the same counts, with the cases that are right as its positives.
    """

    thresholds: NDArray[np.float64]
    covered: NDArray[np.int64]
    right: NDArray[np.int64]
    at_top: NDArray[np.int64]
    curve: Curve

    @property
    def cases(self) -> int:
        """The number of all cases."""
        return self.curve.cases

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """The part of the covered cases in which the first class is true."""
        return self.right / self.covered

    @property
    def aurc(self) -> float | None:
        """The area under the risk-coverage curve; None of no case.

        For each case the risk is taken at the threshold that is its own highest score: the part of the cases covered
        there whose first class is wrong (selective risk; Geifman & El-Yaniv 2017, arXiv 1705.08500). The area is the
        mean of these over all cases (Geifman, Uziel & El-Yaniv 2019, arXiv 1805.08206). Equal scores are covered
        together, and so have one risk: no order among them is made up.
        """
        if not self.cases:
            return None
        risks = (self.covered - self.right) / self.covered
        return fsum((np.diff(self.covered, prepend=0) * risks).tolist()) / self.cases

    def least_reaching(self, accuracy: float) -> int | None:
        """Return the place of the lowest threshold whose covered cases have the *accuracy*; None where none has."""
        # Quotients and decimals are both rounded to the nearest number: an accuracy that is exactly this one reaches it
        reaching = np.flatnonzero(self.accuracy >= accuracy)
        return int(reaching[-1]) if len(reaching) else None

    def least_staying(self, accuracy: float) -> int | None:
        """Return the place of the lowest threshold that has the *accuracy*, as have all above it; None where none is.

        Below it, accuracy may come back to what is wanted by luck, and `least_reaching` takes that.
        """
        missing = np.flatnonzero(~(self.accuracy >= accuracy))
        last = (int(missing[0]) if len(missing) else len(self.thresholds)) - 1
        return last if last >= 0 else None

    def nearest_below(self, share: float) -> int | None:
        """Return the place of the threshold below which the part of the cases is nearest to *share*.

        Of two that are equally near, the lower threshold is taken: fewer cases lie below it. What is nearest is decided
        by whole numbers, of the shortest decimal that *share* is. None of no case.

        >>> from policy_engine.measures.classified import ClassScores
        >>> found = coverage_of(ClassScores.of([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]], [0, 0, 0]))
        >>> found.thresholds[found.nearest_below(0.5)]
        np.float64(0.8)
        """
        if not self.cases:
            return None
        below = self.cases - self.covered[::-1]  # from the lowest threshold on: it rises strictly
        wanted = Fraction(repr(float(share))) * self.cases
        at = int(np.searchsorted(below, float(wanted)))
        near = range(max(at - 2, 0), min(at + 2, len(below)))
        nearest = min(near, key=lambda place: abs(int(below[place]) - wanted))  # of equal ones the first, the lower
        return len(below) - 1 - nearest


def coverage_of(scores: ClassScores) -> Coverage:
    """Return what each observed highest score would cover.

    >>> from policy_engine.measures.classified import ClassScores
    >>> found = coverage_of(ClassScores.of([[0.9, 0.1], [0.6, 0.4], [0.6, 0.4]], [0, 0, 1]))
    >>> found.thresholds.tolist(), found.covered.tolist(), found.right.tolist()
    ([0.9, 0.6], [1, 3], [1, 2])
    """
    right, at_top = (curve_of(scores.labelled(is_hit)) for is_hit in (scores.is_right, scores.is_at_top))
    return Coverage(
        right.thresholds[1:],
        right.flagged[1:],
        right.counts.tp[1:].astype(np.int64),
        at_top.counts.tp[1:].astype(np.int64),
        right,
    )
