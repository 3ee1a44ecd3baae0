"""What ends a process, in this one: the hooks themselves, where nothing really ends."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from policy_engine.audit import AuditLog, endings, read_records
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def sigterm() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Return a list of what this process would have been killed by."""
    kills: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda *of: kills.append(of))
    return kills


def ended() -> None:
    for thread in threading.enumerate():
        if thread.name == "policy-engine-audit-end":
            thread.join(30)


def test_sigterm_closes_every_open_log_and_is_then_sent_again(tmp_path: Path, killed: list[tuple[int, int]]) -> None:
    logs = [AuditLog(tmp_path, stream="a", durability="none"), AuditLog(tmp_path, stream="b")]
    handler = signal.getsignal(signal.SIGTERM)
    assert handler is endings._on_sigterm  # noqa: SLF001 - what is looked for
    logs[0].append({"n": 1})
    signal.raise_signal(signal.SIGTERM)
    ended()
    assert killed == [(os.getpid(), signal.SIGTERM)]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert [one.seq for one in read_records(tmp_path)] == [1, 2, 1]
    for log in logs:
        with pytest.raises(AuditError, match="is closed"):
            log.append({"n": 2})


def test_where_no_thread_can_begin_sigterm_closes_in_its_own(
    tmp_path: Path, killed: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(tmp_path, stream="a")

    def refuses(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", refuses)
        signal.raise_signal(signal.SIGTERM)
    assert killed == [(os.getpid(), signal.SIGTERM)]
    with pytest.raises(AuditError, match="is closed"):
        log.append({"n": 1})


@pytest.mark.parametrize("ends", [endings._close_all, endings._close_and_end], ids=["exit", "signal"])  # noqa: SLF001
def test_a_log_that_closes_badly_keeps_no_other_from_being_closed(
    tmp_path: Path, killed: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch, ends: Callable[[], None]
) -> None:
    logs = [AuditLog(tmp_path, stream=name, durability="none") for name in "abc"]

    closes = Segment.close

    def close(segment: Segment) -> None:
        closes(segment)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as disk:
        disk.setattr(Segment, "close", close)
        ends()
    for log in logs:
        with pytest.raises(AuditError, match="is closed"):
            log.append({"n": 1})
    assert len(killed) == (ends is endings._close_and_end)  # noqa: SLF001


def test_a_log_that_is_closed_is_forgotten(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, stream="a", durability="none")
    assert log in endings._KEPT  # noqa: SLF001 - what is looked for
    log.close()
    assert log not in endings._KEPT  # noqa: SLF001
    assert log not in endings._OPEN  # noqa: SLF001
