"""Decides the cases of a chunk at once: the verdicts by the batch, each column of the output by the verdicts' codes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.cli._deciding import counted_as
from policy_engine.cli._outcomes import Outcomes, Told
from policy_engine.engine.signals_in_rows import signals
from policy_engine.evaluator.codes import first_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from policy_engine.cli._chunks import CaseColumns
    from policy_engine.engine import Decision, Engine
    from policy_engine.model import Policy, Verdict


@dataclass(frozen=True, slots=True)
class ByColumn:
    """What holds for all rows: the use case, the instant, and how the table of decisions is encoded."""

    use_case: str
    at: datetime
    encode: Callable[[Outcomes], Any]
    with_ids: bool

    def decided(
        self, engine: Engine, columns: CaseColumns, before: int, *, counts: bool
    ) -> tuple[Any, Counter[Any] | None]:
        """Return what is to be written, and how many cases of each cell got which outcome, where that *counts*.

        Raises `InvalidRequestError` where any row is no request: then none is decided, nor recorded.
        """
        batch = engine.decide_batch(self.use_case, columns.scores, at=self.at, **columns.given)
        found = batch.verdicts
        codes = np.asarray(found.codes).astype(np.int64, copy=False)
        told = _told(batch, codes, found.verdicts)
        ids = batch.ids if self.with_ids else None
        outcomes = Outcomes(before, codes, told, signals(columns.scores, codes, _decided(told)), ids)
        return self.encode(outcomes), _counted(batch, codes, columns) if counts else None


def _told(batch: Sequence[Decision], codes: NDArray[np.int64], verdicts: Sequence[Any]) -> list[Told]:
    """Return what is said of the rows of each code. A canary's verdicts are told of its own policy."""
    told = [Told()] * len(verdicts)
    for code, row in first_rows(codes, len(verdicts)):
        decision = batch[row]
        told[code] = Told(decision.at, decision.policy, verdicts[code])
    return told


def _decided(told: Sequence[Told]) -> list[tuple[Policy, Verdict] | None]:
    return [None if one.policy is None or one.verdict is None else (one.policy, one.verdict) for one in told]


def _counted(batch: Sequence[Decision], codes: NDArray[np.int64], columns: CaseColumns) -> Counter[Any]:
    """Count the rows that only the score tells apart by the first of them."""
    alike = codes
    for column in columns.by_cell.values():
        # Before it is multiplied further, the code is made as small as can be
        _, alike = np.unique(alike * (int(column.max(initial=0)) + 2) + column + 1, return_inverse=True)
    _, first, many = np.unique(alike, return_index=True, return_counts=True)
    found: Counter[Any] = Counter()
    for place in np.argsort(first).tolist():
        found[counted_as(batch[int(first[place])])] += int(many[place])
    return found
