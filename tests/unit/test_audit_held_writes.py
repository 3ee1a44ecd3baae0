"""Writes that keep other threads waiting: only where there are others, and only while the disk is quick."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from policy_engine.audit import AuditLog, held_writes, read_records, verify
from policy_engine.audit.held_writes import LONGEST_HELD, HeldWrites, write_held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Calls:
    """Counts which of the two calls writes, and takes as long as it is told to."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.now = 0
        self.takes = 1_000

    def held(self, _: int, data: bytes) -> int:
        """Stand in for the call that keeps others waiting."""
        self.made.append("held")
        self.now += self.takes
        return len(data)

    def released(self, _: int, data: bytes | memoryview) -> int:
        """Stand in for `os.write`."""
        self.made.append("released")
        return len(data)

    def taken(self) -> str:
        """Return what was called since the last time, the first letters only."""
        made, self.made = self.made, []
        return "".join(one[0] for one in made)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    calls = Calls()
    monkeypatch.setattr(held_writes, "write_held", calls.held)
    monkeypatch.setattr(os, "write", calls.released)
    monkeypatch.setattr(held_writes, "perf_counter_ns", lambda: calls.now)
    for name, value in (("_ALONE", 5), ("_RELEASED", 2), ("_MOST_RELEASED", 4)):
        monkeypatch.setattr(held_writes, name, value)
    return calls


def by_another(call: Callable[[], object]) -> None:
    thread = threading.Thread(daemon=True, target=call)
    thread.start()
    thread.join()


def test_a_thread_that_is_alone_lets_others_run(calls: Calls) -> None:
    writes = HeldWrites()
    for _ in range(20):
        writes.write(1, b"x")
    assert calls.taken() == "r" * 20


def test_once_another_thread_writes_nobody_lets_others_run_until_one_was_alone_for_long(calls: Calls) -> None:
    writes = HeldWrites()
    by_another(lambda: writes.write(1, b"x"))
    for _ in range(7):
        writes.write(1, b"x")
    assert calls.taken() == "h" + "hhhhh" + "rr"


def test_what_is_long_or_a_rest_lets_others_run(calls: Calls) -> None:
    writes = HeldWrites()
    by_another(lambda: writes.write(1, b"x"))
    calls.taken()
    writes.write(1, b"x" * LONGEST_HELD)
    writes.write(1, b"x" * (LONGEST_HELD + 1))
    writes.write(1, memoryview(b"x"))
    assert calls.taken() == "hrr"


def test_after_a_slow_write_others_run_and_after_another_for_longer(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_writes, "_ALONE", 1_000)
    writes = HeldWrites()
    by_another(lambda: writes.write(1, b"x"))
    calls.taken()

    def write(times: int, *, slow: bool = False) -> str:
        calls.takes = 5_000_001 if slow else 5_000_000
        for _ in range(times):
            writes.write(1, b"x")
        return calls.taken()

    assert write(1, slow=True) + write(3) == "h" + "rrh"
    assert write(1, slow=True) + write(5) == "h" + "rrrrh"
    assert write(1, slow=True) + write(5) == "h" + "rrrrh"
    # So many quick ones, and the next slow one is as the first
    assert write(4) == "hhhh"
    assert write(1, slow=True) + write(3) == "h" + "rrh"


def test_the_system_is_told_what_to_write_and_tells_what_went_wrong(tmp_path: Path) -> None:
    path = tmp_path / "file"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    assert write_held(descriptor, b"a\0b") == 3
    os.close(descriptor)
    assert path.read_bytes() == b"a\0b"
    with pytest.raises(OSError, match="Bad file descriptor") as error:
        write_held(-1, b"x")
    assert error.value.errno == errno.EBADF


@pytest.fixture
def without_the_call(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import ctypes

    def missing(*_: object, **__: object) -> None:
        raise OSError("no such library")

    held_writes._system_write.cache_clear()  # noqa: SLF001 - it is looked for once
    monkeypatch.setattr(ctypes, "PyDLL", missing)
    yield
    held_writes._system_write.cache_clear()  # noqa: SLF001 - as above


@pytest.mark.usefixtures("without_the_call")
def test_a_python_that_cannot_call_the_system_writes_as_ever(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    assert write_held(descriptor, b"abc") == 3
    os.close(descriptor)


def test_what_threads_write_so_is_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = []

    def noted(descriptor: int, data: bytes) -> int:
        held.append(len(data))
        return write_held(descriptor, data)

    monkeypatch.setattr(held_writes, "write_held", noted)
    with AuditLog(tmp_path, stream="s", segment_bytes=5_000) as log:

        def work(name: int) -> None:
            for number in range(50):
                log.append({"decision_id": f"{name}-{number}"})

        threads = [threading.Thread(daemon=True, target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert verify(tmp_path).intact
    ids = [one.payload["decision_id"] for one in list(read_records(tmp_path))[1:]]
    assert sorted(ids) == sorted(f"{name}-{number}" for name in range(4) for number in range(50))
    assert held
