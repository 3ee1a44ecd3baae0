"""Two overrides for the very same cells that set the same field at the same instant: one of them is a slip."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.subjects import field_in_words
from policy_engine.model import NumberCondition, format_instant
from policy_engine.resolution import fields_in_common, lies_inside, place_of, windows_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Reach

_MOST_REASONS = 3


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    groups: dict[frozenset[object], list[Reach]] = {}
    for reach in cells.resolved.overrides:
        if not reach.is_empty:
            groups.setdefault(frozenset(reach.sets.items()), []).append(reach)
    for group in groups.values():
        in_file = sorted(group, key=lambda reach: reach.index)
        for place, later in enumerate(in_file):
            earlier = next((one for one in in_file[:place] if _collide(one, later)), None)
            if earlier is not None:
                yield _collision(cells, earlier, later)


def _collide(one: Reach, other: Reach) -> bool:
    if not windows_overlap(one.window, other.window):
        return False
    nested = lies_inside(one.window, other.window) or lies_inside(other.window, one.window)
    return not nested and any(True for _ in fields_in_common(one, other))


def _collision(cells: PolicyInCells, earlier: Reach, later: Reach) -> Finding:
    field = next(fields_in_common(earlier, later))
    names = f"`{earlier.id}` and `{later.id}`"
    what = field_in_words(field)
    since = max(earlier.window[0], later.window[0])
    when = "" if since == cells.policy.effective.from_ else f" from {format_instant(since)} on"
    return Finding(
        f"{names} match exactly the same cases{_why(cells, earlier, later)} and both set {what}{when}",
        _mend(earlier, later, field),
        place_of(later.override, later.index, field),
    )


def _why(cells: PolicyInCells, earlier: Reach, later: Reach) -> str:
    """Return why conditions that are written differently match the same, where one value lies in another."""
    nested: dict[tuple[str, str], None] = {}
    for step in cells.resolved.steps:
        one, other = (_written(reach, step.dimension.name) for reach in (earlier, later))
        both, in_one_of_them = [*one, *other], set(one).symmetric_difference(other)
        for value in both:
            if len(nested) == _MOST_REASONS:
                break
            if value in in_one_of_them:
                wider = (place for place in both if place != value and value in step.dimension.within[place])
                nested.update(((value, place), None) for place in islice(wider, 1))
    reasons = [f"`{value}` lies in `{wider}`" for value, wider in nested]
    return f", since {' and '.join(reasons)}," if reasons else ""


def _written(reach: Reach, dimension: str) -> tuple[str, ...]:
    condition = reach.override.when.get(dimension, ())
    if isinstance(condition, NumberCondition):
        return ()
    return (condition,) if isinstance(condition, str) else tuple(condition)


def _mend(earlier: Reach, later: Reach, field: tuple[str, ...]) -> str:
    first, second = sorted((earlier, later), key=lambda reach: reach.window)
    if first.window == second.window:
        return f"keep one: delete `{later.id}`, or take {field_in_words(field)} out of one of them"
    # Neither lies inside the other, so the first ends while the second holds.
    return f"write `until: {format_instant(second.window[0])}` in the `effective` of `{first.id}`"


RULE = Rule(
    "PE212",
    "same-cells-twice",
    "cells",
    "two overrides match the same cells and set one field at the same instant",
    _check,
)
