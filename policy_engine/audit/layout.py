"""Where things are in an audit folder.

`<stream>/LOCK`, `<stream>/RESERVE`, `<stream>/UNSETTLED`, `<stream>/segments/<first number>.log`,
`<stream>/batches/<SHA-256>.parquet`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.exceptions import AuditCorruptError, AuditError

if TYPE_CHECKING:
    from pathlib import Path

LOCK: Final = "LOCK"
RESERVE: Final = "RESERVE"
UNSETTLED: Final = "UNSETTLED"
SEGMENTS: Final = "segments"
BATCHES: Final = "batches"
UNFINISHED: Final = ".part"
"""How the name of a file ends that is being written in the folder of batches."""
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600

STREAM_NAME: Final = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,64}")
_SEGMENT_NAME = re.compile(r"([0-9]{16})\.log")
_UNFINISHED_NAME = re.compile(r"[0-9a-f]{16}" + re.escape(UNFINISHED))
_BATCH_NAME = re.compile(r"([0-9a-f]{64})\.parquet")


class SegmentPath(NamedTuple):
    """A segment with the number of its first record, which its name gives."""

    first_seq: int
    path: Path


def is_stream_name(name: str) -> bool:
    """Whether *name* may name a stream."""
    return STREAM_NAME.fullmatch(name) is not None


def is_stream(folder: Path) -> bool:
    """Whether *folder* has the lock or the segments of a stream. Links are not followed."""
    return not folder.is_symlink() and ((folder / SEGMENTS).is_dir() or (folder / LOCK).is_file())


def streams_of(log: Path) -> list[Path]:
    """Return the folders of the streams in *log*, by name. Raises `AuditError` where there is none."""
    if not log.is_dir():
        raise AuditError(f"no audit log in {log}: there is no such folder")
    streams = [path for path in sorted(log.iterdir()) if is_stream_name(path.name) and is_stream(path)]
    if streams:
        return streams
    hint = f"; it is one stream of a log: name {log.parent}" if is_stream(log) else ""
    raise AuditError(f"no audit log in {log}: it holds no stream{hint}")


def segment_path(stream: Path, first_seq: int) -> SegmentPath:
    """Return the segment of *stream* that begins with record *first_seq*."""
    return SegmentPath(first_seq, stream / SEGMENTS / f"{first_seq:016d}.log")


def first_seq_of(name: str) -> int | None:
    """Return the number in a segment's *name*, or None where it is not such a name."""
    match = _SEGMENT_NAME.fullmatch(name)
    return int(match[1]) if match and int(match[1]) > 0 else None


def batch_path(stream: Path, digest: str) -> Path:
    """Return the file of the batch with this SHA-256, in hexadecimal, in *stream*."""
    return stream / BATCHES / f"{digest}.parquet"


def digest_in_name(name: str) -> str | None:
    """Return the SHA-256 in the *name* of a batch's file, or None where it is not such a name."""
    match = _BATCH_NAME.fullmatch(name)
    return None if match is None else match[1]


def is_unfinished(name: str) -> bool:
    """Whether a file of this *name* is one of a batch that is being written, or that a process died over."""
    return _UNFINISHED_NAME.fullmatch(name) is not None


def segments_of(stream: Path) -> list[SegmentPath]:
    """Return the segments of *stream*, first to last. Whatever has another name is left out.

    Raises `AuditCorruptError` for what has the name of a segment and is no file of its own.
    """
    folder = stream / SEGMENTS
    paths = folder.iterdir() if folder.is_dir() else ()
    numbered = ((first_seq_of(path.name), path) for path in paths)
    segments = sorted(SegmentPath(first, path) for first, path in numbered if first is not None)
    for _, path in segments:
        if path.is_symlink() or not path.is_file():
            raise AuditCorruptError(
                f"{path} is named as a segment, but not a file; see `policy-engine audit verify {stream.parent}`"
            )
    return segments


def make_folder(folder: Path, *, sync: bool) -> None:
    """Make *folder* and those above it, for this user only. With *sync* its name survives a power loss."""
    if folder.is_dir():
        return
    make_folder(folder.parent, sync=sync)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if sync:
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in *folder* to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
