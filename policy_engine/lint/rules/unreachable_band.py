"""A band that no score reaches in any cell: an outcome that is reviewed and never given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.resolution import format_number, ladder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell, Rung


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    reached: set[str] = set()
    for cell in cells.ladders:
        reached.update(rung.band for rung in _reached(cell))
        if len(reached) == len(cells.policy.bands):
            return
    for place, name in enumerate(cells.policy.band_names):
        if name not in reached:
            yield _unreachable(cells, place)


def _reached(cell: Cell) -> list[Rung]:
    """Return the rungs down to the one that the lowest possible score reaches. Thresholds are taken to be in order."""
    rungs = ladder(cell)
    low = cell.scale.score.signal_low
    from_below = [place for place, rung in enumerate(rungs) if rung.threshold is not None and rung.threshold <= low]
    return list(rungs[max(from_below, default=0) :])


def _unreachable(cells: PolicyInCells, place: int) -> Finding:
    bands, low = cells.policy.bands, cells.policy.scales[0].score.signal_low
    lowest = format_number(low)
    # Where no override matches, only a threshold on the lowest score can leave nothing for the bands below it.
    taker = next(band.name for band in bands[:place] if band.at_least is not None and band.at_least <= low)
    name = bands[place].name
    return Finding(
        f"no score reaches `{name}`: {lowest} is the lowest possible score, and from there on it is `{taker}`",
        f"give `{taker}` a threshold above {lowest}, or delete the band `{name}`",
        ("bands", place, "name"),
    )


RULE = Rule(
    "PE210",
    "unreachable-band",
    "cells",
    "no score reaches a band in any cell",
    _check,
)
