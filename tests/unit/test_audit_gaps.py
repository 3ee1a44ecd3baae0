"""A log that may let go what it cannot record: decisions are given, and the log says what is missing."""

from __future__ import annotations

import errno
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, endings, read_records, verify
from policy_engine.audit import log as logs
from policy_engine.audit.lost import Gap, Lost
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_but_for_the_reserve(monkeypatch: pytest.MonkeyPatch, stream: Path) -> None:
    """Let the disk take nothing as long as the room that is kept for a *stream* is not given up."""
    real = Segment.write

    def write(segment: Segment, data: bytes) -> None:
        if (stream / "RESERVE").exists():
            full()
        real(segment, data)

    monkeypatch.setattr(Segment, "write", write)


def payloads(folder: Path) -> list[dict[str, Any]]:
    return [one.payload for one in read_records(folder)]


def test_what_was_let_go_is_said_by_the_log_before_anything_else_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with AuditLog(tmp_path, stream="s", on_error="fail_open", clock=lambda: NOON) as log:
        log.append({"decision_id": "d-1"})
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", full)
            states = [log.append({"decision_id": "d-2"}).state, log.append_many([{"n": 1}, {"n": 2}]).state]
            assert (states, log.lost) == (["let_go", "let_go"], 3)
            assert "No space left on device" in str(log.failure)
        assert log.append({"decision_id": "d-3"})[1:3] == (4, 4)
        assert (log.lost, log.failure) == (3, None)
        log.append({"decision_id": "d-4"})
    path = tmp_path / "s/segments/0000000000000001.log"
    assert payloads(tmp_path)[2] == {
        "seq": 3,
        "type": "gap",
        "at": "2027-02-01T12:00:00Z",
        "count": 3,
        "first": "d-2",
        "last": None,
        "first_at": "2027-02-01T12:00:00Z",
        "last_at": "2027-02-01T12:00:00Z",
        "reason": f"nothing was recorded: {path} could not be written: No space left on device",
    }
    assert [one.get("decision_id") for one in payloads(tmp_path)] == [None, "d-1", None, "d-3", "d-4"]
    assert verify(tmp_path).intact
    assert [one.message.split('"event":"')[1].split('"')[0] for one in caplog.records] == [
        "audit_not_recording",
        "audit_gap",
    ]


def test_a_gap_is_written_at_the_close_where_nothing_was_recorded_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(tmp_path, stream="s", on_error="fail_open")
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        log.append({"n": 1})
    log.close()
    assert [one["type"] for one in payloads(tmp_path)] == ["start", "gap"]
    assert verify(tmp_path).intact


def test_a_gap_that_could_not_be_written_grows_and_is_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s", on_error="fail_open") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", full)
            for number in range(5):
                log.append({"decision_id": f"d-{number}"})
        log.append({"decision_id": "d-5"})
    (gap,) = [one for one in payloads(tmp_path) if one["type"] == "gap"]
    assert (gap["count"], gap["first"], gap["last"]) == (5, "d-0", "d-4")


def test_a_full_disk_still_takes_the_gap_at_the_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path, stream="s", on_error="fail_open")
    full_but_for_the_reserve(monkeypatch, tmp_path / "s")
    log.append({"n": 1})
    log.close()
    assert [one["type"] for one in payloads(tmp_path)] == ["start", "gap"]


def test_a_full_disk_still_takes_the_word_of_a_recovery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AuditLog(tmp_path, stream="s").close()
    path = tmp_path / "s/segments/0000000000000001.log"
    path.write_bytes(path.read_bytes() + b'{"se')
    full_but_for_the_reserve(monkeypatch, tmp_path / "s")
    AuditLog(tmp_path, stream="s").close()
    assert [one["type"] for one in payloads(tmp_path)] == ["start", "recovery"]


def test_without_room_kept_a_full_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        full()

    monkeypatch.setattr(os, "posix_fallocate", no_room)
    log = AuditLog(tmp_path, stream="s", on_error="fail_open")
    (tmp_path / "s/RESERVE").unlink()
    assert log.record(())
    monkeypatch.setattr(os, "write", full)
    log.append({"n": 1})
    with pytest.raises(AuditError, match=r"1 records were lost, and the log does not say so: .*No space left"):
        log.close()


@pytest.mark.parametrize("call", ["append", "append_many"])
def test_a_log_that_is_closed_lets_nothing_go(tmp_path: Path, call: str) -> None:
    log = AuditLog(tmp_path, stream="s", on_error="fail_open", on_full="fail_open")
    log.close()
    with pytest.raises(AuditError, match="stream `s` is closed"):
        getattr(log, call)({"n": 1} if call == "append" else [{"n": 1}])
    assert log.lost == 0


def test_a_bad_record_is_refused_and_not_let_go(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="s", on_error="fail_open") as log:
        with pytest.raises(AuditError, match="field `score` is nan"):
            log.append({"score": float("nan")})
        assert log.lost == 0


def test_a_log_that_is_closed_while_others_write_writes_what_waits_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(tmp_path, stream="s")
    begun, room = threading.Event(), threading.Event()
    real = Segment.write

    def write(segment: Segment, data: bytes) -> None:
        begun.set()
        assert room.wait(30)
        real(segment, data)

    acknowledged: list[int] = []

    def append(number: int) -> None:
        with suppress(AuditError):
            log.append({"n": number})
            acknowledged.append(number)

    monkeypatch.setattr(Segment, "write", write)
    writers = [threading.Thread(daemon=True, target=append, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    assert begun.wait(30)
    closing = threading.Thread(daemon=True, target=log.close)
    closing.start()
    room.set()
    for one in (*writers, closing):
        one.join(30)
    assert acknowledged
    assert sorted(one["n"] for one in payloads(tmp_path)[1:]) == sorted(acknowledged)
    assert verify(tmp_path).intact


def test_a_disk_that_does_not_answer_does_not_keep_a_log_open_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "CLOSE_SECONDS", 0.05)
    log = AuditLog(tmp_path, stream="s")
    begun, room = threading.Event(), threading.Event()
    real = Segment.write

    def write(segment: Segment, data: bytes) -> None:
        begun.set()
        assert room.wait(30)
        real(segment, data)

    monkeypatch.setattr(Segment, "write", write)
    writer = threading.Thread(daemon=True, target=log.append, args=({"n": 1},))
    writer.start()
    assert begun.wait(30)
    with pytest.raises(AuditError, match="stream `s` could not be closed: the disk does not answer"):
        log.close()
    room.set()
    writer.join(30)
    log.close()
    assert verify(tmp_path).records == 2


def test_a_segment_is_full_after_a_while_and_only_with_a_record_in_it(tmp_path: Path) -> None:
    now = [0.0]
    with AuditLog(tmp_path, stream="s", segment_seconds=10) as log:
        writer = log._writer  # noqa: SLF001 - whose clock nobody else needs to set
        writer._writing = writer._writing._replace(elapsed=lambda: now[0])  # noqa: SLF001
        writer._full_at = 10.0  # noqa: SLF001
        for now[0] in (9.9, 10.0, 19.9, 35.0, 50.0):
            log.append({"n": now[0]})
    assert sorted(path.name[13:] for path in (tmp_path / "s/segments").iterdir()) == [
        "001.log",
        "003.log",
        "005.log",
        "006.log",
    ]
    assert verify(tmp_path).intact


def test_a_gap_is_written_once_and_what_was_begun_and_failed_is_part_of_the_next() -> None:
    lost = Lost()
    assert lost.gap_after(7) is None
    assert lost.add([b'"decision_id":"a"}', b'"decision_id":"b"}'], at="1", reason="full")
    assert lost.add([b'"n":1}'], at="2", reason="still full")
    assert lost.gap_after(7) == Gap(3, "a", None, "1", "2", "full")
    # It was not written, for the stream ends where it did
    assert lost.gap_after(7) == Gap(3, "a", None, "1", "2", "full")
    assert lost.add([b'"decision_id":"c"}'], at="3", reason="again")
    assert lost.gap_after(7) == Gap(4, "a", "c", "1", "3", "full")
    # It was, whoever was interrupted after that
    assert lost.gap_after(9) is None
    assert lost.add([b'"decision_id":"d"}'], at="4", reason="once more")
    assert lost.end(9) == Gap(1, "d", "d", "4", "4", "once more")
    assert not lost.add([b'"decision_id":"e"}'], at="5", reason="too late")
    assert lost.end(11) is None
    assert lost.total == 5


def test_what_would_be_let_go_too_late_for_any_gap_is_refused(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, stream="s", on_error="fail_open")
    log._lost.end(1)  # noqa: SLF001 - as a close that comes between
    with pytest.raises(AuditError, match="the disk is full"):
        log._let_go([b'"n":1}'], AuditError("the disk is full"))  # noqa: SLF001
    log.close()


def test_a_log_that_has_something_to_say_is_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path, stream="s", on_error="fail_open")
    assert log not in endings._KEPT  # noqa: SLF001 - what is looked for
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        log.append({"n": 1})
    assert log in endings._KEPT  # noqa: SLF001
    log.close()
    assert log not in endings._KEPT  # noqa: SLF001


def test_a_suspect_segment_is_told_of_at_the_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path, stream="s", durability="sync")
    log.append({"n": 1})

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fdatasync", fails)
        with pytest.raises(AuditError, match="could not be brought to the disk"):
            log.append({"n": 2})
    log.close()
    assert [one["type"] for one in payloads(tmp_path)] == ["start", "decision", "suspect"]
    found = verify(tmp_path)
    assert (found.intact, found.streams[0].suspects) == (True, 1)


def test_the_room_that_is_kept_is_not_given_up_for_another_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(tmp_path, stream="s", on_error="fail_open")

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", broken)
        log.append({"n": 1})
        with pytest.raises(AuditError, match="1 records were lost, and the log does not say so"):
            log.close()
    assert (tmp_path / "s/RESERVE").exists()
