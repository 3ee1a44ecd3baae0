"""Which stream a writer has to itself. A lock says so, and the kernel frees it when the process dies."""

from __future__ import annotations

import fcntl
import os
import re
import socket
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.audit.layout import FILE_MODE, LOCK, SEGMENTS, is_stream_name, make_folder
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

MOST_STREAMS: Final = 10_000
"""How many streams of one host are tried before giving up."""

_LONGEST_HOST = 50


class Claim(NamedTuple):
    """A stream, and the open file that keeps everybody else out of it."""

    stream: str
    folder: Path
    lock: FileIO


def claim_stream(log: Path, stream: str | None, *, sync: bool) -> Claim:
    """Take *stream* of the *log*, or the first free one of this host where none is named.

    The first free one is also the one that a process which has ended went on with, so that streams do not
    multiply. Raises `AuditError` where the stream is another writer's.
    """
    if stream is None:
        return _first_free(log, sync=sync)
    if not is_stream_name(stream):
        raise AuditError(f"`{stream}` cannot name a stream; use 1 to 64 of A-Z a-z 0-9 . _ - and no dot at the start")
    claim = _try(log, stream, sync=sync)
    if claim is None:
        raise AuditError(f"stream `{stream}` of {log} has a writer already; name another, or leave the name out")
    return claim


def host_name() -> str:
    """Return the name of this host as part of a stream's name."""
    name = re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname()).lstrip(".")[:_LONGEST_HOST]
    return name or "host"


def _first_free(log: Path, *, sync: bool) -> Claim:
    host = host_name()
    for number in range(1, MOST_STREAMS + 1):
        claim = _try(log, f"{host}-{number}", sync=sync)
        if claim is not None:
            return claim
    raise AuditError(f"{MOST_STREAMS} streams of {host} in {log} have a writer each; end some, or name a stream")


def _try(log: Path, stream: str, *, sync: bool) -> Claim | None:
    folder = log / stream
    try:
        make_folder(folder / SEGMENTS, sync=sync)
        lock = _open_lock(folder / LOCK)
    except OSError as error:
        raise AuditError(f"the audit log cannot be opened: {folder}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        if isinstance(error, BlockingIOError):
            return None
        raise AuditError(
            f"{folder / LOCK} cannot be locked: {error.strerror}; keep the log on a disk that has locks"
        ) from error
    return Claim(stream, folder, lock)


def _open_lock(path: Path) -> FileIO:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    return open(path, "r+b", buffering=0, opener=lambda name, _: os.open(name, flags, FILE_MODE))
