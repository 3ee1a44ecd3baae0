"""Disks that fail, and a log that is written on them: no false acknowledgement, and what is there still verifies.

    python tests/faults/disk.py              every fault at every call, a full disk, a limit on files; a table

A fault strikes the n-th call of one kind that touches the log, for every n, until a run has no n-th call any more. The
calls are Python's own names for what the system does; a file is known to be the log's by where its descriptor points.
Two faults are real: a disk of 256 KiB that is full (`full_disk`, for which the system has to let us mount one), and a
limit on the size of files (`limited_files`).

After each run the log is held to this: whatever was acknowledged is there once, whatever was refused or let go is
not, and of the latter a gap says so; it verifies; and once the fault is over, it takes records again.
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from unittest import mock

from policy_engine.audit import AuditLog, held_writes, read_records, verify
from policy_engine.audit.layout import batch_path
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError
from policy_engine.reporting.as_text.table import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.audit import Durability

Call = Callable[..., Any]
Made = Callable[[Call, int], Call]
"""Makes, of a call and a number, one that fails when it is called for that time."""

STEPS: Final = 6
BATCH: Final = 3
"""So many records at once are offered as a batch."""
SMALL_SEGMENT: Final = 600
"""Bytes: a few records, so that most runs begin new segments."""
DISK_KIB: Final = 256
MOST_RECORDS: Final = 500
"""More than the disk takes; where no file may grow, others follow, and so many are enough."""
MOST_CALLS: Final = 200
"""A run that still has an n-th call for this n would go on for ever."""

# --- calls that fail -------------------------------------------------------------------------------------------------


def failing(real: Call, nth: int, error: int, *, lasting: bool = False) -> Call:
    """Return *real* failing at its *nth* call, and with *lasting* at all after it."""
    calls = count(1)

    def call(*arguments: object, **named: object) -> object:
        number = next(calls)
        if number == nth or (lasting and number > nth):
            raise OSError(error, os.strerror(error))
        return real(*arguments, **named)

    return call


def done_and_failing(real: Call, nth: int, error: int) -> Call:
    """Return *real* that does its work at its *nth* call and fails all the same, as closing does."""
    calls = count(1)

    def call(*arguments: object) -> object:
        number, done = next(calls), real(*arguments)
        if number == nth:
            raise OSError(error, os.strerror(error))
        return done

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


def half(real: Call, nth: int) -> Call:
    """Return a write that takes half of what it is given at its *nth* call, and the rest when asked again."""
    calls = count(1)

    def call(descriptor: int, data: bytes) -> object:
        return real(descriptor, data[: len(data) // 2] if next(calls) == nth else data)

    return call


def in_pieces(real: Call, size: int) -> Call:
    """Return a write that takes *size* bytes at a time and is interrupted before every other piece."""
    calls = count()

    def call(descriptor: int, data: bytes) -> object:
        if next(calls) % 2:
            raise InterruptedError(errno.EINTR, os.strerror(errno.EINTR))
        return real(descriptor, data[:size])

    return call


# --- faults ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A call that fails at its n-th time, under a name.

    `beside` fails, too, whenever it is called: what is done about one failure may fail in turn. `may_remain` says
    that what was not taken may then be there all the same, for nothing could take it away.
    """

    name: str
    call: str
    made: Made
    beside: tuple[str, Made] | None = None
    may_remain: bool = False

    @contextmanager
    def striking(self, folder: Path, nth: int) -> Iterator[Callable[[], bool]]:
        """Make the *nth* call fail that touches *folder*; give a function that says whether it came to that."""
        reached: Counter[str] = Counter()
        with ExitStack() as faults:
            faults.enter_context(_replaced(self.call, folder, lambda real: self.made(real, nth), reached))
            if self.beside is not None:
                name, made = self.beside
                faults.enter_context(_replaced(name, folder, lambda real: made(real, 1), Counter()))
            yield lambda: reached[self.call] >= nth


@contextmanager
def _replaced(name: str, folder: Path, made: Callable[[Call], Call], reached: Counter[str]) -> Iterator[None]:
    """Replace the call *name* by what is *made* of it, for whatever lies in *folder*; count how often it is called."""
    owner = Segment if name == SEGMENT_CLOSE else os
    if not hasattr(owner, name.rpartition(".")[2]):
        yield  # a system without this call cannot fail at it
        return
    real = getattr(owner, name.rpartition(".")[2])
    faulty = made(real)

    def call(*arguments: Any, **named: Any) -> object:  # noqa: ANN401 - whatever the system takes
        if not _is_of_log(arguments[0], folder):
            return real(*arguments, **named)
        reached[name] += 1
        return faulty(*arguments, **named)

    with ExitStack() as patches:
        patches.enter_context(mock.patch.object(owner, name.rpartition(".")[2], call))
        if name == "write":
            # Where several threads write, the log calls the system by itself
            patches.enter_context(mock.patch.object(held_writes, "write_held", call))
        yield


def _is_of_log(what: object, folder: Path) -> bool:
    """Whether a descriptor, a path or a segment belongs to the log in *folder*: nothing else is to fail."""
    if isinstance(what, int):
        try:
            what = Path(f"/proc/self/fd/{what}").readlink()
        except OSError:
            return False
    return str(what.path if isinstance(what, Segment) else what).startswith(str(folder))


CALLS: Final = (
    *("write", "fdatasync", "fsync", "ftruncate", "posix_fallocate"),
    *("open", "mkdir", "rename", "replace", "unlink"),
)
"""Whatever changes a file or a folder. Some are not called yet; a fault of theirs then never strikes."""
SEGMENT_CLOSE: Final = "Segment.close"
"""A file object closes its descriptor where nobody can look; what asks it to is in Python."""


def _at(error: int, made: Callable[..., Call] = failing, **how: Any) -> Made:  # noqa: ANN401 - as the call has it
    return lambda real, nth: made(real, nth, error, **how)


def _faults() -> Iterator[Fault]:
    for error in (errno.EIO, errno.EINTR, errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        word = errno.errorcode[error]
        for call in CALLS:
            yield Fault(f"{call} {word}", call, _at(error))
        for call in ("close", SEGMENT_CLOSE):
            yield Fault(f"{call} {word}", call, _at(error, done_and_failing))
        yield Fault(f"short write {word}", "write", _at(error, half_then_failing))
        if error != errno.EINTR:  # which is over once one asks again
            yield Fault(f"write {word} for good", "write", _at(error, lasting=True))
    yield Fault("short write", "write", half)
    lasting = ("ftruncate", _at(errno.EIO, lasting=True))
    yield Fault("short write EIO, ftruncate", "write", _at(errno.EIO, half_then_failing), lasting, may_remain=True)
    yield Fault("fdatasync EIO, ftruncate", "fdatasync", _at(errno.EIO), lasting, may_remain=True)
    yield Fault("fsync EIO, ftruncate", "fsync", _at(errno.EIO), lasting, may_remain=True)


FAULTS: Final = tuple(_faults())


# --- what is declared to happen to what cannot be recorded -----------------------------------------------------------


@dataclass
class Offered:
    """What became of the records that were offered to a log, by their ids."""

    acknowledged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    let_go: list[str] = field(default_factory=list)
    """Not recorded, and not refused either: answered all the same, and written down as a gap later."""
    is_untold: bool = False
    """Whether closing the log said that a gap could not be written down."""


@dataclass(frozen=True)
class BatchOfIds:
    """A batch whose file has nothing but ids in it, a line each."""

    ids: Sequence[str]

    @property
    def fields(self) -> dict[str, Any]:
        """What its record says."""
        return {"rows": len(self.ids), "first": self.ids[0], "last": self.ids[-1]}

    def write_to(self, file: BinaryIO) -> None:
        """Write a line at a time, so that any of them can fail."""
        file.writelines(f"{one}\n".encode() for one in self.ids)


@dataclass(frozen=True)
class Mode:
    """What a log is told to do where it cannot record: its options, and whether it may refuse or may let go."""

    name: str
    options: Mapping[str, Any]
    may_refuse: bool

    def put(self, log: AuditLog, ids: Sequence[str], offered: Offered) -> None:
        """Offer *ids* to *log*, many of them as a batch, and note what became of them."""
        try:
            if len(ids) == BATCH:
                is_there = log.record_batch(BatchOfIds(ids))
            else:
                is_there = log.append_many([{"decision_id": one} for one in ids]).state != "let_go"
        except AuditError:
            offered.refused += ids
        else:
            (offered.acknowledged if is_there else offered.let_go).extend(ids)

    def wrong(self, offered: Offered) -> list[str]:
        """Return in words what the log did that it was not told to do."""
        if self.may_refuse:
            return [f"let go, and not told to: {offered.let_go}"] if offered.let_go else []
        return [f"refused, and told to let go: {offered.refused}"] if offered.refused else []


FAIL_CLOSED: Final = Mode("fail_closed", {"on_error": "fail_closed"}, may_refuse=True)
FAIL_OPEN: Final = Mode("fail_open", {"on_error": "fail_open"}, may_refuse=False)
MODES: Final = (FAIL_CLOSED, FAIL_OPEN)


# --- a run, and what the log is held to ------------------------------------------------------------------------------


def offer(
    folder: Path, *, durability: Durability = "batch", threads: int = 1, mode: Mode = FAIL_CLOSED, name: str = "a"
) -> Offered:
    """Offer a log a few records one by one and in batches, by one thread or by several at once.

    Whatever is raised that is no `AuditError` is raised here: the caller of a log would not expect it.
    """
    offered = Offered()
    surprises: list[BaseException] = []

    def steps(log: AuditLog, thread: int) -> None:
        try:
            for step in range(STEPS):
                ids = [f"{name}-{thread}-{step}-{one}" for one in range(1 + step % 3)]
                mode.put(log, ids, offered)
        except BaseException as error:  # noqa: BLE001 - told below, in the thread that asked
            surprises.append(error)

    try:
        log = AuditLog(folder, stream="s", durability=durability, segment_bytes=SMALL_SEGMENT, **mode.options)
    except AuditError:
        return offered
    try:
        with log:
            others = [Thread(daemon=True, target=steps, args=(log, thread)) for thread in range(1, threads)]
            for other in others:
                other.start()
            steps(log, 0)
            for other in others:
                other.join()
    except AuditError as error:
        # It could not be closed: what it said before holds all the same
        offered.is_untold = "and the log does not say so" in str(error)
    for surprise in surprises:
        raise surprise
    return offered


def recorded(folder: Path) -> list[str]:
    """Return the ids of all decisions in a log, those in files of batches, too."""
    ids: list[str] = []
    for stream, _, payload in read_records(folder):
        if payload["type"] == "decision":
            ids.append(str(payload["decision_id"]))
        elif payload["type"] == "batch":
            ids += batch_path(folder / stream, payload["sha256"]).read_text(encoding="utf-8").split()
    return ids


def written_as_lost(folder: Path) -> int:
    """Return how many decisions the log says that it does not have."""
    return sum(one.payload["count"] for one in read_records(folder) if one.payload["type"] == "gap")


def hold(folder: Path, offered: Offered, *, may_remain: bool = False) -> list[str]:
    """Return in words what the log in *folder* does not keep of what it promised for what was *offered* to it."""
    if not any(folder.glob("*/segments")):
        return [f"acknowledged, and there is no log: {offered.acknowledged}"] if offered.acknowledged else []
    found = verify(folder)
    if not found.intact:
        return [f"does not verify: {found.problems[0]}"]
    there = Counter(recorded(folder))
    known = {*offered.acknowledged, *(offered.refused + offered.let_go if may_remain else ())}
    told = set(offered.acknowledged)
    untold = len(offered.let_go) - written_as_lost(folder)
    order = _by_thread(one for one in there if one in told)
    wrong = {
        "acknowledged and not there": [one for one in offered.acknowledged if not there[one]],
        "there more than once": [one for one, times in there.items() if times > 1],
        "there and not acknowledged": [one for one in there if one not in known],
        "threads whose records are not in their order": [
            thread
            for thread, ids in _by_thread(one for one in offered.acknowledged if one in there).items()
            if order[thread] != ids
        ],
        "let go and not written down": 0 if offered.is_untold and untold > 0 else untold,
        "bytes of a torn end": 0 if may_remain else found.torn_bytes,
    }
    return [f"{what}: {how_much}" for what, how_much in wrong.items() if how_much]


def _by_thread(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in ids:
        found.setdefault("-".join(one.split("-")[:2]), []).append(one)
    return found


@dataclass
class Struck:
    """What the runs of one fault came to."""

    times: int = 0
    acknowledged: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


def strike_at_every_call(
    scratch: Path, fault: Fault, *, durability: Durability, threads: int = 1, mode: Mode = FAIL_CLOSED
) -> Struck:
    """Let *fault* strike each of its calls in turn, each time on a log of its own in *scratch*."""
    # No power is cut here, so that a flush which does not fail need not wait for the disk
    with mock.patch.object(os, "fdatasync", int), mock.patch.object(os, "fsync", int):
        return _strike(scratch, fault, durability=durability, threads=threads, mode=mode)


def _strike(scratch: Path, fault: Fault, *, durability: Durability, threads: int, mode: Mode) -> Struck:
    struck = Struck()
    for nth in range(1, MOST_CALLS):
        folder = scratch / str(nth)
        with fault.striking(folder, nth) as came_to_it:
            offered = offer(folder, durability=durability, threads=threads, mode=mode)
        wrong = mode.wrong(offered) + hold(folder, offered, may_remain=fault.may_remain)
        # The fault is over: the log opens again, and takes what it is given
        again = offer(folder, durability=durability, threads=threads, mode=mode, name="b")
        left_out = again.refused + again.let_go
        wrong += [f"not recorded when the fault was over: {left_out}"] if left_out else []
        wrong += hold(folder, _both(offered, again), may_remain=fault.may_remain)
        wrong += [] if again.acknowledged else ["nothing was taken when the fault was over"]
        struck.wrong += [f"call {nth}: {one}" for one in wrong]
        if not came_to_it():
            return struck
        struck.times += 1
        struck.acknowledged += len(offered.acknowledged)
        struck.refused += len(offered.refused) + len(offered.let_go)
    struck.wrong.append(f"after {MOST_CALLS} calls the run still has another one")
    return struck


def _both(first: Offered, second: Offered) -> Offered:
    return Offered(
        first.acknowledged + second.acknowledged,
        first.refused + second.refused,
        first.let_go + second.let_go,
        first.is_untold or second.is_untold,
    )


# --- a disk that is full, and a limit on files -----------------------------------------------------------------------


class CannotMountError(Exception):
    """The system does not let this process mount a disk."""


@contextmanager
def full_disk(scratch: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Give a disk of `DISK_KIB` KiB of which a fourth is taken, and a function that makes that fourth free.

    Raises `CannotMountError` where this process is not root, or is, but in a container that may not mount. Root
    that may mount gets the disk or an error: nothing else is a reason to go without.
    """
    if os.geteuid() != 0:
        raise CannotMountError("only root mounts a disk")
    disk = scratch / "disk"
    disk.mkdir()
    program = shutil.which("mount") or "/bin/mount"
    command = [program, "-t", "tmpfs", "-o", f"size={DISK_KIB}k", "tmpfs", str(disk)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if "permission denied" in mounted.stderr.lower() or "not permitted" in mounted.stderr.lower():
        raise CannotMountError(f"root may not mount here: {mounted.stderr.strip()}")
    if mounted.returncode:
        raise OSError(mounted.returncode, mounted.stderr.strip(), str(disk))
    taken = disk / "taken"
    try:
        taken.write_bytes(b"x" * (DISK_KIB // 4 * 1024))
        yield disk, taken.unlink
    finally:
        subprocess.run([shutil.which("umount") or "/bin/umount", str(disk)], check=True)


@contextmanager
def limited_files(scratch: Path, size: int = 30_000) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Give a folder for the time in which no file may have more than *size* bytes, and a function that ends it.

    The limit holds for the whole process. Python ignores the signal that comes with it; writing then fails with EFBIG.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        yield scratch, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


Room = Callable[[Path], AbstractContextManager[tuple[Path, Callable[[], None]]]]
ROOMS: Final[Mapping[str, Room]] = {
    "a full disk": full_disk,
    "a limit on files": limited_files,
    "a limit below a record": lambda scratch: limited_files(scratch, 600),
}


def fill(
    scratch: Path, room: Room, *, durability: Durability, segment_bytes: int = 2**20, mode: Mode = FAIL_CLOSED
) -> Struck:
    """Write until there is no room, go on trying, and go on writing in the same log once there is room."""
    struck = Struck()
    with room(scratch) as (folder, make_room):
        log_folder = folder / "log"
        offered = Offered()
        with AuditLog(
            log_folder, stream="s", durability=durability, segment_bytes=segment_bytes, **mode.options
        ) as log:
            number = count()
            while len(offered.refused) + len(offered.let_go) < STEPS and len(offered.acknowledged) < MOST_RECORDS:
                mode.put(log, [_long(next(number))], offered)
            # A gap is written down when there is room again
            struck.wrong += mode.wrong(offered) + hold(log_folder, replace(offered, let_go=[]))
            make_room()
            taken = len(offered.acknowledged)
            for _ in range(STEPS):
                mode.put(log, [_long(next(number))], offered)
            if len(offered.acknowledged) != taken + STEPS:
                struck.wrong.append("there was room again, and not everything was taken")
        struck.wrong += hold(log_folder, offered)
    struck.times, struck.acknowledged = 1, len(offered.acknowledged)
    struck.refused = len(offered.refused) + len(offered.let_go)
    return struck


def _long(number: int) -> str:
    """Return an id as long as a record: the room is then gone after a few hundred of them."""
    return f"a-0-{number}-".ljust(700, "x")


# --- all of it -------------------------------------------------------------------------------------------------------


def main() -> int:
    """Run everything, print what it came to, and return the exit code."""
    rows: list[Sequence[str]] = [
        ("fault", "mode", "durability", "threads", "struck", "acknowledged", "not taken", "wrong")
    ]
    wrong: list[str] = []
    never: set[str] = set()

    def note(name: str, mode: Mode, durability: str, threads: int, struck: Struck) -> None:
        if not struck.times:
            never.add(name)
            return
        counts = (threads, struck.times, struck.acknowledged, struck.refused, len(struck.wrong))
        rows.append((name, mode.name, durability, *(f"{one:,}" for one in counts)))
        wrong.extend(f"{name}, {mode.name}, {durability}, {threads}: {one}" for one in struck.wrong)

    how: list[Durability] = ["batch", "sync"]
    for mode, fault, durability, threads in product(MODES, FAULTS, how, (1, 3)):
        with TemporaryDirectory() as scratch:
            struck = strike_at_every_call(Path(scratch), fault, durability=durability, threads=threads, mode=mode)
        note(fault.name, mode, durability, threads, struck)
    for (name, room), mode, durability in product(ROOMS.items(), MODES, how):
        with TemporaryDirectory() as scratch:
            try:
                note(name, mode, durability, 1, fill(Path(scratch), room, durability=durability, mode=mode))
            except CannotMountError as reason:
                _say(f"{name} was not tried: {reason}")
    never -= {row[0] for row in rows}
    _say(*table(rows, right=range(3, 8)), f"never called: {', '.join(sorted(never)) or 'none'}", *wrong)
    return int(bool(wrong))


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a script that a person runs to read what it prints


if __name__ == "__main__":
    sys.exit(main())
