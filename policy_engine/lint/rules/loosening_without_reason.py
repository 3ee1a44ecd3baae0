"""An override without which some cell would be stricter, and no word why that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import as_written, in_short
from policy_engine.lint.loosening import is_stricter, may_loosen
from policy_engine.lint.subjects import cell_of, is_tied, source_in_words
from policy_engine.resolution import LEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell, Field, Reach, Settled


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    for reach in cells.resolved.overrides:
        if reach.override.because is None and any(may_loosen(field) for field in reach.fields):
            found = next(_loosened(cells, reach), None)
            if found is not None:
                yield _unexplained(cells, reach, *found)


def _loosened(cells: PolicyInCells, reach: Reach) -> Iterator[tuple[Cell, Field, Settled]]:
    """Yield the cells and fields that are milder than they would be without the override, with what would hold."""
    without = ~cells.mask([reach.id])
    for cell in cells.simplest_first:
        if reach.id not in cell.matched:
            continue
        matched = cell.mask & without
        for field in reach.fields:
            if may_loosen(field) and field in cell.settled and not is_tied(cell, field):
                held = cell.settled[field].value
                otherwise, _ = cells.settler_of(cell).settle(field, matched)
                if otherwise is not None and is_stricter(cells, cell, field, otherwise.value, held):
                    yield cell, field, otherwise


def _unexplained(cells: PolicyInCells, reach: Reach, cell: Cell, field: Field, otherwise: Settled) -> Finding:
    if field == LEAD:
        what = "`lead`"
    elif field[0] == "reasons":
        what = f"the reasons of `{field[1]}`"
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
