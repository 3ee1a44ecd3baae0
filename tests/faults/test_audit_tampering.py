"""Whoever changes a log of a hundred records is found out, wherever the change is.

`tests/faults/tamper.py` flips every bit and cuts at every byte; these tests take some of them, and move whole lines and
segments about, within a stream and between two.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.audit.chain import chain
from policy_engine.audit.lost import Gap
from policy_engine.audit.payload import GAP, own_body
from policy_engine.audit.verification import NO_ANCHOR
from tests.faults import tamper
from tests.faults.tamper import MANY_SEGMENTS, ONE_SEGMENT, RECORDS, cut_off, every, flip_bits, write_log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lines = list[bytes]

LAYOUTS = pytest.mark.parametrize("segment_bytes", [ONE_SEGMENT, MANY_SEGMENTS])
SOME = 97
"""One place in so many: a number that lines are no multiple of, so that it is another part of each."""


def lines_of(segment: Path) -> Lines:
    return segment.read_bytes().splitlines(keepends=True)


@LAYOUTS
def test_a_flipped_bit_is_noticed_in_its_line(tmp_path: Path, segment_bytes: int) -> None:
    tampered = flip_bits(tmp_path, write_log(tmp_path, segment_bytes), every(SOME))
    assert tampered.unnoticed == []
    assert tampered.tried > 8 * 100 * RECORDS / SOME


@LAYOUTS
def test_every_bit_of_the_first_and_of_the_last_record_counts(tmp_path: Path, segment_bytes: int) -> None:
    segments = write_log(tmp_path, segment_bytes)
    first, last = len(lines_of(segments[0])[0]), segments[-1].stat().st_size - len(lines_of(segments[-1])[-1])
    tampered = flip_bits(
        tmp_path,
        segments,
        lambda segment, place: (
            (segment == segments[0] and place < first) or (segment == segments[-1] and place >= last)
        ),
    )
    assert tampered.unnoticed == []
    assert verify(tmp_path).intact


@LAYOUTS
def test_a_cut_is_noticed_unless_it_takes_whole_records_off_the_end_and_that_is_said(
    tmp_path: Path, segment_bytes: int
) -> None:
    tampered = cut_off(tmp_path, write_log(tmp_path, segment_bytes), every(SOME))
    assert tampered.unnoticed == []
    assert tampered.tried > 100 * RECORDS / SOME


def test_the_driver_tries_all_of_it_and_says_what_was_not_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tamper.main(["--every", "2000"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in told] == ["one segment"] * 2 + ["many segments"] * 2
    assert all(line.endswith(", 0 not noticed") for line in told)
    write_log(tmp_path, ONE_SEGMENT)
    untouched = verify(tmp_path)
    monkeypatch.setattr(tamper, "verify", lambda _: untouched)
    assert tamper.main(["--every", "2000"]) == 1
    assert "0000000000000001.log byte 0 bit 4\n" in capsys.readouterr().out


# --- whole lines -----------------------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[Lines], Lines]] = {
    "one deleted": lambda lines: [*lines[:4], *lines[5:]],
    "the first deleted": lambda lines: lines[1:],
    "two swapped": lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]],
    "the first two swapped": lambda lines: [lines[1], lines[0], *lines[2:]],
    "one twice": lambda lines: [*lines[:5], *lines[4:]],
    "the last twice": lambda lines: [*lines, lines[-1]],
    "an old one put in again later": lambda lines: [*lines[:6], lines[2], *lines[6:]],
    "one put in": lambda lines: [*lines[:5], b"hello\n", *lines[5:]],
    "all in the other direction": lambda lines: lines[::-1],
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("which", [0, 3, -1])
def test_lines_moved_about_in_any_segment_are_noticed(tmp_path: Path, which: int, change: str) -> None:
    segment = write_log(tmp_path, MANY_SEGMENTS)[which]
    segment.write_bytes(b"".join(CHANGES[change](lines_of(segment))))
    found = verify(tmp_path)
    assert found.integrity == "broken"
    assert found.problems[0].file == f"shop/segments/{segment.name}"


def test_a_line_moved_over_the_border_of_two_segments_is_noticed(tmp_path: Path) -> None:
    first, second, *_ = write_log(tmp_path, MANY_SEGMENTS)
    *stay, moved = lines_of(first)
    second.write_bytes(moved + second.read_bytes())
    first.write_bytes(b"".join(stay))
    found = verify(tmp_path)
    # The second segment is named for the record after the one that it begins with now
    assert [problem.kind for problem in found.problems][:2] == ["missing", "sequence"]


@LAYOUTS
def test_whole_records_cut_off_the_end_are_said_to_be_what_nobody_can_see(tmp_path: Path, segment_bytes: int) -> None:
    last = write_log(tmp_path, segment_bytes)[-1]
    os.truncate(last, last.stat().st_size - len(lines_of(last)[-1]))
    found = verify(tmp_path)
    assert (found.intact, found.completeness, found.records) == (True, (NO_ANCHOR,), RECORDS - 1)
    assert "records cut off the end of a stream" in NO_ANCHOR


# --- two streams -----------------------------------------------------------------------------------------------------


def moved(lines: tuple[Lines, Lines], at: int) -> tuple[Lines, Lines]:
    """Take a line out of the first stream and put it at the same place of the second."""
    first, second = lines
    return [*first[:at], *first[at + 1 :]], [*second[:at], first[at], *second[at:]]


BETWEEN: dict[str, Callable[[Lines, Lines], tuple[Lines, Lines]]] = {
    "one moved": lambda shop, till: moved((shop, till), 5),
    "the first moved": lambda shop, till: moved((shop, till), 0),
    "the last moved to the end": lambda shop, till: (shop[:-1], [*till, shop[-1]]),
    "one in the place of its like": lambda shop, till: (shop, [*till[:5], shop[5], *till[6:]]),
    "one copied to the end": lambda shop, till: (shop, [*till, shop[-1]]),
    "the ends swapped": lambda shop, till: ([*shop[:5], *till[5:]], [*till[:5], *shop[5:]]),
    "all swapped": lambda shop, till: (till, shop),
    "one stream in both": lambda shop, _: (shop, shop),
}


@pytest.mark.parametrize("change", BETWEEN)
def test_lines_moved_between_two_streams_are_noticed(tmp_path: Path, change: str) -> None:
    # Word for word the same decisions: only the chain tells them apart
    (shop,), (till,) = (write_log(tmp_path, ONE_SEGMENT, stream=name) for name in ("shop", "till"))
    changed = BETWEEN[change](lines_of(shop), lines_of(till))
    for segment, lines in zip((shop, till), changed, strict=True):
        segment.write_bytes(b"".join(lines))
    found = verify(tmp_path)
    assert found.integrity == "broken"
    assert found.streams[1].problem_count > 0


@pytest.mark.parametrize("which", [0, 3, -1])
def test_a_segment_of_another_stream_is_noticed(tmp_path: Path, which: int) -> None:
    shop, till = (write_log(tmp_path, MANY_SEGMENTS, stream=name) for name in ("shop", "till"))
    assert [path.name for path in shop] == [path.name for path in till]
    till[which].write_bytes(shop[which].read_bytes())
    found = verify(tmp_path)
    assert [stream.problem_count > 0 for stream in found.streams] == [False, True]


# --- logs as writers leave them --------------------------------------------------------------------------------------


def append_gap(folder: Path) -> None:
    """Append a gap record as a writer does that could not record for a while: it follows from the record before."""
    (stream,) = verify(folder).streams
    assert stream.head is not None
    gap = Gap(12, "d-1", "d-12", "2027-02-01T00:00:00Z", "2027-02-01T00:00:09Z", "No space left on device")
    made = chain([own_body(GAP, asdict(gap))], seq=stream.last_seq, link=bytes.fromhex(stream.head))
    with max(folder.glob("shop/segments/*.log")).open("ab") as file:
        file.write(made.lines)


def append_torn_end(folder: Path) -> None:
    """Leave the beginning of a record behind, and let the next writer mend it."""
    with max(folder.glob("shop/segments/*.log")).open("ab") as file:
        file.write(b'{"seq":')
    with AuditLog(folder, stream="shop", segment_bytes=MANY_SEGMENTS) as log:
        assert log.recovery is not None


@LAYOUTS
@pytest.mark.parametrize(
    "events",
    [(), (append_gap,), (append_torn_end,), (append_gap, append_torn_end, append_gap, append_gap)],
    ids=["clean", "gapped", "recovered", "gapped and recovered"],
)
def test_a_log_that_only_writers_wrote_is_intact_and_is_written_on(
    tmp_path: Path, segment_bytes: int, events: tuple[Callable[[Path], None], ...]
) -> None:
    write_log(tmp_path, segment_bytes)
    for event in events:
        event(tmp_path)
    with AuditLog(tmp_path, stream="shop", segment_bytes=segment_bytes) as log:
        assert log.append({"decision_id": "after"}).last_seq == RECORDS + len(events) + 1
    found = verify(tmp_path)
    assert (found.integrity, found.torn_bytes) == ("intact", 0)
    assert found.recoveries == events.count(append_torn_end)
    assert found.missing == 12 * events.count(append_gap)
    types = [one.payload["type"] for one in read_records(tmp_path)]
    assert types.count("gap") == events.count(append_gap)
    # What writers tell of themselves is as safe as what they tell of decisions
    segments = sorted(tmp_path.glob("shop/segments/*.log"))
    assert flip_bits(tmp_path, segments, every(977)).unnoticed == []
