"""A sweep as text: some thresholds that show the whole, and what the overlap of the classes speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from policy_engine.measures import MEASURES
from policy_engine.measures.separability import ENOUGH, NEAR_BEST
from policy_engine.reporting.as_text.findings import counted
from policy_engine.reporting.as_text.segments import (
    NOTHING,
    impact_as_text,
    named_rows,
    note_on_impact,
    segment_name,
)
from policy_engine.reporting.as_text.table import table
from policy_engine.reporting.as_text.thresholds import place_as_text, threshold_as_text
from policy_engine.reporting.sweeps import measured

if TYPE_CHECKING:
    from policy_engine.measures import Curve, Segment, Separability
    from policy_engine.tuning import Sweep

_SHARES: Final = (0.01, 0.02, 0.05, *(step / 10 for step in range(1, 10)))
"""About so many of the cases are flagged by the thresholds that are shown, beside the ends and the best."""
_SHOWN: Final = ("precision", "recall", "f1", "mcc", "youden")
_AT_BEST: Final = ("flagged_share", "precision", "recall")
_CHANCE: Final = 0.5


def sweep_as_text(sweep: Sweep) -> str:
    """Return a sweep for people."""
    curve = sweep.curve
    share = curve.positive_cases / curve.cases
    auc = "not defined" if sweep.auc is None else f"{sweep.auc:.4f}"
    lines = [f"{counted(curve.cases, 'case')}, {curve.positive_cases:,} positive ({share:.1%}), AUC {auc}", ""]
    lines += _thresholds(curve)
    lines += ["", *_advice(sweep.separability, curve)]
    if sweep.auc is not None and sweep.auc < _CHANCE and sweep.separability.advice is None:
        other = "safer" if curve.higher_is == "riskier" else "riskier"
        lines.append(f"  the score points the other way: try --higher-is {other}")
    if sweep.segments:
        lines += ["", *_segments(sweep.segments, sweep.separability, curve)]
    return "\n".join(lines) + "\n"


def _thresholds(curve: Curve) -> list[str]:
    found = measured(curve)
    best = {name: int(np.nanargmax(found[name])) for name in ("f1", "youden") if (found[name] > 0).any()}
    wanted = (curve.cases * share for share in _SHARES)
    places = {int(np.searchsorted(curve.flagged, many)) for many in wanted} | {0, len(curve) - 1, *best.values()}
    rows: list[tuple[str, ...]] = [("threshold", "flagged", "share", *_SHOWN, "best")]
    for place in sorted(places):
        named = ", ".join(name for name, at in best.items() if at == place)
        share = found["flagged_share"][place]
        rows.append(
            (
                place_as_text(curve, place),
                f"{int(curve.flagged[place]):,}",
                NOTHING if np.isnan(share) else f"{share:.1%}",
                *(_number(found[name][place]) for name in _SHOWN),
                named,
            )
        )
    reached = "reach" if curve.higher_is == "riskier" else "do not reach"
    return [f"flagged are the cases that {reached} the threshold", *table(rows, right=range(len(_SHOWN) + 3))]


def _number(value: float) -> str:
    return NOTHING if np.isnan(value) else f"{value:.3f}"


def _advice(found: Separability, curve: Curve) -> list[str]:
    if found.overlap is None:
        return ["with one class only, nothing can be told of how well the score tells them apart"]
    if found.advice is None:
        return ["the classes overlap wholly: no threshold tells them apart"]
    low = "" if found.low is None else f" above {threshold_as_text(curve, found.low)}"
    high = "" if found.high is None else f" up to {threshold_as_text(curve, found.high)}"
    lines = (
        ("best threshold between them", threshold_as_text(curve, found.best)),
        (f"within {NEAR_BEST:.0%} of it", f"all{low}{high}"),
        (f"flags most with a precision of {ENOUGH}", threshold_as_text(curve, found.act)),
        (f"flags fewest with a recall of {ENOUGH}", threshold_as_text(curve, found.find)),
    )
    rows = [f"  {what:<36} {value}" for what, value in lines]
    return [f"the classes overlap by {found.overlap:.1%}", *rows, _spoken_for(found, curve)]


def _spoken_for(found: Separability, curve: Curve) -> str:
    if found.advice == "flag_more":
        return f"so flagging more loses nothing: even {threshold_as_text(curve, found.act)} has the precision"
    if found.advice == "flag_all":
        return "so flag nearly all: most are positives anyway, and the score says little"
    if found.advice == "two_thresholds":
        return f"so take two thresholds: act on the one, look twice at the {found.between:.1%} between them"
    return "so flag few: most cases lie where the classes are mixed"


def _segments(segments: tuple[Segment, ...], found: Separability, curve: Curve) -> list[str]:
    at = "" if found.best is None else f", at the best threshold of all cases ({threshold_as_text(curve, found.best)})"
    rows: list[tuple[str, ...]] = [("segment", "cases", "positive", "AUC", "flagged", "precision", "recall", "impact")]
    for one in segments:
        auc = NOTHING if one.auc is None else f"{one.auc:.3f}"
        rows.append(
            (segment_name(one.values), f"{one.curve.cases:,}", f"{one.curve.positive_cases:,}", auc, *_at_best(one))
        )
    return [f"by segment{at}", *named_rows(rows), *note_on_impact(one.adverse_impact_ratio for one in segments)]


def _at_best(one: Segment) -> tuple[str, ...]:
    impact = impact_as_text(one.adverse_impact_ratio)
    at = one.at
    if at is None:
        return (*(NOTHING for _ in _AT_BEST), impact)
    return (*(_number(float(MEASURES[name](at))) for name in _AT_BEST), impact)
