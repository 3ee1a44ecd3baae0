"""What a writer could not settle is settled by the next one, though the first is killed before it can say a word."""

from __future__ import annotations

import errno
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, read_records, verify, writer
from policy_engine.audit import log as logs
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.audit import Durability

FIRST = "s/segments/0000000000000001.log"


def broken(*_: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def without_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def half(segment: Segment, data: bytes) -> None:
    """Write the first line of several, and fail."""
    os.write(segment._descriptor, data[: data.index(b"\n") + 1])  # noqa: SLF001 - what `write` itself does
    broken()


@pytest.fixture
def disk() -> Iterator[pytest.MonkeyPatch]:
    """Return what breaks a disk until the test ends, or mends it."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def opened(folder: Path, durability: Durability = "batch", **options: Any) -> AuditLog:  # noqa: ANN401 - of a log
    return AuditLog(folder, stream="s", durability=durability, **options)


def killed(log: AuditLog) -> None:
    """Let a log be as after kill -9: its files are closed, and it has said nothing more."""
    log.leave_to_parent()


def told(folder: Path) -> list[Any]:
    """Return the ids of decisions, and of other records what they are."""
    return [one.payload.get("decision_id", one.payload["type"]) for one in read_records(folder)]


def test_what_was_refused_and_could_not_be_cut_off_is_cut_off_by_the_next_writer(
    tmp_path: Path, disk: pytest.MonkeyPatch
) -> None:
    log = opened(tmp_path)
    log.append({"decision_id": "d-1"})
    disk.setattr(Segment, "write", half)
    disk.setattr(Segment, "cut", broken)
    with pytest.raises(AuditError, match="nothing was recorded"):
        log.append_many([{"decision_id": "d-2"}, {"decision_id": "d-3"}])
    killed(log)
    disk.undo()
    # The line is whole, and nobody could tell it from one that was acknowledged
    assert told(tmp_path) == ["start", "d-1", "d-2"]
    with opened(tmp_path) as again:
        again.append({"decision_id": "d-4"})
    assert told(tmp_path) == ["start", "d-1", "recovery", "d-4"]
    assert verify(tmp_path).intact
    assert not (tmp_path / "s/UNSETTLED").exists()


def test_what_was_cut_off_by_the_same_writer_is_settled(tmp_path: Path, disk: pytest.MonkeyPatch) -> None:
    log = opened(tmp_path)
    with disk.context() as now:
        now.setattr(Segment, "write", half)
        now.setattr(Segment, "cut", broken)
        with pytest.raises(AuditError):
            log.append_many([{"decision_id": "d-1"}, {"decision_id": "d-2"}])
    assert (tmp_path / "s/UNSETTLED").exists()
    log.append({"decision_id": "d-3"})
    assert not (tmp_path / "s/UNSETTLED").exists()
    killed(log)
    opened(tmp_path).close()
    assert told(tmp_path) == ["start", "d-3"]


def test_nothing_is_acknowledged_while_what_was_kept_cannot_be_forgotten(
    tmp_path: Path, disk: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as log:
        with disk.context() as now:
            now.setattr(Segment, "write", half)
            now.setattr(Segment, "cut", broken)
            with pytest.raises(AuditError):
                log.append_many([{"decision_id": "d-1"}, {"decision_id": "d-2"}])
        with disk.context() as now:
            now.setattr(writer, "forget", broken)
            with pytest.raises(AuditError, match="could not be settled: Input/output error"):
                log.append({"decision_id": "d-3"})
        log.append({"decision_id": "d-4"})
    assert told(tmp_path) == ["start", "d-4"]


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_segment_that_the_disk_did_not_take_is_left_by_the_next_writer(
    tmp_path: Path, disk: pytest.MonkeyPatch, *, is_cut: bool
) -> None:
    log = opened(tmp_path, "sync")
    log.append({"decision_id": "d-1"})
    disk.setattr(Segment, "flush", broken)
    if not is_cut:
        disk.setattr(Segment, "cut", broken)
    with pytest.raises(AuditError, match="could not be brought to the disk"):
        log.append({"decision_id": "d-2"})
    killed(log)
    disk.undo()
    with opened(tmp_path, "sync") as again:
        again.append({"decision_id": "d-3"})
    assert told(tmp_path) == ["start", "d-1", "suspect", *([] if is_cut else ["recovery"]), "d-3"]
    assert len(list(tmp_path.glob("s/segments/*"))) == 2
    found = verify(tmp_path)
    assert (found.intact, found.streams[0].suspects) == (True, 1)
    with opened(tmp_path) as later:
        later.append({"decision_id": "d-4"})
    assert told(tmp_path)[-2:] == ["d-3", "d-4"]


def test_a_cut_that_could_not_be_told_is_told_by_the_next_writer(tmp_path: Path, disk: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as log:
        log.append({"decision_id": "d-1"})
    torn = b'{"seq":3,"type":"deci'
    with (tmp_path / FIRST).open("ab") as file:
        file.write(torn)
    with disk.context() as now:
        now.setattr(Segment, "write", broken)
        with pytest.raises(AuditError):
            opened(tmp_path)
    assert (tmp_path / FIRST).read_bytes().endswith(b"\n")
    for _ in range(2):
        opened(tmp_path).close()
    *_, record = read_records(tmp_path)
    assert told(tmp_path) == ["start", "d-1", "recovery"]
    assert (record.payload["cut_bytes"], record.payload["cut_sha256"]) == (len(torn), sha256(torn).hexdigest())


def test_what_is_kept_and_was_settled_takes_nothing_with_it(tmp_path: Path, disk: pytest.MonkeyPatch) -> None:
    """Its record was written, and the file could not be removed: what came after it is acknowledged."""
    with opened(tmp_path) as log:
        log.append({"decision_id": "d-1"})
    with (tmp_path / FIRST).open("ab") as file:
        file.write(b'{"seq":3,')
    with disk.context() as now:
        now.setattr(logs, "forget", broken)
        with opened(tmp_path) as log:
            log.append({"decision_id": "d-2"})
    assert (tmp_path / "s/UNSETTLED").exists()
    opened(tmp_path).close()
    assert told(tmp_path) == ["start", "d-1", "recovery", "d-2"]
    assert not (tmp_path / "s/UNSETTLED").exists()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"segment":"0000000000000001.log"}',
        b'{"segment":"0000000000000001.log","after_seq":1,"size":1}',
        b'{"segment":"0000000000000001.log","after_seq":99,"size":0}',
        b'{"segment":"0000000000000009.log","after_seq":0,"size":0}',
        b'{"segment":"0000000000000001.log","after_seq":-1,"size":true}',
        b'{"segment":7,"after_seq":0,"size":0}',
        b'{"segment":"0000000000000001.log","after_seq":0,"size":0,"more":1}',
        b"\0" * 10_000,
    ],
)
def test_what_no_writer_keeps_is_passed_over(tmp_path: Path, said: bytes) -> None:
    with opened(tmp_path) as log:
        log.append({"decision_id": "d-1"})
    (tmp_path / "s/UNSETTLED").write_bytes(said)
    assert verify(tmp_path).intact
    opened(tmp_path).close()
    assert told(tmp_path) == ["start", "d-1"]
    assert not (tmp_path / "s/UNSETTLED").exists()


@pytest.mark.parametrize("is_by_time", [True, False])
def test_where_no_segment_can_be_made_a_full_one_goes_on(
    tmp_path: Path, disk: pytest.MonkeyPatch, *, is_by_time: bool
) -> None:
    limit = {"segment_seconds": 0.0} if is_by_time else {"segment_bytes": 10}
    with opened(tmp_path, **limit) as log:
        with disk.context() as now:
            now.setattr(writer, "_new_segment", without_room)
            log.append({"decision_id": "d-1"})
        log.append({"decision_id": "d-2"})
        assert len(list(tmp_path.glob("s/segments/*"))) == 1
        disk.setattr(writer, "RETRY_SECONDS", 0.0)
        log._writer._retry_at = 0.0  # noqa: SLF001 - as if the while were over
        log.append({"decision_id": "d-3"})
        assert len(list(tmp_path.glob("s/segments/*"))) == 2
    assert told(tmp_path) == ["start", "d-1", "d-2", "d-3"]
    assert verify(tmp_path).intact


def test_the_file_says_where_the_stream_ends(tmp_path: Path, disk: pytest.MonkeyPatch) -> None:
    log = opened(tmp_path, "sync")
    size = (tmp_path / FIRST).stat().st_size
    disk.setattr(Segment, "flush", broken)
    with pytest.raises(AuditError):
        log.append({"decision_id": "d-1"})
    assert json.loads((tmp_path / "s/UNSETTLED").read_text()) == {
        "segment": Path(FIRST).name,
        "after_seq": 1,
        "size": size,
        "suspect": "its disk did not take a flush: Input/output error",
        "cut_bytes": 0,
        "cut_sha256": None,
    }
    disk.undo()
    log.close()
