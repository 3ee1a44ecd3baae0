"""Decisions on many cases: the verdicts at once, everything else when a row is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Final, overload

from policy_engine.engine.candidates import Answered
from policy_engine.engine.candidates_in_rows import judge_rows, with_canaries
from policy_engine.engine.decision import Decision
from policy_engine.engine.requests_in_rows import check_rows
from policy_engine.evaluator.batch import check_shape, has_rows_of_their_own, verdicts
from policy_engine.evaluator.columns import Columns
from policy_engine.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from policy_engine.compiler import DecisionTable
    from policy_engine.engine.batch_recording import RecordedBatch
    from policy_engine.engine.candidates import RollOut
    from policy_engine.engine.ids_in_rows import RowIds
    from policy_engine.engine.in_force import PoliciesInForce
    from policy_engine.engine.recording import Recorder
    from policy_engine.evaluator import PolicyEvaluator
    from policy_engine.evaluator.batch import BatchVerdicts
    from policy_engine.model import Request

__all__ = ["BatchDecisions", "bare_verdicts", "read_columns"]

Finish = Callable[["Request", Answered, "str | None"], Decision]
"""Makes the decision on a request that was answered, under an id or, for None, under a new one."""

_TIMES_AS_LONG: Final = 4
"""So many times as long as the live policy candidates may take for a batch."""


def read_columns(
    in_force: PoliciesInForce,
    use_case: str,
    scores: object,
    at: datetime | str | None,
    dimensions: Mapping[str, object],
    *,
    is_kept: bool = True,
    **said: object,
) -> tuple[Columns, PolicyEvaluator]:
    """Return what a batch is asked, and what judges it: as copies, if it *is_kept* or rows are looked at later.

    Raises `InvalidRequestError` for what a single request would be refused for, `UnknownUseCaseError` where no live
    policy covers the use case.
    """
    reader = in_force.reader
    reader.check_dimensions(dimensions)
    instant = reader.read({"use_case": use_case, "at": at}).at
    covering = in_force.table.policies.get(use_case, ())
    copies = is_kept or any(has_rows_of_their_own(one.policy) for one in covering)
    columns = Columns.keep(use_case, instant, scores, dimensions, copies=copies, **said)
    check_rows(columns, reader)
    evaluator = in_force.evaluator.policy_for(use_case, instant)
    check_shape(evaluator.policy, columns)
    return columns, evaluator


def bare_verdicts(
    columns: Columns, evaluator: PolicyEvaluator, roll_out: RollOut, budget: float, threads: int
) -> BatchVerdicts:
    """Return the verdicts on all rows, those of a canary where it decides, which has *budget* seconds for them."""
    begun = perf_counter()
    live = verdicts(evaluator, columns, threads=threads)
    candidates = roll_out.candidates_for(columns.use_case, columns.at)
    canaries = [one for one in candidates if one.stage == "canary"]
    budget = max(budget, _TIMES_AS_LONG * (perf_counter() - begun))
    return with_canaries(live, judge_rows(roll_out, canaries, columns, budget)) if canaries else live


class BatchDecisions(Sequence[Decision]):
    """The decisions of a batch, in the order of its rows. A row's decision is made when it is first asked for."""

    def __init__(
        self,
        columns: Columns,
        evaluator: PolicyEvaluator,
        finish: Finish,
        roll_out: RollOut,
        budget: float,
        *,
        table: DecisionTable,
        ids: RowIds | None,
        threads: int = 1,
    ) -> None:
        """Judge every row, candidates too, which have *budget* seconds together; *finish* makes the decision of one.

        Without *ids* each row gets its id from *finish*, when it is first asked for.
        """
        self._columns = columns
        self._evaluator = evaluator
        self._table = table
        self._finish = finish
        self._ids = ids
        self._made: dict[int, Decision] = {}
        self._is_let_go = False
        begun = perf_counter()
        self._live = verdicts(evaluator, columns, threads=threads)
        candidates = roll_out.candidates_for(columns.use_case, columns.at)
        # For many rows a candidate may take as long as the live policy did, if that is longer
        budget = max(budget, _TIMES_AS_LONG * (perf_counter() - begun))
        self._beside = judge_rows(roll_out, candidates, columns, budget) if candidates else ()
        self.verdicts = with_canaries(self._live, self._beside)

    @property
    def outcomes(self) -> NDArray[np.str_]:
        """The outcome of every row: an array of text, of shape (rows,)."""
        return self.verdicts.outcomes

    @property
    def ids(self) -> list[str]:
        """The id of every row's decision."""
        ids = self._row_ids(0, len(self))
        return ids if isinstance(ids, list) else ids.view(f"S{ids.shape[1]}").ravel().astype(str).tolist()

    def recorded(self, recorder: Recorder) -> RecordedBatch:
        """Return what a log records of the batch as a whole, which has a row at least."""
        # With pyarrow, which is an extra
        from policy_engine.engine.batch_recording import DecidedRows, RecordedBatch  # noqa: PLC0415

        if self._ids is None:
            list(self)  # whoever makes up ids has them asked for in the order of the rows
        columns = self._columns
        brings_more = any(one is not None for one in (columns.facts, columns.thresholds, columns.reason_codes))
        is_told_by_verdicts = not brings_more and not self._beside and not has_rows_of_their_own(self._evaluator.policy)
        decided = DecidedRows(
            columns,
            self.verdicts,
            self._table,
            self._evaluator.policy,
            self._passing,
            self._row_ids,
            is_told_by_verdicts=is_told_by_verdicts,
        )
        return RecordedBatch(decided, recorder)

    def was_let_go(self) -> None:
        """Note that the log could not record the batch, and that it was decided nevertheless."""
        self._is_let_go = True
        for one in list(self._made.values()):
            one.was_let_go()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.verdicts)

    @overload
    def __getitem__(self, row: int) -> Decision: ...

    @overload
    def __getitem__(self, row: slice) -> list[Decision]: ...

    def __getitem__(self, row: int | slice) -> Decision | list[Decision]:
        """Return the decision of a row, or of several."""
        if isinstance(row, slice):
            return [self[place] for place in range(*row.indices(len(self)))]
        place = range(len(self))[row]
        made = self._made.get(place)
        # Of two threads that make it at once, the first to keep it gives it its id
        return made if made is not None else self._made.setdefault(place, self._decision(place))

    def _passing(self, row: int) -> Decision:
        """Return the decision of a row, which is kept only where somebody else has made up its id."""
        return self[row] if self._ids is None else self._made.get(row) or self._decision(row)

    def _row_ids(self, begin: int, end: int) -> NDArray[np.uint8] | list[str]:
        """Return the ids of the rows from *begin* to *end*, those of one length as characters: (rows, length)."""
        if self._ids is not None:
            return self._ids.spelled(begin, end)
        return [self[row].decision_id for row in range(begin, end)]

    def _decision(self, row: int) -> Decision:
        request = self._columns.request(row)
        live = Answered(self._evaluator.table, self._live[row], self._evaluator.signal(request))
        decided, said = live, []
        for one in self._beside:
            answer = one.answer(row)
            said.append(one.candidate.said(answer.outcome if isinstance(answer, Verdict) else answer, live))
            if said[-1].decided and isinstance(answer, Verdict):
                evaluator = one.candidate.evaluator
                decided = Answered(evaluator.table, answer, evaluator.signal(request))
        decision = self._finish(
            request, decided._replace(candidates=tuple(said)), None if self._ids is None else self._ids[row]
        )
        if self._is_let_go:
            decision.was_let_go()
        return decision
