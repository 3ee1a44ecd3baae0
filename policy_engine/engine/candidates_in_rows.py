"""Candidates over the rows of a batch: the same answers as case by case, with NumPy where they all have one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from policy_engine.engine.candidates import Failed, failure_of
from policy_engine.engine.deadlines import GivenUp
from policy_engine.evaluator.batch import BatchVerdicts, verdicts
from policy_engine.evaluator.columns import column_item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.engine.candidates import Candidate, RollOut
    from policy_engine.evaluator.columns import Columns
    from policy_engine.model import Verdict


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a candidate answers to the rows that are its own: a verdict each, or why it has none for one."""

    verdicts: BatchVerdicts
    failed: Mapping[int, Failed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CandidateInRows:
    """A candidate, the rows that it was asked about, and its answers."""

    candidate: Candidate
    is_asked: NDArray[np.bool_]
    answers: _Answers | Failed

    def answer(self, row: int) -> Verdict | Failed | None:
        """Return what it answers to a row, None where it was not asked."""
        if not self.is_asked[row]:
            return None
        if isinstance(self.answers, Failed):
            return self.answers
        return self.answers.failed.get(row) or self.answers.verdicts[row]

    @property
    def decides(self) -> NDArray[np.bool_]:
        """The rows whose verdict is this candidate's."""
        if self.candidate.stage == "shadow" or isinstance(self.answers, Failed):
            return np.zeros(len(self.is_asked), dtype=np.bool_)
        decides = self.is_asked.copy()
        decides[list(self.answers.failed)] = False
        return decides


def judge_rows(
    roll_out: RollOut, candidates: Sequence[Candidate], columns: Columns, budget: float
) -> tuple[CandidateInRows, ...]:
    """Return what candidates answer to the rows of a batch, all together within *budget* seconds."""
    asked = {one: _rows_for(one, columns) for one in candidates}
    questions = ((one, partial(_answers, one, columns, rows)) for one, rows in asked.items() if rows.any())
    answers = roll_out.ask(questions, budget)
    for one, answer in answers.items():
        if isinstance(answer, _Answers):
            roll_out.note(one, answer.failed.values())
    return tuple(CandidateInRows(one, rows, answers.get(one, Failed("", ""))) for one, rows in asked.items())


def with_canaries(live: BatchVerdicts, beside: Iterable[CandidateInRows]) -> BatchVerdicts:
    """Return the verdicts of a batch, with a canary's in the place of the live policy's where it decides."""
    for one in beside:
        decides = one.decides
        if decides.any() and isinstance(one.answers, _Answers):
            codes = np.where(decides, one.answers.verdicts.codes.astype(np.int64) + len(live.verdicts), live.codes)
            own = partial(_own, decides, one.answers.verdicts, live)
            live = BatchVerdicts(codes, (*live.verdicts, *one.answers.verdicts.verdicts), own)
    return live


def _own(decides: NDArray[np.bool_], canary: BatchVerdicts, live: BatchVerdicts, row: int) -> Verdict:
    return canary[row] if decides[row] else live[row]


def _rows_for(candidate: Candidate, columns: Columns) -> NDArray[np.bool_]:
    if candidate.stage == "shadow":
        return np.ones(columns.rows, dtype=np.bool_)
    given = (
        (column_item(columns.subject, row), {name: column_item(one, row) for name, one in columns.dimensions.items()})
        for row in range(columns.rows)
    )
    return np.fromiter((candidate.is_for(*one) for one in given), dtype=np.bool_, count=columns.rows)


def _answers(candidate: Candidate, columns: Columns, is_asked: NDArray[np.bool_]) -> _Answers:
    """Return the answers to all rows at once; if that fails, to each row by itself, as far as it can be answered."""
    try:
        return _Answers(verdicts(candidate.evaluator, columns))
    except GivenUp:
        raise
    except BaseException:  # noqa: BLE001 - one row is enough, and it may not even be one that is asked about
        return _row_by_row(candidate, columns, [int(row) for row in np.flatnonzero(is_asked)])


def _row_by_row(candidate: Candidate, columns: Columns, rows: Sequence[int]) -> _Answers:
    made: list[Verdict] = []
    codes = np.full(columns.rows, -1, dtype=np.int64)
    failed: dict[int, Failed] = {}
    for row in rows:
        try:
            verdict = candidate.evaluator.verdict(columns.request(row))
        except GivenUp:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a candidate does is its own affair
            failed[row] = failure_of(error)
        else:
            codes[row] = len(made)
            made.append(verdict)
    return _Answers(BatchVerdicts(codes, tuple(made)), failed)
