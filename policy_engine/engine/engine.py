"""The engine: policies loaded, checked and compiled, and applied to one case after another."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from time import time_ns
from traceback import format_exception
from typing import TYPE_CHECKING, Any, Final, Self

from policy_engine.engine.candidates import Answered
from policy_engine.engine.decision import Decision
from policy_engine.engine.forks import renew_in_children
from policy_engine.engine.ids import DecisionIds
from policy_engine.engine.in_force import PoliciesInForce
from policy_engine.engine.origin import Origin
from policy_engine.engine.quick import quick_verdict
from policy_engine.engine.status import ReloadStatus
from policy_engine.exceptions import InvalidPolicyError, InvalidRequestError, PolicyEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from policy_engine.audit import AuditLog, Masking
    from policy_engine.compiler import DecisionTable
    from policy_engine.engine.batch import BatchDecisions
    from policy_engine.engine.origin import Compiled
    from policy_engine.engine.status import EngineStatus
    from policy_engine.evaluator.batch import BatchVerdicts
    from policy_engine.model import Catalog, Request, Verdict

CANDIDATE_BUDGET: Final = 0.05
"""For how many seconds a decision waits for candidates, at most."""


def utc_now() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


class Engine:
    """Decides cases by the policies that are in force: those of its table, until a reload puts others in their place.

    Threads and tasks may share one, also while it reloads: a decision, and a whole batch, is made by one set of
    policies, whose digest it names. A forked child has an engine of its own from then on; its log it has to open
    itself, see `with_audit`.
    """

    verdict: Callable[[Mapping[str, Any]], Verdict]
    """Return the bare verdict on a request: no id, and no record even where there is a log.

    It is that of `decide`: a canary's where it is drawn. Shadows are not asked.
    """
    _origin: Origin | None
    _in_force: PoliciesInForce

    def __init__(
        self,
        table: DecisionTable,
        *,
        audit: AuditLog | None = None,
        clock: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] | None = None,
        candidate_budget: float = CANDIDATE_BUDGET,
    ) -> None:
        """Decide by *table*, record in *audit*, and take the time from *clock* where a request names none.

        A decision waits for its candidates for *candidate_budget* seconds, all together. Raises `MaskKeyError` where
        the catalog wants pseudonyms in *audit* and there is no key for them.
        """
        self._audit = audit
        masking = self._masking(table.catalog)
        self._clock = clock
        self._candidate_budget = candidate_budget
        self._ids = DecisionIds()
        self._new_id = new_id
        # Where somebody else tells the time, every case is asked when it is
        self._is_quick = clock is utc_now and new_id is None
        self.begin_anew()
        self._origin = None
        self._in_force = PoliciesInForce.of(table, (), since=_read(clock), clock=clock, masking=masking)
        self.verdict = quick_verdict(self._in_force.ready.lasting, self._verdict)
        renew_in_children(self)

    @classmethod
    def load(
        cls,
        path: str | Path | Sequence[str | Path],
        *,
        audit: AuditLog | None = None,
        clock: Callable[[], datetime] = utc_now,
        environment: Mapping[str, str] | None = None,
        candidate_budget: float = CANDIDATE_BUDGET,
    ) -> Self:
        """Return an engine for the policies at *path*: a folder, a file, or several. It closes *audit* when it ends.

        Tunables that name an environment variable take their numbers from *environment*, without one from the
        process's own, here and at each reload. A candidate that cannot be loaded is left out, and the status says why.

        Raises `InvalidPolicyError` where policies have any other error, `PoliciesNotFoundError` where there are
        none, `EnvironmentNumberError` for a variable that is no number or not one that its policy allows, and
        `MaskKeyError` where the catalog wants pseudonyms in *audit* and there is no key for them.
        """
        with ExitStack() as undo:
            if audit is not None:
                # An engine that is not there cannot close its log
                undo.callback(audit.close)
            origin = Origin.at(path, environment)
            table, sources, _, left_out = origin.compiled()
            engine = cls(table, audit=audit, clock=clock, candidate_budget=candidate_budget)
            undo.pop_all()
        first = engine._in_force
        in_force = PoliciesInForce.of(
            table, sources, since=first.told.since, clock=clock, left_out=left_out, masking=first.recorder.masking
        )
        engine._hold(origin, in_force)
        return engine

    def with_audit(self, audit: AuditLog) -> Self:
        """Return an engine with the policies of this one that records in *audit*, and closes it when it ends.

        It is for a process that was forked off after the policies were loaded. The two reload independently.
        Raises `MaskKeyError` as `load` does; *audit* stays open then.
        """
        in_force = self._in_force
        engine = type(self)(
            in_force.table,
            audit=audit,
            clock=self._clock,
            new_id=self._new_id,
            candidate_budget=self._candidate_budget,
        )
        following = in_force.for_another_engine(engine._in_force.recorder.masking)  # noqa: SLF001 - it is one of these
        engine._hold(self._origin, following)  # noqa: SLF001 - as above
        return engine

    @property
    def table(self) -> DecisionTable:
        """The table that is in force."""
        return self._in_force.table

    @property
    def table_digest(self) -> str:
        """The digest of everything that decisions depend on now."""
        return self._in_force.table.digest

    @property
    def status(self) -> EngineStatus:
        """What is in force, since when, from which files, how candidates do, and what the last reload came to."""
        return self._in_force.status

    def reload(self, *, clock: Callable[[], datetime] | None = None) -> ReloadStatus:
        """Read, check, test and compile the policies again, put them in force, and return what came of it.

        Whatever goes wrong on the way, what was in force stays, and the status says why: nothing is raised for
        it. Two reloads at once take turns; no decision waits for one. *clock* dates this attempt, from its
        beginning, in the place of the engine's clock.

        Raises `PolicyEngineError` where the engine was made from a table and not loaded.
        """
        if self._origin is None:
            raise PolicyEngineError("this engine was made from a table: only one made by `Engine.load` can reload")
        # Before the lock: nobody knows what a caller's clock does
        at = _read(clock or self._clock)
        with self._turn:
            before = self._in_force
            try:
                compiled = self._origin.compiled()
                following = self._prepared(compiled, before, at)
                status = _success(compiled, before, at)
            except Exception as error:  # noqa: BLE001 - all of it is told in the status
                following = before
                status = _failure(error, before, at)
            self._hold(self._origin, following.after(status))
        return status

    def decide(
        self,
        use_case: str,
        score: object = None,
        *,
        model: object = None,
        model_version: object = None,
        subject: str | None = None,
        facts: Mapping[str, Any] | None = None,
        thresholds: Mapping[str, Any] | None = None,
        reason_codes: Sequence[Any] | None = None,
        context: Mapping[str, Any] | None = None,
        at: datetime | str | None = None,
        **dimensions: object,
    ) -> Decision:
        """Return the decision on one case; with a log, only once it is recorded.

        `score` may be anything: what is no valid score gets the band that the policy's `on_invalid` names. `facts`
        are for its knock-outs, `thresholds` for its tunables `per_call`, `reason_codes` for bands that take their
        reasons from the case.
        Raises `UnknownUseCaseError` where no live policy covers the use case, `InvalidRequestError` for a key
        that nobody declared or an unknown value that the policy refuses, `AuditError` where recording failed.
        """
        is_plain = model is None and facts is None and thresholds is None and reason_codes is None and at is None
        if is_plain and type(score) is float:
            # Most cases are such, and of most of them the verdict is ready: this is `decide_request` for those
            verdict = None
            in_force = self._in_force
            try:
                begin_ns, end_ns, names, is_versioned, found, by = in_force.ready.now[use_case]
                for name in names:
                    found = found[dimensions[name]]
                if is_versioned or model_version is not None:
                    found = found[model_version]
                cuts, verdicts = found
                at_ns = time_ns()
                if begin_ns <= at_ns < end_ns and len(dimensions) == len(names):
                    verdict = verdicts[bisect_right(cuts, score)]
            except (KeyError, TypeError, ValueError):
                pass  # so the request names something else, of which the long way tells
            if (
                verdict is not None
                and (subject is None or type(subject) is str)
                and (context is None or type(context) is dict)
            ):
                ids, audit = self._ids, self._audit
                asked = (at_ns, ids.next_count(), ids.noise, use_case, model_version, subject, context, dimensions)
                decision = Decision(asked, in_force.table, by, verdict, score, audit is not None)
                return decision if audit is None else self._recorded(in_force, decision)
        given = {
            "use_case": use_case,
            "score": score,
            "model": model,
            "model_version": model_version,
            "subject": subject,
            "facts": facts,
            "thresholds": thresholds,
            "reason_codes": reason_codes,
            "context": context,
            "at": at,
            **dimensions,
        }
        return self.decide_request(given)

    def decide_request(self, given: Mapping[str, Any]) -> Decision:
        """Return the decision on a request with the names that JSON requests have."""
        in_force = self._in_force
        request = in_force.reader.read(given)
        decision = self._decision(in_force, request)
        if self._is_quick and given.get("at") is None:
            in_force.ready.learn(request)
        return self._recorded(in_force, decision)

    def decide_requests(self, given: Iterable[Mapping[str, Any]]) -> list[Decision | InvalidRequestError]:
        """Return the decision on each request, or why there is none; with a log, all recorded in one write."""
        in_force = self._in_force
        answers = [self._answer(in_force, one) for one in given]
        self._record_all(in_force, [one for one in answers if isinstance(one, Decision)])
        return answers

    def decide_batch(
        self,
        use_case: str,
        scores: object,
        *,
        model: object = None,
        model_version: object = None,
        subject: object = None,
        facts: object = None,
        thresholds: object = None,
        reason_codes: object = None,
        context: object = None,
        at: datetime | str | None = None,
        threads: int = 1,
        **dimensions: object,
    ) -> BatchDecisions:
        """Return the decisions on many cases of one use case at one instant, in the order of the rows.

        `scores` has a row for each case; of several classes or labels it may be an array of shape (rows, labels), and
        where a case has several scores a mapping of columns. Every other argument is one value for all rows, or
        a list or array of shape (rows,), or a mapping of such. With a log, every row is recorded, all or none: a large
        batch as one file, for which one record vouches.
        So many *threads* judge the rows; the answers are the same.
        """
        # NumPy only there
        from policy_engine.engine.batch import BatchDecisions, read_columns  # noqa: PLC0415
        from policy_engine.engine.ids_in_rows import RowIds  # noqa: PLC0415

        in_force = self._in_force
        columns, evaluator = read_columns(
            in_force,
            use_case,
            scores,
            at,
            dimensions,
            model=model,
            model_version=model_version,
            subject=subject,
            facts=facts,
            thresholds=thresholds,
            reason_codes=reason_codes,
            context=context,
        )
        batch = BatchDecisions(
            columns,
            evaluator,
            partial(self._finished, in_force.table),
            in_force.roll_out,
            self._candidate_budget,
            table=in_force.table,
            ids=RowIds(*self._ids.many()) if self._new_id is None else None,
            threads=threads,
        )
        self._record_batch(in_force, batch)
        return batch

    def verdicts(
        self,
        use_case: str,
        scores: object,
        *,
        model: object = None,
        model_version: object = None,
        subject: object = None,
        facts: object = None,
        thresholds: object = None,
        reason_codes: object = None,
        at: datetime | str | None = None,
        threads: int = 1,
        **dimensions: object,
    ) -> BatchVerdicts:
        """Return the bare verdicts on many cases: a code for each row, and the verdicts that the codes stand for.

        What is given, and the verdicts, are those of `decide_batch`, a canary's where one is drawn. There are no ids,
        nothing is recorded even where there is a log, and shadows are not asked. Where a case is one number no columns
        are copied: nobody may edit them until this has returned.
        """
        from policy_engine.engine.batch import bare_verdicts, read_columns  # noqa: PLC0415 - NumPy only there

        in_force = self._in_force
        columns, evaluator = read_columns(
            in_force,
            use_case,
            scores,
            at,
            dimensions,
            is_kept=False,
            model=model,
            model_version=model_version,
            subject=subject,
            facts=facts,
            thresholds=thresholds,
            reason_codes=reason_codes,
            context=None,
        )
        return bare_verdicts(columns, evaluator, in_force.roll_out, self._candidate_budget, threads)

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

    def begin_anew(self) -> None:
        """Take a new lock for reloads, as a forked child has to."""
        self._turn = Lock()

    def _hold(self, origin: Origin | None, in_force: PoliciesInForce) -> None:
        before = self._in_force.ready
        # First what was ready is so no more, then the others are in force: what they learn is then found at once
        is_same = in_force.ready is before or in_force.ready.take_over(before)
        self._origin = origin
        self._in_force = in_force
        if not is_same:
            self.verdict = quick_verdict(in_force.ready.lasting, self._verdict)

    def _prepared(self, compiled: Compiled, before: PoliciesInForce, at: datetime) -> PoliciesInForce:
        table, sources, _, left_out = compiled
        masking = self._masking(table.catalog)
        changed = table.digest != before.table.digest
        if not changed and (sources, left_out) == (before.told.sources, before.told.candidates_left_out):
            # The same bytes mean the same: what the evaluator remembers need not be lost
            return before.anew(masking)
        since = at if changed else before.told.since
        return PoliciesInForce.of(table, sources, since=since, clock=self._clock, left_out=left_out, masking=masking)

    def _masking(self, catalog: Catalog) -> Masking | None:
        """Return what masks the records of this engine under *catalog*; raise `MaskKeyError` where it lacks its key."""
        return None if self._audit is None or catalog.audit is None else self._audit.masking(catalog.audit)

    def _recorded(self, in_force: PoliciesInForce, decision: Decision) -> Decision:
        if self._audit is not None and not self._audit.record((in_force.recorder.body_of(decision),)):
            decision.was_let_go()
        return decision

    def _record_all(self, in_force: PoliciesInForce, decisions: Sequence[Decision]) -> None:
        if self._audit is None or not decisions:
            return
        if not self._audit.record([in_force.recorder.body_of(one) for one in decisions]):
            for one in decisions:
                one.was_let_go()

    def _record_batch(self, in_force: PoliciesInForce, batch: BatchDecisions) -> None:
        audit = self._audit
        if audit is None or not batch or not audit.takes_batch(len(batch)):
            self._record_all(in_force, batch)
        elif not audit.record_batch(batch.recorded(in_force.recorder)):
            batch.was_let_go()

    def _verdict(self, given: Mapping[str, Any]) -> Verdict:
        in_force = self._in_force
        request = in_force.reader.read(given)
        verdict = self._judged(in_force, request, with_shadows=False).verdict
        if self._is_quick and given.get("at") is None:
            in_force.ready.learn(request)
        return verdict

    def _answer(self, in_force: PoliciesInForce, given: Mapping[str, Any]) -> Decision | InvalidRequestError:
        try:
            return self._decision(in_force, in_force.reader.read(given))
        except InvalidRequestError as error:
            return error

    def _decision(self, in_force: PoliciesInForce, request: Request) -> Decision:
        return self._finished(in_force.table, request, self._judged(in_force, request))

    def _judged(self, in_force: PoliciesInForce, request: Request, *, with_shadows: bool = True) -> Answered:
        evaluator = in_force.evaluator.policy_for(request.use_case, request.at)
        live = Answered(evaluator.table, *evaluator.judge(request))
        return in_force.roll_out.judge(request, live, self._candidate_budget, with_shadows=with_shadows)

    def _finished(
        self, table: DecisionTable, request: Request, answered: Answered, decision_id: str | None = None
    ) -> Decision:
        asked = decision_id or (self._new_id or self._ids)(), request
        is_audited = self._audit is not None
        return Decision(
            asked, table, answered.table, answered.verdict, answered.signal, is_audited, answered.candidates
        )


def _read(clock: Callable[[], datetime]) -> datetime:
    """Return what *clock* says, in UTC. A clock that names no offset is left for the first decision to refuse."""
    at = clock()
    return at if at.utcoffset() is None else at.astimezone(UTC)


def _success(compiled: Compiled, before: PoliciesInForce, at: datetime) -> ReloadStatus:
    digest = compiled.table.digest
    changed = digest != before.table.digest
    return ReloadStatus(ok=True, at=at, table_digest=digest, changed=changed, report=compiled.report)


def _failure(error: Exception, before: PoliciesInForce, at: datetime) -> ReloadStatus:
    return ReloadStatus(
        ok=False,
        at=at,
        table_digest=before.table.digest,
        changed=False,
        error=type(error).__name__,
        why=str(error),
        report=error.report if isinstance(error, InvalidPolicyError) else None,
        traceback=None if isinstance(error, PolicyEngineError) else "".join(format_exception(error)),
    )
