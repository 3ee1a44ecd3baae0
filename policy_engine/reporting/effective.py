"""What holds at an instant: the cells of a policy that there are then, each with where it holds, in words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policy_engine.resolution import UNKNOWN, country_of, number_value, walk
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, LABEL, MODEL_VERSION, NO_PATH, SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from policy_engine.model import Policy, Scale
    from policy_engine.resolution import Cell, Dimension, Reach, ResolvedPolicy, Safeguard, Step

EVERYWHERE = "everywhere"
EVERYWHERE_ELSE = "everywhere else"


@dataclass(frozen=True, slots=True)
class EffectiveCell:
    """A cell at an instant. `values` are those asked for, else examples; None is *unknown*.

    `where` says where its overrides, knock-outs and guardrails meet. `ranges` has all the values of a dimension that
    lead to the cell, where what was asked for has several.
    """

    cell: Cell
    where: str
    values: Mapping[str, str | None]
    overrides: tuple[Reach, ...]
    ranges: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)


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

    Where cases have several scores or labels and none of them is named, there are the cells of each; of a place that
    nobody declared in a country that is (`DE-XX`), the cells of that country and all that lies in it.
    """
    ranges = {step.dimension.name: _asked(resolved.policy, step.dimension, given) for step in resolved.steps}
    member = SCORE if SCORE in ranges else LABEL

    def place_of(jurisdiction: str | None, name: str | None) -> int:
        first = {dimension: values[0] for dimension, values in ranges.items()}
        return resolved.place_at(at, {**first, JURISDICTION: jurisdiction, member: name})

    by_places: dict[tuple[int, ...], list[str | None]] = {}
    names = ranges.get(member, (UNKNOWN,))
    for jurisdiction in ranges.get(JURISDICTION, (UNKNOWN,)):
        by_places.setdefault(tuple(place_of(jurisdiction, name) for name in names), []).append(jurisdiction)
    found = []
    for places, jurisdictions in by_places.items():
        for place in dict.fromkeys(places):
            alike = [name for name, own in zip(names, places, strict=True) if own == place]
            own_ranges = {**ranges, JURISDICTION: tuple(jurisdictions), member: tuple(alike)}
            values = {name: own_ranges[name][0] for name in ranges}
            several = {name: own_ranges[name] for name in (JURISDICTION, LABEL) if len(ranges.get(name, ())) > 1}
            found.append(replace(_effective(resolved, resolved.cells[place], values), ranges=several))
    return EffectivePolicy(resolved, at, tuple(found))


def _asked(policy: Policy, dimension: Dimension, given: Mapping[str, object]) -> tuple[str | None, ...]:
    """Return the values of a dimension by whose cells a case of the values *given* is judged, one after the other."""
    name = dimension.name
    if name in (SCORE, LABEL) and name not in given:
        is_cell_of_its_own = name == LABEL and policy.unknown_label == "base"
        return (*dimension.values, UNKNOWN) if is_cell_of_its_own else dimension.values
    return (UNKNOWN,) if refuses_unknown(policy, dimension, given) else values_of(dimension, given)


def refuses_unknown(policy: Policy, dimension: Dimension, given: Mapping[str, object]) -> bool:
    """Say whether the policy refuses a case because of what it was *given* in a dimension."""
    return policy.unknown.get(dimension.name) == "error" and value_of(dimension, given) is UNKNOWN


def _overrides(resolved: ResolvedPolicy, cell: Cell) -> tuple[Reach, ...]:
    return tuple(one for one in resolved.overrides if one.id in cell.matched)


def _effective(resolved: ResolvedPolicy, cell: Cell, values: Mapping[str, str | None]) -> EffectiveCell:
    matched = _overrides(resolved, cell)
    where = where_in_words(resolved.steps, (*matched, *cell.safeguards), values.get(SCORE))
    return EffectiveCell(cell, where, values, matched)


def value_of(dimension: Dimension, given: Mapping[str, object]) -> str | None:
    """Return the value of a dimension that was *given*, None where it was not or nobody declared it."""
    value = given.get(dimension.name)
    if value is None and dimension.name == ESCALATION_PATH:
        return NO_PATH
    if dimension.cuts:
        return number_value(dimension.cuts, value) if isinstance(value, float) else None
    return value if isinstance(value, str) and value in dimension.values else None


def values_of(dimension: Dimension, given: Mapping[str, object]) -> tuple[str | None, ...]:
    """Return `value_of`, but of a place that nobody declared in a country that is, that country and all in it."""
    country = country_of(given.get(JURISDICTION), dimension.within) if dimension.name == JURISDICTION else None
    value = value_of(dimension, given)
    if value is not None or country is None:
        return (value,)
    return tuple(place for place in dimension.values if place in dimension.within[country])


def _reached(resolved: ResolvedPolicy, at: datetime) -> list[tuple[Cell, dict[str, str | None]]]:
    """Return the cells that the steps lead to from the state of an instant, each with the first values that do."""
    return [
        (resolved.cells[place], values)
        for scale in resolved.policy.scales
        for place, values in walk(resolved.steps, resolved.start_at(at), _values_of(resolved, scale)).items()
    ]


def _values_of(resolved: ResolvedPolicy, scale: Scale) -> dict[str, list[str | None]]:
    """Return the values that each dimension has for one of several scores."""
    by_name = {step.dimension.name: step.codes for step in resolved.steps}
    return {name: [value for value in codes if is_of_scale(scale, name, value)] for name, codes in by_name.items()}


def is_of_scale(scale: Scale, name: str, value: str | None) -> bool:
    """Say whether a dimension has this value for one of several scores: its own name, or a version of its model."""
    if name == MODEL_VERSION:
        return value is None or value in scale.score.model.version_names
    return name != SCORE or value == scale.name


def where_in_words(steps: Iterable[Step], matched: Sequence[Reach | Safeguard], score: str | None = None) -> str:
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
