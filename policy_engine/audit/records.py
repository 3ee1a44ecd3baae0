"""Read a log's records back, one at a time, in the order in which each stream has them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import orjson

from policy_engine.audit.layout import segments_of, streams_of
from policy_engine.audit.scan import SegmentScan
from policy_engine.exceptions import AuditCorruptError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.audit.layout import SegmentPath
    from policy_engine.audit.scan import Fault


class Record(NamedTuple):
    """A record as it was written. `payload` holds its `seq` and its `type` too."""

    stream: str
    seq: int
    payload: dict[str, Any]


def read_records(folder: str | Path) -> Iterator[Record]:
    """Yield every record of the log in *folder*, stream by stream; a torn tail is no record.

    The chain is followed within a segment; `verify` sees more. Raises `AuditError` where there is no log,
    and `AuditCorruptError` at a line that does not verify.
    """
    for stream in streams_of(Path(folder)):
        for segment in segments_of(stream):
            yield from _records_in(segment, stream.name)


def _records_in(segment: SegmentPath, stream: str) -> Iterator[Record]:
    def stop(fault: Fault) -> NoReturn:
        raise AuditCorruptError(f"{segment.path}:{fault.line}: {fault.what}; see `policy-engine audit verify`")

    with segment.path.open("rb") as file:
        scan = SegmentScan(file, seq=segment.first_seq - 1, link=None, read=orjson.loads, found=stop)
        for payload in scan:
            yield Record(stream, scan.seq, payload)
