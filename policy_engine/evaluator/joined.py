"""Joined cells: what a case gets that ranges over several cells, settled once for all scores."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policy_engine.vocabulary import INVALID_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policy_engine.compiler import CompiledCell, CompiledStep, PolicyTable, Range
    from policy_engine.model import Verdict
    from policy_engine.vocabulary import InvalidClass

Placed = tuple[int | None, "CompiledCell"]
"""A cell, with the place of its jurisdiction among those of the request."""


@dataclass(frozen=True, slots=True)
class JoinedCells:
    """The verdicts of a case over all cells that it ranges over: the strictest of each stretch of scores."""

    # INVARIANT: cuts rise strictly and by_score has one verdict more.
    cuts: tuple[float, ...]
    by_score: tuple[Verdict, ...]
    by_class: Mapping[InvalidClass, Verdict]


def join(
    table: PolicyTable,
    start: int,
    ranges: Sequence[Sequence[Range]],
    unknown: tuple[str, ...],
    *,
    named: bool,
) -> JoinedCells:
    """Return the joined cells of a case.

    `ranges` has, for each jurisdiction of the request in the order of their names, one range of codes per
    step. `named` says whether the request named any.
    """
    placed = [
        (place if named else None, table.cells[state])
        for place, codes in enumerate(ranges)
        for state in _states(table.steps, start, codes)
    ]
    cuts = tuple(sorted({cut for _, cell in placed for cut in cell.cuts}))
    lows = (float("-inf"), *cuts)
    by_score = tuple(
        _strictest(table, ((place, cell.by_score[bisect_right(cell.cuts, low)]) for place, cell in placed), unknown)
        for low in lows
    )
    by_class = {
        invalid: _strictest(table, ((place, cell.by_class[invalid]) for place, cell in placed), unknown)
        for invalid in INVALID_CLASSES[:-1]
    }
    return JoinedCells(cuts, by_score, by_class)


def _states(steps: Sequence[CompiledStep], start: int, ranges: Sequence[Range]) -> Iterable[int]:
    """Return the cells that the product of *ranges* leads to, each once, in the order in which they are judged."""
    # Keeping the first of equal states at every step keeps the order of the whole product: what follows
    # depends on the state alone.
    states: Iterable[int] = (start,)
    for step, codes in zip(steps, ranges, strict=True):
        states = dict.fromkeys(step.next[state][code] for state in states for code in codes)
    return states


def _strictest(table: PolicyTable, verdicts: Iterator[tuple[int | None, Verdict]], unknown: tuple[str, ...]) -> Verdict:
    """Return the strictest verdict; of equals the first, by name of its jurisdiction and then of its values."""
    place, best = min(verdicts, key=lambda placed: table.policy.strictness[placed[1].outcome])
    return replace(best, jurisdiction=place, unknown=unknown)
