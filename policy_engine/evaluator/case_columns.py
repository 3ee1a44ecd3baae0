"""What of a batch's columns tells its cases apart, scores aside: dimensions, facts, the model and its version."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from policy_engine.evaluator.coded import coded, coded_by
from policy_engine.evaluator.columns import is_column
from policy_engine.evaluator.combinations import Meanings
from policy_engine.evaluator.ranges import named_jurisdictions
from policy_engine.model import Request
from policy_engine.reference import Reading, read_fact
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from policy_engine.compiler import CompiledStep
    from policy_engine.evaluator.case import CaseInCells
    from policy_engine.evaluator.columns import Columns
    from policy_engine.evaluator.scalar import PolicyEvaluator
    from policy_engine.vocabulary import InvalidClass


class CaseColumns:
    """The columns by which cases of a policy differ, and the case that a combination of their meanings is."""

    def __init__(self, evaluator: PolicyEvaluator, columns: Columns) -> None:
        """Take what the policy looks at."""
        self._evaluator = evaluator
        self._at = columns.at
        self._admitted: dict[tuple[int, int], tuple[bool, str | None]] = {}
        facts: Any = columns.facts if evaluator.policy.knock_outs else None
        self._facts = sorted(self._facts_asked() & facts.keys()) if isinstance(facts, Mapping) else None
        self.columns = [self._of_dimension(step, columns.dimensions.get(step.name)) for step in evaluator.outer_steps]
        if not any(step.name == JURISDICTION for step in evaluator.outer_steps):
            # The jurisdictions of a case say whose details hold, so their number counts even where nothing else does
            given = coded(columns.dimensions.get(JURISDICTION))
            self.columns.append(Meanings(given, lambda value: ((), len(named_jurisdictions(value)))))
        self._readings = self._readings_of_scores(columns) if evaluator.policy.score is None else None
        if self._readings is None:
            self.columns += [Meanings(coded(one), _Itself) for one in (columns.model, columns.model_version)]
        if self._facts is not None:
            self.columns += [Meanings(coded(facts[name]), read_fact) for name in self._facts]
        elif is_column(facts):
            met = coded_by(lambda row: evaluator.facts_met(row or {}), facts)
            self.columns.append(Meanings(met, lambda value: value))

    def case(self, meanings: Sequence[Any]) -> tuple[CaseInCells, tuple[bool, ...]]:
        """Return the case of a combination, and of each of its members whether its model is the policy's."""
        evaluator = self._evaluator
        rest = iter(meanings)
        dimensions = list(islice(rest, len(evaluator.outer_steps)))
        found = tuple(ranges for ranges, _ in dimensions)
        named = next((many for _, many in dimensions if many is not None), None)
        if named is None:
            _, named = next(rest)
        readings = self._readings or self._readings_of(*self._model(next(rest), next(rest)))
        facts = list(rest)
        if self._facts is not None:
            met = evaluator.facts_met(dict(zip(self._facts, facts, strict=True)))
        else:
            met = facts[0] if facts else evaluator.facts_met({})
        admitted = tuple(one.signal != "wrong_model" for one in readings)
        return evaluator.case(found, named, self._at, evaluator.members_of(readings), met, {}), admitted

    def _of_dimension(self, step: CompiledStep, given: object) -> Meanings:
        evaluator = self._evaluator

        def jurisdictions(value: object) -> Hashable:
            return evaluator.ranges_of_jurisdictions(value), len(named_jurisdictions(value))

        def ranges(value: object) -> Hashable:
            return (evaluator.range_of(step, value),), None

        return Meanings(coded(given, step.cuts), jurisdictions if step.name == JURISDICTION else ranges)

    def _readings_of(self, is_admitted: bool, version: str | None) -> list[Reading]:  # noqa: FBT001 - as answered
        """Return the members of a case, whose scores all come from one model. What the scores are is told elsewhere."""
        score = self._evaluator.policy.score
        labels = score.labels if score is not None and score.kind == "labels" else None
        signal: InvalidClass = "missing" if is_admitted else "wrong_model"
        return [Reading(name, signal, version) for name in sorted(labels or ())] or [Reading(None, signal, version)]

    def _readings_of_scores(self, columns: Columns) -> list[Reading]:
        """Return the members of a case of several scores but for the scores: their models are the same in all rows."""
        policy = self._evaluator.policy
        without = dict.fromkeys(policy.scores or ())
        asked = Request(policy.use_case, without, self._at, columns.model, columns.model_version)
        return self._evaluator.read(asked)

    def _model(self, model: _Itself, version: _Itself) -> tuple[bool, str | None]:
        """Return whether the model and its version are the policy's, and under which name overrides speak of it."""
        key = id(model), id(version)
        if key not in self._admitted:
            is_admitted = self._evaluator.admits(model.value, version.value)
            of_policy = self._evaluator.policy.scales[0].score.model
            name = of_policy.version_name(version.value) if is_admitted else None
            self._admitted[key] = is_admitted, name
        return self._admitted[key]

    def _facts_asked(self) -> set[str]:
        """Return the names of the facts that knock-outs ask about."""
        asked = (one.when.items() for one in self._evaluator.policy.knock_outs)
        return {name for items in asked for name, wanted in items if isinstance(wanted, bool)}


class _Itself:
    """A value that means only itself, whatever it is equal to, and that may be anything."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value
