"""Where overrides meet, as an override of its own: the mend for whatever two overrides leave open between them."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from policy_engine.lint.flow import as_written
from policy_engine.model import format_instant
from policy_engine.resolution import has_strictness, looseness
from policy_engine.vocabulary import SCORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Scale
    from policy_engine.resolution import Cell, Dimension, Field, Reach

_LONGEST_ID = 64
_MOST_CELLS = 1000
"""So many cells of a meeting are looked at, so that many meetings take no longer than few."""


def override_for_meeting(
    cells: PolicyInCells, ids: Sequence[str], values: Mapping[Field, Any], scale: Scale | None = None
) -> str:
    """Return the line that settles *values* for all cells in which the overrides *ids* meet, of one scale if given."""
    meeting = [cells.by_id[name] for name in ids]
    when = _when(cells, meeting)
    score = None if scale is None or when.get(SCORE) == scale.name else scale.name
    if score is not None:
        when[SCORE] = score
    override: dict[str, Any] = {"id": _new_id(cells, [*ids, *([score] if score else [])]), "when": when}
    for field, value in values.items():
        inside = override
        for name in field[:-1]:
            inside = inside.setdefault(name, {})
        inside[field[-1]] = value
    if _is_milder(cells, ids, values, scale):
        override["because"] = "..."
    window = _window(cells, meeting)
    if window:
        override["effective"] = window
    return f"- {as_written(override)}"


def keeps_order(
    cells: PolicyInCells, ids: Sequence[str], values: Mapping[Field, Any], scale: Scale | None = None
) -> bool:
    """Say whether thresholds still fall from band to band where the overrides *ids* meet, once *values* hold there.

    With *scale*, they are to hold for that one only.
    """
    return all(_falls(cell, values) for cell in _meeting_cells(cells, ids, scale))


def _falls(cell: Cell, values: Mapping[Field, Any]) -> bool:
    numbers = []
    for band in cell.scale.bands[:-1]:
        field = ("thresholds", band)
        value = values.get(field, cell.settled[field].value)
        if value == "always":
            break
        if value != "never":
            numbers.append(cell.scale.score.rounded(value))
    return all(upper > lower for upper, lower in pairwise(numbers))


def _is_milder(cells: PolicyInCells, ids: Sequence[str], values: Mapping[Field, Any], scale: Scale | None) -> bool:
    """Say whether *values* are milder somewhere than what would hold without them."""
    for cell in _meeting_cells(cells, ids, scale):
        for field, value in values.items():
            if has_strictness(field) and field in cell.settled:
                otherwise = cell.settled[field].value
                if _looseness(cells, cell, field, otherwise) < _looseness(cells, cell, field, value):
                    return True
    return False


def _looseness(cells: PolicyInCells, cell: Cell, field: Field, value: Any) -> float:  # noqa: ANN401 - a field's value
    if field[0] == "thresholds" and not isinstance(value, str):
        value = cell.scale.score.rounded(value)
    return looseness(cells.policy, cell.scale, field, value)


def _meeting_cells(cells: PolicyInCells, ids: Sequence[str], scale: Scale | None) -> Iterator[Cell]:
    first, *others = sorted(ids, key=lambda name: len(cells.by_override[name]))
    meeting = (cell for cell in cells.by_override[first] if all(name in cell.matched for name in others))
    return islice((cell for cell in meeting if scale is None or cell.scale is scale), _MOST_CELLS)


def _new_id(cells: PolicyInCells, ids: Sequence[str]) -> str:
    joined = "-".join(ids)[:_LONGEST_ID]
    return joined if joined not in cells.by_id else f"{joined[: _LONGEST_ID - 2]}-2"


def _when(cells: PolicyInCells, meeting: Sequence[Reach]) -> dict[str, Any]:
    when: dict[str, Any] = {}
    for step in cells.resolved.steps:
        name = step.dimension.name
        shared = frozenset.intersection(*(one.sets[name] for one in meeting))
        if shared != step.dimension.all:
            when[name] = _condition(step.dimension, shared)
    return when


def _condition(dimension: Dimension, wanted: frozenset[str | None]) -> Any:  # noqa: ANN401 - text, list or mapping
    if dimension.cuts:
        places = [place for place, value in enumerate(dimension.values) if value in wanted]
        stretch = {}
        if places[0] > 0:
            stretch["at_least"] = dimension.cuts[places[0] - 1]
        if places[-1] < len(dimension.cuts):
            stretch["below"] = dimension.cuts[places[-1]]
        return stretch
    inside = {place for value in wanted for place in dimension.within[value or ""] if place != value}
    widest = [value for value in dimension.values if value in wanted - inside]
    return widest[0] if len(widest) == 1 else widest


def _window(cells: PolicyInCells, meeting: Sequence[Reach]) -> dict[str, str]:
    always = cells.policy.window
    begin, end = max(one.window[0] for one in meeting), min(one.window[1] for one in meeting)
    window = {}
    if begin != always[0]:
        window["from"] = format_instant(begin)
    if end != always[1]:
        window["until"] = format_instant(end)
    return window
