"""The log of decisions: append a record, and have it in the log before the answer is given."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from policy_engine.audit.batch_files import BATCH_ROWS, BatchFiles, can_be_files
from policy_engine.audit.batch_record import batch_body, decisions_in
from policy_engine.audit.chain import FORMAT
from policy_engine.audit.choices import check_choices
from policy_engine.audit.claim import claim_stream
from policy_engine.audit.endings import close_at_end, has_ended, keep_until_closed
from policy_engine.audit.group_commit import GroupCommit
from policy_engine.audit.lost import Lost
from policy_engine.audit.mask_key import MaskKey
from policy_engine.audit.masking import Masking, needs_key
from policy_engine.audit.opening import Recovery, open_stream
from policy_engine.audit.payload import GAP, RECOVERY, START, body_of, own_body
from policy_engine.audit.queued import Queue
from policy_engine.audit.receipt import Receipt
from policy_engine.audit.reserve import fill_reserve, with_reserve
from policy_engine.audit.telling import tell
from policy_engine.audit.unsettled import forget
from policy_engine.audit.waiting import MOST_WAITING, MOST_WAITING_BYTES, Bound, Waiting
from policy_engine.audit.writer import SEGMENT_BYTES, SEGMENT_SECONDS, Writing
from policy_engine.exceptions import AuditCorruptError, AuditError, AuditFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from policy_engine.audit.batch_files import Batch
    from policy_engine.audit.chain import Chained
    from policy_engine.audit.choices import Durability, OnError, OnFull
    from policy_engine.audit.claim import Claim
    from policy_engine.audit.group_commit import Committed
    from policy_engine.audit.writer import StreamWriter
    from policy_engine.model import Recording

CLOSE_SECONDS: Final = 5.0
"""For so long a log that is closed writes what waits."""


def utc_now() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


class AuditLog:
    """One stream of an audit log, open for appending by this process only.

    With `durability` "batch" an acknowledged record survives the end of the process, kill -9 too; with "sync" a power
    loss as well, on a disk that keeps its word. With "none" a record is only queued: a thread writes it soon, and an
    end of the process that nobody can see coming loses it. Threads may share a log; processes may not.

    What cannot be recorded is refused (`on_error` "fail_closed": `AuditError` is raised), or let go ("fail_open"): it
    is then counted in `lost`, and a record of type `gap` says so as soon as something can be written again.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, AuditLog(folder, stream="shop") as log:
    ...     log.append({"decision_id": "d-1", "outcome": "review"}).last_seq
    2
    """

    def __init__(  # noqa: PLR0913 - all but the folder have a name and a default
        self,
        folder: str | Path,
        *,
        durability: Durability = "batch",
        stream: str | None = None,
        on_error: OnError = "fail_closed",
        on_full: OnFull = "block",
        block_seconds: float = 5.0,
        queue_records: int = MOST_WAITING,
        queue_bytes: int = MOST_WAITING_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
        segment_seconds: float = SEGMENT_SECONDS,
        batch_rows: int | None = BATCH_ROWS,
        held_writes: bool = True,
        clock: Callable[[], datetime] = utc_now,
        mask_key: bytes | None = None,
    ) -> None:
        """Claim a stream of the log in *folder*, mend its end, and stand ready to append.

        Without *stream*: the first of this host's that no other process writes. No more than *queue_records* of
        *queue_bytes* wait to be written; what comes then waits for *block_seconds* (*on_full* "block") and is treated
        as *on_error* says after that, or at once as *on_full* says. A batch of *batch_rows* decisions or more is
        recorded as one file, for which pyarrow has to be there; with None, or without it, none is. *held_writes* allows
        that no other thread runs while a short record is handed to the kernel, where several threads record: so it is
        quicker, and a disk that hangs stops all of them. *clock* dates the records that the log writes by itself. Under
        *mask_key*, 32 random bytes or more, records have the pseudonyms that a catalog wants; without it, the
        environment has the key, see `masking`.

        Raises `AuditError` where the log cannot be opened, `AuditCorruptError` where it was changed, and
        `MaskKeyError` for a key that cannot be used.
        """
        check_choices(durability=durability, on_error=on_error, on_full=on_full)
        self._mask_key = None if mask_key is None else MaskKey(mask_key)
        self._is_parents = False
        self._clock = clock
        self._on_error: OnError = on_error
        self._on_full = on_error if on_full == "block" else on_full
        self._failure: str | None = None
        self._failure_of_batch: str | None = None
        self._lost = Lost()
        self._release: ExitStack | None = None
        self._is_closing = False
        self._batch_rows = batch_rows
        sync = durability == "sync"
        writing = Writing(self._own, sync, held_writes, segment_bytes, segment_seconds)
        with ExitStack() as undo:
            claim = claim_stream(Path(folder).absolute(), stream, sync=sync)
            undo.callback(claim.lock.close)
            self.stream = claim.stream
            self._folder = claim.folder
            self._writer, self.recovery = _open(claim, writing)
            undo.callback(self._writer.close)
            self._begin()
            self._release = undo.pop_all()
        self._batches = BatchFiles(self._folder, sync=sync)
        self._batches.remove_unfinished()
        fill_reserve(self._folder)
        patience = block_seconds if on_full == "block" else 0.0
        self._waiting = Waiting(Bound(queue_records, queue_bytes, patience))
        self._way = (
            Queue(self._write, self._waiting, told=self._note_failure)
            if durability == "none"
            else GroupCommit(self._write, self._waiting, newest=lambda: self._writer.head.among)
        )
        close_at_end(self, is_kept=durability == "none")

    @property
    def failure(self) -> str | None:
        """Why a record, or the file of a batch, could not be written the last time, None while all goes well."""
        return self._failure or self._failure_of_batch

    @property
    def lost(self) -> int:
        """How many decisions were let go since this log was opened: given, and not recorded."""
        return self._lost.total

    def masking(self, recording: Recording) -> Masking:
        """Return what masks requests as *recording* says, under the key of this log.

        Without a `mask_key` that is the key of `POLICY_ENGINE_MASK_KEY`, or in the file that
        `POLICY_ENGINE_MASK_KEY_FILE` names, as they are now. Raises `MaskKeyError` where a field needs a key and there
        is none, or none that can be used.
        """
        key = self._mask_key
        if key is None and needs_key(recording):
            key = MaskKey.from_environment(os.environ)
        return Masking(recording, key)

    def append(self, payload: Mapping[str, Any]) -> Receipt:
        """Record *payload* and return once it is in the log, or queued.

        Raises `AuditError` where it is not, unless it may be let go; the log is then as it was before.
        """
        return self._append((body_of(payload),))

    def append_many(self, payloads: Sequence[Mapping[str, Any]]) -> Receipt:
        """Record *payloads* in one write and return once they are in the log: all of them, or none."""
        bodies = []
        for number, payload in enumerate(payloads, start=1):
            try:
                bodies.append(body_of(payload))
            except AuditError as error:
                raise AuditError(f"record {number} of {len(payloads)}: {error}") from error
        return self._append(bodies)

    def record(self, bodies: Sequence[bytes]) -> bool:
        """Record what `body_of` made, as `append_many` does; say whether it is in the log, or queued."""
        try:
            self._put(bodies)
        except AuditError as error:
            return self._let_go(bodies, error)
        return True

    def takes_batch(self, rows: int) -> bool:
        """Say whether a batch of so many decisions is to be recorded by `record_batch`, else each on its own."""
        return self._batch_rows is not None and rows >= self._batch_rows and can_be_files()

    def record_batch(self, batch: Batch) -> bool:
        """Record *batch* as one file, and one record which vouches for it; say whether it is in the log, or queued.

        Raises `AuditError` as `append` does, and for `fields` that no batch may have.
        """
        self._refuse_unusable()
        fields = dict(batch.fields)
        body = batch_body(fields)
        try:
            stored = self._batches.store(batch.write_to)
        except AuditError as error:
            self._failure_of_batch = str(error)
            return self._let_go((body,), error)
        self._failure_of_batch = None
        body = batch_body(fields, stored.sha256, stored.bytes)
        try:
            self._put((body,))
        except AuditError as error:
            with self._way.turn:
                # A record that nothing could take away again still needs its file
                if self._writer.is_settled:
                    self._batches.drop(stored)
            return self._let_go((body,), error)
        return True

    def close(self) -> None:
        """Write what waits, for some seconds at most, and give the stream up.

        Doing it again does nothing; a forked child's copy is closed already. Raises `AuditError` where something
        could not be written, or the stream not be closed.
        """
        if self._is_parents or self._release is None:
            return
        self._is_closing = True
        try:
            self._write_rest()
        finally:
            self._give_up()

    def leave_to_parent(self) -> None:
        """Close what a fork has copied, so that the stream is free once the parent ends."""
        self._is_parents = True
        release, self._release = self._release, None
        if release is not None:
            with suppress(OSError):
                release.close()

    def __enter__(self) -> Self:
        """Return the log itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the log."""
        self.close()

    # --- appending ---------------------------------------------------------------------------------------------

    def _append(self, bodies: Sequence[bytes]) -> Receipt:
        if not bodies:
            self._refuse_unusable()
            head = self._writer.head
            return Receipt(self.stream, head.seq + 1, head.seq, head.link.hex())
        try:
            committed = self._put(bodies)
        except AuditError as error:
            self._let_go(bodies, error)
            return Receipt(self.stream, state="let_go")
        if committed is None:
            return Receipt(self.stream, state="queued")
        last, among = committed
        return Receipt(self.stream, last - len(bodies) + 1, last, among.link_of(last))

    def _put(self, bodies: Sequence[bytes]) -> Committed | None:
        self._refuse_unusable()
        way = self._way
        if isinstance(way, GroupCommit):
            return way.commit(bodies)
        failure = self._failure
        if failure is not None and self._on_error == "fail_closed":
            raise AuditError(failure)
        if not way.put(bodies):
            raise self._closed()
        return None

    def _let_go(self, bodies: Sequence[bytes], error: AuditError) -> bool:
        """Count what was not recorded if it may be let go, else raise *error*. Return False: it is not there."""
        said = self._on_full if isinstance(error, AuditFullError) else self._on_error
        if said == "fail_closed" or isinstance(error, _UnusableError):
            raise error
        # What is let go must not be forgotten before a gap says so
        keep_until_closed(self)
        if not self._lost.add(bodies, at=self._now(), reason=str(error)):
            raise error
        if self._failure is None:
            tell("audit_not_recording", stream=self.stream, problem=str(error))
        return False

    def _write(self, bodies: Sequence[bytes]) -> Chained:
        """Write records, after the gap before them if there is one. Whoever calls has the turn."""
        if self._release is None:
            raise self._closed()
        try:
            gap = self._lost.gap_after(self._writer.head.seq)
            if gap is not None:
                bodies = (self._own(GAP, asdict(gap)), *bodies)
            chained = self._writer.append(bodies)
        except AuditError as error:
            self._note_failure(str(error))
            raise
        if self._failure is not None:
            self._failure = None
        if gap is not None:
            tell("audit_gap", stream=self.stream, **asdict(gap))
        return chained

    def _refuse_unusable(self) -> None:
        # Before any lock: in a forked child it may be held by a thread that is not there
        if self._is_parents:
            raise _UnusableError(
                f"stream `{self.stream}` belongs to the process that opened it; open a log of its own in each"
            )
        if self._is_closing:
            raise self._closed()

    def _closed(self) -> AuditError:
        return _UnusableError(f"stream `{self.stream}` is closed; open the log again to record more")

    # --- the beginning and the end -----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Write the log's own first words: `start` in a new stream, `recovery` after a cut."""
        writer = self._writer
        if writer.head.seq == 0:
            writer.append((own_body(START, {"format": FORMAT, "stream": self.stream, "at": self._now()}),))
        if self.recovery is not None:
            cut = self.recovery._asdict()
            with_reserve(self._folder, lambda: writer.append((self._own(RECOVERY, cut),)))
            with suppress(OSError):  # the record says that it is settled
                forget(self._folder)
            tell("audit_tail_cut", stream=self.stream, **cut)

    def _write_rest(self) -> None:
        """Write what waits and, of what cannot be written, that it is missing."""
        way, left = self._way, []
        if isinstance(way, Queue):
            left = way.end(CLOSE_SECONDS)
            if left:
                self._lost.add(left, at=self._now(), reason=f"closed before it was written: {self.failure}")
        else:
            with self._waiting.held_within(CLOSE_SECONDS):
                self._waiting.is_empty_within(CLOSE_SECONDS)
        if left and self._on_error == "fail_closed":
            count = sum(map(decisions_in, left))
            raise AuditError(f"{count} records were queued and could not be written; the log says so")

    def _give_up(self) -> None:
        with self._turn():
            release, self._release = self._release, None
            has_ended(self)
            if release is None:
                return
            try:
                self._write_last_gap()
                self._writer.write_notices()
            finally:
                self._released(release)

    def _write_last_gap(self) -> None:
        gap = self._lost.end(self._writer.head.seq)
        if gap is None:
            return
        try:
            last_words = (self._own(GAP, asdict(gap)),)
            with_reserve(self._folder, lambda: self._writer.append(last_words))
        except AuditError as error:
            tell("audit_gap_not_written", stream=self.stream, **asdict(gap))
            raise AuditError(f"{gap.count} records were lost, and the log does not say so: {error}") from error

    def _released(self, release: ExitStack) -> None:
        try:
            release.close()
        except OSError as error:
            raise AuditError(f"stream `{self.stream}` could not be closed: {error.strerror}") from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Have the turn to write for a while. Raises `AuditError` where a write does not come back in time."""
        turn = self._way.turn
        if not turn.acquire(timeout=CLOSE_SECONDS):
            raise AuditError(f"stream `{self.stream}` could not be closed: the disk does not answer")
        try:
            yield
        finally:
            turn.release()

    def _own(self, kind: str, fields: Mapping[str, Any]) -> bytes:
        return own_body(kind, {"at": self._now(), **fields})

    def _now(self) -> str:
        # Who only verifies opens no log, and need not wait for the model.
        from policy_engine.model import format_instant  # noqa: PLC0415 - see above

        return format_instant(self._clock())

    def _note_failure(self, why: str) -> None:
        """Keep why nothing can be written, and tell of it where it begins."""
        is_first, self._failure = self._failure is None, why
        if is_first:
            tell("audit_not_recording", stream=self.stream, problem=why)


class _UnusableError(AuditError):
    """This log takes no records any more, whatever it is to do about errors."""


def _open(claim: Claim, writing: Writing) -> tuple[StreamWriter, Recovery | None]:
    try:
        return open_stream(claim, writing)
    except AuditCorruptError as error:
        tell("audit_stream_corrupt", stream=claim.stream, problem=str(error))
        raise
