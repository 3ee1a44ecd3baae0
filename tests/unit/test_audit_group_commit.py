"""Group commit: who is alone writes for itself, others write together, and nobody waits for somebody who is gone."""

from __future__ import annotations

import signal
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from policy_engine.audit import group_commit
from policy_engine.audit.chain import Chained, chain
from policy_engine.audit.group_commit import GroupCommit
from policy_engine.audit.waiting import Bound, Waiting
from policy_engine.exceptions import AuditError, AuditFullError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policy_engine.audit.group_commit import Committed

LONG = 60.0
FEW = 16
"""So many records are written together where a test has no thread for a thousand."""


class Disk:
    """A disk that writes when it is told to, and remembers what was written together."""

    def __init__(self) -> None:
        self.written: list[list[bytes]] = []
        self.busy = threading.Semaphore(0)
        self.room = threading.Semaphore(0)
        self.error: BaseException | None = None
        self.interrupted_after = False
        self._last: Chained | None = None

    def write(self, bodies: Sequence[bytes]) -> Chained:
        """Write once there is room."""
        self.busy.release()
        assert self.room.acquire(timeout=LONG)
        if self.error is not None:
            raise self.error
        self.written.append(list(bodies))
        self._last = chain(bodies, seq=0 if self._last is None else self._last.seq, link=b"")
        if self.interrupted_after:
            raise KeyboardInterrupt
        return self._last

    def newest(self) -> Chained | None:
        """Return what was written last."""
        return self._last


def waiting_for(group: Waiting, records: int) -> None:
    """Wait until so many records wait."""
    reached = threading.Event()
    for _ in range(3000):
        with group.lock:
            if group.records == records:
                return
        reached.wait(0.01)
    pytest.fail(f"{group.records} records wait, not {records}")


class Pool:
    """Has each call done by a thread of its own, which keeps nobody from ending where it never ends itself."""

    def submit(self, call: Callable[[Sequence[bytes]], Committed], bodies: Sequence[bytes]) -> Future[Committed]:
        """Have *bodies* written by *call*."""
        future: Future[Committed] = Future()

        def run() -> None:
            try:
                future.set_result(call(bodies))
            except BaseException as error:  # noqa: BLE001 - whoever asks is told
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future


@pytest.fixture
def pool() -> Pool:
    return Pool()


def begun(pool: Pool, disk: Disk, commit: GroupCommit) -> Future[Committed]:
    """Begin to write the record `0`, which keeps the disk busy."""
    first = pool.submit(commit.commit, (b"0",))
    assert disk.busy.acquire(timeout=LONG)
    return first


def test_those_who_come_while_somebody_writes_are_written_together(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound())
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    first = begun(pool, disk, commit)
    others = []
    for number in range(1, 6):
        others.append(pool.submit(commit.commit, (b"%d" % number, b"%d" % -number)))
        waiting_for(waiting, 2 * number)
    disk.room.release(2)
    assert first.result(LONG)[0] == 1
    assert [one.result(LONG)[0] for one in others] == [3, 5, 7, 9, 11]
    assert disk.written == [[b"0"], [b"1", b"-1", b"2", b"-2", b"3", b"-3", b"4", b"-4", b"5", b"-5"]]
    assert {one.result()[1].link_of(11) for one in others} == {others[-1].result()[1].link_of(11)}
    waiting_for(waiting, 0)


def test_a_batch_that_is_full_is_followed_by_another(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST_TOGETHER", FEW)
    disk, waiting = Disk(), Waiting(Bound())
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    first = begun(pool, disk, commit)
    others = []
    for number in range(FEW + 3):
        others.append(pool.submit(commit.commit, (b"x",)))
        waiting_for(waiting, number + 1)
    disk.room.release(3)
    assert first.result(LONG)[0] == 1
    assert sorted(one.result(LONG)[0] for one in others) == list(range(2, FEW + 5))
    assert sorted(map(len, disk.written)) == [1, 3, FEW]


def test_records_of_more_bytes_than_are_written_together_are_written_apart(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound())
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    first = begun(pool, disk, commit)
    others = []
    for number in range(3):
        others.append(pool.submit(commit.commit, (b"x" * 600_000,)))
        waiting_for(waiting, number + 1)
    disk.room.release(4)
    assert first.result(LONG)[0] == 1
    assert sorted(one.result(LONG)[0] for one in others) == [2, 3, 4]
    assert list(map(len, disk.written)) == [1, 1, 1, 1]


def test_where_writing_fails_all_that_were_to_be_written_together_are_told(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound())
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    first = begun(pool, disk, commit)
    others = [pool.submit(commit.commit, (b"x",)) for _ in range(4)]
    waiting_for(waiting, 4)
    disk.error = AuditError("the disk is full")
    disk.room.release(2)
    for one in (first, *others):
        with pytest.raises(AuditError, match="the disk is full"):
            one.result(LONG)
    disk.error = None
    disk.room.release()
    assert commit.commit((b"y",))[0] == 1


def test_nobody_waits_for_a_writer_that_was_interrupted(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound())
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    first = begun(pool, disk, commit)
    leader = pool.submit(commit.commit, (b"1",))
    waiting_for(waiting, 1)
    follower = pool.submit(commit.commit, (b"2",))
    waiting_for(waiting, 2)
    disk.room.release()
    assert first.result(LONG)[0] == 1
    disk.error = MemoryError()
    disk.room.release()
    with pytest.raises(MemoryError):
        leader.result(LONG)
    with pytest.raises(AuditError, match="the thread that was to write was interrupted"):
        follower.result(LONG)
    waiting_for(waiting, 0)


def test_an_interrupt_between_a_write_and_its_word_does_not_take_the_word_back(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound())
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    first = begun(pool, disk, commit)
    others = []
    for number in (1, 2):
        others.append(pool.submit(commit.commit, (b"%d" % number,)))
        waiting_for(waiting, number)
    disk.room.release()
    assert first.result(LONG)[0] == 1
    disk.interrupted_after = True
    disk.room.release()
    told = [one.exception(LONG) for one in others]
    assert [type(one) for one in told] == [KeyboardInterrupt, type(None)]
    assert others[1].result()[0] == 3
    assert commit.turn.acquire(timeout=LONG)


def test_nobody_joins_a_batch_whose_first_member_was_interrupted_before_its_turn(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound())
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)

    class Interrupted:
        """A turn that never comes."""

        def locked(self) -> bool:
            return True

        def __enter__(self) -> None:
            raise KeyboardInterrupt

        def __exit__(self, *_: object) -> None:
            """Is never reached."""

    turn, commit.turn = commit.turn, Interrupted()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        commit.commit((b"1",))
    commit.turn = turn
    disk.room.release()
    assert pool.submit(commit.commit, (b"2",)).result(LONG)[0] == 1
    assert disk.written == [[b"2"]]


def test_what_waits_is_bounded_in_records_and_in_bytes(pool: Pool) -> None:
    for bound, held in ((Bound(records=3), 1), (Bound(bytes=3), 1)):
        disk, waiting = Disk(), Waiting(bound)
        commit = GroupCommit(disk.write, waiting, newest=disk.newest)
        first = begun(pool, disk, commit)
        second = pool.submit(commit.commit, (b"a", b"b"))
        waiting_for(waiting, 2)
        with pytest.raises(AuditFullError, match="2 records of 2 bytes wait to be written, and there is no room"):
            commit.commit((b"c", b"d"))
        disk.room.release(2)
        assert (first.result(LONG)[0], second.result(LONG)[0]) == (held, 3)


def test_what_is_larger_than_the_bound_is_let_in_where_nothing_else_waits(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound(records=1, bytes=1))
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    first = begun(pool, disk, commit)
    second = pool.submit(commit.commit, (b"aa", b"bb"))
    waiting_for(waiting, 2)
    disk.room.release(2)
    assert (first.result(LONG)[0], second.result(LONG)[0]) == (1, 3)


def test_who_finds_no_room_waits_for_it_as_long_as_it_may(pool: Pool) -> None:
    disk, waiting = Disk(), Waiting(Bound(records=1, patience=LONG))
    commit = GroupCommit(disk.write, waiting, newest=disk.newest)
    begun(pool, disk, commit)
    others = [pool.submit(commit.commit, (b"x",)) for _ in range(3)]
    waiting_for(waiting, 1)
    disk.room.release(4)
    assert sorted(one.result(LONG)[0] for one in others) == [2, 3, 4]


@pytest.fixture
def untraced() -> Iterator[None]:
    """Switch off what measures coverage: an interrupt in the middle of it would leave its lock held for ever."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


@pytest.mark.usefixtures("untraced")
def test_an_interrupt_at_any_point_leaves_the_turn_to_others() -> None:
    commit = GroupCommit(lambda bodies: chain(bodies, seq=0, link=b""), Waiting(Bound()), newest=lambda: None)

    class Interrupted(Exception):  # noqa: N818 - what a handler of signals raises
        """Comes between any two steps."""

    def interrupts(*_: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupts)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            with suppress(Interrupted):
                commit.commit((b"1",))
        signal.setitimer(signal.ITIMER_REAL, 0)
    except Interrupted:
        signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert commit.turn.acquire(timeout=1)
