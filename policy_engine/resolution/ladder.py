"""Ladders: the bands that a score can reach in a cell, from the lowest up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.model import Scale
    from policy_engine.resolution.cells import Cell
    from policy_engine.vocabulary import EmptyingThreshold


class Rung(NamedTuple):
    """One band of a ladder. The lowest has no threshold: whatever reaches nothing else falls to it."""

    band: str
    threshold: float | None
    source: str | None


def ladder(cell: Cell) -> tuple[Rung, ...]:
    """Return the rungs of a cell, lowest first. `never` takes a band out, `always` makes it the lowest."""
    settled = {band: cell.settled["thresholds", band] for band in cell.scale.bands[:-1]}
    return rungs_of(cell.scale, {band: (one.value, one.source) for band, one in settled.items()})


def rungs_of(scale: Scale, thresholds: Mapping[str, tuple[float | EmptyingThreshold, str]]) -> tuple[Rung, ...]:
    """Return the rungs that thresholds make, each a number or a word and where it came from."""
    rungs = []
    for band in scale.bands[:-1]:
        value, source = thresholds[band]
        if isinstance(value, str):
            if value == "always":
                rungs.append(Rung(band, None, None))
                break
        else:
            rungs.append(Rung(band, value, source))
    else:
        rungs.append(Rung(scale.bands[-1], None, None))
    return tuple(reversed(rungs))
