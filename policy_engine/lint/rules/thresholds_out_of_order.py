"""Thresholds that do not fall from band to band in some cell: the lower band is never reached there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.meeting import override_for_meeting
from policy_engine.lint.subjects import cell_of, is_tied, source_in_words
from policy_engine.resolution import Rung, format_number, ladder, place_of
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell, Field


@dataclass(frozen=True, slots=True)
class _Step:
    """A band and the one above it in a cell, with the neighbours that limit what either may become."""

    cell: Cell
    upper: Rung
    lower: Rung
    least: float
    most: float

    @property
    def high(self) -> float:
        return self.upper.threshold or 0.0

    @property
    def low(self) -> float:
        return self.lower.threshold or 0.0


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    told: set[tuple[str, str | None, str, str | None]] = set()
    for cell in cells.ladders:
        for step in _steps(cells, cell):
            pair = (step.upper.band, step.upper.source, step.lower.band, step.lower.source)
            if step.low >= step.high and pair not in told:
                told.add(pair)
                yield _out_of_order(cells, step)


def _steps(cells: PolicyInCells, cell: Cell) -> Iterator[_Step]:
    rungs = [rung for rung in ladder(cells.policy, cell) if rung.threshold is not None]
    if any(is_tied(cell, ("thresholds", rung.band)) for rung in rungs):
        return
    score = cells.policy.score
    ends = [score.low, *(rung.threshold for rung in rungs if rung.threshold is not None), score.high]
    for place, (lower, upper) in enumerate(pairwise(rungs)):
        yield _Step(cell, upper, lower, ends[place], ends[place + 3])


def _out_of_order(cells: PolicyInCells, step: _Step) -> Finding:
    upper, lower = step.upper, step.lower
    sources = [source for source in (upper.source, lower.source) if source is not None]
    relation = "below" if step.high < step.low else "not above"
    return Finding(
        f"{_rung(upper)} is {relation} {_rung(lower)}{cells.where(step.cell, sources)}: every score that reaches "
        f"`{lower.band}`, such as {format_number(step.low)}, is already `{upper.band}`",
        _mend(cells, step),
        _place(cells, step),
        cell=cell_of(step.cell),
        witness=step.low,
    )


def _rung(rung: Rung) -> str:
    return f"`{rung.band}` ({format_number(rung.threshold or 0.0)}, {source_in_words(rung.source or BASE)})"


def _place(cells: PolicyInCells, step: _Step) -> Path:
    rung = step.upper if _offender(cells, step) == step.upper.source else step.lower
    if rung.source is None or rung.source == BASE:
        return ("bands", cells.policy.band_names.index(rung.band), "at_least")
    reach = cells.by_id[rung.source]
    return place_of(reach.override, reach.index, ("thresholds", rung.band))


def _offender(cells: PolicyInCells, step: _Step) -> str:
    """Return the source that departs from the other: the narrower override, else the one further down in the file."""
    upper, lower = step.upper.source or BASE, step.lower.source or BASE
    if BASE in (upper, lower) or upper == lower:
        return upper if lower == BASE else lower
    above, below = cells.by_id[upper], cells.by_id[lower]
    if above.is_narrower_than(below) or below.is_narrower_than(above):
        return upper if above.is_narrower_than(below) else lower
    return upper if above.index > below.index else lower


def _mend(cells: PolicyInCells, step: _Step) -> str:
    upper, lower = step.upper, step.lower
    sources = {upper.source, lower.source}
    if sources == {BASE}:
        return _either(
            (f"give `{upper.band}` a threshold", step.low, step.most),
            (f"give `{lower.band}` one", step.least, step.high),
        )
    offender = _offender(cells, step)
    if len(sources) == 1:
        return f"in override `{offender}`, " + _either(
            (f"give `{upper.band}` a threshold", step.low, step.most),
            (f"give `{lower.band}` one", step.least, step.high),
        )
    if BASE in sources or cells.by_id[offender].is_narrower_than(cells.by_id[str(next(iter(sources - {offender})))]):
        return f"in override `{offender}`, {_within_one(step, offender)}"
    line = override_for_meeting(cells, [str(upper.source), str(lower.source)], _settled_apart(cells, step))
    return f"give the cells in which they meet thresholds of their own: `{line}`"


def _within_one(step: _Step, offender: str) -> str:
    """Say how the narrower of the two mends it by itself: with another value, or by setting the other band, too."""
    upper, lower = step.upper, step.lower
    change_upper = (f"give `{upper.band}` a threshold", step.low, step.most)
    change_lower = (f"give `{lower.band}` a threshold", step.least, step.high)
    if upper.source == offender:
        return _either(change_upper, (f"set `{lower.band}`, too,", step.least, step.high))
    return _either(change_lower, (f"set `{upper.band}`, too,", step.low, step.most))


def _either(*ways: tuple[str, float, float]) -> str:
    """Return the ways that leave room for a number, each with its bounds; all of them where none does."""
    possible = [way for way in ways if way[1] < way[2]] or list(ways)
    return ", or ".join(f"{words} {_bounds(least, most)}" for words, least, most in possible)


def _bounds(least: float, most: float) -> str:
    low, high = format_number(least), format_number(most)
    if most == float("inf"):
        return f"above {low}"
    return f"below {high}" if least in (0.0, float("-inf")) else f"above {low} and below {high}"


def _settled_apart(cells: PolicyInCells, step: _Step) -> dict[Field, Any]:
    """Return two thresholds that are in order: the stricter one as it is, the other as far as it has to go."""
    upper, lower = ("thresholds", step.upper.band), ("thresholds", step.lower.band)
    base = {band.name: band.at_least or 0.0 for band in cells.policy.bands}
    if cells.policy.score.higher_is == "riskier":
        fitting = base[step.lower.band] if step.least < base[step.lower.band] < step.high else None
        return {upper: step.high, lower: fitting if fitting is not None else _middle(step.least, step.high)}
    fitting = base[step.upper.band] if step.low < base[step.upper.band] < step.most else None
    return {upper: fitting if fitting is not None else _middle(step.low, step.most), lower: step.low}


def _middle(least: float, most: float) -> float:
    """Return a short number between two others."""
    if most - least == float("inf"):
        return least + 1 if most == float("inf") else most - 1
    middle = (least + most) / 2
    return next((short for digits in range(1, 17) if least < (short := round(middle, digits)) < most), middle)


RULE = Rule(
    "PE201",
    "thresholds-out-of-order",
    "cells",
    "thresholds do not fall from band to band in some cell",
    _check,
)
