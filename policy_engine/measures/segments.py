"""Parts of the cases, and whether a threshold does to one what it does to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures.curve import curve_of
from policy_engine.measures.separability import auc_of, separability_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.measures.curve import Curve
    from policy_engine.measures.labelled import LabelledScores
    from policy_engine.measures.rates import Counts
    from policy_engine.measures.separability import Separability
    from policy_engine.vocabulary import Direction

MOST_SEGMENTS: Final = 1000
"""More of them are a column of something else, such as an id, and no table that anybody reads."""
FOUR_FIFTHS: Final = 0.8
"""An adverse impact ratio below it asks for a reason: the rule of four fifths (29 CFR 1607.4 D)."""
_BEYOND_JSON: Final = 2**63


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A part of the cases: those with the same values in some columns.

    `at` is what a threshold does here that is the same for all segments, None without one. `adverse_impact_ratio` is
    the share that it leaves alone here (or that it flags, where that is to fare better), over that of the segment where
    that share is the greatest: below `FOUR_FIFTHS`, the rule of that name asks why. None where a segment
    weighs nothing, or where the share is 0 everywhere.
    """

    values: Mapping[str, Any]
    curve: Curve
    auc: float | None
    separability: Separability
    at: Counts | None = None
    adverse_impact_ratio: float | None = None


def segments_of(
    labelled: LabelledScores,
    higher_is: Direction,
    by: Mapping[str, Sequence[Any]],
    threshold: float | None = None,
    *,
    flagged_fare_better: bool = False,
) -> tuple[Segment, ...]:
    """Return the segments by each combination of values that there is, in the order of the values.

    Numbers come before texts, and what is missing (None, NaN) last; texts that spell numbers stand in their order.
    Raises `LabelledDataError` where a column has another length than the scores, a value that is no single one, or
    where there are more than 1,000 segments.
    """
    parts = parts_of(by, len(labelled))
    found = [_segment(values, labelled.where(rows), higher_is, threshold) for values, rows in parts]
    ratios = impact_ratios([None if one.at is None else _faring_better(one.at, flagged_fare_better) for one in found])
    return tuple(replace(one, adverse_impact_ratio=ratio) for one, ratio in zip(found, ratios, strict=True))


def impact_ratios(left_alone: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return the adverse impact ratio of each segment of which such a share is *left_alone*, None where it has none.

    >>> impact_ratios([0.5, 0.4, None])
    (1.0, 0.8, None)
    """
    most = max((one for one in left_alone if one is not None), default=0.0)
    return tuple(one / most if one is not None and most else None for one in left_alone)


def _segment(
    values: Mapping[str, Any], labelled: LabelledScores, higher_is: Direction, threshold: float | None
) -> Segment:
    curve = curve_of(labelled, higher_is)
    at = None if threshold is None else curve.counts.at(curve.place_of(threshold))
    return Segment(values, curve, auc_of(curve), separability_of(curve), at)


def _faring_better(counts: Counts, flagged_fare_better: bool) -> float | None:  # noqa: FBT001 - the caller's keyword
    total = float(sum(counts))
    better = counts.tp + counts.fp if flagged_fare_better else counts.fn + counts.tn
    return float(better) / total if total else None


def parts_of(by: Mapping[str, Sequence[Any]], cases: int) -> list[tuple[dict[str, Any], NDArray[np.intp]]]:
    """Return each combination of values, and the places of the cases that have it, as `segments_of` orders them.

    >>> [(values, places.tolist()) for values, places in parts_of({"sex": ["m", "f", "m"]}, 3)]
    [({'sex': 'f'}, [1]), ({'sex': 'm'}, [0, 2])]
    """
    for name, column in by.items():
        if len(column) != cases:
            raise LabelledDataError(f"there are {cases} scores and {len(column)} values of `{name}`")
    places: dict[tuple[Any, ...], list[int]] = {}
    values: dict[tuple[Any, ...], dict[str, Any]] = {}
    for place, row in enumerate(zip(*by.values(), strict=True)):
        single = [_single(value, name, place) for name, value in zip(by, row, strict=True)]
        # 1 and true are equal to Python, and two things to whoever wrote them
        key = tuple((type(value), value) for value in single)
        if key not in places:
            if len(places) == MOST_SEGMENTS:
                named = ", ".join(f"`{name}`" for name in by)
                raise LabelledDataError(f"there are more than {MOST_SEGMENTS:,} segments by {named}")
            places[key], values[key] = [], dict(zip(by, single, strict=True))
        places[key].append(place)
    ordered = sorted(places, key=lambda key: [_order(value) for _, value in key])
    return [(values[key], np.array(places[key], dtype=np.intp)) for key in ordered]


def _single(value: Any, name: str, place: int) -> Any:  # noqa: ANN401 - whatever stands in a column
    """Return a value as JSON has it, None for a missing one."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value != value:  # noqa: PLR0124 - only what is no number differs from itself
        return None
    if isinstance(value, str):
        # JSON has no half of a surrogate pair
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < _BEYOND_JSON):
        return value
    if isinstance(value, (list, dict, set, tuple, bytes)):
        raise LabelledDataError(f"row {place + 1:,}: `{name}` is no single value; segments are told apart by such only")
    try:
        return str(value)
    except ValueError:
        raise LabelledDataError(f"row {place + 1:,}: `{name}` is a number with too many digits") from None


def _order(value: Any) -> tuple[int, float, str]:  # noqa: ANN401 - a single value
    if value is None:
        return 2, 0.0, ""
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return 1, 0.0, str(value)
    # A text `nan` spells no number that has a place in an order
    return (1, 0.0, str(value)) if isnan(number) else (0, number, str(value))
