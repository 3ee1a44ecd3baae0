"""A disk that fails at the n-th call, for every n: no false acknowledgement, and the log still verifies."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.audit import Durability

Call = Callable[..., Any]
STEPS = 6


def failing(real: Call, nth: int, error: int, *, lasting: bool = False) -> Call:
    """Return *real* failing at its *nth* call, and with *lasting* at all after it."""
    calls = count(1)

    def call(*arguments: object) -> object:
        number = next(calls)
        if number == nth or (lasting and number > nth):
            raise OSError(error, os.strerror(error))
        return real(*arguments)

    return call


def half_then_failing(real: Call, nth: int, error: int) -> Call:
    """Return a write that takes half of what it is given at its *nth* call, and fails at the next."""
    calls = count(1)

    def call(descriptor: int, data: bytes) -> object:
        number = next(calls)
        if number == nth:
            return real(descriptor, data[: len(data) // 2])
        if number == nth + 1:
            raise OSError(error, os.strerror(error))
        return real(descriptor, data)

    return call


def in_pieces(real: Call, size: int) -> Call:
    """Return a write that takes *size* bytes at a time and is interrupted before every other piece."""
    calls = count()

    def call(descriptor: int, data: bytes) -> object:
        if next(calls) % 2:
            raise InterruptedError(errno.EINTR, os.strerror(errno.EINTR))
        return real(descriptor, data[:size])

    return call


def write_all(
    folder: Path, *, durability: Durability = "batch", segment_bytes: int = 600
) -> tuple[list[str], list[str]]:
    """Write a few records one by one and in batches; return the ids acknowledged and those refused."""
    acknowledged: list[str] = []
    refused: list[str] = []
    try:
        with AuditLog(folder, stream="s", durability=durability, segment_bytes=segment_bytes) as log:
            for step in range(STEPS):
                ids = [f"{step}-{one}" for one in range(1 + step % 3)]
                try:
                    log.append_many([{"decision_id": one} for one in ids])
                except AuditError:
                    refused += ids
                else:
                    acknowledged += ids
    except AuditError:
        return acknowledged, refused
    return acknowledged, refused


def recorded(folder: Path) -> list[str]:
    return [str(one.payload["decision_id"]) for one in read_records(folder) if one.payload["type"] == "decision"]


def faults() -> Iterator[Any]:
    for error in (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT):
        name = errno.errorcode[error]
        yield pytest.param("write", lambda real, nth, error=error: failing(real, nth, error), id=f"write-{name}")
        yield pytest.param(
            "write", lambda real, nth, error=error: half_then_failing(real, nth, error), id=f"short-write-{name}"
        )
    yield pytest.param("fdatasync", lambda real, nth: failing(real, nth, errno.EIO), id="fdatasync-EIO")
    yield pytest.param("fsync", lambda real, nth: failing(real, nth, errno.EIO), id="fsync-EIO")
    yield pytest.param("write", lambda real, nth: failing(real, nth, errno.EINTR), id="write-EINTR")


@pytest.mark.parametrize("durability", ["batch", "sync"])
@pytest.mark.parametrize(("name", "fault"), [*faults()])
def test_a_call_that_fails_acknowledges_nothing_and_leaves_a_log_that_verifies(
    tmp_path: Path,
    name: str,
    fault: Callable[[Call, int], Call],
    durability: Durability,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = getattr(os, name)
    for nth in range(1, 16):
        folder = tmp_path / str(nth)
        with monkeypatch.context() as disk:
            disk.setattr(os, name, fault(real, nth))
            acknowledged, refused = write_all(folder, durability=durability)
        # Nothing that was refused is there, and everything that was acknowledged is.
        if (folder / "s/segments").is_dir():
            assert recorded(folder) == acknowledged
            found = verify(folder)
            assert found.intact
            assert found.torn_bytes == 0
        assert not set(acknowledged) & set(refused)
        # The log opens again and goes on.
        again, none = write_all(folder, durability=durability)
        assert (len(again), none) == (12, [])
        assert recorded(folder) == acknowledged + again
        assert verify(folder).intact


@pytest.mark.parametrize("size", [1, 7, 64, 4096])
def test_short_and_interrupted_writes_are_finished(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", in_pieces(os.write, size))
    acknowledged, refused = write_all(tmp_path)
    assert refused == []
    assert recorded(tmp_path) == acknowledged
    assert verify(tmp_path).intact


def test_a_write_that_takes_nothing_is_an_error_and_no_endless_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", lambda *_: 0)
            with pytest.raises(AuditError, match="could not be written: the system took none of it"):
                log.append({"n": 1})
        assert log.append({"n": 1}).last_seq == 2


def test_a_full_disk_is_told_in_words_and_writing_resumes_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", half_then_failing(os.write, 1, errno.ENOSPC))
            with pytest.raises(AuditError) as refusal:
                log.append({"n": 1})
        assert log.append({"n": 2}).last_seq == 2
    path = tmp_path / "s/segments/0000000000000001.log"
    assert str(refusal.value) == f"nothing was recorded: {path} could not be written: No space left on device"
    assert verify(tmp_path).intact


def test_a_log_whose_broken_end_cannot_be_cut_off_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", half_then_failing(os.write, 1, errno.ENOSPC))
            disk.setattr(os, "ftruncate", failing(os.ftruncate, 1, errno.EIO))
            with pytest.raises(AuditError, match="No space left"):
                log.append({"n": 1})
        with pytest.raises(AuditError, match="takes no more records: what was partly written could not be cut off"):
            log.append({"n": 2})
    with AuditLog(tmp_path, stream="s") as log:
        log.append({"n": 3})
    found = verify(tmp_path)
    assert (found.intact, found.records) == (True, 2 + found.recoveries)


@pytest.mark.parametrize("later", ["append", "append again"])
def test_a_flush_that_failed_once_is_final(tmp_path: Path, later: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="sync") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "fdatasync", failing(os.fdatasync, 1, errno.EIO))
            with pytest.raises(AuditError, match="could not be brought to the disk: Input/output error"):
                log.append({"n": 1})
        for _ in later.split():
            with pytest.raises(AuditError, match="takes no more records: its disk did not take a flush"):
                log.append({"n": 2})
    assert verify(tmp_path).records == 1


def test_a_new_segments_name_that_is_not_flushed_is_final_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="sync", segment_bytes=1) as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", failing(os.fsync, 1, errno.EIO))
            with pytest.raises(AuditError, match="could not be brought to the disk: Input/output error"):
                log.append({"n": 1})
        with pytest.raises(AuditError, match="takes no more records: its disk did not take a flush"):
            log.append({"n": 2})
    with AuditLog(tmp_path, stream="s") as log:
        assert log.append({"n": 3}).last_seq == 2
    assert verify(tmp_path).intact


def test_a_full_segment_that_closes_badly_was_on_the_disk_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Segment.close

    def close_and_complain(segment: Segment) -> None:
        close(segment)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with AuditLog(tmp_path, stream="s", segment_bytes=1) as log:
        with monkeypatch.context() as disk:
            disk.setattr(Segment, "close", close_and_complain)
            assert log.append({"n": 1}).last_seq == 2
        assert log.append({"n": 2}).last_seq == 3
    assert verify(tmp_path).intact


def test_a_write_that_is_interrupted_by_an_exception_is_cut_off_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def stopped(descriptor: int, data: bytes) -> int:
        real(descriptor, data[:20])
        raise KeyboardInterrupt

    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as person:
            person.setattr(os, "write", stopped)
            with pytest.raises(KeyboardInterrupt):
                log.append({"n": 1})
        assert verify(tmp_path).torn_bytes == 20
        assert log.append({"n": 2}).last_seq == 2
    assert verify(tmp_path).intact


def test_a_torn_end_that_cannot_be_cut_at_start_up_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AuditLog(tmp_path, stream="s").close()
    path = tmp_path / "s/segments/0000000000000001.log"
    path.write_bytes(path.read_bytes() + b'{"se')
    with monkeypatch.context() as disk:
        disk.setattr(os, "ftruncate", failing(os.ftruncate, 1, errno.EROFS))
        with pytest.raises(AuditError, match=r"the audit log cannot be opened: .*Read-only file system"):
            AuditLog(tmp_path, stream="s")
    with AuditLog(tmp_path, stream="s") as log:
        assert log.recovery is not None


def test_a_disk_without_locks_is_said_to_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.flock", failing(lambda *_: None, 1, errno.ENOLCK, lasting=True))
    with pytest.raises(AuditError, match="LOCK cannot be locked: No locks available; keep the log on a disk that"):
        AuditLog(tmp_path, stream="s")


def test_a_close_that_fails_is_told_and_the_stream_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close = Segment.close

    def close_and_complain(segment: Segment) -> None:
        close(segment)
        raise OSError(errno.EIO, os.strerror(errno.EIO))  # as a network disk does that has lost something

    log = AuditLog(tmp_path, stream="s")
    with monkeypatch.context() as disk:
        disk.setattr(Segment, "close", close_and_complain)
        with pytest.raises(AuditError, match="stream `s` could not be closed: Input/output error"):
            log.close()
    AuditLog(tmp_path, stream="s").close()
