"""Appending: what a receipt promises, whose stream it is, and how a log goes on from one segment to the next."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, endings, read_records, verify
from policy_engine.audit import claim as claims
from policy_engine.exceptions import AuditCorruptError, AuditError

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.audit import Durability

NOON = datetime(2027, 2, 1, 13, tzinfo=timezone(timedelta(hours=1)))


def numbers(folder: Path) -> list[tuple[str, int]]:
    return [(record.stream, record.seq) for record in read_records(folder)]


def segment_names(folder: Path, stream: str) -> list[str]:
    return sorted(path.name for path in (folder / stream / "segments").iterdir())


def test_the_lines_are_those_that_a_reader_can_recompute(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop", clock=lambda: NOON) as log:
        receipt = log.append({"outcome": "block", "score": 0.9})
    payloads = [
        b'{"seq":1,"type":"start","format":1,"stream":"shop","at":"2027-02-01T12:00:00Z"}',
        b'{"seq":2,"type":"decision","outcome":"block","score":0.9}',
    ]
    link, lines = sha256(b"policy-engine/audit/v1\nshop").digest(), b""
    for payload in payloads:
        link = sha256(b"policy-engine/audit/v1\n" + link + payload).digest()
        lines += payload + b"\t" + link.hex().encode() + b"\n"
    assert (tmp_path / "shop/segments/0000000000000001.log").read_bytes() == lines
    assert receipt == ("shop", 2, 2, link.hex(), "recorded")


def test_a_receipt_names_the_records_that_it_acknowledges(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        assert log.append({"n": 1})[1:3] == (2, 2)
        assert log.append_many([{"n": 2}, {"n": 3}])[1:3] == (3, 4)
        assert log.append_many([])[1:3] == (5, 4)
        assert log.append({"n": 4})[1:3] == (5, 5)
    assert [record.payload.get("n") for record in read_records(tmp_path)] == [None, 1, 2, 3, 4]


def test_a_batch_with_one_bad_record_is_not_recorded_at_all(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        with pytest.raises(AuditError, match="record 2 of 2: field `score` is nan"):
            log.append_many([{"n": 1}, {"score": float("nan")}])
        assert log.append({"n": 2}).last_seq == 2
    assert verify(tmp_path).records == 2


def test_a_log_opened_again_goes_on_where_it_ended(tmp_path: Path) -> None:
    for _ in range(3):
        with AuditLog(tmp_path, stream="shop") as log:
            assert log.recovery is None
            log.append({"outcome": "allow"})
    assert numbers(tmp_path) == [("shop", seq) for seq in range(1, 5)]
    assert verify(tmp_path).intact


@pytest.mark.parametrize("durability", ["batch", "sync"])
def test_a_full_segment_is_followed_by_one_named_for_its_first_record(tmp_path: Path, durability: Durability) -> None:
    with AuditLog(tmp_path, stream="shop", segment_bytes=400, durability=durability) as log:
        for number in range(8):
            log.append({"n": number})
    names = segment_names(tmp_path, "shop")
    assert names == [f"{first:016d}.log" for first in (1, 4, 8)]
    assert all(path.stat().st_size <= 400 for path in tmp_path.rglob("*.log"))
    assert verify(tmp_path).intact
    assert verify(tmp_path).records == 9


@pytest.mark.parametrize(("room", "segments"), [(-1, 2), (0, 1), (1, 1)])
def test_a_segment_is_filled_to_the_last_byte(tmp_path: Path, room: int, segments: int) -> None:
    with AuditLog(tmp_path / "measured", stream="shop") as log:
        log.append({"n": 1})
    size = (tmp_path / "measured/shop/segments/0000000000000001.log").stat().st_size
    with AuditLog(tmp_path / "log", stream="shop", segment_bytes=size + room) as log:
        log.append({"n": 1})
    assert len(segment_names(tmp_path / "log", "shop")) == segments


def test_a_full_segment_is_on_the_disk_before_the_next_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    with AuditLog(tmp_path, stream="shop", segment_bytes=1) as log:
        monkeypatch.setattr(
            os, "fdatasync", lambda number: flushed.append(Path(f"/proc/self/fd/{number}").readlink().name)
        )
        log.append({"n": 1})
        log.append({"n": 2})
    assert flushed == ["0000000000000001.log", "0000000000000002.log"]


def test_a_rotated_log_opened_again_goes_on_in_its_last_segment(tmp_path: Path) -> None:
    for _ in range(4):
        with AuditLog(tmp_path, stream="shop", segment_bytes=400) as log:
            log.append_many([{"n": 1}, {"n": 2}])
    assert numbers(tmp_path) == [("shop", seq) for seq in range(1, 10)]
    assert verify(tmp_path).intact


def test_an_empty_last_segment_is_gone_on_with(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({"n": 1})
    (tmp_path / "shop/segments/0000000000000003.log").touch()
    with AuditLog(tmp_path, stream="shop") as log:
        assert log.append({"n": 2}).last_seq == 3
    assert numbers(tmp_path) == [("shop", 1), ("shop", 2), ("shop", 3)]
    assert verify(tmp_path).intact


def test_a_batch_larger_than_a_segment_is_still_one_write(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop", segment_bytes=400) as log:
        log.append_many([{"n": number} for number in range(20)])
    assert segment_names(tmp_path, "shop") == ["0000000000000001.log", "0000000000000002.log"]


def test_a_segment_that_somebody_else_made_is_not_written_to(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop", segment_bytes=1) as log:
        (tmp_path / "shop/segments/0000000000000002.log").write_text("x")
        with pytest.raises(AuditError, match="it is there already, and this log did not write it"):
            log.append({"n": 1})


def test_a_segment_that_cannot_be_made_is_an_error_and_may_be_tried_again(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop", segment_bytes=1) as log:
        (tmp_path / "shop/segments/0000000000000002.log").mkdir()
        with pytest.raises(AuditError, match="a new segment could not be made"):
            log.append({"n": 1})
        (tmp_path / "shop/segments/0000000000000002.log").rmdir()
        assert log.append({"n": 1}).last_seq == 2
    assert verify(tmp_path).intact


def test_two_logs_of_one_host_have_a_stream_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: ".web 1/é")
    with AuditLog(tmp_path) as first, AuditLog(tmp_path) as second:
        assert [first.stream, second.stream] == ["web-1---1", "web-1---2"]
        first.append({"n": 1})
        second.append({"n": 2})
    with AuditLog(tmp_path) as again:
        assert again.stream == "web-1---1"
    found = verify(tmp_path)
    assert found.intact
    assert [one.records for one in found.streams] == [2, 2]


@pytest.mark.parametrize(
    ("host", "name"), [("", "host"), ("...", "host"), ("a" * 80, "a" * 50), ("db.example", "db.example")]
)
def test_a_stream_is_named_for_its_host(host: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    assert claims.host_name() == name


def test_when_every_stream_is_taken_the_log_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST_STREAMS", 1)
    with AuditLog(tmp_path), pytest.raises(AuditError, match=r"1 streams of .* have a writer each"):
        AuditLog(tmp_path)


def test_a_named_stream_has_one_writer(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop"), pytest.raises(AuditError, match=r"stream `shop` .* has a writer already"):
        AuditLog(tmp_path, stream="shop")
    AuditLog(tmp_path, stream="shop").close()


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a b", "é", "x" * 65, "a\n", "-\x00"])
def test_a_name_that_no_stream_may_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AuditError, match="cannot name a stream"):
        AuditLog(tmp_path / "log", stream=name)
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("name", ["a", "x" * 64, "A-b_c.9", "-"])
def test_a_name_that_a_stream_may_have_is_taken(tmp_path: Path, name: str) -> None:
    with AuditLog(tmp_path, stream=name) as log:
        assert log.stream == name


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"durability": "fast"}, "durability `fast` is not known; say `none`, `batch` or `sync`"),
        ({"on_error": "ignore"}, "on_error `ignore` is not known; say `fail_closed` or `fail_open`"),
        ({"on_full": "wait"}, "on_full `wait` is not known; say `block`, `fail_closed` or `fail_open`"),
    ],
)
def test_what_a_log_is_told_and_does_not_know_is_refused(tmp_path: Path, said: dict[str, Any], words: str) -> None:
    with pytest.raises(AuditError, match=words):
        AuditLog(tmp_path, **said)
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_what_is_made(tmp_path: Path) -> None:
    with AuditLog(tmp_path / "new/log", stream="shop", durability="sync"):
        pass
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").rglob("*")}
    folders, files = ("log", "shop", "segments"), ("LOCK", "RESERVE", "0000000000000001.log")
    assert modes == {**dict.fromkeys(folders, 0o700), **dict.fromkeys(files, 0o600)}


def test_sync_flushes_the_records_and_the_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []

    def note(flush: Callable[[int], None]) -> Callable[[int], None]:
        def noted(descriptor: int) -> None:
            flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
            flush(descriptor)

        return noted

    monkeypatch.setattr(os, "fsync", note(os.fsync))
    monkeypatch.setattr(os, "fdatasync", note(os.fdatasync))
    with AuditLog(tmp_path / "log", stream="shop", durability="sync") as log:
        made = [tmp_path.name, "log", "shop", "0000000000000001.log", "segments", "0000000000000001.log"]
        assert flushed == made
        log.append({"n": 1})
        log.append_many([{"n": 2}, {"n": 3}])
    assert flushed[len(made) :] == ["0000000000000001.log"] * 2


def test_batch_never_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: int) -> None:
        pytest.fail("flushed")

    monkeypatch.setattr(os, "fsync", never)
    monkeypatch.setattr(os, "fdatasync", never)
    with AuditLog(tmp_path, stream="shop") as log:
        assert log.append({"n": 1}).last_seq == 2


def test_a_closed_log_records_no_more_and_may_be_closed_again(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, stream="shop")
    log.close()
    log.close()
    with pytest.raises(AuditError, match="stream `shop` is closed; open the log again"):
        log.append({"n": 1})
    with pytest.raises(AuditError, match="is closed"):
        log.append_many([])


def test_threads_share_a_log(tmp_path: Path) -> None:
    receipts: list[int | None] = []

    def work(log: AuditLog) -> None:
        for number in range(50):
            receipts.append(log.append({"n": number}).last_seq)
            receipts.append(log.append_many([{"n": number}, {"n": number}]).first_seq)

    with AuditLog(tmp_path, stream="shop", segment_bytes=5_000) as log:
        threads = [threading.Thread(daemon=True, target=work, args=(log,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(receipts)) == len(receipts) == 800
    found = verify(tmp_path)
    assert found.intact
    assert found.records == 1 + 8 * 50 * 3


FORKED = """
import os, sys
from policy_engine.audit import AuditLog
from policy_engine.exceptions import AuditCorruptError, AuditError

log = AuditLog(sys.argv[1], stream="shop")
child = os.fork()
if child == 0:
    for call in (lambda: log.append({"n": 1}), lambda: log.append_many([{"n": 1}])):
        try:
            call()
        except AuditError as error:
            print(error, flush=True)
    log.close()
    with AuditLog(sys.argv[1]) as own:
        own.append({"n": 2})
        sys.stdin.read()  # lives on after its parent
    os._exit(0)
log.append({"n": 3})
"""


def test_a_forked_child_has_to_open_a_log_of_its_own(tmp_path: Path) -> None:
    program = [sys.executable, "-c", FORKED, str(tmp_path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        said = [parent.stdout.readline() for _ in range(2)]
        assert parent.wait(timeout=60) == 0
        # The child is still there, and does not keep the stream of its parent.
        with AuditLog(tmp_path, stream="shop") as log:
            assert log.append({"n": 4}).last_seq == 3
        parent.stdin.close()
        parent.stdout.read()
    assert all("belongs to the process that opened it; open a log of its own in each" in one for one in said)
    found = verify(tmp_path)
    assert found.intact
    assert sorted(one.records for one in found.streams) == [2, 3]


def test_what_a_fork_has_copied_is_closed_in_the_child(tmp_path: Path) -> None:
    # The hook itself, as a child would run it: the parent's part is played by the second log.
    log, closed = AuditLog(tmp_path, stream="shop"), AuditLog(tmp_path, stream="other")
    closed.close()
    endings._in_forked_child()  # noqa: SLF001 - only a fork calls it
    AuditLog(tmp_path, stream="shop").close()
    with pytest.raises(AuditError, match="belongs to the process that opened it"):
        log.append({"n": 1})
    with pytest.raises(AuditError, match="is closed"):
        closed.append({"n": 1})
    log.leave_to_parent()
    log.close()


def test_a_log_that_two_threads_close_is_closed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path, stream="shop")
    both = threading.Barrier(2)
    written = AuditLog._write_rest  # noqa: SLF001 - the moment at which both are on their way

    def together(one: AuditLog) -> None:
        both.wait(30)
        written(one)

    monkeypatch.setattr(AuditLog, "_write_rest", together)
    other = threading.Thread(daemon=True, target=log.close)
    other.start()
    log.close()
    other.join(30)
    assert not other.is_alive()
    with pytest.raises(AuditError, match="is closed"):
        log.append({"n": 1})
    monkeypatch.undo()
    AuditLog(tmp_path, stream="shop").close()
    found = verify(tmp_path)
    assert (found.intact, found.records) == (True, 1)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AuditError, match=r"the audit log cannot be opened: .*File exists"):
        AuditLog(tmp_path / "file")


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/LOCK").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditError, match="the audit log cannot be opened"):
        AuditLog(tmp_path, stream="shop")


def test_a_segment_that_is_a_link_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "shop/segments").mkdir(parents=True)
    (tmp_path / "elsewhere").touch()
    (tmp_path / "shop/segments/0000000000000001.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditCorruptError, match=r"0000000000000001.log is named as a segment, but not a file; see"):
        AuditLog(tmp_path, stream="shop")
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_the_clock_is_the_callers_to_choose(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="shop") as log:
        log.append({"n": 1})
    begun = verify(tmp_path).streams[0].first_at
    assert begun is not None
    assert abs(datetime.fromisoformat(begun) - datetime.now(UTC)) < timedelta(minutes=5)
