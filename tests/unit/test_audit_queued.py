"""`durability: none`: records are taken at once, written soon, and never lost without a word."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.audit import log as logs
from policy_engine.audit.queued import Queue
from policy_engine.audit.segment import Segment
from policy_engine.audit.waiting import Bound, Waiting
from policy_engine.exceptions import AuditError, AuditFullError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policy_engine.audit import OnError

LONG = 30.0


class Gate:
    """A disk that takes nothing, or fails, until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> None:
        self.is_open, self.asked = threading.Event(), threading.Event()
        real = Segment.write

        def write(segment: Segment, data: bytes) -> None:
            self.asked.set()
            if fails and not self.is_open.is_set():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            assert self.is_open.wait(LONG)
            real(segment, data)

        monkeypatch.setattr(Segment, "write", write)

    def open(self) -> None:
        """Let everything through from now on."""
        self.is_open.set()


def decided(folder: Path) -> list[Any]:
    return [one.payload["n"] for one in read_records(folder) if one.payload["type"] == "decision"]


def gaps(folder: Path) -> list[dict[str, Any]]:
    return [one.payload for one in read_records(folder) if one.payload["type"] == "gap"]


def comes_true(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONG
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_records_are_queued_and_written_in_order_by_the_time_the_log_is_closed(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="s", durability="none") as log:
        receipts = {log.append({"n": number}) for number in range(5000)}
        receipts |= {log.append_many([{"n": 5000}, {"n": 5001}])}
    assert receipts == {("s", None, None, None, "queued")}
    assert decided(tmp_path) == list(range(5002))
    assert verify(tmp_path).intact


def test_what_is_queued_is_written_without_a_close(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="s", durability="none") as log:
        log.append({"n": 1})
        assert comes_true(lambda: decided(tmp_path) == [1])
        log.append({"n": 2})
        assert comes_true(lambda: decided(tmp_path) == [1, 2])


def test_a_full_queue_refuses_at_once_if_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="none", queue_records=2, on_full="fail_closed") as log:
        gate = Gate(monkeypatch)
        log.append_many([{"n": 1}, {"n": 2}])
        with pytest.raises(AuditFullError, match=r"2 records of .* bytes wait to be written, and there is no room"):
            log.append({"n": 3})
        gate.open()
        assert comes_true(lambda: decided(tmp_path) == [1, 2])
        log.append({"n": 4})
    assert decided(tmp_path) == [1, 2, 4]
    assert log.lost == 0


def test_a_full_queue_lets_go_what_it_is_told_to_and_the_log_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s", durability="none", queue_records=1, on_full="fail_open") as log:
        gate = Gate(monkeypatch)
        log.append({"n": 1})
        assert gate.asked.wait(LONG)
        states = [log.append({"n": number, "decision_id": f"d-{number}"}).state for number in (2, 3, 4)]
        assert (states, log.lost) == (["let_go"] * 3, 3)
        gate.open()
    assert decided(tmp_path) == [1]
    (gap,) = gaps(tmp_path)
    assert (gap["count"], gap["first"], gap["last"]) == (3, "d-2", "d-4")
    assert gap["reason"].endswith("and there is no room for more")
    assert gap["first_at"] <= gap["last_at"] <= gap["at"]
    assert verify(tmp_path).intact


def test_who_finds_the_queue_full_waits_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="none", queue_records=1, block_seconds=LONG) as log:
        gate = Gate(monkeypatch)
        log.append({"n": 1})
        waiter = threading.Thread(daemon=True, target=log.append, args=({"n": 2},))
        waiter.start()
        assert gate.asked.wait(LONG)
        assert waiter.is_alive()
        gate.open()
        waiter.join(LONG)
    assert decided(tmp_path) == [1, 2]


@pytest.mark.parametrize("on_error", ["fail_closed", "fail_open"])
def test_who_has_waited_long_enough_is_treated_as_by_an_error(
    tmp_path: Path, on_error: OnError, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(
        tmp_path, stream="s", durability="none", queue_records=1, block_seconds=0.01, on_error=on_error
    ) as log:
        gate = Gate(monkeypatch)
        log.append({"n": 1})
        if on_error == "fail_open":
            assert log.append({"n": 2}).state == "let_go"
        else:
            with pytest.raises(AuditFullError):
                log.append({"n": 2})
        gate.open()
    assert decided(tmp_path) == [1]
    assert [one["count"] for one in gaps(tmp_path)] == [1] * log.lost


def test_what_could_not_be_written_stays_in_the_queue_and_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s", durability="none") as log:
        gate = Gate(monkeypatch, fails=True)
        log.append({"n": 1})
        assert comes_true(lambda: "No space left on device" in str(log.failure))
        with pytest.raises(AuditError, match="could not be written: No space left on device"):
            log.append({"n": 2})
        gate.open()
        assert comes_true(lambda: decided(tmp_path) == [1])
        assert comes_true(lambda: log.failure is None)
        log.append({"n": 3})
    assert decided(tmp_path) == [1, 3]
    assert gaps(tmp_path) == []


def test_a_log_that_fails_open_queues_on_while_the_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="none", on_error="fail_open") as log:
        gate = Gate(monkeypatch, fails=True)
        log.append({"n": 1})
        assert gate.asked.wait(LONG)
        assert log.append({"n": 2}).state == "queued"
        gate.open()
    assert decided(tmp_path) == [1, 2]
    assert log.lost == 0


@pytest.mark.parametrize("on_error", ["fail_closed", "fail_open"])
def test_what_a_close_could_not_write_is_told_by_the_log_in_the_room_kept_for_it(
    tmp_path: Path, on_error: OnError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "CLOSE_SECONDS", 0.05)
    log = AuditLog(tmp_path, stream="s", durability="none", on_error=on_error)
    reserve = tmp_path / "s/RESERVE"
    assert reserve.stat().st_blocks > 0
    real = Segment.write

    def write(segment: Segment, data: bytes) -> None:
        if reserve.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(segment, data)

    monkeypatch.setattr(Segment, "write", write)
    log.append({"n": 1, "decision_id": "d-1"})
    if on_error == "fail_open":
        log.close()
    else:
        with pytest.raises(AuditError, match="1 records were queued and could not be written; the log says so"):
            log.close()
    (gap,) = gaps(tmp_path)
    assert (gap["count"], gap["first"], gap["last"]) == (1, "d-1", "d-1")
    assert gap["reason"].startswith("closed before it was written: nothing was recorded:")
    assert verify(tmp_path).intact
    AuditLog(tmp_path, stream="s").close()
    assert reserve.exists()


def test_a_loss_that_cannot_be_written_down_is_told_at_the_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(logs, "CLOSE_SECONDS", 0.05)
    log = AuditLog(tmp_path, stream="s", durability="none", on_error="fail_open")
    with monkeypatch.context() as disk:
        Gate(disk, fails=True)
        log.append({"n": 1})
        with pytest.raises(AuditError, match="1 records were lost, and the log does not say so: nothing was recorded"):
            log.close()
    assert [one.levelname for one in caplog.records if "audit_gap_not_written" in one.message] == ["CRITICAL"]
    AuditLog(tmp_path, stream="s").close()
    assert verify(tmp_path).intact


def test_a_disk_that_does_not_answer_does_not_keep_a_process_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "CLOSE_SECONDS", 0.05)
    log = AuditLog(tmp_path, stream="s", durability="none")
    gate = Gate(monkeypatch)
    log.append({"n": 1})
    assert gate.asked.wait(LONG)
    with pytest.raises(AuditError, match="could not be closed: the disk does not answer"):
        log.close()
    gate.open()
    log.close()
    assert decided(tmp_path) == [1]


def test_who_finds_nothing_to_write_writes_nothing() -> None:
    # As happens where a log is closed just when its thread has seen a record
    def never(_: object) -> None:
        pytest.fail("there is nothing to write")

    assert Queue(never, Waiting(Bound()), told=never)._write_next()  # noqa: SLF001


def test_records_of_many_bytes_are_written_a_few_at_a_time() -> None:
    written: list[int] = []
    queue = Queue(lambda bodies: written.append(len(bodies)), Waiting(Bound()), told=pytest.fail)
    with queue.turn:
        queue.put([b"x" * 400_000] * 5)
        queue.put([b"x"] * 1500)
    assert queue.end(LONG) == []
    assert sum(written) == 1505
    assert written[:2] == [2, 2]
    assert max(written) <= 1024


def test_what_is_put_while_the_log_closes_is_refused_and_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a thread that looked before the log was closing, and puts its record after the last one was written
    log = AuditLog(tmp_path, stream="s", durability="none")
    log.append({"n": 1})
    log.close()
    monkeypatch.setattr(log, "_refuse_unusable", lambda: None)
    with pytest.raises(AuditError, match="stream `s` is closed"):
        log.append({"n": 2})
    assert log.lost == 0


def test_where_no_thread_can_begin_nothing_is_queued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="none") as log:

        def refuses(_: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as full:
            full.setattr(threading.Thread, "start", refuses)
            with pytest.raises(AuditError, match="nothing was recorded: can't start new thread"):
                log.append({"n": 1})
        log.append({"n": 2})
    assert decided(tmp_path) == [2]


def test_a_thread_that_was_interrupted_in_the_queue_does_not_keep_a_close_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a handler of signals: whoever holds the queue is who closes it
    monkeypatch.setattr(logs, "CLOSE_SECONDS", 0.05)
    for durability in ("none", "batch"):
        log = AuditLog(tmp_path, stream=durability, durability=durability)
        with log._waiting.lock, pytest.raises(AuditError, match="interrupted; close it again later"):  # noqa: SLF001
            log.close()
        log.close()


def test_whoever_is_told_keeps_no_record_from_being_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise RuntimeError(record.getMessage())

    handler = Broken()
    logging.getLogger("policy_engine.audit").addHandler(handler)
    try:
        with AuditLog(tmp_path, stream="s", durability="none", queue_records=1, on_full="fail_open") as log:
            gate = Gate(monkeypatch, fails=True)
            log.append({"n": 1})
            assert log.append({"n": 2}).state == "let_go"
            assert gate.asked.wait(LONG)
            gate.open()
            assert comes_true(lambda: decided(tmp_path) == [1])
            log.append({"n": 3})
    finally:
        logging.getLogger("policy_engine.audit").removeHandler(handler)
    assert decided(tmp_path) == [1, 3]
    assert sum(one["count"] for one in gaps(tmp_path)) == 1


def test_a_queue_that_has_ended_is_in_no_hurry_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    failures: list[str] = []

    def fails(_: object) -> None:
        if len(failures) == 3:
            queue._bodies.clear()  # noqa: SLF001 - so that the thread has nothing left
        raise AuditError("the disk is full")

    monkeypatch.setattr("policy_engine.audit.queued.sleep", slept.append)
    queue = Queue(fails, Waiting(Bound()), told=failures.append)
    queue._ending.set()  # noqa: SLF001 - as after a close that gave up
    queue._bodies.append(b"x")  # noqa: SLF001
    queue._run()  # noqa: SLF001
    assert slept == [0.05, 0.1, 0.2, 0.4]
