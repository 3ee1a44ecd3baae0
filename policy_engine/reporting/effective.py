"""What holds at an instant: the cells of a policy that there are then, each with where it holds, in words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.resolution import number_value
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, NO_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from policy_engine.model import Policy
    from policy_engine.resolution import Cell, Dimension, Reach, ResolvedPolicy, Step

EVERYWHERE = "everywhere"
EVERYWHERE_ELSE = "everywhere else"


@dataclass(frozen=True, slots=True)
class EffectiveCell:
    """A cell at an instant. `values` are those asked for, else examples; None is *unknown*."""

    cell: Cell
    where: str
    values: Mapping[str, str | None]
    overrides: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """What holds of a policy at an instant: in all its cells, the plainest first, or in the one that was asked for.

    `changes` are the later instants at which something else holds.
    """

    resolved: ResolvedPolicy
    at: datetime
    cells: tuple[EffectiveCell, ...]

    @property
    def policy(self) -> Policy:
        """The policy as written."""
        return self.resolved.policy

    @property
    def changes(self) -> tuple[datetime, ...]:
        """The later instants at which something else holds somewhere."""
        return tuple(instant for instant in self.resolved.instants if instant > self.at)


def all_cells(resolved: ResolvedPolicy, at: datetime) -> EffectivePolicy:
    """Return every cell that there is at an instant."""
    found = [_effective(resolved, cell, values) for cell, values in _reached(resolved, at)]
    last_word = EVERYWHERE if len(found) == 1 else EVERYWHERE_ELSE
    named = [one if one.where else EffectiveCell(one.cell, last_word, one.values, ()) for one in found]
    ordered = sorted(named, key=lambda one: (len(one.overrides), one.where))
    return EffectivePolicy(resolved, at, tuple(ordered))


def one_cell(resolved: ResolvedPolicy, at: datetime, given: Mapping[str, object]) -> EffectivePolicy:
    """Return the cell of the values *given*; what is left out, or what nobody declared, is *unknown*."""
    values = {step.dimension.name: _value(step.dimension, given) for step in resolved.steps}
    cell = resolved.cell_at(at, values)
    return EffectivePolicy(resolved, at, (_effective(resolved, cell, values),))


def _effective(resolved: ResolvedPolicy, cell: Cell, values: Mapping[str, str | None]) -> EffectiveCell:
    matched = tuple(one for one in resolved.overrides if one.id in cell.matched)
    return EffectiveCell(cell, _where(resolved.steps, matched), values, matched)


def _value(dimension: Dimension, given: Mapping[str, object]) -> str | None:
    value = given.get(dimension.name)
    if value is None and dimension.name == ESCALATION_PATH:
        return NO_PATH
    if dimension.cuts:
        return number_value(dimension.cuts, value) if isinstance(value, float) else None
    return value if isinstance(value, str) and value in dimension.values else None


def _reached(resolved: ResolvedPolicy, at: datetime) -> list[tuple[Cell, dict[str, str | None]]]:
    """Return the cells that the steps lead to from the state of an instant, each with the first values that do."""
    start = resolved.starts[bisect_right(resolved.instants, at)]
    reached: dict[int, dict[str, str | None]] = {start: {}}
    for step in resolved.steps:
        examples: dict[int, str | None] = {}
        for value, code in step.codes.items():
            examples.setdefault(code, value)
        following: dict[int, dict[str, str | None]] = {}
        for state, values in reached.items():
            for code, value in examples.items():
                following.setdefault(step.next[state][code], {**values, step.dimension.name: value})
        reached = following
    return [(resolved.cells[state], values) for state, values in reached.items()]


def _where(steps: Sequence[Step], matched: Sequence[Reach]) -> str:
    """Return where all of *matched* match, in words; empty for no override."""
    named = {name for one in matched for name in one.override.when}
    return ", ".join(
        _values_in_words(step.dimension, frozenset.intersection(*(one.sets[step.dimension.name] for one in matched)))
        for step in steps
        if step.dimension.name in named
    )


def _values_in_words(dimension: Dimension, wanted: frozenset[str | None]) -> str:
    inside = {place for value in wanted if value is not None for place in dimension.within[value] if place != value}
    words = " or ".join(value for value in dimension.values if value in wanted - inside)
    if dimension.name == JURISDICTION:
        return words
    return f"{'path' if dimension.name == ESCALATION_PATH else dimension.name} {words}"
