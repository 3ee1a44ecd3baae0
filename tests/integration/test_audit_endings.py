"""The end of a process: what waits is written at exit and at SIGTERM, and the process ends as it would have."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from policy_engine.audit import read_records, verify

if TYPE_CHECKING:
    from pathlib import Path

BEGINNING = """
import os, signal, sys, threading, time
from policy_engine.audit import AuditLog
log = AuditLog(sys.argv[1], stream="s", durability=sys.argv[2])
"""
COUNTED = 2000


def run(folder: Path, durability: str, rest: str, *, then: int | None = None) -> tuple[int, str]:
    """Run a process that opens a log and does *rest*; send it a signal once it has said so. Return how it ended."""
    program = [sys.executable, "-c", BEGINNING + rest, str(folder), durability]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        if then is not None:
            assert process.stdout.readline() == "ready\n"
            process.send_signal(then)
        _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def recorded(folder: Path) -> list[int]:
    return [one.payload["n"] for one in read_records(folder) if one.payload["type"] == "decision"]


@pytest.mark.parametrize("durability", ["none", "batch", "sync"])
@pytest.mark.parametrize(
    "ending",
    ["", "sys.exit(3)", "raise RuntimeError", "os.kill(os.getpid(), signal.SIGINT)"],
    ids=["end of the program", "exit", "exception", "interrupt"],
)
def test_all_is_written_when_a_process_ends_by_itself(tmp_path: Path, durability: str, ending: str) -> None:
    run(tmp_path, durability, f"for n in range({COUNTED // 20}): log.append({{'n': n}})\n{ending}")
    assert recorded(tmp_path) == list(range(COUNTED // 20))
    found = verify(tmp_path)
    assert (found.intact, found.torn_bytes) == (True, 0)


SAYS_READY = f"""
for n in range({COUNTED}): log.append({{'n': n}})
print("ready", flush=True)
"""
WAYS_TO_WAIT = {
    "asleep": "time.sleep(60)",
    "busy": "while True: sum(range(1000))",
    "waiting for a thread that never ends": "threading.Thread(target=time.sleep, args=(60,)).start()",
    "in a lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
}


@pytest.mark.parametrize("durability", ["none", "batch"])
@pytest.mark.parametrize("waiting", WAYS_TO_WAIT)
def test_sigterm_loses_nothing_and_ends_the_process_by_itself(tmp_path: Path, durability: str, waiting: str) -> None:
    code, errors = run(tmp_path, durability, SAYS_READY + WAYS_TO_WAIT[waiting], then=signal.SIGTERM)
    assert (code, errors) == (-signal.SIGTERM, "")
    assert recorded(tmp_path) == list(range(COUNTED))
    assert verify(tmp_path).torn_bytes == 0


def test_sigterm_in_the_middle_of_appending_loses_nothing_that_was_taken(tmp_path: Path) -> None:
    rest = """
taken = os.open(sys.argv[1] + ".taken", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
print("ready", flush=True)
n = 0
while True:
    log.append({"n": n})
    os.write(taken, b"%d\\n" % n)
    n += 1
"""
    for durability in ("none", "batch", "sync"):
        folder = tmp_path / durability
        code, _ = run(folder, durability, rest, then=signal.SIGTERM)
        taken = [int(line) for line in (tmp_path / f"{durability}.taken").read_text().split()]
        assert code in (-signal.SIGTERM, 1)  # the loop may be told first that its log is closed
        assert recorded(folder)[: len(taken)] == taken
        assert len(recorded(folder)) - len(taken) <= 1
        assert verify(folder).torn_bytes == 0


def test_who_handles_sigterm_by_itself_goes_on_doing_so(tmp_path: Path) -> None:
    rest = """
def mine(*_):
    log.append({"n": 1})
    print("mine", flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, mine)
log.append({"n": 0})
AuditLog(sys.argv[1], stream="t").close()
print("ready", flush=True)
time.sleep(60)
"""
    code, errors = run(tmp_path, "none", rest, then=signal.SIGTERM)
    assert (code, errors) == (7, "")
    assert recorded(tmp_path) == [0, 1]


def test_a_log_opened_by_another_thread_leaves_sigterm_alone(tmp_path: Path) -> None:
    rest = """
signal.signal(signal.SIGTERM, signal.SIG_DFL)
def other():
    with AuditLog(sys.argv[1], stream="t"):
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
thread = threading.Thread(target=other)
thread.start()
thread.join()
"""
    assert run(tmp_path, "batch", rest) == (0, "")


def test_a_second_sigterm_ends_a_process_whose_disk_does_not_answer(tmp_path: Path) -> None:
    rest = """
from policy_engine.audit.segment import Segment
def hangs(self, data):
    print("ready", flush=True)
    time.sleep(60)
Segment.write = hangs
log.append({"n": 0})
second = lambda: (time.sleep(1), os.kill(os.getpid(), signal.SIGTERM))
threading.Thread(target=second, daemon=True).start()
time.sleep(60)
"""
    assert run(tmp_path, "none", rest, then=signal.SIGTERM) == (-signal.SIGTERM, "")


def test_a_forked_child_neither_writes_nor_keeps_what_its_parent_queued(tmp_path: Path) -> None:
    rest = """
for n in range(100): log.append({"n": n})
child = os.fork()
if child == 0:
    sys.exit(0)
os.waitpid(child, 0)
log.append({"n": 100})
"""
    assert run(tmp_path, "none", rest) == (0, "")
    assert recorded(tmp_path) == list(range(101))
    assert verify(tmp_path).intact
