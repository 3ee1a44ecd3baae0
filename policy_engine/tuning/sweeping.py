"""A sweep of labelled scores as a whole and by segment: what every threshold does, and how diagnostic the score is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import Counts, Curve, LabelledScores, Separability, auc_of, separability_of, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.vocabulary import Direction


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the cases: those with the same values in some columns.

    `at_best` is what the best threshold of all cases together does here, by Youden's J, so that segments can be
    compared. `adverse_impact_ratio` is the share that it leaves alone here, over that of the segment in which it leaves
    most alone: below 0.8, the rule of four fifths asks why (29 CFR 1607.4 D). None where there is no such threshold, or
    it leaves nobody alone.
    """

    values: Mapping[str, Any]
    curve: Curve
    auc: float | None
    separability: Separability
    at_best: Counts | None = None
    adverse_impact_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """What every threshold does to labelled scores. `segments` are in the order of their values."""

    curve: Curve
    auc: float | None
    separability: Separability
    segments: tuple[Segment, ...] = ()


def sweep_scores(
    labelled: LabelledScores,
    higher_is: Direction = "riskier",
    by: Mapping[str, Sequence[Any]] | None = None,
) -> Sweep:
    """Return what every threshold does to *labelled*, in all and for each combination of values of the columns *by*.

    Raises `LabelledDataError` where there are no cases, or a column has another length than the scores.

    >>> found = sweep_scores(LabelledScores.of([0.9, 0.6, 0.4, 0.1], [1, 0, 1, 0]), by={"sex": ["f", "m", "f", "m"]})
    >>> found.auc, [(one.values, one.auc) for one in found.segments]
    (0.75, [({'sex': 'f'}, None), ({'sex': 'm'}, None)])
    """
    if not len(labelled):
        raise LabelledDataError("there are no cases")
    curve = sweep(labelled, higher_is)
    separability = separability_of(curve)
    parts = _parts(by or {}, len(labelled))
    segments = [_segment(values, labelled.where(chosen), higher_is, separability.best) for values, chosen in parts]
    alone = [_left_alone(one.at_best) for one in segments]
    most = max((one for one in alone if one is not None), default=0.0)
    return Sweep(
        curve,
        auc_of(curve),
        separability,
        tuple(
            replace(one, adverse_impact_ratio=left / most if left is not None and most else None)
            for one, left in zip(segments, alone, strict=True)
        ),
    )


def _segment(values: Mapping[str, Any], labelled: LabelledScores, higher_is: Direction, best: float | None) -> Segment:
    curve = sweep(labelled, higher_is)
    at_best = None if best is None else curve.counts.at(curve.place_of(best))
    return Segment(values, curve, auc_of(curve), separability_of(curve), at_best)


def _left_alone(counts: Counts | None) -> float | None:
    if counts is None:
        return None
    total = float(sum(counts))
    return float(counts.fn + counts.tn) / total if total else None


def _parts(by: Mapping[str, Sequence[Any]], cases: int) -> list[tuple[dict[str, Any], NDArray[np.bool_]]]:
    """Return each combination of values that there is, in their order, and which cases have it."""
    if not by:
        return []
    for name, column in by.items():
        if len(column) != cases:
            raise LabelledDataError(f"there are {cases} scores and {len(column)} values of `{name}`")
    places: dict[tuple[Any, ...], list[int]] = {}
    for place, values in enumerate(zip(*by.values(), strict=True)):
        places.setdefault(values, []).append(place)
    # Numbers before texts, each among their own, and what is missing last
    ordered = sorted(places, key=lambda values: [_order(one) for one in values])
    found = []
    for values in ordered:
        chosen = np.zeros(cases, dtype=bool)
        chosen[places[values]] = True
        found.append((dict(zip(by, values, strict=True)), chosen))
    return found


def _order(value: object) -> tuple[int, float, str]:
    if isinstance(value, (bool, int, float)):
        return (0, float(value), "")
    return (2, 0.0, "") if value is None else (1, 0.0, str(value))
