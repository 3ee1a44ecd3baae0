"""An override without which some cell would be stricter, and no word why that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import as_written, in_short
from policy_engine.lint.subjects import cell_of, is_tied, source_in_words
from policy_engine.resolution import LEAD, has_strictness, looseness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Lead
    from policy_engine.resolution import Cell, Field, Reach, Settled


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    for reach in cells.resolved.overrides:
        if reach.override.because is None and any(_may_loosen(field) for field in reach.fields):
            found = next(_loosened(cells, reach), None)
            if found is not None:
                yield _unexplained(cells, reach, *found)


def _may_loosen(field: Field) -> bool:
    return has_strictness(field) or field == LEAD


def _loosened(cells: PolicyInCells, reach: Reach) -> Iterator[tuple[Cell, Field, Settled]]:
    """Yield the cells and fields that are milder than they would be without the override, with what would hold."""
    without = ~cells.mask([reach.id])
    for cell in cells.simplest_first:
        if reach.id not in cell.matched:
            continue
        matched = cell.mask & without
        for field in reach.fields:
            if _may_loosen(field) and field in cell.settled and not is_tied(cell, field):
                otherwise, _ = cells.settler_of(cell).settle(field, matched)
                if otherwise is not None and _is_stricter(cells, cell, field, otherwise, cell.settled[field]):
                    yield cell, field, otherwise


def _is_stricter(cells: PolicyInCells, cell: Cell, field: Field, one: Settled, other: Settled) -> bool:
    if field == LEAD:
        return _is_stricter_lead(cells, cell, one.value, other.value)
    return looseness(cells.policy, cell.scale, field, one.value) < looseness(
        cells.policy, cell.scale, field, other.value
    )


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


def _unexplained(cells: PolicyInCells, reach: Reach, cell: Cell, field: Field, otherwise: Settled) -> Finding:
    if field == LEAD:
        what = "`lead`"
    else:
        what = f"`{field[1]}`" if field[0] == "thresholds" else f"`on_invalid` for `{field[1]}`"
    where = cells.where(cell, [reach.id], is_of_scale=field[0] == "thresholds")
    before = "none" if otherwise.value is None else in_short(otherwise.value)
    return Finding(
        f"`{reach.id}` makes {what} milder{where}: {as_written(cell.settled[field].value)} "
        f"instead of {before} ({source_in_words(otherwise.source)}), and does not say why",
        f'to the override `{reach.id}`, add `because: "..."`, the reason why it is milder there',
        ("overrides", reach.index, "id"),
        cell=cell_of(cell),
    )


RULE = Rule(
    "PE402",
    "loosening-without-reason",
    "cells",
    "an override makes some cell milder and does not say why",
    _check,
)
