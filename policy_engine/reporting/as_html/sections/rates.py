"""How well scores tell the classes apart: what is found against what that costs in others, over all thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.reporting.as_html.markup import Html
from policy_engine.reporting.as_html.measured import measured_at
from policy_engine.reporting.as_html.plot import SIZE, Line, drawn, plot, polyline, share_axis
from policy_engine.reporting.as_html.sections.operating import dots_at_choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.reporting.as_html.page import Parts


def roc(parts: Parts, part: Mapping[str, Any]) -> Html:
    """Return the ROC curve, where there are both classes."""
    if part["auc"] is None:
        return Html("")
    axes = share_axis("false positive rate"), share_axis("recall")
    points = _against(part, "false_positive_rate", "recall")
    lines = [
        Line("line chance", "by chance", drawn(f"M0 {SIZE}L{SIZE} 0", "line chance")),
        Line("line recall", f"AUC {part['auc']:.4f}", drawn(polyline(*axes, points), "line recall")),
        *dots_at_choices(parts, axes, "false_positive_rate", "recall"),
    ]
    told = f"The ROC curve; the area under it is {part['auc']:.4f}"
    return plot("roc", "ROC: recall against the false positive rate", axes, lines, told=told, follows="roc")


def precision_recall(parts: Parts, part: Mapping[str, Any]) -> Html:
    """Return precision against recall, where there are positives."""
    points = _against(part, "recall", "precision")
    if not points:
        return Html("")
    axes = share_axis("recall"), share_axis("precision")
    # Where all are flagged, precision is the share of positives
    base = measured_at({name: [max(part[name])] for name in ("tp", "fp")} | {"fn": [0], "tn": [0]}, ["precision"])
    level = base["precision"][0] or 0.0
    lines = [
        Line("line chance", f"at random ({level:.1%})", drawn(f"M0 {SIZE - axes[1].at(level)}H{SIZE}", "line chance")),
        Line("line precision", "precision", drawn(polyline(*axes, points), "line precision")),
        *dots_at_choices(parts, axes, "recall", "precision"),
    ]
    told = "Precision against recall, over all thresholds"
    return plot("precision-recall", "Precision against recall", axes, lines, told=told, follows="precision-recall")


def _against(part: Mapping[str, Any], across: str, up: str) -> list[tuple[float, float]]:
    found = measured_at(part, (across, up))
    pairs = zip(found[across], found[up], strict=True)
    return [(one, other) for one, other in pairs if one is not None and other is not None]
