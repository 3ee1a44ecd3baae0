"""A comparison as plain data: the same names in JSON and in tables, null for what is not defined, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from policy_engine.measures import MEASURES
from policy_engine.tuning.equivalence import METHOD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.measures import Counts
    from policy_engine.tuning import Change, Comparison, Transition
    from policy_engine.vocabulary import Direction


class Sides(NamedTuple):
    """What was compared: a name for each of the two, for people, and what it is.

    `positive` is the label that is to be found. With policies, flagged is what reaches the threshold of `band`.
    """

    names: tuple[str, str]
    ways: tuple[Mapping[str, Any], Mapping[str, Any]]
    positive: str
    higher_is: Direction
    margin: float
    confidence: float
    band: str | None = None
    transitions: tuple[Transition, ...] = ()


def comparison_as_plain(found: Comparison, sides: Sides) -> dict[str, Any]:
    """Return all of a comparison as JSON has it."""
    plain = {
        "n": found.cases,
        "positives": sum(found.positives),
        "positive": sides.positive,
        "higher_is": sides.higher_is,
        "band": sides.band,
        "first": dict(sides.ways[0]),
        "second": dict(sides.ways[1]),
        "confidence": sides.confidence,
        "methods": {"p_value": "mcnemar_exact", "interval": "bonett_price", "equivalence": METHOD},
        **_told(found),
    }
    if sides.band is not None:
        plain["transitions"] = [one._asdict() for one in sides.transitions]
    return {**plain, "segments": [_segment(*one) for one in _segments(found)]}


def _told(found: Comparison) -> dict[str, Any]:
    return {
        "undefined": _why_undefined(found),
        "flips": {"positives": found.positives._asdict(), "negatives": found.negatives._asdict()},
        "measures": {"first": _measured(found.first), "second": _measured(found.second)},
        "mcnemar": found.mcnemar._asdict(),
        "changes": {name: _change(one) for name, one in found.changes.items()},
        "equivalence": {
            name: {"margin": one.margin, "p_value": one.p_value, "equivalent": one.equivalent}
            for name, one in found.equivalence.items()
        },
    }


def _segments(found: Comparison) -> list[tuple[Mapping[str, Any], Comparison, tuple[float | None, float | None]]]:
    return [(one.values, one.comparison, one.adverse_impact_ratios) for one in found.segments]


def _segment(values: Mapping[str, Any], found: Comparison, ratios: tuple[float | None, float | None]) -> dict[str, Any]:
    return {
        "segment": dict(values),
        "n": found.cases,
        "positives": sum(found.positives),
        **_told(found),
        "adverse_impact_ratio": {"first": ratios[0], "second": ratios[1]},
    }


def _measured(counts: Counts) -> dict[str, Any]:
    values = {name: float(measure(counts)) for name, measure in MEASURES.items()}
    told = {name: None if np.isnan(value) else value for name, value in values.items()}
    return {**{name: int(one) for name, one in counts._asdict().items()}, **told}


def _change(one: Change) -> dict[str, Any]:
    low, high = (None, None) if one.interval is None else one.interval
    return {"first": one.first, "second": one.second, "difference": one.difference, "low": low, "high": high}


def _why_undefined(found: Comparison) -> str | None:
    """Return why what is of one class only is null, None where it is not."""
    if not sum(found.positives):
        return "there are no positives"
    return None if sum(found.negatives) else "there are no negatives"
