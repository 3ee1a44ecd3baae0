"""A threshold outside the range that a guardrail allows, in some cell, or at a bound of a tunable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.guarding import because_of, where_both, written_there
from policy_engine.lint.places import place_of_held
from policy_engine.lint.subjects import cell_of, is_tied, source_in_words
from policy_engine.lint.tuning import reached
from policy_engine.model import Guardrail, ThresholdRange
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    ranges = {
        one: (one.of, one.of.require, cells.policy.bands_under(one.of))
        for one in cells.resolved.safeguards
        if isinstance(one.of, Guardrail) and isinstance(one.of.require, ThresholdRange)
    }
    if not ranges:
        return
    told: set[tuple[str, Path]] = set()
    seen: set[tuple[str, int]] = set()
    for cell in cells.simplest_first:
        for safeguard in cell.safeguards:
            if safeguard not in ranges:
                continue
            guardrail, allowed, bands = ranges[safeguard]
            for band in bands:
                # Cells share what is settled alike: what was found of it once is told
                held = cell.threshold(band)
                if held is None or (safeguard.id, id(held)) in seen or is_tied(cell, ("thresholds", band)):
                    continue
                seen.add((safeguard.id, id(held)))
                found = _of_band(cells, guardrail, allowed, cell, band)
                if found is not None and (safeguard.id, found.path) not in told:
                    told.add((safeguard.id, found.path))
                    yield found


def _of_band(
    cells: PolicyInCells, guardrail: Guardrail, allowed: ThresholdRange, cell: Cell, band: str
) -> Finding | None:
    """Return the breach, if there is one. `never` has no threshold, so it breaches nothing; `always` is below all."""
    held = cell.settled["thresholds", band]
    low, high = (cell.scale.score.rounded(end) for end in allowed.threshold)
    ends = reached(cells.policy, cell, band)
    if held.value == "never" or (ends is not None and low <= ends.low and ends.high <= high):
        return None
    shown = " to ".join(format_number(end) for end in allowed.threshold)
    asks = f"the guardrail `{guardrail.id}` allows {shown}{because_of(guardrail)}"
    where = where_both(cells, cell, guardrail, [held.source])
    is_moved = ends is not None and low <= held.value <= high
    if is_moved and ends is not None and ends.tunable is not None:
        number = ends.low if ends.low < low else ends.high
        return Finding(
            f"`{band}` may be tuned to {format_number(number)}{where}, and {asks}",
            f"let its `within` lie inside {shown}",
            ("tunable", ends.tunable, "within"),
            cell=cell_of(cell),
            witness=number,
        )
    what = held.value if isinstance(held.value, str) else format_number(held.value)
    return Finding(
        f"the threshold of `{band}` is {what}{where} ({source_in_words(held.source)}), and {asks}",
        written_there(guardrail, held.source, f"give `{band}` a threshold from {shown}", cell.scale.name),
        place_of_held(cells, cell, ("thresholds", band)),
        cell=cell_of(cell),
        witness=None if isinstance(held.value, str) else held.value,
    )


RULE = Rule(
    "PE411",
    "threshold-outside-guardrail",
    "cells",
    "a threshold lies outside the range that a guardrail allows, or may be tuned out of it",
    _check,
)
