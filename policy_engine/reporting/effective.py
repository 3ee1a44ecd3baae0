"""What holds at an instant: the cells of a policy that there are then, each with where it holds, in words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policy_engine.resolution import number_value
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, MODEL_VERSION, NO_PATH, SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from policy_engine.model import Policy
    from policy_engine.resolution import Cell, Clause, Dimension, Reach, ResolvedPolicy, Step

EVERYWHERE = "everywhere"
EVERYWHERE_ELSE = "everywhere else"


@dataclass(frozen=True, slots=True)
class EffectiveCell:
    """A cell at an instant. `values` are those asked for, else examples; None is *unknown*.

    `where` says where its overrides, knock-outs and guardrails meet.
    """

    cell: Cell
    where: str
    values: Mapping[str, str | None]
    overrides: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """What holds of a policy at an instant: in all its cells, the plainest first, or in the one that was asked for.

    `changes` are the later instants at which something else holds; `candidates` those of the use case that decide
    beside the policy, then or later.
    """

    resolved: ResolvedPolicy
    at: datetime
    cells: tuple[EffectiveCell, ...]
    candidates: tuple[Policy, ...] = ()

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
    return _in_order(resolved, at, (_effective(resolved, cell, values) for cell, values in _reached(resolved, at)))


def cells_by_overrides(resolved: ResolvedPolicy, at: datetime) -> EffectivePolicy:
    """Return the cells of an instant, those as one that differ only in their knock-outs and guardrails."""
    found: dict[tuple[str | None, tuple[str, ...]], EffectiveCell] = {}
    for cell, values in _reached(resolved, at):
        matched = _overrides(resolved, cell)
        where = where_in_words(resolved.steps, matched, values.get(SCORE))
        found.setdefault((cell.scale.name, cell.matched), EffectiveCell(cell, where, values, matched))
    return _in_order(resolved, at, found.values())


def _in_order(resolved: ResolvedPolicy, at: datetime, cells: Iterable[EffectiveCell]) -> EffectivePolicy:
    found = list(cells)
    last_word = EVERYWHERE if len(found) == 1 else EVERYWHERE_ELSE
    named = [one if one.where else replace(one, where=last_word) for one in found]
    ordered = sorted(named, key=lambda one: (len(one.overrides), one.where))
    return EffectivePolicy(resolved, at, tuple(ordered))


def cells_of(resolved: ResolvedPolicy, at: datetime, given: Mapping[str, object]) -> EffectivePolicy:
    """Return the cell of the values *given*; what is left out, or what nobody declared, is *unknown*.

    Where cases have several scores and none of them is named, there is a cell for each.
    """
    scores = [given.get(SCORE)] if SCORE in given else [scale.name for scale in resolved.policy.scales]
    found = []
    for score in scores:
        said = {**given, SCORE: score}
        values = {step.dimension.name: value_of(step.dimension, said) for step in resolved.steps}
        found.append(_effective(resolved, resolved.cell_at(at, values), values))
    return EffectivePolicy(resolved, at, tuple(found))


def _overrides(resolved: ResolvedPolicy, cell: Cell) -> tuple[Reach, ...]:
    return tuple(one for one in resolved.overrides if one.id in cell.matched)


def _effective(resolved: ResolvedPolicy, cell: Cell, values: Mapping[str, str | None]) -> EffectiveCell:
    matched = _overrides(resolved, cell)
    where = where_in_words(resolved.steps, (*matched, *cell.clauses), values.get(SCORE))
    return EffectiveCell(cell, where, values, matched)


def value_of(dimension: Dimension, given: Mapping[str, object]) -> str | None:
    """Return the value of a dimension that was *given*, None where it was not or nobody declared it."""
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
    found = [(resolved.cells[state], values) for state, values in reached.items()]
    return [(cell, values) for cell, values in found if is_of_its_model(resolved.steps, cell, values)]


def is_of_its_model(steps: Iterable[Step], cell: Cell, values: Mapping[str, str | None]) -> bool:
    """Say whether a version of the cell's own model leads to it: one of another score's model never comes there."""
    step = next((step for step in steps if step.dimension.name == MODEL_VERSION), None)
    if step is None:
        return True
    own = {step.codes[version] for version in (*cell.scale.score.model.version_names, None)}
    return step.codes.get(values[MODEL_VERSION]) in own


def where_in_words(steps: Iterable[Step], matched: Sequence[Reach | Clause], score: str | None = None) -> str:
    """Return where all of *matched* match, in words, of one of several scores; empty where that is everywhere."""
    words = [] if score is None else [f"score {score}"]
    for step in steps:
        sets = [one.sets.get(step.dimension.name, step.dimension.all) for one in matched]
        meeting = frozenset.intersection(step.dimension.all, *sets)
        if meeting != step.dimension.all and step.dimension.name != SCORE:
            words.append(_values_in_words(step.dimension, meeting))
    return ", ".join(words)


def _values_in_words(dimension: Dimension, wanted: frozenset[str | None]) -> str:
    inside = {place for value in wanted if value is not None for place in dimension.within[value] if place != value}
    words = " or ".join(value for value in dimension.values if value in wanted - inside)
    if dimension.name == JURISDICTION:
        return words
    return f"{'path' if dimension.name == ESCALATION_PATH else dimension.name} {words}"
