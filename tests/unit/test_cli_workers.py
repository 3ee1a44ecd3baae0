"""Workers: the answers in order, however long each takes, and nothing left behind, whatever happens."""

from __future__ import annotations

import os
import pickle
import signal
import time
from multiprocessing.connection import Pipe
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.cli import _workers
from policy_engine.cli._workers import WorkerLostError, _started, _Worker, can_fork, in_order, processors, serve
from policy_engine.exceptions import PolicyEngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot copy a process")


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """Assert that no child is left, running or ended."""
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def twice(number: int) -> list[int]:
    """Answer with as many numbers as *number* says; the first ones take the longest."""
    time.sleep(0.02 if number < 3 else 0)
    return [number] * (number % 3)


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("many", [0, 1, 40])
def test_answers_come_in_the_order_of_the_things(jobs: int, at_once: bool, many: int) -> None:  # noqa: FBT001 - drawn
    expected = [(number, number) for number in range(many) for _ in range(number % 3)]
    assert list(in_order(twice, range(many), jobs, at_once=at_once)) == expected


def test_large_things_go_through_both_ways() -> None:
    things = [bytes([number]) * 2**20 for number in range(8)]
    assert [answer for _, answer in in_order(lambda one: [one * 2], things, 2)] == [one * 2 for one in things]


def test_the_work_is_done_elsewhere() -> None:
    pids = {answer for _, answer in in_order(lambda _: [os.getpid()], range(20), 2)}
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2


def test_things_are_not_taken_far_ahead_of_a_slow_one() -> None:
    taken = []

    def things() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    def work(number: int) -> list[int]:
        time.sleep(0.3 if number == 0 else 0)
        return [number]

    answers = in_order(work, things(), 2)
    next(answers)
    assert len(taken) <= 8
    answers.close()  # type: ignore[attr-defined]  # it is a generator


def test_at_once_no_answer_waits_for_more_to_do() -> None:
    answered: list[int] = []

    def things() -> Iterator[int]:
        for number in range(5):
            assert len(answered) == number
            yield number

    for _, answer in in_order(lambda number: [number], things(), 2, at_once=True):
        answered.append(answer)
    assert answered == list(range(5))


class OddError(Exception):
    """An error that cannot be sent."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def fails_at_seven(number: int) -> list[int]:
    """Work until something breaks."""
    if number == 7:
        raise PolicyEngineError("seven")
    if number == 8:
        raise OddError(1, 2)
    return [number]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_the_work_raises_comes_behind_all_before_it(jobs: int) -> None:
    answers: list[int] = []
    with pytest.raises(PolicyEngineError, match="seven") as caught:
        answers.extend(answer for _, answer in in_order(fails_at_seven, range(50), jobs))
    assert answers == list(range(7))
    assert jobs == 1 or "fails_at_seven" in caught.value.__notes__[0]


def test_an_error_that_cannot_be_sent_is_told_in_words() -> None:
    def work(_: int) -> list[int]:
        raise OddError(1, 2)

    with pytest.raises(TypeError):
        pickle.loads(pickle.dumps(OddError(1, 2)))  # noqa: S301 - what was just written
    with pytest.raises(RuntimeError, match=r"^OddError: 1 and 2$"):
        list(in_order(work, range(3), 2))


@pytest.mark.parametrize(
    ("end", "how"), [(lambda: os.kill(os.getpid(), signal.SIGKILL), " by SIGKILL"), (lambda: os._exit(3), "")]
)
def test_a_worker_that_ends_is_told_of(end: Any, how: str) -> None:  # noqa: ANN401 - whatever ends a process
    def work(number: int) -> list[int]:
        if number == 3:
            end()
        return [number]

    answers: list[int] = []
    with pytest.raises(WorkerLostError, match=f"a worker process was ended{how} before its work was done"):
        answers.extend(answer for _, answer in in_order(work, range(100), 2))
    assert answers == list(range(len(answers)))
    assert len(answers) <= 3


def test_a_worker_that_ended_before_it_was_asked_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*args: Any) -> Any:  # noqa: ANN401 - as the original
        worker = _started(*args)
        os.kill(worker.pid, signal.SIGKILL)
        os.waitpid(worker.pid, 0)
        return worker

    monkeypatch.setattr(_workers, "_started", dead)
    with pytest.raises(WorkerLostError, match="was ended before its work was done"):
        list(in_order(twice, range(3), 2))


def test_without_room_for_a_process_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", full)
    assert {answer for _, answer in in_order(lambda _: [os.getpid()], range(3), 2)} == {os.getpid()}


def test_an_iteration_that_is_given_up_ends_the_workers() -> None:
    answers = in_order(lambda _: [os.getpid()], range(100), 2)
    workers = {next(answers)[1] for _ in range(4)}
    assert os.getpid() not in workers
    answers.close()  # type: ignore[attr-defined]  # it is a generator
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_a_worker_serves_until_nobody_asks_any_more() -> None:
    ours, theirs = Pipe()
    thread = Thread(daemon=True, target=serve, args=(fails_at_seven, theirs))
    thread.start()
    ours.send(1)
    assert ours.recv() == [1]
    ours.send(7)
    assert str(ours.recv().error) == "seven"
    ours.send(8)
    assert str(ours.recv().error) == "OddError: 1 and 2"
    ours.close()
    thread.join(timeout=60)
    assert not thread.is_alive()


def test_a_worker_ends_without_another_word(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    ours, theirs = Pipe()
    inherited, _other = Pipe()
    ours.send(4)
    monkeypatch.setattr(signal, "signal", lambda *args: done.append(args))
    monkeypatch.setattr(os, "fork", lambda: 0)

    def end(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(_workers, "Pipe", lambda: (ours, theirs))

    def work(number: int) -> list[int]:
        done.append(number)
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        _started(work, [_Worker(0, inherited)])
    assert ended.value.code == 0
    assert done == [(signal.SIGINT, signal.SIG_IGN), 4]
    assert inherited.closed
    assert ours.closed


def test_with_another_thread_no_process_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    assert processors() >= 1
    ours, theirs = Pipe()
    thread = Thread(daemon=True, target=theirs.recv)
    thread.start()
    assert not can_fork()
    ours.send(None)
    thread.join()
    # What other tests have left running is none of this one's business
    monkeypatch.setattr("threading.active_count", lambda: 1)
    assert can_fork()
