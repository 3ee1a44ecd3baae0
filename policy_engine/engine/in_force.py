"""The one set of policies that is in force: all that a decision takes from it, in one object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from policy_engine.engine.candidates import RollOut
from policy_engine.engine.quick import ReadyPolicies
from policy_engine.engine.recording import Recorder
from policy_engine.engine.requests import RequestReader
from policy_engine.engine.status import EngineStatus
from policy_engine.evaluator import Evaluator

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from policy_engine.audit import Masking
    from policy_engine.compiler import DecisionTable
    from policy_engine.engine.status import ReloadStatus
    from policy_engine.validator import LeftOut, Source


@dataclass(frozen=True, slots=True)
class PoliciesInForce:
    """A decision table with what reads requests in its words and judges them by it.

    INVARIANT: an engine replaces it in one assignment, and whoever decides takes hold of it exactly once, so
    that no decision is made from two sets.
    """

    table: DecisionTable
    evaluator: Evaluator
    reader: RequestReader
    roll_out: RollOut
    ready: ReadyPolicies
    recorder: Recorder
    told: EngineStatus

    @classmethod
    def of(
        cls,
        table: DecisionTable,
        sources: tuple[Source, ...],
        *,
        since: datetime,
        clock: Callable[[], datetime],
        left_out: tuple[LeftOut, ...] = (),
        masking: Masking | None = None,
    ) -> Self:
        """Make a table ready to decide by; *clock* gives the instant of requests that name none.

        *masking* is what the table's catalog wants for records, None where there is no log or nothing to mask.
        """
        evaluator = Evaluator(table)
        status = EngineStatus(table.digest, since, sources, candidates_left_out=left_out)
        roll_out = RollOut(evaluator)
        reader, ready = RequestReader(table.catalog, clock), ReadyPolicies(evaluator)
        return cls(table, evaluator, reader, roll_out, ready, Recorder(masking), status)

    @property
    def status(self) -> EngineStatus:
        """What is in force, and how its candidates do by now."""
        candidates = self.roll_out.status()
        return replace(self.told, candidates=candidates) if candidates else self.told

    def after(self, last: ReloadStatus) -> Self:
        """Return the same with another last reload."""
        return replace(self, told=replace(self.told, last_reload=last))

    def for_another_engine(self, masking: Masking | None) -> Self:
        """Return the same for another engine, which makes verdicts ready for itself, and records that say it does."""
        return replace(self, ready=ReadyPolicies(self.evaluator), recorder=Recorder(masking))

    def anew(self, masking: Masking | None) -> Self:
        """Return the same as after a reload of the same files: with no candidate set aside, and the key of now."""
        return replace(self, roll_out=RollOut(self.evaluator), recorder=Recorder(masking))
