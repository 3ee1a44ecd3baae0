"""Decisions on many cases: the verdicts at once, everything else when a row is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Final, overload

from policy_engine.engine.candidates import Answered
from policy_engine.engine.candidates_in_rows import judge_rows, with_canaries
from policy_engine.engine.decision import Decision
from policy_engine.engine.requests import read_context, read_reason_codes, read_subject, read_thresholds
from policy_engine.evaluator.batch import check_shape, verdicts
from policy_engine.evaluator.columns import Columns, column_item
from policy_engine.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from policy_engine.engine.candidates import RollOut
    from policy_engine.engine.requests import RequestReader
    from policy_engine.evaluator import PolicyEvaluator
    from policy_engine.model import Request

__all__ = ["BatchDecisions", "Columns", "check_rows"]

_TIMES_AS_LONG: Final = 4
"""So many times as long as the live policy candidates may take for a batch."""


def check_rows(columns: Columns, reader: RequestReader) -> None:
    """Raise `InvalidRequestError` for a row whose request says something of the wrong type, or nobody declared."""
    kept = (columns.subject, columns.context, columns.facts, columns.thresholds, columns.reason_codes)
    for row in range(columns.rows if any(one is not None for one in kept) else 0):
        subject, context, facts, thresholds, codes = (column_item(one, row) for one in kept)
        read_subject(subject)
        read_context(context)
        reader.read_facts(facts)
        read_thresholds(thresholds)
        read_reason_codes(codes)


class BatchDecisions(Sequence[Decision]):
    """The decisions of a batch, in the order of its rows. A row's decision is made when it is first asked for."""

    def __init__(
        self,
        columns: Columns,
        evaluator: PolicyEvaluator,
        finish: Callable[[Request, Answered], Decision],
        roll_out: RollOut,
        budget: float,
    ) -> None:
        """Judge every row, candidates too, which have *budget* seconds together; *finish* makes the decision of one.

        Raises `InvalidRequestError` for an array of scores whose rows hold no case of the live policy.
        """
        check_shape(evaluator.policy, columns)
        self._columns = columns
        self._evaluator = evaluator
        self._finish = finish
        self._made: dict[int, Decision] = {}
        begun = perf_counter()
        self._live = verdicts(evaluator, columns)
        candidates = roll_out.candidates_for(columns.use_case, columns.at)
        # For many rows a candidate may take as long as the live policy did, if that is longer
        budget = max(budget, _TIMES_AS_LONG * (perf_counter() - begun))
        self._beside = judge_rows(roll_out, candidates, columns, budget) if candidates else ()
        self.verdicts = with_canaries(self._live, self._beside)

    @property
    def outcomes(self) -> NDArray[np.str_]:
        """The outcome of every row: an array of text, of shape (rows,)."""
        return self.verdicts.outcomes

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

    def _decision(self, row: int) -> Decision:
        request = self._columns.request(row)
        live = Answered(self._evaluator.table, self._live[row], self._live.signal(row))
        decided, said = live, []
        for one in self._beside:
            answer = one.answer(row)
            said.append(one.candidate.said(answer.outcome if isinstance(answer, Verdict) else answer, live))
            if said[-1].decided and isinstance(answer, Verdict):
                decided = Answered(one.candidate.evaluator.table, answer, one.signal(row))
        return self._finish(request, decided._replace(candidates=tuple(said)))
