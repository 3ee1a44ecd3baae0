"""One case at a time, with dicts and bisection."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from policy_engine.evaluator._memo import Memo
from policy_engine.evaluator.joined import JoinedCells, join
from policy_engine.evaluator.ranges import Ranged, named_jurisdictions, range_of
from policy_engine.exceptions import UnknownUseCaseError
from policy_engine.model import format_instant
from policy_engine.reference import read_number
from policy_engine.vocabulary import JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from policy_engine.compiler import CompiledStep, DecisionTable, PolicyTable
    from policy_engine.model import Request, Verdict
    from policy_engine.vocabulary import InvalidClass


_MOST_VERDICTS = 65_536
"""How many verdicts of joined cells a policy's evaluator remembers: some 20 MB, if no two are of one cell."""

_MOST_LETTERS = 65_536
"""How long the names of models and versions are, together, that it remembers."""


class PolicyEvaluator:
    """Applies one compiled policy. What it remembers changes how fast it answers, never what."""

    def __init__(self, table: PolicyTable) -> None:
        """Start with nothing remembered."""
        self.table = table
        self._score = table.policy.score
        self._low, self._high = self._score.low, self._score.high
        self._joined: Memo[tuple[Any, ...], JoinedCells] = Memo(_MOST_VERDICTS)
        self._admitted: Memo[tuple[str | None, str | None], bool] = Memo(_MOST_LETTERS)

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on *request*, which must lie in the policy's window."""
        return self.judge(request)[0]

    def judge(self, request: Request) -> tuple[Verdict, float | None]:
        """Return the verdict, and the signal that was compared: None where the score is invalid."""
        joined = self.joined_cells(request.dimensions, request.at)
        signal = self.read_score(request.score, request.model, request.model_version)
        if isinstance(signal, str):
            return joined.by_class[signal], None
        return joined.by_score[bisect_right(joined.cuts, signal)], signal

    def read_score(self, score: object, model: object, version: object) -> float | InvalidClass:
        """Return the score in binary64, or the first class of bad input that it falls into."""
        if not self.admits(model, version):
            return "wrong_model"
        if score is None:
            return "missing"
        number = score if type(score) is float and score - score == 0.0 else read_number(score)
        if isinstance(number, str):
            return number
        return number if self._low <= number <= self._high else "out_of_range"

    def admits(self, model: object, version: object) -> bool:
        """Say whether the model and its version, as given, are the policy's."""
        if not isinstance(model, (str, type(None))) or not isinstance(version, (str, type(None))):
            return self._score.model.admits(model, version)
        key = (model, version)
        known = self._admitted.get(key)
        if known is not None:
            return known
        weight = 1 + len(model or "") + len(version or "")
        return self._admitted.remember(key, self._score.model.admits(model, version), weight)

    def joined_cells(self, dimensions: Mapping[str, Any], at: datetime) -> JoinedCells:
        """Return the verdicts for every score of a case with these dimensions at that instant."""
        jurisdictions = dimensions.get(JURISDICTION)
        found = [
            self.ranges_of_jurisdictions(jurisdictions)
            if step.name == JURISDICTION
            else (self.range_of(step, dimensions.get(step.name)),)
            for step in self.table.steps
        ]
        return self.joined(found, len(named_jurisdictions(jurisdictions)), at)

    def range_of(self, step: CompiledStep, given: object) -> Ranged:
        """Return what a value of a dimension may stand for, and whether it was *unknown*."""
        return range_of(self.table, step, given)

    def ranges_of_jurisdictions(self, given: object) -> tuple[Ranged, ...]:
        """Return what each jurisdiction of a request may stand for, in the order of their names."""
        step = self.table.steps[0]
        return tuple(range_of(self.table, step, name) for name in named_jurisdictions(given) or (None,))

    def joined(self, found: Sequence[tuple[Ranged, ...]], named: int, at: datetime) -> JoinedCells:
        """Return the verdicts of a case over all that its values may stand for.

        `found` has one entry a step: several ranges for jurisdictions, else one. `named` is how many
        jurisdictions the request names.
        """
        start = self.table.starts[bisect_right(self.table.instants, at)]
        key = (start, tuple(found), named)
        known = self._joined.get(key)
        if known is not None:
            return known
        unknown = tuple(
            step.name
            for step, ranges in zip(self.table.steps, found, strict=True)
            if any(is_unknown for _, is_unknown in ranges)
        )
        cases = [tuple(ranges[min(place, len(ranges) - 1)][0] for ranges in found) for place in range(max(named, 1))]
        joined = join(self.table, start, cases, unknown, named=named > 0)
        # A key holds a range for each jurisdiction
        return self._joined.remember(key, joined, len(joined.by_score) + len(joined.by_class) + len(cases))


class Evaluator:
    """Applies a decision table: finds the policy that is live, and lets it judge."""

    def __init__(self, table: DecisionTable) -> None:
        """Start with nothing remembered."""
        self.table = table
        self._policies = {
            use_case: tuple(PolicyEvaluator(policy) for policy in policies)
            for use_case, policies in table.policies.items()
        }

    def policy_for(self, use_case: str, at: datetime) -> PolicyEvaluator:
        """Return the evaluator of the policy that is live at an instant.

        Raises `UnknownUseCaseError` where there is none: no outcome is the default.
        """
        for policy in self._policies.get(use_case, ()):
            if policy.table.begin <= at < policy.table.end:
                return policy
        message = f"no live policy covers the use case `{use_case[:100]}` at {format_instant(at)}"
        raise UnknownUseCaseError(message)

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on *request*."""
        return self.policy_for(request.use_case, request.at).verdict(request)
