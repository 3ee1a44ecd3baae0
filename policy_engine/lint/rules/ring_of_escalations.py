"""Escalations that go round: the end of a band's path leads back to the band, and nobody ever decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.places import place_of_held
from policy_engine.lint.subjects import cell_of
from policy_engine.model import HOLD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    if all(one.when_exhausted == HOLD for one in cells.catalog.escalation_paths.values()):
        return
    seen: set[tuple[int, ...]] = set()
    told: set[frozenset[str]] = set()
    for cell in cells.simplest_first:
        # Cells share what is settled alike, so that the objects' identities tell it apart
        key = tuple(id(cell.escalate(band)) for band in cells.policy.band_names)
        if key not in seen:
            seen.add(key)
            for ring in _rings(cells, cell):
                if frozenset(ring) not in told:
                    told.add(frozenset(ring))
                    yield _finding(cells, cell, ring)


def _rings(cells: PolicyInCells, cell: Cell) -> Iterator[list[str]]:
    for band in cells.policy.band_names:
        walk = [band]
        while (after := _after(cells, cell, walk[-1])) is not None and after not in walk:
            walk.append(after)
        if after == band:
            yield walk


def _after(cells: PolicyInCells, cell: Cell, band: str) -> str | None:
    """Return the band in which a case of *band* ends when nobody takes it."""
    path = cell.escalate(band).value
    end = HOLD if path is None else cells.catalog.escalation_paths[path].when_exhausted
    return None if end == HOLD else end


def _finding(cells: PolicyInCells, cell: Cell, ring: list[str]) -> Finding:
    steps = [f"`{band}` escalates to `{cell.escalate(band).value}`" for band in ring]
    ends = [*ring[1:], ring[0]]
    told = ", ".join(f"{step}, which ends in `{end}`" for step, end in zip(steps, ends, strict=True))
    paths = [f"`{cell.escalate(band).value}`" for band in ring]
    return Finding(
        f"escalations go round{cells.where(cell, {cell.escalate(band).source for band in ring})}: {told}",
        f"in the catalog, let {' or '.join(dict.fromkeys(paths))} end with `when_exhausted: hold`",
        place_of_held(cells, cell, ("escalate", ring[0])),
        cell=cell_of(cell),
    )


RULE = Rule(
    "PE303",
    "ring-of-escalations",
    "cells",
    "the end of a band's escalation path leads back to the band",
    _check,
)
