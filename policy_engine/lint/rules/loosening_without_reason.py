"""An override without which some cell would be stricter, and no word why that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import as_written
from policy_engine.lint.subjects import cell_of, is_tied, source_in_words
from policy_engine.resolution import has_strictness, looseness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell, Field, Reach, Settled


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    for reach in cells.resolved.overrides:
        if reach.override.because is None and any(has_strictness(field) for field in reach.fields):
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
            if has_strictness(field) and not is_tied(cell, field):
                otherwise, _ = cells.settler_of(cell).settle(field, matched)
                if otherwise is not None and _is_stricter(cells, cell, field, otherwise, cell.settled[field]):
                    yield cell, field, otherwise


def _is_stricter(cells: PolicyInCells, cell: Cell, field: Field, one: Settled, other: Settled) -> bool:
    return looseness(cells.policy, cell.scale, field, one.value) < looseness(
        cells.policy, cell.scale, field, other.value
    )


def _unexplained(cells: PolicyInCells, reach: Reach, cell: Cell, field: Field, otherwise: Settled) -> Finding:
    kind, name = field
    what = f"`{name}`" if kind == "thresholds" else f"`on_invalid` for `{name}`"
    return Finding(
        f"`{reach.id}` makes {what} milder{cells.where(cell, [reach.id])}: {as_written(cell.settled[field].value)} "
        f"instead of {as_written(otherwise.value)} ({source_in_words(otherwise.source)}), and does not say why",
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
