"""Whether scores hold as chances: how many are positives among those of whom a score says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.figures import count, share
from policy_engine.reporting.as_html.markup import Html, element, joined, table
from policy_engine.reporting.as_html.plot import SIZE, Line, dot, drawn, plot, share_axis

if TYPE_CHECKING:
    from collections.abc import Mapping


def reliability(chances: Mapping[str, Any] | None) -> Html:
    """Return what scores say against what is found, plotted and in numbers; nothing for scores that are none."""
    if chances is None:
        return Html("")
    x, y = share_axis("mean score"), share_axis("share of positives")
    bins = chances["bins"]
    reach = [
        drawn(f"M{x.at(one['said'])} {SIZE - y.at(one['low'])}V{SIZE - y.at(one['high'])}", "line reach")
        for one in bins
        if one["low"] is not None
    ]
    found = joined(dot(x, y, one["said"], one["found"], "found") for one in bins)
    lines = [
        Line("line chance", "as the score says", drawn(f"M0 {SIZE}L{SIZE} 0", "line chance")),
        Line("line reach", "95% interval" if reach else "", joined(reach)),
        Line("dot found", "scores in tenths", found),
    ]
    apart = f"mean distance from the line {chances['calibration_error']:.4f}"
    note = f"For scores that are meant as chances. Brier score {chances['brier']:.4f}, {apart}."
    told = "The share of positives against the mean score, in ten bins"
    figure = plot("reliability", "Reliability: scores as chances", (x, y), lines, told=told, note=note)
    return element("div", figure, _numbers(bins), class_="pair whole")


def _numbers(bins: list[dict[str, Any]]) -> Html:
    rows = [
        [Html(f"{one['from']:g}&nbsp;to&nbsp;{one['to']:g}"), count(one["n"]), *(share(one[name]) for name in _COLUMNS)]
        for one in bins
    ]
    return table(["scores", "cases", *_COLUMNS.values()], rows, caption="Scores as chances, in tenths")


_COLUMNS = {"said": "mean score", "found": "positives", "low": "from", "high": "to"}
