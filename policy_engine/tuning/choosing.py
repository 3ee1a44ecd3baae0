"""The choice of a threshold by an objective, on the cases that there are: exact, with all that do as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import MEASURES, Counts

_ROUNDING = 1e-9

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from policy_engine.measures import Curve
    from policy_engine.tuning.objectives import Objective


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The best choice of a curve: its place, what it flags, and what is told of it by the objective.

    `ties` are the places of all that do exactly as well, this one first: that which flags fewest cases of them.
    """

    place: int
    threshold: float | None
    counts: Counts
    value: float
    ties: tuple[int, ...]


def choose(
    curve: Curve, objective: Objective, at_least: Mapping[str, float] | None = None, among: range | None = None
) -> Choice | None:
    """Return the best choice by *objective* that has *at_least* so much of some measures; None where none has.

    Of one class only nothing is chosen by what compares the classes: any threshold would do, and none is spoken for.
    *among* is a row of places outside of which nothing is chosen. What is not defined has not so much of anything, and
    is no best choice either. Raises `TuningError` for a bound that lies outside of 0 to 1, or of a measure that is
    none.

    >>> from policy_engine.measures import LabelledScores, curve_of
    >>> from policy_engine.tuning import Objective
    >>> curve = curve_of(LabelledScores.of([0.9, 0.8, 0.4, 0.1], [1, 0, 1, 0]))
    >>> choose(curve, Objective.maximise("recall"), {"precision": 0.6}).threshold
    0.4
    """
    if objective.compares_classes and not has_both_classes(curve):
        return None
    worth = objective.worth(curve)
    for name, bound in (at_least or {}).items():
        if name not in MEASURES or not 0 <= bound <= 1:
            raise TuningError(f"at least {bound} of `{name}` is no bound: of a measure, it lies between 0 and 1")
        with np.errstate(invalid="ignore"):
            worth = np.where(MEASURES[name](curve.counts) >= bound, worth, np.nan)
    if among is not None:
        there = np.arange(len(worth))
        worth = np.where((there >= among.start) & (there < among.stop), worth, np.nan)
    if np.isnan(worth).all():
        return None
    ties = _best_of(curve, objective, worth)
    place = int(ties[0])
    value = float(objective.told(curve)[place])
    return Choice(place, curve.threshold_at(place), curve.counts.at(place), value, tuple(ties.tolist()))


def _best_of(curve: Curve, objective: Objective, worth: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places of the most worth, exactly: what rounding makes of equal ones is looked at in fractions."""
    most = np.nanmax(worth)
    if curve.is_weighted or objective.exactly is None:
        return np.flatnonzero(worth == most)
    near = np.flatnonzero(worth >= most - _ROUNDING * max(abs(most), _ROUNDING))
    if len(near) == 1:
        return near
    # Many places with the same counts are one fraction
    rows = list(zip(*(one[near].tolist() for one in curve.counts), strict=True))
    exact = {row: objective.exactly(*map(int, row)) for row in dict.fromkeys(rows)}
    best = max(exact.values())
    return near[[exact[row] == best for row in rows]]


def has_both_classes(curve: Curve) -> bool:
    """Say whether there are positives and negatives, and either weighs anything."""
    tp, fp, fn, tn = (one[-1] for one in curve.counts)
    return bool(tp + fn > 0 and fp + tn > 0)
