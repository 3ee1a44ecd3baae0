"""Decisions on many cases: the verdicts at once, everything else when a row is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from policy_engine.engine.decision import Decision
from policy_engine.engine.requests import read_context, read_reason_codes, read_subject, read_thresholds
from policy_engine.evaluator.batch import verdicts
from policy_engine.evaluator.columns import Columns, column_item

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.requests import RequestReader
    from policy_engine.evaluator import PolicyEvaluator
    from policy_engine.model import Request, Verdict

__all__ = ["BatchDecisions", "Columns", "check_rows"]


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
        finish: Callable[[Request, Verdict, float | None, PolicyTable], Decision],
    ) -> None:
        """Judge every row; *finish* makes the decision of one."""
        self._columns = columns
        self._evaluator = evaluator
        self._finish = finish
        self._made: dict[int, Decision] = {}
        self.verdicts = verdicts(evaluator, columns)

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
        signal = self._evaluator.signal(request)
        return self._finish(request, self.verdicts[row], signal, self._evaluator.table)
