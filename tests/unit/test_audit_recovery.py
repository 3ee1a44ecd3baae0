"""Opening a log that its last writer left unfinished, or that somebody changed."""

from __future__ import annotations

import json
import logging
import os
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.audit.chain import LONGEST_LINE
from policy_engine.exceptions import AuditCorruptError

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.audit import Durability

FIRST = "shop/segments/0000000000000001.log"


def write_log(folder: Path, records: int = 3, segment_bytes: int = 2**20) -> bytes:
    with AuditLog(folder, stream="shop", segment_bytes=segment_bytes) as log:
        for number in range(records):
            log.append({"decision_id": f"d-{number}", "outcome": "allow"})
    return (folder / FIRST).read_bytes()


LONGEST = '{"seq":5,"context":"'.ljust(LONGEST_LINE, "x").encode()
TORN = [
    b"{",
    b'{"se',
    b'{"seq":5',
    b'{"seq":5,"type":"dec',
    LONGEST,
    b"\0" * 4_096,
    b"\0" * 200_000,
    b'{"seq":5,"ty' + b"\0" * 200_000,
    LONGEST + b"\0" * LONGEST_LINE,
]
FOREIGN = [
    b"x",
    b"{}",
    b'{"seq":6,"type":"dec',
    b"\xff\t\r",
    b" ",
    b"\0" * 4_096 + b"x",
    b'{"seq":4,',
    LONGEST + b"x",
    LONGEST + b"\0" * LONGEST_LINE + b"x",
    b"\0" * 3 * LONGEST_LINE + b'{"seq":5,',
    b"x" * 5_000_000,
]


def shortly(tail: bytes) -> str:
    """Return the id of a case."""
    return f"{tail[:12]!r}-{len(tail)}"


@pytest.mark.parametrize("tail", FOREIGN, ids=shortly)
def test_an_end_that_no_writer_leaves_is_a_problem_and_is_not_cut_off(tmp_path: Path, tail: bytes) -> None:
    whole = write_log(tmp_path)
    (tmp_path / FIRST).write_bytes(whole + tail)
    what = f"{len(tail)} bytes that no writer leaves: neither the beginning of record 5 nor NULs alone"
    found = verify(tmp_path)
    (problem,) = found.problems
    assert (problem.kind, problem.what, problem.line, problem.offset) == ("form", what, 5, len(whole))
    assert (found.torn_bytes, found.records) == (0, 4)
    with pytest.raises(AuditCorruptError, match=f"{Path(FIRST).name}:5: {what}; nothing is appended"):
        AuditLog(tmp_path, stream="shop")
    with pytest.raises(AuditCorruptError, match=what):
        list(read_records(tmp_path))
    assert (tmp_path / FIRST).read_bytes() == whole + tail


@pytest.mark.parametrize("durability", ["batch", "sync"])
@pytest.mark.parametrize("tail", TORN, ids=shortly)
def test_an_unfinished_last_line_is_cut_off_and_the_log_says_so(
    tmp_path: Path, tail: bytes, durability: Durability
) -> None:
    whole = write_log(tmp_path)
    (tmp_path / FIRST).write_bytes(whole + tail)
    assert verify(tmp_path).torn_bytes == len(tail)
    with AuditLog(tmp_path, stream="shop", durability=durability) as log:
        assert log.recovery == (len(tail), sha256(tail).hexdigest(), 4)
        assert log.append({"outcome": "block"}).last_seq == 6
    assert (tmp_path / FIRST).read_bytes().startswith(whole)
    found = verify(tmp_path)
    assert (found.intact, found.recoveries, found.torn_bytes) == (True, 1, 0)
    record = list(read_records(tmp_path))[4].payload
    told = {"cut_bytes": len(tail), "cut_sha256": sha256(tail).hexdigest(), "after_seq": 4}
    assert record == {"seq": 5, "type": "recovery", "at": record["at"], **told}


def test_a_log_cut_anywhere_opens_again_and_verifies(tmp_path: Path) -> None:
    whole = write_log(tmp_path)
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    for size in range(len(whole)):
        (tmp_path / FIRST).write_bytes(whole[:size])
        with AuditLog(tmp_path, stream="shop") as log:
            torn = size - max((end for end in ends if end <= size), default=0)
            assert (log.recovery.cut_bytes if log.recovery else 0) == torn
            log.append({"outcome": "block"})
        found = verify(tmp_path)
        assert (found.intact, found.recoveries) == (True, int(torn > 0))
        assert next(read_records(tmp_path)).payload["type"] == "start"


def test_the_end_of_a_later_segment_is_mended_too(tmp_path: Path) -> None:
    write_log(tmp_path, 8, segment_bytes=500)
    last = max(tmp_path.rglob("*.log"))
    assert last.name != "0000000000000001.log"
    last.write_bytes(last.read_bytes()[:-1])
    with AuditLog(tmp_path, stream="shop", segment_bytes=500) as log:
        assert log.recovery is not None
        assert log.recovery.after_seq == 8
    assert verify(tmp_path).intact


def test_every_flipped_bit_that_is_not_the_last_line_end_stops_the_writer(tmp_path: Path) -> None:
    whole = write_log(tmp_path, 1)
    for place, bit in product(range(len(whole) - 1), range(8)):
        changed = bytearray(whole)
        changed[place] ^= 1 << bit
        (tmp_path / FIRST).write_bytes(changed)
        with pytest.raises(AuditCorruptError):
            AuditLog(tmp_path, stream="shop")
        assert (tmp_path / FIRST).read_bytes() == changed


def test_the_refusal_says_where_and_what_to_do(tmp_path: Path) -> None:
    whole = write_log(tmp_path)
    (tmp_path / FIRST).write_bytes(whole.replace(b"d-1", b"d-7"))
    with pytest.raises(AuditCorruptError) as refusal:
        AuditLog(tmp_path, stream="shop")
    assert str(refusal.value) == (
        f"{FIRST}:3: record 3 was changed, or does not follow from the one before it; "
        "nothing is appended to a log that was changed: "
        f"see `policy-engine audit verify {tmp_path}`, then move {tmp_path / 'shop'} aside"
    )


def test_a_stream_moved_aside_gives_way_to_a_new_one(tmp_path: Path) -> None:
    whole = write_log(tmp_path)
    (tmp_path / FIRST).write_bytes(whole.replace(b"d-1", b"d-7"))
    with pytest.raises(AuditCorruptError):
        AuditLog(tmp_path, stream="shop")
    (tmp_path / "shop").rename(tmp_path.parent / f"{tmp_path.name}-aside")
    with AuditLog(tmp_path, stream="shop") as log:
        assert log.append({"n": 1}).last_seq == 2


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (Path.unlink, r"0000000000000007.log: the segment before it ends with record 3"),
        (lambda path: path.write_bytes(b""), r"0000000000000004.log: its last line is not a record"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), r"0000000000000004.log: its last line is not a rec"),
        (lambda path: path.write_bytes(path.read_bytes() * 2 + b"\n"), r"4.log: its last line is not a record"),
    ],
)
def test_a_damaged_segment_before_the_last_stops_the_writer(
    tmp_path: Path, damage: Callable[[Path], Any], words: str
) -> None:
    write_log(tmp_path, 8, segment_bytes=420)
    names = sorted(path.name for path in tmp_path.rglob("*.log"))
    assert names == [f"{first:016d}.log" for first in (1, 4, 7)]
    damage(tmp_path / "shop/segments/0000000000000004.log")
    with pytest.raises(AuditCorruptError, match=words):
        AuditLog(tmp_path, stream="shop")


def test_a_missing_first_segment_stops_the_writer(tmp_path: Path) -> None:
    write_log(tmp_path, 5, segment_bytes=420)
    (tmp_path / FIRST).unlink()
    with pytest.raises(AuditCorruptError, match=r"0000000000000004.log: the segment before it ends with record 0"):
        AuditLog(tmp_path, stream="shop")


def test_a_segment_of_another_stream_stops_the_writer(tmp_path: Path) -> None:
    write_log(tmp_path)
    (tmp_path / "shop").rename(tmp_path / "shop-2")
    with pytest.raises(AuditCorruptError, match=r"shop-2/segments/0000000000000001.log:1: record 1 was changed"):
        AuditLog(tmp_path, stream="shop-2")


def test_a_stream_that_was_refused_is_not_held(tmp_path: Path) -> None:
    whole = write_log(tmp_path)
    (tmp_path / FIRST).write_bytes(whole[1:])
    with pytest.raises(AuditCorruptError):
        AuditLog(tmp_path, stream="shop")
    (tmp_path / FIRST).write_bytes(whole)
    AuditLog(tmp_path, stream="shop").close()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_no_segment(tmp_path: Path, make: Callable[[Path], None]) -> None:
    (tmp_path / FIRST).parent.mkdir(parents=True)
    make(tmp_path / FIRST)
    with pytest.raises(AuditCorruptError, match=r"0000000000000001.log is named as a segment, but not a file; see"):
        AuditLog(tmp_path, stream="shop")


def test_what_happened_is_told_to_the_services_own_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = write_log(tmp_path)
    (tmp_path / FIRST).write_bytes(whole + b'{"se')
    AuditLog(tmp_path, stream="shop").close()
    (tmp_path / FIRST).write_bytes(whole[1:])
    with pytest.raises(AuditCorruptError):
        AuditLog(tmp_path, stream="shop")
    cut, corrupt = (json.loads(record.getMessage()) for record in caplog.records)
    assert [record.name for record in caplog.records] == ["policy_engine.audit"] * 2
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.ERROR]
    assert (cut["event"], cut["stream"], cut["cut_bytes"], cut["after_seq"]) == ("audit_tail_cut", "shop", 4, 4)
    assert (corrupt["event"], corrupt["stream"]) == ("audit_stream_corrupt", "shop")
    assert "move" in corrupt["problem"]


def test_nothing_is_printed_unless_the_service_asks(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    whole = write_log(tmp_path)
    (tmp_path / FIRST).write_bytes(whole + b'{"se')
    AuditLog(tmp_path, stream="shop").close()
    assert capfd.readouterr() == ("", "")
