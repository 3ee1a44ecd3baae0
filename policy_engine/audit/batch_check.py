"""Whether the file of a batch is the one that its record vouches for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.audit.digests import digest_of
from policy_engine.audit.layout import BATCHES, batch_path, digest_in_name
from policy_engine.audit.strays import shown
from policy_engine.audit.verification import Problem

if TYPE_CHECKING:
    from pathlib import Path


def rows_of(record: dict[str, Any]) -> int:
    """Return how many decisions the *record* of a batch says there are: none, where it says what no writer does."""
    rows = record.get("rows")
    return rows if type(rows) is int and rows > 0 else 0


def file_of_batch(log: Path, stream: Path, record: dict[str, Any]) -> Path | Problem:
    """Return the file of a batch, as it was written, or what is wrong with it. All of it is read."""
    seq, digest = record.get("seq"), record.get("sha256")
    if not isinstance(digest, str) or digest_in_name(f"{digest}.parquet") is None:
        place = shown((stream / BATCHES).relative_to(log))
        return Problem(stream.name, place, "batch", f"record {seq} is of a batch, and names no file")
    path = batch_path(stream, digest)
    place = shown(path.relative_to(log))
    if (stream / BATCHES).is_symlink() or path.is_symlink() or not path.is_file():
        what = f"the file of the batch in record {seq} is not there"
        return Problem(stream.name, place, "missing", f"{what}: removed, or lost in a power cut")
    if digest_of(path) != (digest, record.get("bytes")):
        return Problem(stream.name, place, "batch", f"not what record {seq} vouches for: changed since it was written")
    return path
