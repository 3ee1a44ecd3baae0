"""What depends on the threshold, over the thresholds: measures, the cost of mistakes, and the scores themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_html.figures import amount, count
from policy_engine.reporting.as_html.markup import Html, element, joined
from policy_engine.reporting.as_html.measured import measured_at
from policy_engine.reporting.as_html.plot import SIZE, Axis, Line, axis, bar, drawn, plot, share_axis, steps
from policy_engine.reporting.as_html.sections.operating import lines_at_choices
from policy_engine.reporting.as_html.words import costs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts

_CURVES: Final = {"precision": "precision", "recall": "recall", "f1": "F1"}
_TALLEST: Final = 0.96
"""How much of its plot the greatest bar takes."""


def measures(parts: Parts, part: Mapping[str, Any]) -> Html:
    """Return precision, recall and F1 by threshold."""
    x, y = _axis(part, "threshold"), share_axis("")
    values = measured_at(part, tuple(_CURVES))
    lines = lines_at_choices(parts, x)
    for name, text in _CURVES.items():
        kind = f"line {name}"
        lines.append(Line(kind, text, drawn(steps(x, y, part["threshold"], values[name]), kind)))
    told = "Precision, recall and F1 at every threshold, with the thresholds that were chosen"
    return plot("measures", "Precision, recall and F1 by threshold", (x, y), lines, told=told, follows="threshold")


def costs(parts: Parts, part: Mapping[str, Any]) -> Html:
    """Return the cost of all mistakes by threshold; the script draws it anew for other costs."""
    (wrongly, missed), _ = costs_of(parts.tuning)
    total = [fp * wrongly + fn * missed for fp, fn in zip(part["fp"], part["fn"], strict=True)]
    x, y, kind = _axis(part, "threshold"), axis(0, max(total), ""), "line cost-of-all"
    path = drawn(steps(x, y, part["threshold"], total), kind)
    lines = [*lines_at_choices(parts, x), Line(kind, "cost of all mistakes", path)]
    each = f"Flagging wrongly costs {amount(wrongly)}, missing {amount(missed)}"
    note = element("span", f"{each}; the least is {amount(min(total))}.", id="cost-note")
    told = "The cost of all mistakes at every threshold"
    return plot("costs", "Cost by threshold", (x, y), lines, told=told, note=note, follows="threshold")


def scores(parts: Parts, part: Mapping[str, Any]) -> Html:
    """Return how many cases of each class have which scores."""
    found = part["histogram"]
    x, y = _axis(part, "score"), Axis(0, 1, ("0", "", "", "", ""), "")
    tops = {name: max(found[name]) for name in ("negative", "positive")}
    places = [x.at(edge) for edge in found["edges"]]
    lines = []
    for name, top in tops.items():
        kind = f"area {name}"
        heights = [round(one / (top or 1) * SIZE * _TALLEST) for one in found[name]]
        sides = zip(places, places[1:], heights, strict=False)
        bars = [bar(left, right, 0, height, kind) for left, right, height in sides if height]
        lines.append(Line(kind, f"{name} ({count(sum(found[name]))})", joined(bars)))
    lines += lines_at_choices(parts, x, interval=False)
    most = f"{count(tops['positive'])} positive and {count(tops['negative'])} negative cases"
    note = f"{len(heights)} bins; each class has its own height, of at most {most} in one."
    told = "How many positive and negative cases have which scores"
    return plot("scores", "Scores by class", (x, y), lines, told=told, note=note, follows="threshold")


def _axis(part: Mapping[str, Any], name: str) -> Axis:
    edges = part["histogram"]["edges"]
    return axis(edges[0], edges[-1], name)
