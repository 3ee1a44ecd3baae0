"""The same work on many things, one after the other or on two processors: the answers are the same."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_FEWEST: Final = 32
"""For fewer things than these a second process is not worth its start."""
_MOST_TOKENS: Final = 500
"""So many fit into any pipe."""
_TOKEN: Final = 4


class Across(Protocol):
    """A way to do the same work on many things. The answers come in the order of the things."""

    def __call__(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        """Return what *work* makes of each of *items*."""
        ...


def one_after_the_other(work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
    """Return what *work* makes of each of *items*."""
    return [work(one) for one in items]


def in_two_processes(
    work: Callable[[Item], Answer], items: Sequence[Item], meanwhile: Callable[[], object] = lambda: None
) -> list[Answer]:
    """Return what *work* makes of each of *items*, of which a second process takes its share, where there may be one.

    Answers have to be such that they can be pickled, and what *work* changes of the items is lost where the other
    process had them. This one calls *meanwhile* first. What a process that dies leaves undone is done here.
    """
    second = _second_process(work, items) if _may_fork(len(items)) else None
    if second is None:
        meanwhile()
        return one_after_the_other(work, items)
    done: dict[int, Answer] = {}
    try:
        meanwhile()
        done.update(_own_share(work, items, second.tokens))
        with os.fdopen(second.answers, "rb", closefd=False) as stream, suppress(EOFError, pickle.UnpicklingError):
            done.update(pickle.load(stream))  # noqa: S301 - what this program has just written itself
    except BaseException:
        with suppress(ProcessLookupError):
            os.kill(second.pid, signal.SIGKILL)
        raise
    finally:
        os.close(second.tokens)
        os.close(second.answers)
        # Where the caller has this process ignore that its own ones end, nobody is there to wait for
        with suppress(ChildProcessError):
            os.waitpid(second.pid, 0)
    return [done[place] if place in done else work(one) for place, one in enumerate(items)]


class _Second(NamedTuple):
    """The second process, the pipe of the tokens that both take, and the one that its answers come through."""

    pid: int
    tokens: int
    answers: int


def _second_process(work: Callable[[Item], Answer], items: Sequence[Item]) -> _Second | None:
    """Start the second process on its share; None where the system has no room for one.

    Each of the two takes the next token until there is none. Reading so few bytes from a pipe is atomic.
    """
    pipes: list[int] = []
    before: set[int] | None = None
    try:
        pipes += os.pipe()
        pipes += os.pipe()
        tokens, filled, answers, sent = pipes
        for place in range(0, len(items), _step(items)):
            os.write(filled, place.to_bytes(_TOKEN))
        os.close(pipes.pop(1))
        # An interrupt that came in between would have the second process go on as if it were the first
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        pid = os.fork()
        if pid == 0:
            _answer_and_end(answers, sent, work, items, tokens)
    except OSError:
        for one in pipes:
            os.close(one)
        return None
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(sent)
    return _Second(pid, tokens, answers)


def _step(items: Sequence[object]) -> int:
    """Return of how many things a token speaks."""
    return 1 + len(items) // _MOST_TOKENS


def _may_fork(many: int) -> bool:
    """Say whether a second process can be had and is worth it. With other threads, a copy of this one may hang."""
    return (
        many >= _FEWEST
        and sys.platform == "linux"
        and len(os.sched_getaffinity(0)) > 1
        and threading.active_count() == 1
    )


def _own_share(work: Callable[[Item], Answer], items: Sequence[Item], tokens: int) -> Iterator[tuple[int, Answer]]:
    while token := os.read(tokens, _TOKEN):
        begin = int.from_bytes(token)
        for place in range(begin, min(begin + _step(items), len(items))):
            yield place, work(items[place])


def _answer_and_end(
    answers: int, sent: int, work: Callable[[Item], Answer], items: Sequence[Item], tokens: int
) -> NoReturn:
    """Write the answers of this process, the second, and end it: with nothing else written, whatever happens."""
    try:
        # Kept open here, it would let this process wait for a reader that has gone
        os.close(answers)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        done = dict(_own_share(work, items, tokens))
        with os.fdopen(sent, "wb") as stream:
            pickle.dump(done, stream, protocol=pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)
