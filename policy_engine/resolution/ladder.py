"""Ladders: the bands that a score can reach in a cell, from the lowest up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy_engine.model import Policy
    from policy_engine.resolution.cells import Cell


@dataclass(frozen=True, slots=True)
class Rung:
    """One band of a ladder. The lowest has no threshold: whatever reaches nothing else falls to it."""

    band: str
    threshold: float | None
    source: str | None


def ladder(policy: Policy, cell: Cell) -> tuple[Rung, ...]:
    """Return the rungs of a cell, lowest first. `never` takes a band out, `always` makes it the lowest."""
    rungs = []
    for band in policy.bands:
        settled = cell.threshold(band.name)
        if settled is None or settled.value == "always":
            rungs.append(Rung(band.name, None, None))
            break
        if settled.value != "never":
            rungs.append(Rung(band.name, settled.value, settled.source))
    return tuple(reversed(rungs))
