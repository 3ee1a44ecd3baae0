"""A sweep as plain data: the same names in JSON and in tables, null for what is not defined, with the reason."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.measures import MEASURES, Counts, Curve

if TYPE_CHECKING:
    from policy_engine.measures import Segment, Separability
    from policy_engine.tuning import Sweep


def sweep_as_plain(sweep: Sweep, positive: str) -> dict[str, Any]:
    """Return all of a sweep as JSON has it, of which *positive* is the label that is to be found."""
    return {
        "n": sweep.curve.cases,
        "positives": sweep.curve.positive_cases,
        "positive": positive,
        "higher_is": sweep.curve.higher_is,
        "auc": sweep.auc,
        "undefined": why_undefined(sweep.curve),
        "separability": separability_as_plain(sweep.separability),
        "curve": curve_as_plain(sweep.curve),
        "segments": [_segment(one) for one in sweep.segments],
    }


def curve_as_plain(curve: Curve) -> list[dict[str, Any]]:
    """Return each threshold with its counts and measures, from that which flags none on."""
    columns = {
        "threshold": curve.thresholds,
        "flagged": curve.flagged,
        **curve.counts._asdict(),
        **measured(curve),
    }
    rows = zip(*(one.tolist() for one in columns.values()), strict=True)
    return [dict(zip(columns, map(_or_null, row), strict=True)) for row in rows]


def measured(curve: Curve) -> dict[str, np.ndarray[Any, Any]]:
    """Return every measure at each threshold, NaN where it is not defined."""
    found = {name: measure(curve.counts) for name, measure in MEASURES.items()}
    return {**found, "net_benefit": curve.net_benefit}


def separability_as_plain(found: Separability) -> dict[str, Any] | None:
    """Return how far the classes overlap, or None where there is one only."""
    if found.overlap is None:
        return None
    return asdict(found)


def _segment(one: Segment) -> dict[str, Any]:
    return {
        "segment": dict(one.values),
        "n": one.curve.cases,
        "positives": one.curve.positive_cases,
        "auc": one.auc,
        "undefined": why_undefined(one.curve),
        "separability": separability_as_plain(one.separability),
        "at_best": None if one.at is None else _at(one.at),
        "adverse_impact_ratio": one.adverse_impact_ratio,
    }


def _at(counts: Counts) -> dict[str, Any]:
    measures = {name: _or_null(float(measure(counts))) for name, measure in MEASURES.items()}
    return {**{name: one.item() for name, one in counts._asdict().items()}, **measures}


def why_undefined(curve: Curve) -> str | None:
    """Return why what compares the classes is null, None where it is not."""
    if curve.positive_cases and curve.positive_cases < curve.cases:
        weight = curve.counts.tp[-1] * curve.counts.fp[-1]
        return None if weight else "one of the classes weighs nothing"
    return "there are no positives" if not curve.positive_cases else "there are no negatives"


def _or_null(value: float) -> float | None:
    return None if np.isnan(value) else value
