"""Decisions on many cases: the verdicts at once, everything else when a row is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np

from policy_engine.engine.decision import Decision
from policy_engine.engine.requests import read_context, read_subject
from policy_engine.evaluator.batch import column_item, kept_column, verdicts
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from policy_engine.compiler import PolicyTable
    from policy_engine.evaluator import PolicyEvaluator
    from policy_engine.model import Verdict


@dataclass(frozen=True, slots=True)
class Columns:
    """What a batch was asked: per name one value for all rows, or one per row by position. Nobody edits it."""

    use_case: str
    scores: Any
    model: object
    model_version: object
    subject: object
    context: object
    at: datetime
    dimensions: Mapping[str, object]

    @classmethod
    def keep(cls, use_case: str, at: datetime, scores: object, **given: object) -> Self:
        """Return copies of what was given, which may be a caller's buffers.

        Raises `InvalidRequestError` where columns differ in length, or a subject or context is of the wrong type.
        """
        kept_scores = kept_column("scores", scores)
        if not isinstance(kept_scores, (list, np.ndarray)):
            raise InvalidRequestError("`scores` is no list or array")
        rows = len(kept_scores)
        model, model_version, subject, context = (
            kept_column(name, given.pop(name), rows) for name in ("model", "model_version", "subject", "context")
        )
        dimensions = {name: kept_column(name, column, rows) for name, column in given.items()}
        for row in range(rows):
            read_subject(column_item(subject, row))
            read_context(column_item(context, row))
        return cls(use_case, kept_scores, model, model_version, subject, context, at, dimensions)

    def request(self, row: int) -> Request:
        """Return the request of one row."""
        return Request(
            use_case=self.use_case,
            score=self.scores[row],
            at=self.at,
            model=column_item(self.model, row),
            model_version=column_item(self.model_version, row),
            dimensions={name: column_item(values, row) for name, values in self.dimensions.items()},
            subject=column_item(self.subject, row),
            context=column_item(self.context, row),
        )


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
        self.verdicts = verdicts(
            evaluator,
            columns.scores,
            at=columns.at,
            dimensions=columns.dimensions,
            model=columns.model,
            model_version=columns.model_version,
        )

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
        signal = self._evaluator.read_score(request.score, request.model, request.model_version)
        return self._finish(
            request, self.verdicts[row], None if isinstance(signal, str) else signal, self._evaluator.table
        )
