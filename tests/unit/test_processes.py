"""The same work in one process and in two: the answers are the same, whatever becomes of the second."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from policy_engine.processes import in_two_processes, one_after_the_other

MANY = 1_001

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="a second process is only started where it can be"),
    # pytest-xdist waits in a thread of its own, and holds nothing meanwhile
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two processors and one thread, wherever the tests run."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def slow_square(number: int) -> tuple[int, int]:
    """Return a square and the process that made it; so slowly that each of two processes gets some to do."""
    return sum(number for _ in range(number)), os.getpid()


@pytest.mark.parametrize("many", [0, 1, 31, 32, 33, 499, 500, 501, MANY])
def test_the_answers_are_those_of_one_process_in_their_order(many: int) -> None:
    answers = in_two_processes(slow_square, range(many))
    assert [square for square, _ in answers] == [number * number for number in range(many)]


def test_both_processes_have_a_share_of_many() -> None:
    both = {process for _, process in in_two_processes(slow_square, range(20 * MANY))}
    assert os.getpid() in both
    assert len(both) == 2


def test_few_are_done_here() -> None:
    assert {process for _, process in in_two_processes(slow_square, range(31))} == {os.getpid()}


@pytest.mark.parametrize("what", ["processors", "threads", "system"])
def test_where_a_second_process_may_not_be_all_is_done_here(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "processors":
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    elif what == "threads":
        monkeypatch.setattr(threading, "active_count", lambda: 2)
    else:
        monkeypatch.setattr("policy_engine.processes.sys.platform", "darwin")
    asked: list[str] = []
    answers = in_two_processes(slow_square, range(MANY), meanwhile=lambda: asked.append("meanwhile"))
    assert {process for _, process in answers} == {os.getpid()}
    assert asked == ["meanwhile"]


def test_what_is_called_meanwhile_is_called_here_and_once() -> None:
    asked: list[int] = []
    in_two_processes(slow_square, range(MANY), meanwhile=lambda: asked.append(os.getpid()))
    assert asked == [os.getpid()]


@pytest.mark.parametrize("way", ["dies", "raises", "answers with what cannot be sent"])
def test_what_the_second_process_does_not_bring_is_done_here(way: str) -> None:
    here = os.getpid()

    def work(number: int) -> object:
        if os.getpid() == here:
            return number
        if way == "dies":
            os._exit(3)
        if way == "raises":
            raise ValueError(number)
        return lambda: number

    assert in_two_processes(work, range(MANY)) == list(range(MANY))


def test_an_error_of_the_work_itself_is_raised_and_no_process_is_left() -> None:
    def work(number: int) -> int:
        if number == MANY - 1:
            raise ValueError("the last one")
        return number

    with pytest.raises(ValueError, match="the last one"):
        in_two_processes(work, range(MANY))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize("what", ["fork", "pipe"])
def test_where_the_system_has_no_room_for_a_second_process_all_is_done_here(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room() -> int:
        raise OSError(errno.EAGAIN, "no room")

    before = open_files()
    monkeypatch.setattr(os, what, no_room)
    assert [square for square, _ in in_two_processes(slow_square, range(40))] == [number**2 for number in range(40)]
    assert open_files() == before


def test_no_pipe_is_left_open() -> None:
    before = open_files()
    in_two_processes(slow_square, range(MANY))
    assert open_files() == before


def test_where_the_end_of_processes_is_ignored_the_answers_come_all_the_same() -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        answers = in_two_processes(slow_square, range(MANY))
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert [square for square, _ in answers] == [number * number for number in range(MANY)]


ORPHANED = """
import os, signal, time
from policy_engine import processes
processes._may_fork = lambda many: True

def work(number):
    return "x" * 100_000

def die():
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)

print("started", flush=True)
processes.in_two_processes(work, range(40), meanwhile=die)
"""


def test_where_the_first_process_is_killed_the_second_ends() -> None:
    # The second holds the output open as long as it lives: this returns when both have ended
    done = subprocess.run([sys.executable, "-c", ORPHANED], capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout, done.returncode) == ("started\n", -signal.SIGKILL)


def test_an_interrupt_ends_the_second_process_at_once() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    def work(number: int) -> int:
        time.sleep(60)
        return number

    with pytest.raises(KeyboardInterrupt):
        in_two_processes(work, range(MANY), meanwhile=interrupt)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_second_process_writes_nothing_of_what_waits_to_be_written(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w") as stream:
        stream.write("once")
        in_two_processes(slow_square, range(MANY))
    assert (tmp_path / "said").read_text() == "once"


def test_one_after_the_other_is_what_it_says() -> None:
    assert one_after_the_other(str, [2, 1]) == ["2", "1"]
