"""Read a log's records back, one at a time, in the order in which each stream has them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from policy_engine.audit.chain import LONGEST_LINE, read_line
from policy_engine.audit.layout import segments_of, streams_of
from policy_engine.exceptions import AuditCorruptError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Record(NamedTuple):
    """A record as it was written. `payload` holds its `seq` and its `type` too."""

    stream: str
    seq: int
    payload: dict[str, Any]


def read_records(folder: str | Path) -> Iterator[Record]:
    """Yield every record of the log in *folder*, stream by stream; a torn tail is no record.

    The chain is not followed: `verify` does that. Raises `AuditError` where there is no log, and
    `AuditCorruptError` at a line that is no record.
    """
    for stream in streams_of(Path(folder)):
        for segment in segments_of(stream):
            yield from _records_in(segment.path, stream.name)


def _records_in(path: Path, stream: str) -> Iterator[Record]:
    with path.open("rb") as file:
        for number, line in enumerate(iter(partial(file.readline, LONGEST_LINE + 1), b""), start=1):
            if line.endswith(b"\n"):
                yield _record(line, path, number, stream)


def _record(line: bytes, path: Path, number: int, stream: str) -> Record:
    claim = read_line(line)
    try:
        payload = orjson.loads(claim.payload if claim else b"")
    except orjson.JSONDecodeError as error:
        msg = f"{path}:{number}: not a record; see `policy-engine audit verify`"
        raise AuditCorruptError(msg) from error
    return Record(stream, payload["seq"], payload)
