"""A decision walked through again, cell by cell, with the names of all that came in on the way."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Literal, NamedTuple

from policy_engine.evaluator import PolicyEvaluator, judged_values, named_jurisdictions
from policy_engine.evaluator.ranges import known_value
from policy_engine.model import Guardrail
from policy_engine.resolution import walk
from policy_engine.vocabulary import JURISDICTION, LABEL, MODEL_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.compiler import CompiledStep, PolicyTable
    from policy_engine.evaluator.case import CaseInCells, Given, OutcomeInCell
    from policy_engine.model import Request, Verdict
    from policy_engine.reference import Reading
    from policy_engine.resolution import Cell

Values = dict[str, str | None]
"""A value for each dimension; None is *unknown*."""


@dataclass(frozen=True, slots=True)
class Place:
    """One cell of the case, with the first values by which it is reached. `cells` has those of each member."""

    jurisdiction: str | None
    values: Values
    cells: Sequence[Sequence[Cell]]

    def guardrails(self, requirement: str) -> Iterator[Guardrail]:
        """Yield the guardrails that require this in the cell."""
        for safeguard in self.cells[0][0].safeguards:
            if isinstance(safeguard.of, Guardrail) and safeguard.of.require == requirement:
                yield safeguard.of


@dataclass(frozen=True, slots=True)
class DecidingMember:
    """The member that gave the case its band in the deciding cell, and how."""

    reading: Reading
    given: Given
    cell: Cell


class Word(NamedTuple):
    """The place whose word holds on escalation, reasons and attributes, and why it is that one."""

    place: Place
    why: Literal["asks for a person", "came to it", "is named"]


@dataclass(frozen=True, slots=True)
class Retraced:
    """A case in all its cells. `place` and `outcome` are those of the cell that decided: the first of the strictest.

    `word` is the place whose escalation, reasons and attributes hold.
    """

    table: PolicyTable
    readings: Sequence[Reading]
    case: CaseInCells
    combinations: int
    place: Place
    outcome: OutcomeInCell
    possible: Sequence[Place]
    word: Word

    @property
    def member(self) -> DecidingMember:
        """The first member by name that gave the band which its members together have in the deciding cell."""
        return next(
            DecidingMember(reading, given, cell)
            for reading, own, cells in zip(self.readings, self.outcome.members, self.place.cells, strict=True)
            for given, cell in zip(own, cells, strict=True)
            if given.band == self.outcome.joined
        )

    def requiring(self, requirement: str, band: str) -> tuple[Guardrail, ...]:
        """Return the guardrails that require this of *band* in any cell that the case may be in, by id."""
        found = {one.id: one for place in self.possible for one in place.guardrails(requirement)}
        return tuple(one for _, one in sorted(found.items()) if band in self.table.policy.bands_under(one))


def retrace(request: Request, verdict: Verdict, table: PolicyTable) -> Retraced:
    """Return how the policy of *table* came to *verdict*."""
    evaluator = PolicyEvaluator(table)
    readings = evaluator.read(request)
    case = evaluator.case_of(request, readings, {} if verdict.tuned is None else verdict.tuned.applied)
    slots = evaluator.slots(case, readings)
    strictness = table.policy.strictness
    places = list(_places(table, request, readings, is_judged=True))
    outcomes = [case.outcome_in(outer, slots) for outer in case.judged]
    place, outcome = min(
        zip(places, outcomes, strict=True),
        key=lambda one: strictness[one[1].outcome],
    )
    possible = list(_places(table, request, readings, is_judged=False))
    reached = [one for one, came in zip(places, outcomes, strict=True) if came.outcome == verdict.outcome]
    word = _word(table, verdict.outcome, possible, reached, places)
    return Retraced(table, readings, case, _combinations(table, request), place, outcome, possible, word)


def _word(
    table: PolicyTable, band: str, possible: Sequence[Place], reached: Sequence[Place], judged: Sequence[Place]
) -> Word:
    bands_under = table.policy.bands_under
    asking = [place for place in possible if any(band in bands_under(one) for one in place.guardrails("person"))]
    if asking:
        return Word(asking[0], "asks for a person")
    return Word(reached[0], "came to it") if reached else Word(judged[0], "is named")


def _combinations(table: PolicyTable, request: Request) -> int:
    """Return in how many combinations of values the case was judged."""
    return sum(prod(map(len, ranges.values())) for _, ranges in _ranges(table, request, is_judged=True))


def _places(table: PolicyTable, request: Request, readings: Sequence[Reading], *, is_judged: bool) -> Iterator[Place]:
    """Yield every cell of the case once for each jurisdiction that it names, in the order in which they are judged."""
    start = table.resolved.start_at(request.at)
    for jurisdiction, ranges in _ranges(table, request, is_judged=is_judged):
        for state, values in walk(table.resolved.steps[: table.outer], start, ranges).items():
            yield Place(jurisdiction, values, [_cells_of(table, state, reading) for reading in readings])


def _ranges(
    table: PolicyTable, request: Request, *, is_judged: bool
) -> Iterator[tuple[str | None, Mapping[str, Sequence[str | None]]]]:
    """Yield the values by which a case is judged, or those that it may have, for each jurisdiction that it names."""
    given = request.dimensions
    for jurisdiction in named_jurisdictions(given.get(JURISDICTION)) or (None,):
        case = {**given, JURISDICTION: jurisdiction}
        values = judged_values if is_judged else _all_possible
        yield (
            jurisdiction,
            {step.name: values(table, step.name, case.get(step.name)) for step in table.steps[: table.outer]},
        )


def _all_possible(table: PolicyTable, name: str, given: object) -> tuple[str | None, ...]:
    step = next(step for step in table.steps if step.name == name)
    found = judged_values(table, name, given)
    is_alone = found == (None,) and known_value(step, given) is None
    return (None, *step.values) if is_alone else found


def _cells_of(table: PolicyTable, state: int, reading: Reading) -> list[Cell]:
    """Return the cells of one member: several where its version or its label is not known."""
    inner = table.steps[table.outer :]
    ranges = {step.name: _values_of_member(table, step, reading) for step in inner}
    return [table.resolved.cells[place] for place in walk(table.resolved.steps[table.outer :], state, ranges)]


def _values_of_member(table: PolicyTable, step: CompiledStep, reading: Reading) -> tuple[str | None, ...]:
    value = reading.version if step.name == MODEL_VERSION else reading.name
    if value in step.known:
        return (value,)
    if step.name == MODEL_VERSION:
        return (None, *table.policy.scale_of(reading.name).score.model.version_names)
    if step.name == LABEL and step.rule == "base":
        return (None,)
    return (None, *step.values)
