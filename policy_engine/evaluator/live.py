"""Which policy decides: the one of the use case that is live at the instant, and the candidates beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.evaluator.scalar import PolicyEvaluator
from policy_engine.exceptions import UnknownUseCaseError
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.compiler import DecisionTable, PolicyTable
    from policy_engine.model import Request, Verdict


class Evaluator:
    """Applies a decision table: finds the policy that is live, and lets it judge."""

    def __init__(self, table: DecisionTable) -> None:
        """Start with nothing remembered."""
        self.table = table
        self._policies = _evaluators(table.policies)
        self._candidates = _evaluators(table.candidates)

    @property
    def evaluators(self) -> Mapping[str, tuple[PolicyEvaluator, ...]]:
        """The evaluators of the policies that are live at some time, by use case."""
        return self._policies

    def policy_for(self, use_case: str, at: datetime) -> PolicyEvaluator:
        """Return the evaluator of the policy that is live at an instant.

        Raises `UnknownUseCaseError` where there is none: no outcome is the default.
        """
        for policy in self._policies.get(use_case, ()):
            if policy.table.begin <= at < policy.table.end:
                return policy
        message = f"no live policy covers the use case `{use_case[:100]}` at {format_instant(at)}"
        if use_case not in self._policies:
            message += f": {did_you_mean(use_case, self._policies)}"
        raise UnknownUseCaseError(message)

    def candidates_for(self, use_case: str, at: datetime) -> tuple[PolicyEvaluator, ...]:
        """Return the evaluators of the policies of the use case that are candidates at an instant."""
        candidates = self._candidates.get(use_case, ())
        return tuple(one for one in candidates if one.table.begin <= at < one.table.end) if candidates else ()

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on *request*."""
        return self.policy_for(request.use_case, request.at).verdict(request)


def _evaluators(tables: Mapping[str, tuple[PolicyTable, ...]]) -> dict[str, tuple[PolicyEvaluator, ...]]:
    return {use_case: tuple(PolicyEvaluator(one) for one in of_use_case) for use_case, of_use_case in tables.items()}
