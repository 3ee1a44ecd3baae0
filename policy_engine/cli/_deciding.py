"""Decides chunks of a file: by column where that means the same and is faster, else row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from policy_engine.cli._chunks import MOST_TOLD, Answer, WrittenBatch
from policy_engine.exceptions import InvalidRequestError
from policy_engine.printable import printable
from policy_engine.reporting.as_json import as_json, decision_as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policy_engine.audit import AuditLog, Batch, Masking
    from policy_engine.cli._by_column import ByColumn
    from policy_engine.cli._chunks import Cases, Chunk
    from policy_engine.cli._outcomes import Outcomes
    from policy_engine.cli._rows import Row
    from policy_engine.engine import Decision, Engine
    from policy_engine.model import Recording

    Said = Decision | InvalidRequestError | str


@dataclass(slots=True)
class Held:
    """Stands in for the log in a worker, which may not write to it: keeps records until the first process has them."""

    log: AuditLog
    records: list[bytes] = field(default_factory=list)
    batch: WrittenBatch | None = None

    def masking(self, recording: Recording) -> Masking:
        """Return what masks requests, as the log would."""
        return self.log.masking(recording)

    def record(self, bodies: Sequence[bytes]) -> bool:
        """Keep records, as bytes; say that they are not let go."""
        self.records.extend(bodies)
        return True

    def takes_batch(self, rows: int) -> bool:
        """Say whether the log would have a batch of so many decisions as a whole."""
        return self.log.takes_batch(rows)

    def record_batch(self, batch: Batch) -> bool:
        """Keep a batch with its file, as bytes; say that it is not let go."""
        file = BytesIO()
        batch.write_to(file)
        self.batch = WrittenBatch(dict(batch.fields), file.getvalue())
        return True

    def taken(self) -> tuple[tuple[bytes, ...], WrittenBatch | None]:
        """Return the records that were kept since the last time, and the batch, if it was one."""
        records, batch = self.records, self.batch
        self.records, self.batch = [], None
        return tuple(records), batch


@dataclass(slots=True)
class Deciding:
    """Decides chunks of *cases*, a whole one *by_column* where that can be, and has *written* make what is written.

    With `counts`, outcomes are counted by cell. `held` has the records of decisions that another process records.
    """

    engine: Engine
    cases: Cases
    written: Callable[[Sequence[Row], Sequence[Said]], Any]
    by_column: ByColumn | None = None
    counts: bool = False
    held: Held | None = None

    def __call__(self, chunk: Chunk) -> Iterator[Answer]:
        """Yield what is to be written for a chunk, piece by piece. With a log, it is recorded by then, or held."""
        at_once = None if self.by_column is None else self._at_once(self.by_column, chunk)
        if at_once is not None:
            yield at_once
            return
        for rows in self.cases.rows(chunk):
            yield self._row_by_row(rows)

    def _at_once(self, by_column: ByColumn, chunk: Chunk) -> Answer | None:
        columns = self.cases.columns(chunk)
        if columns is None:
            return None
        try:
            payload, mix = by_column.decided(self.engine, columns, chunk.before, counts=self.counts)
        except InvalidRequestError:
            # So some row is no request: which one, its own answer tells
            return None
        return Answer(payload, chunk.rows, 0, (), mix, *self._taken())

    def _row_by_row(self, rows: Sequence[Row]) -> Answer:
        decided = iter(self.engine.decide_requests([row.given for row in rows if row.given is not None]))
        answers: list[Said] = [row.problem if row.given is None else next(decided) for row in rows]
        problems = [(row, one) for row, one in zip(rows, answers, strict=True) if isinstance(one, (str, Exception))]
        told = tuple(f"{_place(row)}: {printable(str(one))}" for row, one in problems[:MOST_TOLD])
        mix = self._counted(answers) if self.counts else None
        return Answer(self.written(rows, answers), len(rows), len(problems), told, mix, *self._taken())

    def _counted(self, answers: Sequence[Said]) -> Counter[Any]:
        return Counter(counted_as(one) for one in answers if not isinstance(one, (str, Exception)))

    def _taken(self) -> tuple[tuple[bytes, ...], WrittenBatch | None]:
        return ((), None) if self.held is None else self.held.taken()


def _place(row: Row) -> str:
    return f"row {row.number:,} (line {row.line:,})" if row.line else f"row {row.number:,}"


def counted_as(decision: Decision) -> tuple[Any, ...]:
    """Return as what a decision is counted: policy, cell and outcome, in values that travel between processes."""
    policy = decision.policy
    return (policy.use_case, policy.version, policy.digest), tuple(decision.cell.items()), decision.outcome


def json_lines(rows: Sequence[Row], answers: Sequence[Said], *, explain: bool = False) -> bytes:
    """Return a line of JSON for each row: the whole decision, or why there is none."""
    return b"".join(_json_line(row, one, explain=explain) for row, one in zip(rows, answers, strict=True))


def _json_line(row: Row, answer: Said, *, explain: bool) -> bytes:
    if isinstance(answer, (str, InvalidRequestError)):
        error = {"code": "invalid_request", "message": printable(str(answer))}
        return as_json({"row": row.number, "error": error}, indent=False)
    return decision_as_json(answer, explain=explain)


def table_rows(
    rows: Sequence[Row], answers: Sequence[Said], *, encode: Callable[[Outcomes], Any], with_ids: bool
) -> Any:  # noqa: ANN401 - as it is encoded
    """Return the rows of a table of decisions, encoded."""
    from policy_engine.cli._outcomes import outcomes_of

    return encode(outcomes_of(rows, answers, with_ids=with_ids))
