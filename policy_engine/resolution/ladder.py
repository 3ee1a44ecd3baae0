"""Ladders: the bands that a score can reach in a cell, from the lowest up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy_engine.resolution.cells import Cell


@dataclass(frozen=True, slots=True)
class Rung:
    """One band of a ladder. The lowest has no threshold: whatever reaches nothing else falls to it."""

    band: str
    threshold: float | None
    source: str | None


def ladder(cell: Cell) -> tuple[Rung, ...]:
    """Return the rungs of a cell, lowest first. `never` takes a band out, `always` makes it the lowest."""
    rungs = []
    for band in cell.scale.bands:
        settled = cell.threshold(band)
        if settled is None or settled.value == "always":
            rungs.append(Rung(band, None, None))
            break
        if settled.value != "never":
            rungs.append(Rung(band, settled.value, settled.source))
    return tuple(reversed(rungs))
