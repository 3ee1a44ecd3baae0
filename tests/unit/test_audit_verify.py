"""Verifying: every change is noticed and placed, and what cannot be noticed is said in words."""

from __future__ import annotations

import errno
import json
import os
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from policy_engine.audit import AuditLog, Verification, read_records, verify
from policy_engine.audit.chain import chain, first_link
from policy_engine.audit.verification import NO_ANCHOR
from policy_engine.exceptions import AuditCorruptError, AuditError
from policy_engine.reporting.as_text import verification_as_text

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = "shop/segments/0000000000000001.log"
RECORDS = 30


def write_log(folder: Path, segment_bytes: int = 2**20) -> list[Path]:
    """Write a log of `RECORDS` records and return its segments."""
    with AuditLog(folder, stream="shop", segment_bytes=segment_bytes) as log:
        for number in range(RECORDS - 1):
            log.append({"decision_id": f"d-{number:02}", "outcome": "allow", "at": f"2027-01-01T00:00:{number:02}Z"})
    return sorted(folder.rglob("*.log"))


def kinds(found: Verification) -> list[str]:
    return [problem.kind for problem in found.problems]


def test_a_log_as_it_was_written_is_intact(tmp_path: Path) -> None:
    segments = write_log(tmp_path, segment_bytes=1_000)
    found = verify(tmp_path)
    assert (found.integrity, found.intact, found.anchor) == ("intact", True, "none")
    assert (found.records, found.recoveries, found.torn_bytes) == (RECORDS, 0, 0)
    (stream,) = found.streams
    assert (stream.stream, stream.segments, stream.last_seq) == ("shop", len(segments), RECORDS)
    assert stream.head == segments[-1].read_text().splitlines()[-1].split("\t")[1]
    assert stream.last_at == "2027-01-01T00:00:28Z"
    assert len(segments) > 3


def test_what_a_log_alone_cannot_show_is_always_said(tmp_path: Path) -> None:
    write_log(tmp_path)
    assert verify(tmp_path).completeness == (NO_ANCHOR,)


def test_the_result_is_plain_json(tmp_path: Path) -> None:
    write_log(tmp_path)
    (tmp_path / FIRST).write_bytes((tmp_path / FIRST).read_bytes().replace(b"d-07", b"d-70") + b'{"se')
    found = json.loads(orjson.dumps(verify(tmp_path).as_dict()))
    assert found["integrity"]["verdict"] == "broken"
    assert found["integrity"]["problem_count"] == 1
    assert found["integrity"]["problems"][0] == {
        "stream": "shop",
        "file": FIRST,
        "kind": "chain",
        "what": "record 9 was changed, or does not follow from the one before it",
        "line": 9,
        "offset": found["integrity"]["problems"][0]["offset"],
    }
    assert found["completeness"]["notes"][1].startswith("stream shop: torn tail: 4 bytes, never acknowledged")
    assert (found["anchor"], found["records"], found["streams"][0]["records"]) == ("none", RECORDS, RECORDS)


@pytest.mark.parametrize("segment_bytes", [2**20, 2_000])
def test_a_log_cut_at_any_byte_shows_it_unless_it_ends_with_a_whole_record(tmp_path: Path, segment_bytes: int) -> None:
    last = write_log(tmp_path, segment_bytes=segment_bytes)[-1]
    whole = last.read_bytes()
    for size in range(len(whole) - 1, -1, -1):
        os.truncate(last, size)
        found = verify(tmp_path)
        end = whole.rfind(b"\n", 0, size) + 1
        assert found.intact
        assert found.torn_bytes == size - end
        assert any("torn tail" in note for note in found.completeness) == (size != end)


def test_a_segment_cut_before_the_last_is_broken_at_any_byte(tmp_path: Path) -> None:
    segment = write_log(tmp_path, segment_bytes=2_000)[1]
    for size in range(segment.stat().st_size - 1, -1, -1):
        os.truncate(segment, size)
        assert not verify(tmp_path).intact


@pytest.mark.parametrize("segment_bytes", [2**20, 2_000])
def test_a_flipped_bit_is_noticed_at_every_byte(tmp_path: Path, segment_bytes: int) -> None:
    segments = write_log(tmp_path, segment_bytes=segment_bytes)
    for segment in segments:
        whole = segment.read_bytes()
        with segment.open("r+b", buffering=0) as file:
            for place, byte in enumerate(whole):
                os.pwrite(file.fileno(), bytes([byte ^ 1 << place % 8]), place)
                found = verify(tmp_path)
                os.pwrite(file.fileno(), bytes([byte]), place)
                is_last_byte = segment == segments[-1] and place == len(whole) - 1
                assert found.intact == is_last_byte
                assert (found.torn_bytes > 0) == is_last_byte
                assert found.problem_count <= 3
    assert verify(tmp_path).intact


def test_a_flipped_bit_is_placed(tmp_path: Path) -> None:
    (segment,) = write_log(tmp_path)
    lines = segment.read_bytes().splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        offset = sum(map(len, lines[: number - 1]))
        with segment.open("r+b", buffering=0) as file:
            os.pwrite(file.fileno(), b"x", offset + 30)
            (problem,) = verify(tmp_path).problems
            os.pwrite(file.fileno(), line[30:31], offset + 30)
        assert (problem.file, problem.line, problem.offset) == (FIRST, number, offset)
        assert str(problem).startswith(f"{FIRST}:{number} (byte {offset}): record {number} was changed")


Lines = list[bytes]
CHANGES: dict[str, tuple[Callable[[Lines], Lines], list[str]]] = {
    "the first line removed": (lambda lines: lines[1:], ["sequence"]),
    "a line removed": (lambda lines: lines[:9] + lines[10:], ["sequence"]),
    "half of the lines removed": (lambda lines: lines[::2], ["sequence"] * 14),
    "two lines swapped": (
        lambda lines: [*lines[:9], lines[10], lines[9], *lines[11:]],
        ["sequence", "sequence", "sequence"],
    ),
    "a line twice": (lambda lines: lines[:10] + lines[9:], ["sequence"]),
    "a line put in": (lambda lines: [*lines[:9], b"hello\n", *lines[9:]], ["form", "sequence"]),
    "an empty line put in": (lambda lines: [*lines[:9], b"\n", *lines[9:]], ["form", "sequence"]),
    "a line changed and chained anew": (lambda lines: [*lines[:9], rechained(lines[8], 10), *lines[10:]], ["chain"]),
    "a line of 200,000 bytes": (lambda lines: [*lines[:9], b"x" * 200_000 + b"\n", *lines[10:]], ["form"]),
    "the line end removed": (lambda lines: [*lines[:9], lines[9][:-1], *lines[10:]], ["chain", "sequence"]),
    "line ends of another system": (lambda lines: [line[:-1] + b"\r\n" for line in lines], ["form"] * 20),
    "links in capitals": (
        lambda lines: [*lines[:9], lines[9][:-65] + lines[9][-65:].upper(), *lines[10:]],
        ["form"],
    ),
}


def rechained(before: bytes, seq: int) -> bytes:
    link = bytes.fromhex(before[-65:-1].decode())
    return chain([b'"type":"decision","outcome":"block"}'], seq=seq - 1, link=link).lines


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_lines_is_noticed(tmp_path: Path, change: str) -> None:
    (segment,) = write_log(tmp_path)
    make, expected = CHANGES[change]
    segment.write_bytes(b"".join(make(segment.read_bytes().splitlines(keepends=True))))
    found = verify(tmp_path)
    assert found.integrity == "broken"
    assert kinds(found) == expected


def test_all_problems_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    (segment,) = write_log(tmp_path)
    segment.write_bytes(segment.read_bytes().replace(b"allow", b"block"))
    found = verify(tmp_path)
    assert (len(found.problems), found.problem_count, found.streams[0].problem_count) == (20, RECORDS - 1, RECORDS - 1)
    assert [problem.line for problem in found.problems] == list(range(2, 22))


def test_a_rewritten_log_verifies_which_is_why_a_head_is_kept_elsewhere(tmp_path: Path) -> None:
    (segment,) = write_log(tmp_path)
    before = verify(tmp_path).streams[0].head
    bodies = [line.split(b",", 1)[1].rsplit(b"\t", 1)[0] for line in segment.read_bytes().splitlines()]
    bodies[5] = bodies[5].replace(b"allow", b"block")
    segment.write_bytes(chain(bodies, seq=0, link=first_link("shop")).lines)
    found = verify(tmp_path)
    assert found.intact
    assert found.streams[0].head != before


def test_a_chained_record_that_is_not_json_is_noticed(tmp_path: Path) -> None:
    (segment,) = write_log(tmp_path)
    bodies = [line.split(b",", 1)[1].rsplit(b"\t", 1)[0] for line in segment.read_bytes().splitlines()]
    bodies[5] = bodies[5][:-1] + b",}"
    segment.write_bytes(chain(bodies, seq=0, link=first_link("shop")).lines)
    (problem,) = verify(tmp_path).problems
    assert (problem.line, problem.what) == (6, "the record is not JSON")


def swap(first: Path, second: Path) -> None:
    first.rename(first.with_suffix(".tmp"))
    second.rename(first)
    first.with_suffix(".tmp").rename(second)


def copy_to(path: Path, name: str) -> None:
    path.with_name(name).write_bytes(path.read_bytes())


SEGMENT_CHANGES: dict[str, tuple[Callable[[list[Path]], Any], str]] = {
    "the first removed": (lambda segments: segments[0].unlink(), "missing"),
    "one in the middle removed": (lambda segments: segments[2].unlink(), "missing"),
    "two swapped": (lambda segments: swap(segments[1], segments[2]), "sequence"),
    "one emptied": (lambda segments: segments[1].write_bytes(b""), "missing"),
    "one copied over the next": (lambda segments: segments[2].write_bytes(segments[1].read_bytes()), "sequence"),
    "one twice": (lambda segments: copy_to(segments[1], f"{RECORDS + 1:016d}.log"), "sequence"),
    "one put in": (lambda segments: copy_to(segments[1], f"{2:016d}.log"), "name"),
    "one renamed": (lambda segments: segments[1].rename(segments[1].with_name("7.log")), "name"),
    "one renamed to nothing": (lambda segments: segments[1].rename(segments[1].with_name(f"{0:016d}.log")), "name"),
    "one put aside": (lambda segments: segments[1].rename(segments[1].with_suffix(".bak")), "stray"),
    "one made a link": (lambda segments: link_to_itself_elsewhere(segments[1]), "symlink"),
    "one made a folder": (lambda segments: replace_by(Path.mkdir, segments[1]), "stray"),
    "one made a pipe": (lambda segments: replace_by(os.mkfifo, segments[1]), "stray"),
    "the lines of one removed at its end": (lambda segments: cut_last_line(segments[1]), "missing"),
    "the line end of one removed": (lambda segments: os.truncate(segments[1], segments[1].stat().st_size - 1), "form"),
}


def replace_by(make: Callable[[Path], None], path: Path) -> None:
    path.unlink()
    make(path)


def link_to_itself_elsewhere(path: Path) -> None:
    elsewhere = path.parents[3] / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def cut_last_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


@pytest.mark.parametrize("change", SEGMENT_CHANGES)
def test_a_change_of_segments_is_noticed(tmp_path: Path, change: str) -> None:
    segments = write_log(tmp_path / "log", segment_bytes=1_000)
    make, expected = SEGMENT_CHANGES[change]
    make(segments)
    found = verify(tmp_path / "log")
    assert found.integrity == "broken"
    assert expected in kinds(found)
    assert found.problem_count <= 8


def test_a_segment_named_for_records_that_are_there_already_is_noticed(tmp_path: Path) -> None:
    segments = write_log(tmp_path, segment_bytes=1_000)
    segments[2].rename(segments[2].with_name(f"{3:016d}.log"))
    found = verify(tmp_path)
    assert kinds(found)[0] == "name"
    assert "named for record 3, but the segments before it reach record" in found.problems[0].what


def test_a_missing_segment_is_one_problem_that_names_its_records(tmp_path: Path) -> None:
    segments = write_log(tmp_path, segment_bytes=1_000)
    first, after = int(segments[1].stem), int(segments[2].stem)
    segments[1].unlink()
    (problem,) = verify(tmp_path).problems
    assert problem.file == f"shop/segments/{segments[2].name}"
    assert str(problem).endswith(f"records {first} to {after - 1} are missing: no segment before this one holds them")


def test_bytes_put_after_a_full_segment_are_one_problem(tmp_path: Path) -> None:
    segment = write_log(tmp_path, segment_bytes=1_000)[1]
    size = segment.stat().st_size
    number = int(Path(segment).stem) + segment.read_bytes().count(b"\n")
    for tail, what in {
        b"hello": f"5 bytes that no writer leaves: neither the beginning of record {number} nor NULs alone",
        b"{": "1 bytes without an end, though a segment follows",
    }.items():
        os.truncate(segment, size)
        with segment.open("ab") as file:
            file.write(tail)
        (problem,) = verify(tmp_path).problems
        assert (problem.offset, problem.what) == (size, what)


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (b"\0" * 4_096, "4096 bytes, all of them NUL, as a power cut leaves them"),
        (b'{"seq":' + b"\0" * 4_096, "4103 bytes, the last 4096 of them NUL, as a power cut leaves them"),
        (b'{"seq":', "7 bytes, never acknowledged or lost in a crash, or being written just now"),
    ],
)
def test_a_torn_tail_says_what_it_is_made_of(tmp_path: Path, tail: bytes, told: str) -> None:
    (segment,) = write_log(tmp_path)
    with segment.open("ab") as file:
        file.write(tail)
    found = verify(tmp_path)
    assert found.intact
    assert found.completeness[1].startswith(f"stream shop: torn tail: {told}")


def test_a_removed_last_segment_is_not_seen_and_that_is_said(tmp_path: Path) -> None:
    segments = write_log(tmp_path, segment_bytes=1_000)
    segments[-1].unlink()
    found = verify(tmp_path)
    assert found.intact
    assert NO_ANCHOR in found.completeness


def test_a_stream_under_another_name_does_not_verify(tmp_path: Path) -> None:
    write_log(tmp_path)
    (tmp_path / "shop").rename(tmp_path / "till")
    assert kinds(verify(tmp_path)) == ["chain"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("notes.txt", "stray"),
        ("folder/", "stray"),
        ("bad name/segments/", "name"),
        ("shop/notes.txt", "stray"),
        ("shop/folder/", "stray"),
        ("shop/segments/notes.txt", "stray"),
        ("shop/segments/1.log", "name"),
        ("shop/segments/folder/", "stray"),
    ],
)
def test_what_no_writer_put_there_is_a_problem(tmp_path: Path, path: str, kind: str) -> None:
    write_log(tmp_path)
    made = tmp_path / path
    if path.endswith("/"):
        made.mkdir(parents=True)
        (made / "x").touch()
    else:
        made.touch()
    (problem,) = verify(tmp_path).problems
    assert problem.kind == kind
    assert problem.line is None
    assert re.match(r"[^:]+: [a-z]", str(problem))
    assert path.rstrip("/").startswith(problem.file)


@pytest.mark.parametrize("path", ["till", "shop/checkpoint", "shop/segments/0000000000000031.log"])
def test_a_link_is_a_problem_and_is_not_followed(tmp_path: Path, path: str) -> None:
    write_log(tmp_path)
    (tmp_path / path).symlink_to(tmp_path / "shop", target_is_directory=True)
    assert kinds(verify(tmp_path)) == ["symlink"]


@pytest.mark.parametrize("name", ["LOCK", "segments"])
def test_a_link_in_the_place_of_a_streams_own_is_a_problem(tmp_path: Path, name: str) -> None:
    write_log(tmp_path / "log")
    (tmp_path / "log/shop" / name).rename(tmp_path / name)
    (tmp_path / "log/shop" / name).symlink_to(tmp_path / name)
    assert "symlink" in kinds(verify(tmp_path / "log"))


def test_a_disks_own_folder_and_one_just_made_are_no_problem(tmp_path: Path) -> None:
    write_log(tmp_path)
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "till").mkdir()
    assert verify(tmp_path).intact


@pytest.mark.parametrize("made", ["till/segments", "till/LOCK"])
def test_a_stream_without_a_record_is_said_to_be_empty(tmp_path: Path, made: str) -> None:
    write_log(tmp_path)
    (tmp_path / "till").mkdir()
    (tmp_path / made).mkdir() if made.endswith("segments") else (tmp_path / made).touch()
    found = verify(tmp_path)
    assert (found.intact, found.integrity) == (True, "intact in part")
    assert found.completeness[1:] == ("stream till: holds no record, not even its first: emptied, or never used",)


def test_an_emptied_stream_is_not_called_intact(tmp_path: Path) -> None:
    (segment,) = write_log(tmp_path)
    segment.write_bytes(b"")
    found = verify(tmp_path)
    assert (found.intact, found.integrity, found.as_dict()["integrity"]["verdict"]) == (True, "not shown", "not shown")
    assert found.completeness[1:] == ("stream shop: holds no record, not even its first: emptied, or never used",)


def test_a_stream_begins_with_the_first_record_that_is_there(tmp_path: Path) -> None:
    first, *_ = write_log(tmp_path, segment_bytes=400)
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({"context": "x" * 2**17, "at": "2027-01-02T00:00:00Z"})
    held = first.read_bytes().count(b"\n")
    first.unlink()
    (stream,) = verify(tmp_path).streams
    assert (stream.first_at, stream.last_at) == (f"2027-01-01T00:00:{held - 1:02}Z", "2027-01-02T00:00:00Z")


def test_the_logs_own_instants_are_spelled_as_those_of_decisions(tmp_path: Path) -> None:
    for second in (datetime(2027, 2, 1, 9, tzinfo=UTC), datetime(2027, 2, 1, 9, 0, 0, 500_000, tzinfo=UTC)):
        AuditLog(tmp_path / str(second.microsecond), clock=lambda at=second: at).close()  # type: ignore[misc]
    (whole,), (half,) = (list(read_records(tmp_path / name)) for name in ("0", "500000"))
    assert (whole.payload["at"], half.payload["at"]) == ("2027-02-01T09:00:00Z", "2027-02-01T09:00:00.500000Z")


def test_a_name_of_any_bytes_can_be_printed(tmp_path: Path) -> None:
    write_log(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[2J\n")).touch()
    (problem,) = verify(tmp_path).problems
    assert problem.file == r"\udcff\x1b[2J\n"
    assert orjson.dumps(verify(tmp_path).as_dict())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere", "no audit log in .*nowhere: there is no such folder"),
        ("file", "no audit log in .*file: there is no such folder"),
        ("empty", "no audit log in .*empty: it holds no stream"),
        ("log/shop", "no audit log in .*shop: it holds no stream; it is one stream of a log: name .*log"),
    ],
)
@pytest.mark.parametrize("read", [verify, lambda folder: list(read_records(folder))])
def test_where_there_is_no_log_there_is_no_verdict(
    tmp_path: Path, path: str, words: str, read: Callable[[Path], object]
) -> None:
    write_log(tmp_path / "log")
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(AuditError, match=words):
        read(tmp_path / path)


def test_a_log_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_log(tmp_path)

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AuditError, match=r"cannot be read: .*0000000000000001.log: Permission denied"):
        verify(tmp_path)


def test_progress_adds_up_to_the_bytes_of_the_log(tmp_path: Path) -> None:
    segments = write_log(tmp_path, segment_bytes=1_000)
    with segments[-1].open("ab") as file:
        file.write(b'{"se')
    told: list[int] = []
    verify(tmp_path, progress=told.append)
    assert sum(told) == sum(path.stat().st_size for path in segments)
    assert min(told) >= 0


def test_stubs_and_recoveries_are_counted(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({"outcome": "block", "context": "x" * 2**17})
    with (tmp_path / FIRST).open("ab") as file:
        file.write(b'{"se')
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({"at": 5})
    (stream,) = verify(tmp_path).streams
    assert (stream.truncated, stream.recoveries, stream.records) == (1, 1, 4)
    assert stream.first_at is not None
    assert stream.last_at >= stream.first_at  # type: ignore[operator]


def test_what_was_let_go_is_counted_and_keeps_a_log_from_being_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with AuditLog(tmp_path, stream="s", durability="sync", on_error="fail_open") as log:
        log.append({"n": 1})
        with monkeypatch.context() as disk:
            disk.setattr(os, "fdatasync", fails)
            log.append_many([{"n": 2}, {"n": 3}])
        log.append({"n": 4})
    found = verify(tmp_path)
    (stream,) = found.streams
    assert (found.intact, found.missing, stream.missing, stream.suspects, stream.segments) == (True, 2, 2, 1, 2)
    assert found.completeness[1:] == ("stream s: 2 decisions were given and are not here, as its gaps say",)
    assert found.as_dict()["missing"] == 2
    text = verification_as_text(found)
    assert "stream s: 2 decisions were given and are not here, as its gaps say" in " ".join(text.split())
    assert "  1 segment of which the disk did not take a flush, as the log says" in text


def test_a_log_verifies_at_every_moment_while_it_grows(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:

        def grow() -> None:
            for _ in range(1_000):
                log.append_many([{"context": "x" * 500}] * 10)

        thread = threading.Thread(daemon=True, target=grow)
        thread.start()
        found = []
        while thread.is_alive():
            found.append(verify(tmp_path))
        thread.join()
    assert all(one.intact for one in found)
    assert verify(tmp_path).records == 10_001


def test_what_is_written_while_a_log_is_read_is_left_for_the_next_time(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({"n": 1})
        seen = []
        for record in read_records(tmp_path):
            seen.append(record.seq)
            log.append({"n": 2})
    assert seen == [1, 2]


def test_verifying_changes_nothing(tmp_path: Path) -> None:
    segments = write_log(tmp_path, segment_bytes=1_000)
    with segments[-1].open("ab") as file:
        file.write(b'{"se')

    def state() -> list[tuple[str, int, int]]:
        return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(tmp_path.rglob("*"))]

    before = state()
    verify(tmp_path)
    assert state() == before


def test_the_records_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="b") as log, AuditLog(tmp_path, stream="a") as other:
        log.append({"score": 0.1, "facts": {"é": [None, True]}})
        other.append({"score": 1e-300})
    with (tmp_path / "a/segments/0000000000000001.log").open("ab") as file:
        file.write(b'{"se')
    read = [(one.stream, one.seq, one.payload) for one in read_records(tmp_path)]
    assert read[1] == ("a", 2, {"seq": 2, "type": "decision", "score": 1e-300})
    assert read[3] == ("b", 2, {"seq": 2, "type": "decision", "score": 0.1, "facts": {"é": [None, True]}})
    assert len(read) == 4


@pytest.mark.parametrize("line", [b"hello\n", chain([b"}"], seq=1, link=b"").lines])
def test_a_line_that_is_no_record_is_not_read_back(tmp_path: Path, line: bytes) -> None:
    AuditLog(tmp_path, stream="shop").close()
    with (tmp_path / FIRST).open("ab") as file:
        file.write(line)
    with pytest.raises(AuditCorruptError, match=r"0000000000000001.log:2: (not a record|record 2 was changed)"):
        list(read_records(tmp_path))
