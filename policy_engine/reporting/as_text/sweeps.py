"""A sweep as text: some thresholds that show the whole, and what the overlap of the classes speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.printable import printable
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.sweeps import measured

if TYPE_CHECKING:
    from policy_engine.measures import Curve, Separability
    from policy_engine.tuning import Segment, Sweep

_SHARES: Final = (0.01, 0.02, 0.05, *(step / 10 for step in range(1, 10)))
"""About so many of the cases are flagged by the thresholds that are shown, beside the ends and the best."""
_SHOWN: Final = ("precision", "recall", "f1", "mcc", "youden")
_NOTHING: Final = "-"


def sweep_as_text(sweep: Sweep) -> str:
    """Return a sweep for people."""
    curve = sweep.curve
    share = curve.positive_cases / curve.cases
    auc = "not defined" if sweep.auc is None else f"{sweep.auc:.4f}"
    lines = [f"{curve.cases:,} cases, {curve.positive_cases:,} positive ({share:.1%}), AUC {auc}", ""]
    lines += _thresholds(curve)
    lines += ["", *_advice(sweep.separability, curve)]
    if sweep.segments:
        lines += ["", *_segments(sweep.segments, sweep.separability)]
    return "\n".join(lines) + "\n"


def _thresholds(curve: Curve) -> list[str]:
    found = measured(curve)
    best = {name: int(np.nanargmax(found[name])) for name in ("f1", "youden") if not np.isnan(found[name]).all()}
    wanted = (curve.cases * share for share in _SHARES)
    places = {int(np.searchsorted(curve.flagged, many)) for many in wanted} | {0, len(curve) - 1, *best.values()}
    rows: list[tuple[str, ...]] = [("threshold", "flagged", "share", *_SHOWN, "best")]
    for place in sorted(places):
        named = ", ".join(name for name, at in best.items() if at == place)
        flagged = int(curve.flagged[place])
        rows.append(
            (
                _threshold(curve, place),
                f"{flagged:,}",
                f"{flagged / curve.cases:.1%}",
                *(_number(found[name][place]) for name in _SHOWN),
                named,
            )
        )
    reached = "reach" if curve.higher_is == "riskier" else "do not reach"
    return [f"flagged are the cases that {reached} the threshold", *table(rows, right=range(len(_SHOWN) + 3))]


def _threshold(curve: Curve, place: int) -> str:
    threshold = float(curve.thresholds[place])
    if np.isnan(threshold):
        return "none" if curve.higher_is == "riskier" else "all"
    return f"{threshold:.6g}"


def _number(value: float) -> str:
    return _NOTHING if np.isnan(value) else f"{value:.3f}"


def _advice(found: Separability, curve: Curve) -> list[str]:
    if found.overlap is None:
        return ["with one class only, nothing can be told of how well the score tells them apart"]
    if found.best is None:
        return ["the classes overlap wholly: no threshold tells them apart"]
    low = "" if found.low is None else f" above {found.low:.6g}"
    high = "" if found.high is None else f" up to {found.high:.6g}"
    act = "none" if found.act is None else f"{found.act:.6g}"
    find = "none" if found.find is None else f"{found.find:.6g}"
    return [
        f"the classes overlap by {found.overlap:.1%}",
        f"  best threshold between them         {found.best:.6g}",
        f"  within 1 % of it                    all{low}{high}",
        f"  loosest with a precision of 0.95    {act}",
        f"  strictest with a recall of 0.95     {find}",
        _spoken_for(found, "lowest" if curve.higher_is == "riskier" else "highest"),
    ]


def _spoken_for(found: Separability, loosest: str) -> str:
    if found.advice == "low_threshold":
        return f"so a loose threshold loses nothing: take one of the {loosest} within 1 %"
    if found.advice == "two_thresholds":
        return f"so take two thresholds: act on the one, look twice at the {found.between:.1%} between them"
    return "so take a strict threshold: most cases lie where the classes are mixed"


def _segments(segments: tuple[Segment, ...], found: Separability) -> list[str]:
    at = "" if found.best is None else f", at the best threshold of all cases ({found.best:.6g})"
    rows: list[tuple[str, ...]] = [("segment", "cases", "positive", "AUC", "flagged", "precision", "recall", "impact")]
    for one in segments:
        name = ", ".join(f"{key} {_value(value)}" for key, value in one.values.items())
        auc = _NOTHING if one.auc is None else f"{one.auc:.3f}"
        rows.append((printable(name), f"{one.curve.cases:,}", f"{one.curve.positive_cases:,}", auc, *_at_best(one)))
    return [f"by segment{at}", *table(rows, right=range(1, 8)), *_impact(segments)]


def _value(value: Any) -> str:  # noqa: ANN401 - whatever stands in a column
    return "(none)" if value is None else str(value)


def _at_best(one: Segment) -> tuple[str, str, str, str]:
    if one.at_best is None:
        return (_NOTHING,) * 4
    tp, fp, fn, tn = (float(count) for count in one.at_best)
    shares = ((tp + fp, tp + fp + fn + tn), (tp, tp + fp), (tp, tp + fn))
    flagged, precision, recall = (_number(part / whole if whole else np.nan) for part, whole in shares)
    impact = np.nan if one.adverse_impact_ratio is None else one.adverse_impact_ratio
    return flagged, precision, recall, _number(impact)


def _impact(segments: tuple[Segment, ...]) -> list[str]:
    low = [one for one in segments if one.adverse_impact_ratio is not None and one.adverse_impact_ratio < 0.8]  # noqa: PLR2004 - four fifths
    if not low:
        return []
    return [
        "impact: the share that is left alone, over the greatest such share;",
        "  one below 0.8 (four fifths) asks for a reason",
    ]
