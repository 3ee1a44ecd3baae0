"""Thresholds that do not fall from band to band in some cell: the lower band is never reached there."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.meeting import keeps_order, override_for_meeting
from policy_engine.lint.places import place_of_source
from policy_engine.lint.room import room_for
from policy_engine.lint.subjects import cell_of, is_tied, source_in_words
from policy_engine.resolution import format_number, ladder
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell, Field


class _Threshold(NamedTuple):
    """A band's threshold in a cell, of which scale, and where it came from."""

    score: str | None
    band: str
    number: float
    source: str

    def __str__(self) -> str:
        return f"`{self.band}` ({format_number(self.number)}, {source_in_words(self.source)})"


class _Step(NamedTuple):
    """Two neighbours of a ladder that are out of order, and the one of them that departs from the other."""

    cell: Cell
    upper: _Threshold
    lower: _Threshold
    offender: _Threshold

    @property
    def other(self) -> _Threshold:
        return self.lower if self.offender is self.upper else self.upper


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    told: set[_Threshold] = set()
    steps = [step for cell in cells.ladders for step in _out_of_order(cells, cell)]
    beside: dict[_Threshold, set[_Threshold]] = {}
    for step in steps:
        beside.setdefault(step.upper, set()).add(step.lower)
        beside.setdefault(step.lower, set()).add(step.upper)
    for step in steps:
        # What already has a finding, in a plainer cell, is the cause of this one, too.
        if step.upper not in told and step.lower not in told:
            told.add(step.offender)
            yield _finding(cells, step, is_only_one=len(beside[step.offender]) == 1)


def _out_of_order(cells: PolicyInCells, cell: Cell) -> Iterator[_Step]:
    rungs = [
        _Threshold(cell.scale.name, rung.band, rung.threshold, rung.source)
        for rung in ladder(cell)
        if rung.threshold is not None and rung.source is not None
    ]
    if cell.ties and any(is_tied(cell, ("thresholds", rung.band)) for rung in rungs):
        return
    for lower, upper in pairwise(rungs):
        if lower.number >= upper.number:
            yield _Step(cell, upper, lower, _offender(cells, upper, lower))


def _offender(cells: PolicyInCells, upper: _Threshold, lower: _Threshold) -> _Threshold:
    """Return the one that departs from the other: the narrower override's, else the one further down in the file."""
    if BASE in (upper.source, lower.source) or upper.source == lower.source:
        return lower if upper.source in (BASE, lower.source) else upper
    above, below = cells.by_id[upper.source], cells.by_id[lower.source]
    if above.is_narrower_than(below) or below.is_narrower_than(above):
        return upper if above.is_narrower_than(below) else lower
    return upper if above.index > below.index else lower


def _finding(cells: PolicyInCells, step: _Step, *, is_only_one: bool) -> Finding:
    upper, lower = step.upper, step.lower
    relation = "below" if upper.number < lower.number else "not above"
    where = cells.where(step.cell, [upper.source, lower.source], is_of_scale=True)
    rounded = ", as float32 holds them" if step.cell.scale.score.type == "float32" else ""
    return Finding(
        f"{upper} is {relation} {lower}{rounded}{where}: every score that reaches `{lower.band}`, "
        f"such as {format_number(lower.number)}, is already `{upper.band}`",
        _mend(cells, step, is_only_one=is_only_one),
        place_of_source(cells, step.cell.scale, ("thresholds", step.offender.band), step.offender.source),
        cell=cell_of(step.cell),
        witness=lower.number,
    )


def _mend(cells: PolicyInCells, step: _Step, *, is_only_one: bool) -> str:
    """Return what to do: move the offender, or else the other, if the offender is out of order with no third one."""
    offender, other, scale = step.offender, step.other, step.cell.scale
    if offender.source == other.source:
        ways = [("give", offender, room_for(cells, scale, offender.band, offender.source))]
        ways.append(("give", other, room_for(cells, scale, other.band, other.source)))
    elif other.source == BASE or _is_narrower(cells, offender, other):
        ways = [("give", offender, room_for(cells, scale, offender.band, offender.source))]
        ways.append(("also give", other, room_for(cells, scale, other.band, offender.source, beside=offender.band)))
    else:
        ids = [step.upper.source, step.lower.source]
        values = _in_order(cells, step)
        one_of_several = None if scale.name is None else scale
        if not keeps_order(cells, ids, values, one_of_several):
            return "add an override for where they meet, with thresholds that fall from band to band"
        offered = override_for_meeting(cells, ids, values, one_of_several)
        return f"add an override for where they meet, such as `{offered}`"
    where = "" if offender.source == BASE else f"in override `{offender.source}`, "
    open_ways = [way for way in (ways if is_only_one else ways[:1]) if way[2].is_there]
    if not open_ways:
        return f"{where}write thresholds that fall from band to band wherever they hold"
    words = [f"{verb} `{one.band}` a threshold {room}" for verb, one, room in open_ways]
    return f"{where}{', or '.join(words)}"


def _is_narrower(cells: PolicyInCells, one: _Threshold, other: _Threshold) -> bool:
    return cells.by_id[one.source].is_narrower_than(cells.by_id[other.source])


def _in_order(cells: PolicyInCells, step: _Step) -> dict[Field, Any]:
    """Return two thresholds in order: the stricter one as it is, the other that of the base if it fits."""
    upper, lower, scale = step.upper, step.lower, step.cell.scale
    kept, moved = (upper, lower) if scale.is_riskier else (lower, upper)
    room = room_for(cells, scale, moved.band, moved.source)
    number = scale.thresholds[moved.band]
    if number not in room:
        number = room.middle()
    numbers = {kept.band: kept.number, moved.band: number}
    return {("thresholds", band): numbers[band] for band in (upper.band, lower.band)}


RULE = Rule(
    "PE201",
    "thresholds-out-of-order",
    "cells",
    "thresholds do not fall from band to band in some cell",
    _check,
)
