"""The one set of policies that is in force: all that a decision takes from it, in one object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from policy_engine.engine.requests import RequestReader
from policy_engine.engine.status import EngineStatus
from policy_engine.evaluator import Evaluator

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from policy_engine.compiler import DecisionTable
    from policy_engine.engine.status import ReloadStatus
    from policy_engine.validator import Source


@dataclass(frozen=True, slots=True)
class PoliciesInForce:
    """A decision table with what reads requests in its words and judges them by it.

    INVARIANT: an engine replaces it in one assignment, and whoever decides takes hold of it exactly once, so
    that no decision is made from two sets.
    """

    table: DecisionTable
    evaluator: Evaluator
    reader: RequestReader
    status: EngineStatus

    @classmethod
    def of(
        cls, table: DecisionTable, sources: tuple[Source, ...], *, since: datetime, clock: Callable[[], datetime]
    ) -> Self:
        """Make a table ready to decide by; *clock* gives the instant of requests that name none."""
        status = EngineStatus(table.digest, since, sources)
        return cls(table, Evaluator(table), RequestReader(table.catalog, clock), status)

    def after(self, last: ReloadStatus) -> Self:
        """Return the same with another last reload."""
        return replace(self, status=replace(self.status, last_reload=last))
