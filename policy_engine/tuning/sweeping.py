"""A sweep of labelled scores as a whole and by segment: what every threshold does, and how diagnostic the score is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import auc_of, curve_of, segments_of, separability_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.measures import Curve, LabelledScores, Segment, Separability
    from policy_engine.vocabulary import Direction


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """What every threshold does to labelled scores. Segments are compared at the best threshold of all cases."""

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

    Raises `LabelledDataError` where there are no cases, and for columns by which there are no segments.

    >>> from policy_engine.measures import LabelledScores
    >>> found = sweep_scores(LabelledScores.of([0.9, 0.6, 0.4, 0.1], [1, 0, 1, 0]), by={"sex": ["f", "m", "f", "m"]})
    >>> found.auc, [(one.values, one.auc) for one in found.segments]
    (0.75, [({'sex': 'f'}, None), ({'sex': 'm'}, None)])
    """
    if not len(labelled):
        raise LabelledDataError("there are no cases")
    curve = curve_of(labelled, higher_is)
    separability = separability_of(curve)
    segments = segments_of(labelled, higher_is, by, separability.best) if by else ()
    return Sweep(curve, auc_of(curve), separability, segments)
