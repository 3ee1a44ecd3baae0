"""What is guaranteed of a threshold as text, bound by bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.reporting.as_text.thresholds import threshold_as_text
from policy_engine.reporting.starts import STARTS

if TYPE_CHECKING:
    from policy_engine.measures import Curve
    from policy_engine.tuning import Guaranteed, Kept


def guarantee_lines(curve: Curve, found: Guaranteed) -> list[str]:
    """Return what is guaranteed, and how it was proved; or why nothing is, and what it would take."""
    if found.why is not None:
        return [f"nothing is guaranteed: {found.why}"]
    head = "guaranteed" if found.choice is not None else "nothing is guaranteed"
    return [f"{head}, by the exact test of one threshold after the other", *_bounds(curve, found)]


def _bounds(curve: Curve, found: Guaranteed) -> list[str]:
    return [line for kept in found.bounds for line in _bound(curve, kept)]


def _bound(curve: Curve, kept: Kept) -> list[str]:
    certified, at = kept.certified, kept.at
    said = f"  {certified.measure} at least {certified.at_least:g}"
    if at is None:
        return [f"{said}: no threshold flags as many cases as testing begins with ({certified.needed or 0:,})"]
    start = threshold_as_text(curve, kept.start)
    lines = [
        f"{said}: {at.k:,} of {at.n:,} right, p = {at.p_value:.3g} at a level of {certified.delta:.3g},",
        f"    lower bound {at.lower_bound:.4f}; begun at {start},",
        f"    {STARTS[kept.begins]}",
    ]
    return lines if certified.last is not None else [*lines, f"    {_needed(kept)}"]


def _needed(kept: Kept) -> str:
    needed, what = kept.certified.needed, "flagged cases" if kept.certified.measure == "precision" else "positives"
    if needed is None:
        return f"no number of {what} would do at this share of hits; it takes a better score, or a lower bound"
    return f"it takes {needed:,} {what} where this share of them is right"
