"""Ask a log: every record that fits, stream by stream and oldest first, in constant memory and without an index.

What does not verify is told with its place and is no answer; the reading goes on after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from policy_engine.audit.batch_check import file_of_batch, rows_of
from policy_engine.audit.batch_files import can_be_files
from policy_engine.audit.layout import streams_of
from policy_engine.audit.payload import BATCH, BATCH_MARK, json_of
from policy_engine.audit.strays import batches_and_strays, shown, strays_beside
from policy_engine.audit.verification import Problem
from policy_engine.audit.walk import StreamWalk, unreadable
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What a record has to say. None asks for nothing: a question of nothing else fits every record.

    A record fits whose instant is `since` or later, and before `until`; one that has no instant fits neither.
    """

    decision_id: str | None = None
    subject: str | None = None
    use_case: str | None = None
    band: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, record: dict[str, Any]) -> bool:
        """Whether *record* says all that is asked for."""
        request = record.get("request")
        subject = request.get("subject") if isinstance(request, dict) else None
        says = (record.get("decision_id"), subject, record.get("use_case"), record.get("outcome"))
        if any(asked is not None and said != asked for asked, said in zip(self._texts, says, strict=True)):
            return False
        return self._is_in_time(record)

    def may_fit_in(self, batch: dict[str, Any]) -> bool:
        """Whether decisions may fit that stand in the file of a *batch*, for which its record is all that is read."""
        return self.use_case in (None, batch.get("use_case")) and self._is_in_time(batch)

    @property
    def in_columns(self) -> dict[str, str]:
        """What a column of a batch's file has to say, by the column's name."""
        asked = {"decision_id": self.decision_id, "subject": self.subject, "outcome": self.band}
        return {name: text for name, text in asked.items() if text is not None}

    @property
    def is_of_decisions(self) -> bool:
        """Whether only decisions can fit."""
        return any(text is not None for text in self._texts)

    @property
    def words(self) -> tuple[bytes, ...]:
        """What stands word for word in every payload that fits, unless the payload has escapes in it."""
        return tuple(text.encode() for text in self._texts if text is not None and text.isascii())

    @property
    def _texts(self) -> tuple[str | None, ...]:
        return (self.decision_id, self.subject, self.use_case, self.band)

    def _is_in_time(self, record: dict[str, Any]) -> bool:
        if self.since is None and self.until is None:
            return True
        # Who only verifies asks nothing, and need not wait for the model.
        from policy_engine.model import as_instant  # noqa: PLC0415 - see above

        at = as_instant(record.get("at"))
        return at is not None and (self.since is None or self.since <= at) and (self.until is None or at < self.until)


class Answer(NamedTuple):
    """A record that fits: as it was read, and its payload as the very bytes that were written.

    A decision in the file of a batch has the number of the batch's record, and its place as `row`, from 1 on; there its
    payload is made anew.
    """

    stream: str
    record: dict[str, Any]
    payload: bytes


def query(
    folder: str | Path,
    question: Question,
    *,
    tell: Callable[[Problem], None],
    progress: Callable[[int], None] | None = None,
) -> Iterator[Answer]:
    """Yield every record of the log in *folder* that fits. A record that does not verify is told and left out.

    *tell* is handed every problem of what was read, *progress* how many bytes were read since it was last told.
    Raises `AuditError` where there is no log or it cannot be read.
    """
    log = Path(folder)
    try:
        streams = streams_of(log)
        for stray in strays_beside(log, streams):
            tell(stray)
        for stream in streams:
            yield from _Reading(log, stream, question, tell, progress).answers()
    except OSError as error:
        raise unreadable(log, error) from error


class _Reading:
    """The reading of one stream."""

    def __init__(
        self,
        log: Path,
        stream: Path,
        question: Question,
        tell: Callable[[Problem], None],
        progress: Callable[[int], None] | None,
    ) -> None:
        self._walk = StreamWalk(log, stream, read=self._read, tell=self._note)
        self._log = log
        self._folder = stream
        self._stream = stream.name
        self._question = question
        self._words = question.words
        self._tell = tell
        self._progress = progress
        self._told_line: int | None = None

    def answers(self) -> Iterator[Answer]:
        for stray in batches_and_strays(self._log, self._folder)[1]:
            self._tell(stray)
        for scan in self._walk:
            self._told_line = None
            size = 0
            for answer in scan:
                if self._progress is not None:
                    self._progress(scan.size - size)
                    size = scan.size
                # A line that was just told of has become the last one that was passed
                if answer is None or self._told_line == scan.lines:
                    continue
                if answer.record.get("type") == BATCH:
                    yield from self._of_batch(answer)
                else:
                    yield answer

    def _note(self, problem: Problem) -> None:
        self._told_line = problem.line
        self._tell(problem)

    def _read(self, payload: bytes) -> Answer | None:
        """Return *payload* with what it says, or None where it does not fit."""
        if BATCH_MARK in payload:
            batch = orjson.loads(payload)
            if batch.get("type") == BATCH:
                return Answer(self._stream, batch, payload) if self._question.may_fit_in(batch) else None
        # Most records are passed over unread: only escapes could hide a word that is not there as it is
        if b"\\" not in payload and not all(word in payload for word in self._words):
            return None
        record = orjson.loads(payload)
        return Answer(self._stream, record, payload) if self._question.fits(record) else None

    def _of_batch(self, batch: Answer) -> Iterator[Answer]:
        """Yield the record of a batch where it is asked for, and the decisions in its file that fit."""
        if not self._question.is_of_decisions:
            yield batch
        path = file_of_batch(self._log, self._folder, batch.record)
        if isinstance(path, Problem):
            self._tell(path)
            return
        if self._progress is not None:
            self._progress(batch.record["bytes"])
        if not can_be_files():
            raise AuditError(f"{path} is read with pyarrow, which is not there: install `policy-engine[arrow]`")
        from policy_engine.audit.batch_rows import records_in  # noqa: PLC0415 - for whoever has batches

        seq = batch.record["seq"]
        try:
            for row, record in records_in(path, rows=rows_of(batch.record), asked=self._question.in_columns):
                if self._question.fits(record):
                    numbered = {"seq": seq, "row": row + 1, **record}
                    yield Answer(self._stream, numbered, _written(numbered))
        except ValueError as error:
            # It is as it was written, and yet no batch: whoever wrote it was none of ours
            place = shown(path.relative_to(self._log))
            self._tell(Problem(self._stream, place, "batch", f"no file of a batch: {error}"))


def _written(record: dict[str, Any]) -> bytes:
    """Return a record of a file as JSON. Raises `ValueError` for what no writer has put there."""
    try:
        return json_of(record)
    except AuditError as error:
        raise ValueError(str(error)) from error
