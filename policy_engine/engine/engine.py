"""The engine: policies loaded, checked and compiled, and applied to one case after another."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from policy_engine.compiler import compile_policies
from policy_engine.engine.decision import Decision
from policy_engine.engine.ids import DecisionIds
from policy_engine.engine.requests import RequestReader
from policy_engine.evaluator import Evaluator
from policy_engine.exceptions import InvalidPolicyError, InvalidRequestError
from policy_engine.loader import read_documents
from policy_engine.validator import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import TracebackType

    from policy_engine.audit import AuditLog
    from policy_engine.compiler import DecisionTable, PolicyTable
    from policy_engine.engine.batch import BatchDecisions
    from policy_engine.model import Request, Verdict


def utc_now() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


class Engine:
    """Decides cases by the policies of one decision table. Safe to share between threads."""

    def __init__(
        self,
        table: DecisionTable,
        *,
        audit: AuditLog | None = None,
        clock: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        """Decide by *table*, record in *audit*, and take the time from *clock* where a request names none."""
        self.table = table
        self._audit = audit
        self._evaluator = Evaluator(table)
        self._reader = RequestReader(table.catalog, clock)
        self._new_id = DecisionIds() if new_id is None else new_id

    @classmethod
    def load(
        cls,
        path: str | Path | Sequence[str | Path],
        *,
        audit: AuditLog | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Return an engine for the policies at *path*: a folder, a file, or several. It closes *audit* when it ends.

        Raises `InvalidPolicyError` where they have any error, and `PoliciesNotFoundError` where there are none.
        """
        paths = [path] if isinstance(path, (str, Path)) else path
        with ExitStack() as undo:
            if audit is not None:
                # An engine that is not there cannot close its log
                undo.callback(audit.close)
            checked, report = check(read_documents([Path(one) for one in paths]))
            if checked is None:
                raise InvalidPolicyError(report)
            engine = cls(compile_policies(checked), audit=audit, clock=clock)
            undo.pop_all()
        return engine

    @property
    def table_digest(self) -> str:
        """The digest of everything that decisions depend on."""
        return self.table.digest

    def decide(
        self,
        use_case: str,
        score: object = None,
        *,
        model: object = None,
        model_version: object = None,
        subject: str | None = None,
        context: Mapping[str, Any] | None = None,
        at: datetime | str | None = None,
        **dimensions: object,
    ) -> Decision:
        """Return the decision on one case; with a log, only once it is recorded.

        `score` may be anything: what is no valid score gets the band that the policy's `on_invalid` names.
        Raises `UnknownUseCaseError` where no live policy covers the use case, `InvalidRequestError` for a key
        that nobody declared or an unknown value that the policy refuses, `AuditError` where recording failed.
        """
        given = {
            "use_case": use_case,
            "score": score,
            "model": model,
            "model_version": model_version,
            "subject": subject,
            "context": context,
            "at": at,
            **dimensions,
        }
        return self.decide_request(given)

    def decide_request(self, given: Mapping[str, Any]) -> Decision:
        """Return the decision on a request with the names that JSON requests have."""
        decision = self._decision(self._reader.read(given))
        if self._audit is not None:
            self._audit.append(decision.to_record())
        return decision

    def decide_requests(self, given: Iterable[Mapping[str, Any]]) -> list[Decision | InvalidRequestError]:
        """Return the decision on each request, or why there is none; with a log, all recorded in one write."""
        answers = [self._answer(one) for one in given]
        if self._audit is not None:
            self._audit.append_many([one.to_record() for one in answers if isinstance(one, Decision)])
        return answers

    def decide_batch(
        self,
        use_case: str,
        scores: object,
        *,
        model: object = None,
        model_version: object = None,
        subject: object = None,
        context: object = None,
        at: datetime | str | None = None,
        **dimensions: object,
    ) -> BatchDecisions:
        """Return the decisions on many cases of one use case at one instant, in the order of the rows.

        `scores` has shape (rows,); every other argument is one value for all rows, or a list or array of
        shape (rows,). With a log, every row is recorded, all in one write.
        """
        from policy_engine.engine.batch import BatchDecisions, Columns  # noqa: PLC0415 - NumPy only where it is used

        self._reader.check_dimensions(dimensions)
        instant = self._reader.read({"use_case": use_case, "at": at}).at
        said = {"model": model, "model_version": model_version, "subject": subject, "context": context}
        columns = Columns.keep(use_case, instant, scores, **said, **dimensions)
        evaluator = self._evaluator.policy_for(use_case, instant)
        batch = BatchDecisions(columns, evaluator, self._finished)
        if self._audit is not None:
            self._audit.append_many([decision.to_record() for decision in batch])
        return batch

    def verdict(self, given: Mapping[str, Any]) -> Verdict:
        """Return the bare verdict on a request: no id, and no record even where there is a log."""
        return self._evaluator.verdict(self._reader.read(given))

    def close(self) -> None:
        """Close the log, if there is one."""
        if self._audit is not None:
            self._audit.close()

    def __enter__(self) -> Self:
        """Return the engine itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the log."""
        self.close()

    def _answer(self, given: Mapping[str, Any]) -> Decision | InvalidRequestError:
        try:
            return self._decision(self._reader.read(given))
        except InvalidRequestError as error:
            return error

    def _decision(self, request: Request) -> Decision:
        evaluator = self._evaluator.policy_for(request.use_case, request.at)
        verdict, signal = evaluator.judge(request)
        return self._finished(request, verdict, signal, evaluator.table)

    def _finished(self, request: Request, verdict: Verdict, signal: float | None, table: PolicyTable) -> Decision:
        return Decision(
            decision_id=self._new_id(),
            request=request,
            verdict=verdict,
            signal=signal,
            table_digest=self.table.digest,
            audited=self._audit is not None,
            _table=table,
            _catalog=self.table.catalog,
        )
