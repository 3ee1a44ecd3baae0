"""One case at a time, with dicts and bisection."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from policy_engine.evaluator._memo import Memo
from policy_engine.evaluator.calls import retuned
from policy_engine.evaluator.case import CaseInCells, OuterCell, SettledCase, Slots
from policy_engine.evaluator.finishing import finished
from policy_engine.evaluator.ranges import Ranged, named_jurisdictions, range_of, range_of_member
from policy_engine.model import Tuned, Verdict
from policy_engine.reference import Reading, ask, read, read_fact, read_number, refused_as_milder
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from policy_engine.compiler import CompiledCell, CompiledStep, PolicyTable, Range
    from policy_engine.model import KnockOut, Request
    from policy_engine.reference import Ranked
    from policy_engine.vocabulary import InvalidClass


_MOST_REMEMBERED = 65_536
"""How many cells and verdicts of cases a policy's evaluator remembers: some 40 MB, if no two are alike."""

_MOST_LETTERS = 65_536
"""How long the names of models and versions are, together, that it remembers."""


Members = tuple[tuple[str | None, tuple[Ranged, ...]], ...]
"""The members of a case, each with what it ranges over in the dimensions of its own."""


_ONE_MEMBER: Members = ((None, ()),)


class PolicyEvaluator:
    """Applies one compiled policy. What it remembers changes how fast it answers, never what."""

    def __init__(self, table: PolicyTable) -> None:
        """Start with nothing remembered."""
        self.table = table
        self.policy = table.policy
        self._is_number = table.policy.kind in ("probability", "number")
        self._scale = table.policy.scales[0]
        self._score = self._scale.score
        self._low, self._high = self._score.low, self._score.high
        self._is_float64 = self._score.type == "float64"
        self._has_versions = bool(self._score.model.version_names)
        self._knock_outs = sorted(table.policy.knock_outs, key=lambda one: one.id)
        self.outer_steps = table.steps[: table.outer]
        self._inner_steps = table.steps[table.outer :]
        self._cases: Memo[tuple[Any, ...], CaseInCells] = Memo(_MOST_REMEMBERED)
        self._admitted: Memo[tuple[str | None, str | None], bool] = Memo(_MOST_LETTERS)

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on *request*, which must lie in the policy's window."""
        return self.judge(request)[0]

    def judge(self, request: Request) -> tuple[Verdict, float | None]:
        """Return the verdict, and the signal that was compared: None where it is invalid, or there are several."""
        readings = self.read(request)
        without = self._decided(request, readings, {})
        verdict = self._tuned(request, readings, without) if request.thresholds else without
        return verdict, _signal(readings)

    def signal(self, request: Request) -> float | None:
        """Return the signal that is compared: None where it is invalid, or there are several."""
        return _signal(self.read(request))

    def read(self, request: Request) -> list[Reading]:
        """Return the members of a case, each with its signal or its class of bad input."""
        if not self._is_number:
            return read(self.policy, request)
        signal = self.read_score(request.score, request.model, request.model_version)
        version = None
        if self._has_versions and signal != "wrong_model":
            version = self._score.model.version_name(request.model_version)
        return [Reading(None, signal, version)]

    def read_score(self, score: object, model: object, version: object) -> float | InvalidClass:
        """Return the only score as it is compared, or the first class of bad input that it falls into."""
        if not self.admits(model, version):
            return "wrong_model"
        if score is None:
            return "missing"
        number = score if type(score) is float and score - score == 0.0 else read_number(score)
        if isinstance(number, str):
            return number
        if not self._is_float64:
            number = self._score.rounded(number)
            if number - number != 0.0:
                return "not_finite"
        return number if self._low <= number <= self._high else "out_of_range"

    def admits(self, model: object, version: object) -> bool:
        """Say whether the model and its version, as given, are those of the policy's only score."""
        if not isinstance(model, (str, type(None))) or not isinstance(version, (str, type(None))):
            return self._score.model.admits(model, version)
        key = (model, version)
        known = self._admitted.get(key)
        if known is not None:
            return known
        weight = 1 + len(model or "") + len(version or "")
        return self._admitted.remember(key, self._score.model.admits(model, version), weight)

    # --- the cells of a case ---------------------------------------------------------------------------------

    def range_of(self, step: CompiledStep, given: object) -> Ranged:
        """Return what a value of a dimension may stand for, and whether it was *unknown*."""
        return range_of(self.table, step, given)

    def ranges_of_jurisdictions(self, given: object) -> tuple[Ranged, ...]:
        """Return what each jurisdiction of a request may stand for, in the order of their names."""
        step = self.table.steps[0]
        return tuple(range_of(self.table, step, name) for name in named_jurisdictions(given) or (None,))

    def ranges_of_case(self, dimensions: Mapping[str, Any]) -> tuple[tuple[Ranged, ...], ...]:
        """Return what a case ranges over in each dimension that its members share: several for jurisdictions."""
        return tuple(
            self.ranges_of_jurisdictions(dimensions.get(JURISDICTION))
            if step.name == JURISDICTION
            else (self.range_of(step, dimensions.get(step.name)),)
            for step in self.outer_steps
        )

    def facts_met(self, facts: Mapping[str, Any]) -> tuple[bool, ...]:
        """Return for each knock-out, by id, whether its facts are met; what is not known speaks for the stricter."""
        if not self._knock_outs:
            return ()
        known = {name: read_fact(value) for name, value in facts.items()}
        return tuple(
            all(
                one.at_least is not None if known.get(name) is None else known[name] == wanted
                for name, wanted in one.when.items()
                if isinstance(wanted, bool)
            )
            for one in self._knock_outs
        )

    def members_of(self, readings: Sequence[Reading]) -> Members:
        """Return each member's name, and what it ranges over in the dimensions of its own."""
        if not self._inner_steps:
            return _ONE_MEMBER if self._is_number else tuple((one.name, ()) for one in readings)
        return tuple(
            (
                one.name,
                tuple(
                    range_of_member(step, one, self.policy.scale_of(one.name).score.model.version_names)
                    for step in self._inner_steps
                ),
            )
            for one in readings
        )

    def case_of(self, request: Request, readings: Sequence[Reading], numbers: Mapping[str, float]) -> CaseInCells:
        """Return the case of a request over all that its values may stand for, with these numbers for its tunables."""
        found = self.ranges_of_case(request.dimensions)
        named = len(named_jurisdictions(request.dimensions.get(JURISDICTION)))
        met = self.facts_met(request.facts)
        return self.case(found, named, request.at, self.members_of(readings), met, numbers)

    def case(
        self,
        found: tuple[tuple[Ranged, ...], ...],
        named: int,
        at: datetime,
        members: Members,
        met: tuple[bool, ...],
        numbers: Mapping[str, float],
    ) -> CaseInCells:
        """Return a case over all that its values may stand for.

        `found` has one entry for each dimension that the members share; `named` is how many jurisdictions the
        request names.
        """
        start = self.table.starts[bisect_right(self.table.instants, at)]
        key = (start, found, named, members, met, tuple(sorted(numbers.items())) if numbers else ())
        known = self._cases.get(key)
        if known is not None:
            return known
        ranged = [(self.outer_steps, found), *((self._inner_steps, [(one,) for one in own]) for _, own in members)]
        unknown = {
            step.name
            for steps, by_step in ranged
            for step, ranges in zip(steps, by_step, strict=True)
            if any(one.is_unknown for one in ranges)
        }
        judged = list(self._outer_cells(start, found, named, members, met, numbers, is_judged=True))
        is_same = all(one.judged == one.possible for ranges in found for one in ranges)
        possible = (
            judged if is_same else list(self._outer_cells(start, found, named, members, met, numbers, is_judged=False))
        )
        names = tuple(step.name for step in self.table.steps if step.name in unknown)
        made = CaseInCells(self.table, tuple(name for name, _ in members), judged, possible, names)
        # Labels that nobody declared are members, too, with names of any length
        letters = sum(len(name or "") for name, _ in members)
        weight = sum(len(own) for cell in judged for own in cell.members) + letters // 64
        return self._cases.remember(key, made, weight)

    def _outer_cells(
        self,
        start: int,
        found: Sequence[Sequence[Ranged]],
        named: int,
        members: Members,
        met: Sequence[bool],
        numbers: Mapping[str, float],
        *,
        is_judged: bool,
    ) -> Iterator[OuterCell]:
        for place in range(max(named, 1)):
            one = [ranges[min(place, len(ranges) - 1)] for ranges in found]
            codes = [ranged.judged if is_judged else ranged.possible for ranged in one]
            for state in _states(self.outer_steps, start, codes):
                cells = tuple(self._cells_of_member(state, name, own, numbers) for name, own in members)
                knock_outs = tuple(self._matching(cells[0][0].knock_outs, met))
                yield OuterCell(place if named else None, cells, knock_outs)

    def _matching(self, knock_outs: Iterable[KnockOut], met: Sequence[bool]) -> Iterator[KnockOut]:
        are_met = {one.id for one, is_met in zip(self._knock_outs, met, strict=True) if is_met}
        return (one for one in knock_outs if one.id in are_met)

    def _cells_of_member(
        self, state: int, name: str | None, own: Sequence[Ranged], numbers: Mapping[str, float]
    ) -> tuple[CompiledCell, ...]:
        codes = [one.judged for one in own]
        cells = tuple(self.table.cells[place] for place in _states(self._inner_steps, state, codes))
        return tuple(retuned(self.policy, name, cell, numbers) for cell in cells) if numbers else cells

    # --- the verdict -----------------------------------------------------------------------------------------

    def _decided(self, request: Request, readings: Sequence[Reading], numbers: Mapping[str, float]) -> Verdict:
        case = self.case_of(request, readings, numbers)
        return self.finished(self.settled(case, self.slots(case, readings)), request, readings)

    def slots(self, case: CaseInCells, readings: Sequence[Reading]) -> Slots:
        """Return where the scores of a case fall."""
        own = tuple(case.slot(place, one.signal) for place, one in enumerate(readings))
        return (*own, _lead_slot(case.ratios, readings[0].ranking, self._low) if case.ratios else 0)

    def settled(self, case: CaseInCells, slots: Slots) -> SettledCase:
        """Return what becomes of a case whose scores fall so."""
        known = case.remembered.get(slots)
        if known is not None:
            return known
        self._cases.grow(1)
        return case.remembered.setdefault(slots, case.settle(slots))

    def finished(self, settled: SettledCase, request: Request, readings: Sequence[Reading]) -> Verdict:
        """Return the verdict, with what only the request itself can say."""
        if settled.is_final and not readings[0].ranking:
            return settled.verdict
        return finished(self.policy, settled, request, readings)

    def _tuned(self, request: Request, readings: Sequence[Reading], without: Verdict) -> Verdict:
        """Return the verdict with the numbers that the request gives for itself: all of them apply, or none."""
        numbers, refused = ask(self.policy, request.thresholds)
        if not refused:
            case = self.case_of(request, readings, {})
            held = (
                (self.policy.scale_of(reading.name), cell.thresholds)
                for outer in case.judged
                for reading, cells in zip(readings, outer.members, strict=True)
                for cell in cells
            )
            refused = refused_as_milder(self.policy, numbers, held)
        applied = {} if refused else numbers
        verdict = self._decided(request, readings, applied) if applied else without
        return replace(verdict, tuned=Tuned(request.thresholds, applied, refused, without.outcome))


def _signal(readings: Sequence[Reading]) -> float | None:
    first = readings[0]
    return None if first.name is not None or isinstance(first.signal, str) else first.signal


def _states(steps: Sequence[CompiledStep], start: int, ranges: Sequence[Range]) -> Iterable[int]:
    """Return the states that the product of *ranges* leads to, each once, in the order in which they are judged."""
    # Keeping the first of equal states at every step keeps the order of the whole product: what follows
    # depends on the state alone.
    states: Iterable[int] = (start,)
    for step, codes in zip(steps, ranges, strict=True):
        states = dict.fromkeys(step.next[state][code] for state in states for code in codes)
    return states


def _lead_slot(ratios: Sequence[float], ranking: Sequence[Ranked], low: float) -> int:
    """Return how many of the ratios, which rise, the first class has."""
    if not ranking:
        return 0
    first = ranking[0].score
    second = ranking[1].score if len(ranking) > 1 else low
    return sum(first >= ratio * second for ratio in ratios) if first > second else 0
