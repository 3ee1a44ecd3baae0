"""The curves: measures and cost by threshold, scores by class, how well they tell classes apart, and as chances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.markup import Html, element, section
from policy_engine.reporting.as_html.sections.by_threshold import costs, measures, scores
from policy_engine.reporting.as_html.sections.rates import precision_recall, roc
from policy_engine.reporting.as_html.sections.reliability import reliability

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts


def curves(parts: Parts) -> Html:
    """Return all curves, of those that the scores have."""
    part = parts.threshold
    if part is None:
        return Html("")
    figures = (
        measures(parts, part),
        costs(parts, part),
        scores(parts, part),
        roc(parts, part),
        precision_recall(parts, part),
        reliability(part["chances"]),
    )
    return section("curves", "Curves", _reduced(part), element("div", *figures, class_="figures"))


def _reduced(part: Mapping[str, Any]) -> Html:
    kept, every = len(part["threshold"]), part["choices"]
    text = f"All {every:,} thresholds are drawn, each with its exact counts."
    if kept < every:
        text = f"Reduced: {kept:,} of {every:,} thresholds are drawn, each with its exact counts."
    return element("p", text, class_="note")
