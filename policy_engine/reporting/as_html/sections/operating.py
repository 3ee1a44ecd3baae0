"""The operating points: where the thresholds that were chosen lie in a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.plot import SIZE, Axis, Line, bar, dot, upright

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts

_NAMES = {"empirical": "best on these cases", "guaranteed": "guaranteed"}


def lines_at_choices(parts: Parts, x: Axis, *, interval: bool = True) -> list[Line]:
    """Return the thresholds that were chosen on an axis of thresholds, and the *interval* that resamples choose in."""
    tuning = parts.tuning
    if tuning is None:
        return []
    found = _interval(tuning["interval"], x) if interval else []
    return found + [Line(kind, name, upright(x, tuning[kind]["threshold"], kind)) for kind, name in feasible(tuning)]


def _interval(found: Mapping[str, Any] | None, x: Axis) -> list[Line]:
    if found is None or found["threshold"] is None:
        return []
    name = f"{found['confidence'] * 100:g}% of resamples choose one in here"
    low, high = sorted((x.at(found["threshold"]["low"]), x.at(found["threshold"]["high"])))
    return [Line("area interval", name, bar(low, max(high, low + 2), 0, SIZE, "area interval"))]


def dots_at_choices(parts: Parts, axes: tuple[Axis, Axis], across: str, up: str) -> list[Line]:
    """Return the choices as dots, in a plot of one measure against another."""
    tuning = parts.tuning or {}
    found = []
    for kind, name in feasible(tuning):
        measures = tuning[kind]["measures"]
        if measures[across] is not None and measures[up] is not None:
            found.append(Line(f"dot {kind}", name, dot(*axes, measures[across], measures[up], kind)))
    return found


def feasible(tuning: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the choices that there are, each with what people call it."""
    return [(kind, name) for kind, name in _NAMES.items() if tuning.get(kind) is not None and tuning[kind]["feasible"]]
