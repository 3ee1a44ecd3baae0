"""Bounds of tunables between which thresholds may come to stand that do not fall from band to band."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.subjects import cell_of, is_tied, source_in_words
from policy_engine.lint.tuning import reached
from policy_engine.resolution import format_number, ladder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.lint.tuning import Reached
    from policy_engine.resolution import Cell, Rung


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    """Compare the ends of each two neighbours: that is every combination, see `reached`.

    Neighbours that are out of order as they stand have another finding.
    """
    if not cells.policy.tunable:
        return
    told: set[tuple[str | None, str, str]] = set()
    for cell in cells.ladders:
        rungs = [rung for rung in ladder(cell) if rung.threshold is not None]
        if any(is_tied(cell, ("thresholds", rung.band)) for rung in rungs):
            continue
        for below, above in pairwise(rungs):
            low, high = reached(cells.policy, cell, below.band), reached(cells.policy, cell, above.band)
            if low is None or high is None or below.threshold is None or above.threshold is None:
                continue
            key = (cell.scale.name, below.band, above.band)
            if below.threshold < above.threshold and low.high >= high.low and key not in told:
                told.add(key)
                yield _finding(cells, cell, (below, low), (above, high))


def _finding(cells: PolicyInCells, cell: Cell, below: tuple[Rung, Reached], above: tuple[Rung, Reached]) -> Finding:
    (lower, low), (upper, high) = below, above
    ends = ((lower, low, low.high), (upper, high, high.low))
    where = cells.where(cell, [rung.source for rung, _, _ in ends if rung.source is not None], is_of_scale=True)
    numbers = [
        f"`{rung.band}` may be tuned to {format_number(end)}"
        if one.tunable is not None and end != rung.threshold
        else f"`{rung.band}` is {format_number(end)} ({source_in_words(str(rung.source))})"
        for rung, one, end in ends
    ]
    # The one whose own bounds lead past the other, else the first that moves
    moved = [one.tunable for rung, one, end in ends if one.tunable is not None and end != rung.threshold]
    return Finding(
        f"{' and '.join(numbers)}{where}: then every score that reaches `{lower.band}`, such as "
        f"{format_number(low.high)}, is already `{upper.band}`",
        f"choose the bounds of {' and '.join(f'`{name}`' for name in moved)} so that `{lower.band}` stays below "
        f"`{upper.band}` wherever they hold",
        ("tunable", str(moved[0]), "within"),
        cell=cell_of(cell),
        witness=low.high,
    )


RULE = Rule(
    "PE239",
    "tuned-out-of-order",
    "cells",
    "at bounds of tunables, thresholds do not fall from band to band in some cell",
    _check,
)
