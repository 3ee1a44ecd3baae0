"""Which of two values of a field is the stricter: of thresholds and bands for bad input, leads, and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.model import CaseReasons
from policy_engine.resolution import LEAD, has_strictness, looseness

if TYPE_CHECKING:
    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Lead
    from policy_engine.resolution import Cell, Field


def may_loosen(field: Field) -> bool:
    """Say whether some value of a field can make a case milder than another."""
    return has_strictness(field) or field == LEAD or field[0] == "reasons"


def is_stricter(cells: PolicyInCells, cell: Cell, field: Field, one: Any, other: Any) -> bool:  # noqa: ANN401 - a field may hold anything
    """Say whether some case is stricter where a field is *one* than where it is the *other*."""
    if field == LEAD:
        return _is_stricter_lead(cells, cell, one, other)
    if field[0] == "reasons":
        return _are_stricter_reasons(cells, field[1], one, other)
    return looseness(cells.policy, cell.scale, field, one) < looseness(cells.policy, cell.scale, field, other)


def _are_stricter_reasons(cells: PolicyInCells, band: str, one: object, other: object) -> bool:
    """Say whether a case that brings no code, or only some, stays in a stricter band by *one* than by the *other*."""
    strictness = cells.policy.strictness
    without, otherwise = (each.else_ if isinstance(each, CaseReasons) else band for each in (one, other))
    if strictness[without] != strictness[otherwise]:
        return strictness[without] < strictness[otherwise]
    if not isinstance(one, CaseReasons) or not isinstance(other, CaseReasons):
        return False
    # Of a code that only one of them knows, the other sends the case on
    leads_milder = strictness[without] > strictness[band]
    return not set(one.of if leads_milder else other.of) <= set(other.of if leads_milder else one.of)


def _is_stricter_lead(cells: PolicyInCells, cell: Cell, one: Lead | None, other: Lead | None) -> bool:
    """Say whether some case of some band is stricter under *one* lead than under the *other*."""
    strictness = cells.policy.strictness
    for band in cell.scale.bands:
        unclear, other_unclear = _band_if_unclear(one, band), _band_if_unclear(other, band)
        if strictness[unclear] < strictness[other_unclear]:
            return True
        # Of cases that only one of them takes to be unclear
        ratio, other_ratio = (1.0 if lead is None else lead.ratio for lead in (one, other))
        if ratio > other_ratio and strictness[unclear] < strictness[band]:
            return True
        if ratio < other_ratio and strictness[band] < strictness[other_unclear]:
            return True
    return False


def _band_if_unclear(lead: Lead | None, band: str) -> str:
    if lead is None or lead.otherwise is None or band not in lead.bands:
        return band
    return lead.otherwise
