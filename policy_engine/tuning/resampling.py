"""What the curve might have been, had other cases of the same kind come: resamples of the cases that did.

Cases come with either label, so that a resample has about as many positives as there are, not just as many. Where
every case counts as one, the cases themselves are not drawn: how many of them fall between two scores of positives is
(a multinomial count), and no other threshold is ever the best. That is the same distribution, without a sort.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from policy_engine.measures import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from policy_engine.measures import Curve, LabelledScores
    from policy_engine.tuning.objectives import Objective

_FALL_WITH_FALSE_POSITIVES: Final = frozenset(
    {"precision", "recall", "specificity", "f1", "fbeta", "mcc", "youden", "accuracy", "balanced_accuracy", "cost"}
)
"""Measures that, for the same hits, are never better with more false positives (a cost that is never lower).

Of `mcc` that is so wherever it is defined; where the only positives have the last score of all, it is not, and what
remains are thresholds that decide worse than chance.
"""


_FEW_IN_A_CELL: Final = 8
"""To draw so few things one by one is quicker than to draw how many there are."""
_FEWER: Final = 5
"""So many standard deviations below what is drawn, a sum of Poisson counts lies above it once in millions of times."""


class Resampling(Protocol):
    """Draws curves. `places` are those of the whole curve at which a drawn one is known; the best is among them."""

    places: NDArray[np.intp]

    def draw(self, rng: np.random.Generator) -> Curve:
        """Return the curve of a resample, at these places."""


def resampling_of(
    labelled: LabelledScores,
    curve: Curve,
    objective: Objective,
    at_least: Mapping[str, float],
    *,
    places: tuple[int, ...],
    clusters: NDArray[np.intp] | None = None,
) -> Resampling:
    """Return how to draw resamples in which the best choice by *objective* is found, and some *places* are known.

    *clusters* numbers, for each case, what is drawn as a whole, from 0 on without a gap: all cases of one subject.
    """
    if clusters is None and not curve.is_weighted and {objective.measure, *at_least} <= _FALL_WITH_FALSE_POSITIVES:
        return CountsBetweenPositives(curve, places)
    return WholeCases(labelled, curve, clusters)


class CountsBetweenPositives:
    """Resamples of cases that count as one each, known where none is flagged and at the scores of positives."""

    def __init__(self, curve: Curve, places: tuple[int, ...] = ()) -> None:
        """Draw from the cases of *curve*, of which some *places* are to be known in any case."""
        tp, fp = curve.counts.tp, curve.counts.fp
        self.places: NDArray[np.intp] = np.union1d(np.flatnonzero(np.diff(tp, prepend=0)), [0, *places])
        rises = self.places[1:]
        self._curve = curve
        self._positives, self._negatives = int(tp[-1]), int(fp[-1])
        self._of_positives = _Cells(np.diff(tp[rises], prepend=0, append=tp[-1]))
        # What lies behind the last positive is flagged by no place, and drawn all the same
        self._of_negatives = _Cells(np.diff(fp[rises], prepend=0, append=fp[-1]))

    def draw(self, rng: np.random.Generator) -> Curve:
        """Return the curve of as many cases, of which each is any of those that there are."""
        cases = self._curve.cases
        positives = int(rng.binomial(cases, self._positives / cases))
        tp = self._of_positives.draw_sums(rng, positives)
        fp = self._of_negatives.draw_sums(rng, cases - positives)
        counts = Counts(tp, fp, positives - tp, cases - positives - fp)
        return _curve_at(self._curve, self.places, counts, tp + fp, (cases, positives))


class _Cells:
    """Things in cells, of which some are drawn, each as probably as any other and as often as it comes."""

    def __init__(self, many: NDArray[np.int64]) -> None:
        """Draw from as many things in each cell as *many* says."""
        self._cells = len(many)
        self._all = int(many.sum())
        self._cell_of = np.repeat(np.arange(self._cells), many)
        self._shares = many / max(self._all, 1)

    def draw_sums(self, rng: np.random.Generator, drawn: int) -> NDArray[np.int64]:
        """Return how many of *drawn* things lie in the cells before each, from the first to the last."""
        sums = np.zeros(self._cells, dtype=np.int64)
        if not self._all:
            return sums
        many = self._most_of(rng, drawn)
        one_by_one = self._cell_of[rng.integers(0, self._all, drawn - int(many.sum()))]
        many += np.bincount(one_by_one, minlength=self._cells)
        np.cumsum(many[:-1], out=sums[1:])
        return sums

    def _most_of(self, rng: np.random.Generator, drawn: int) -> NDArray[np.int64]:
        """Return how many things fall into each cell, of nearly *drawn* but not more; of none where cells are small.

        Independent Poisson counts, given their sum, are those of so many things drawn one by one, and far quicker than
        `multinomial`. So whatever sum they have, with the rest drawn one by one it is the same distribution.
        """
        expected = drawn - _FEWER * drawn**0.5
        while expected > _FEW_IN_A_CELL * self._cells:
            many: NDArray[np.int64] = rng.poisson(self._shares * expected)
            if many.sum() <= drawn:
                return many
        return np.zeros(self._cells, dtype=np.int64)


class WholeCases:
    """Resamples of cases, or of clusters of them, whatever they weigh; known at every place."""

    def __init__(self, labelled: LabelledScores, curve: Curve, clusters: NDArray[np.intp] | None) -> None:
        """Draw from the cases of *labelled*, whose curve *curve* is."""
        places = places_of(labelled, curve)
        # In the order of the curve, so that counting goes through memory once
        order = np.argsort(places, kind="stable")
        self.places: NDArray[np.intp] = np.arange(len(curve))
        self._curve = curve
        self._at = places[order]
        self._is_positive = labelled.is_positive[order]
        self._weights = None if labelled.weights is None else labelled.weights[order]
        self._clusters = None if clusters is None else clusters[order]
        self._drawn = len(labelled) if clusters is None else int(clusters.max()) + 1

    def draw(self, rng: np.random.Generator) -> Curve:
        """Return the curve of as many cases, or of as many clusters."""
        times = np.bincount(rng.integers(0, self._drawn, self._drawn), minlength=self._drawn)
        many = times if self._clusters is None else times[self._clusters]
        weighs = many if self._weights is None else many * self._weights
        tp, fp = (self._sums(weighs, which) for which in (self._is_positive, ~self._is_positive))
        flagged = np.cumsum(np.bincount(self._at, many, len(self.places))).astype(np.int64)
        counts = Counts(tp, fp, tp[-1] - tp, fp[-1] - fp)
        cases = (int(flagged[-1]), int(many[self._is_positive].sum()))
        return _curve_at(self._curve, self.places, counts, flagged, cases)

    def _sums(self, weighs: NDArray[np.float64] | NDArray[np.int64], which: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.cumsum(np.bincount(self._at[which], weighs[which], len(self.places)))


def places_of(labelled: LabelledScores, curve: Curve) -> NDArray[np.intp]:
    """Return for each case the first place of *curve* that flags it."""
    if curve.higher_is == "riskier":
        rising = curve.thresholds[:0:-1]
        return len(curve) - 1 - np.searchsorted(rising, labelled.scores)
    return np.searchsorted(curve.thresholds[:-1], labelled.scores) + 1


def _curve_at(
    curve: Curve, places: NDArray[np.intp], counts: Counts, flagged: NDArray[np.int64], cases: tuple[int, int]
) -> Curve:
    """Return a curve at some places; *cases* are how many there are, and how many of them are positive."""
    thresholds = curve.thresholds[places]
    return replace(
        curve, thresholds=thresholds, counts=counts, flagged=flagged, cases=cases[0], positive_cases=cases[1]
    )
