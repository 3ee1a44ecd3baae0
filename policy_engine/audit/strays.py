"""What lies in the folders of a log: its segments, and whatever no writer has put there."""

from __future__ import annotations

from contextlib import suppress
from stat import S_IFDIR, S_IFMT, S_IFREG
from typing import TYPE_CHECKING, Final

from policy_engine.audit.layout import (
    BATCHES,
    LOCK,
    RESERVE,
    SEGMENTS,
    UNSETTLED,
    SegmentPath,
    digest_in_name,
    first_seq_of,
    is_stream,
    is_stream_name,
    is_unfinished,
)
from policy_engine.audit.verification import Problem
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policy_engine.audit.verification import ProblemKind

_KINDS: Final = {
    **dict.fromkeys((LOCK, RESERVE, UNSETTLED), S_IFREG),
    **dict.fromkeys((SEGMENTS, BATCHES), S_IFDIR),
}
"""What belongs into the folder of a stream, and of what kind it is."""

OF_THE_DISK: Final = frozenset({"lost+found"})
"""What a file system keeps at its root, when the log's folder is one."""


def shown(path: str | Path) -> str:
    """Return *path* as text that can be printed and written as JSON, whatever bytes a name is made of."""
    return printable(str(path))


def strays_beside(log: Path, streams: list[Path]) -> Iterator[Problem]:
    """Yield what lies beside the *streams* of a *log* and is none of them."""
    for path in sorted(set(log.iterdir()) - set(streams)):
        if path.is_symlink():
            yield _problem(log, path, path.name, "symlink", "a link, which a log does not follow")
        elif is_stream(path):
            yield _problem(log, path, path.name, "name", "a stream under a name that no stream may have")
        elif path.name not in OF_THE_DISK and not _just_made(path):
            yield _problem(log, path, path.name, "stray", "no part of a log")


def segments_and_strays(log: Path, stream: Path) -> tuple[list[SegmentPath], list[Problem]]:
    """Return the segments of a *stream*, first to last, and whatever else lies in its folders."""
    strays = [_stray(log, path, stream.name) for path, kind in _listed(stream) if _KINDS.get(path.name) != kind]
    segments = []
    for path, kind in _listed(stream / SEGMENTS):
        first = first_seq_of(path.name)
        if first is None or kind != S_IFREG:
            strays.append(_stray(log, path, stream.name))
        else:
            segments.append(SegmentPath(first, path))
    return segments, strays


def batches_and_strays(log: Path, stream: Path) -> tuple[set[str], list[Problem]]:
    """Return the files of a *stream*'s batches, by the SHA-256 in their names, and what else lies beside them.

    A file that is being written, or that a process died over, counts by its whole name.
    """
    batches, strays = set(), []
    for path, kind in _listed(stream / BATCHES):
        name = digest_in_name(path.name) or (path.name if is_unfinished(path.name) else None)
        if name is None or kind != S_IFREG:
            strays.append(_stray(log, path, stream.name))
        else:
            batches.add(name)
    return batches, strays


def _listed(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield what lies in a folder, by name, and of what kind each is. A writer may take something away meanwhile."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):
            yield path, S_IFMT(path.lstat().st_mode)


def _just_made(path: Path) -> bool:
    """Whether *path* is a folder that a writer made, and died before it put anything into it."""
    return is_stream_name(path.name) and path.is_dir() and not any(path.iterdir())


def _stray(log: Path, path: Path, stream: str) -> Problem:
    if path.is_symlink():
        return _problem(log, path, stream, "symlink", "a link, which a log does not follow")
    if first_seq_of(path.name) is not None:
        return _problem(log, path, stream, "stray", "named as a segment, but not a file")
    if path.suffix == ".log":
        return _problem(log, path, stream, "name", "not the name of a segment: the 16 digits of its first record")
    return _problem(log, path, stream, "stray", "no part of a stream")


def _problem(log: Path, path: Path, stream: str, kind: ProblemKind, what: str) -> Problem:
    return Problem(shown(stream), shown(path.relative_to(log)), kind, what)
