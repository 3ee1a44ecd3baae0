"""What a choice is worth on cases that had no part in it."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import Counts, curve_of
from policy_engine.tuning.choosing import choose
from policy_engine.tuning.clusters import numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.measures import Curve, LabelledScores
    from policy_engine.tuning.objectives import Objective
    from policy_engine.vocabulary import Direction

FOLDS: Final = 10


@dataclass(frozen=True, slots=True)
class Honest:
    """What a choice is worth on other cases than those that it was made on.

    `cross_fitted`: the cases are dealt into folds, and the threshold that is chosen on all but one is held against that
    one; `counts` are those of all folds together, and what they measure is the procedure, not the one threshold.
    `holdout`: the threshold is held against cases that were set aside. `parts` is how many folds there were, and
    `chosen` in how many of them there was a threshold to choose; the others are left out. `value` is None where it is
    not defined.
    """

    method: Literal["cross_fitted", "holdout"]
    counts: Counts
    value: float | None
    parts: int
    chosen: int


def cross_fitted(
    labelled: LabelledScores,
    higher_is: Direction,
    objective: Objective,
    at_least: Mapping[str, float] | None = None,
    *,
    clusters: Sequence[Any] | NDArray[Any] | None = None,
    seed: int = 0,
) -> Honest | None:
    """Return what choosing as on all of *labelled* is worth, by ten folds; None where no fold leaves a choice.

    Folds have about equal parts of positives, or, with *clusters*, of whole clusters. The same seed deals the same.
    Raises `TuningError` for fewer cases, or clusters, than two.
    """
    subjects = None if clusters is None else numbered(clusters, len(labelled))
    folds = _folds(labelled, subjects, np.random.default_rng(seed))
    found: list[tuple[Counts, float, float]] = []
    parts = int(folds.max()) + 1
    for fold in range(parts):
        is_out = folds == fold
        fitted, out = labelled.where(~is_out), labelled.where(is_out)
        curve = curve_of(fitted, higher_is)
        chosen = choose(curve, objective.scaled(len(fitted), len(labelled)), at_least)
        if chosen is not None:
            found.append(_held_against(curve_of(out, higher_is), objective, chosen.threshold))
    if not found:
        return None
    counts = _together([one for one, _, _ in found])
    return Honest("cross_fitted", counts, _value(objective, counts, found), parts, len(found))


def held_out(holdout: Curve, objective: Objective, threshold: float | None) -> Honest:
    """Return what a threshold is worth on the cases of *holdout*, which had no part in its choice."""
    counts, told, _ = _held_against(holdout, objective, threshold)
    return Honest("holdout", counts, None if np.isnan(told) else told, 1, 1)


def _held_against(curve: Curve, objective: Objective, threshold: float | None) -> tuple[Counts, float, float]:
    """Return what a threshold flags of other cases, what is told of it, and what all of them weigh."""
    # The choice that no score says flags none where higher is riskier, and all where it is safer
    place = (0 if curve.higher_is == "riskier" else len(curve) - 1) if threshold is None else curve.place_of(threshold)
    counts = curve.counts.at(place)
    if objective.kind == "capacity":
        return counts, float(curve.flagged[place]), curve.cases
    return counts, objective.told_at(counts, threshold, curve.higher_is), float(sum(counts))


def _value(objective: Objective, counts: Counts, found: list[tuple[Counts, float, float]]) -> float | None:
    """Return what is told of all folds: of their counts together, or, where counts do not tell it, their mean."""
    measure = objective.measuring
    if measure is not None:
        value = float(measure(counts))
    elif objective.kind == "capacity":
        value = sum(told for _, told, _ in found)
    else:
        weighs = sum(weight for _, _, weight in found)
        value = sum(told * weight for _, told, weight in found if weight) / weighs if weighs else nan
    return None if np.isnan(value) else value


def _together(counts: list[Counts]) -> Counts:
    return Counts(*(np.asarray(sum(one[cell] for one in counts)) for cell in range(4)))


def _folds(labelled: LabelledScores, clusters: NDArray[np.intp] | None, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the fold of each case, from 0 on without a gap."""
    many = len(labelled) if clusters is None else int(clusters.max()) + 1
    if many < 2:  # noqa: PLR2004 - one to choose by, and one to hold the choice against
        raise TuningError("with fewer than two cases or clusters, none can be set aside")
    parts = min(FOLDS, many)
    if clusters is not None:
        return (rng.permutation(many) % parts)[clusters]
    # Positives first, each side in any order: dealt out in turn, every fold gets its part of both
    order = np.concatenate([rng.permutation(np.flatnonzero(which)) for which in _sides(labelled)])
    folds = np.empty(many, dtype=np.intp)
    folds[order] = np.arange(many) % parts
    return folds


def _sides(labelled: LabelledScores) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    return labelled.is_positive, ~labelled.is_positive
