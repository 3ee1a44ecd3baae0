"""A disk that fails at the n-th call, for every n: no false acknowledgement, and the log still verifies.

`tests/faults/disk.py` has the faults, and what a log is held to; run by itself it tries all of them with threads, too.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.audit.segment import Segment
from policy_engine.exceptions import AuditError
from tests.faults import disk as disks
from tests.faults.disk import (
    FAULTS,
    MODES,
    ROOMS,
    CannotMountError,
    Fault,
    Mode,
    Offered,
    failing,
    fill,
    full_disk,
    half_then_failing,
    hold,
    in_pieces,
    offer,
    strike_at_every_call,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policy_engine.audit import Durability

NOT_CALLED = ("ftruncate", "rename")
"""Calls that the log does not make, or only once another has failed."""


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
@pytest.mark.parametrize("durability", ["batch", "sync"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_call_that_fails_acknowledges_nothing_and_leaves_a_log_that_verifies(
    tmp_path: Path, fault: Fault, durability: Durability, mode: Mode
) -> None:
    assert strike_at_every_call(tmp_path, fault, durability=durability, mode=mode).wrong == []


@pytest.mark.parametrize("durability", ["batch", "sync"])
@pytest.mark.parametrize("name", ["short write ENOSPC", "fdatasync EIO", "open EIO", "write EIO for good"])
def test_threads_that_share_a_failing_log_are_each_told_the_truth(
    tmp_path: Path, name: str, durability: Durability
) -> None:
    (fault,) = (one for one in FAULTS if one.name == name)
    struck = strike_at_every_call(tmp_path, fault, durability=durability, threads=3)
    assert struck.wrong == []
    assert struck.refused > 0


def test_the_faults_strike_what_they_are_named_for(tmp_path: Path) -> None:
    for fault in FAULTS:
        if fault.name.endswith("EIO"):
            struck = strike_at_every_call(tmp_path / fault.name, fault, durability="sync")
            assert bool(struck.times) == (fault.call not in NOT_CALLED), fault.name


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda offered: offered.acknowledged.append("a-0-9-9"), "acknowledged and not there: ['a-0-9-9']"),
        (lambda offered: offered.acknowledged.remove("a-0-0-0"), "there and not acknowledged: ['a-0-0-0']"),
        (lambda offered: offered.acknowledged.reverse(), "threads whose records are not in their order: ['a-0']"),
        (lambda offered: offered.let_go.append("a-0-9-9"), "let go and not written down: 1"),
    ],
)
def test_what_a_log_does_not_keep_is_told(tmp_path: Path, damage: Callable[[Offered], None], words: str) -> None:
    offered = offer(tmp_path)
    assert hold(tmp_path, offered) == []
    damage(offered)
    assert hold(tmp_path, offered) == [words]


def test_a_log_that_never_came_to_be_has_acknowledged_nothing(tmp_path: Path) -> None:
    assert hold(tmp_path, Offered()) == []
    assert hold(tmp_path, Offered(["a-0-0-0"])) == ["acknowledged, and there is no log: ['a-0-0-0']"]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
@pytest.mark.parametrize("durability", ["batch", "sync"])
@pytest.mark.parametrize(
    ("room", "segment_bytes"), [("a full disk", 2**20), ("a full disk", 15_000), ("a limit below a record", 2**20)]
)
def test_where_there_is_no_room_nothing_is_acknowledged_and_where_there_is_again_all_is(
    tmp_path: Path, room: str, durability: Durability, segment_bytes: int, mode: Mode
) -> None:
    try:
        struck = fill(tmp_path, ROOMS[room], durability=durability, segment_bytes=segment_bytes, mode=mode)
    except CannotMountError as reason:
        # Also in CI: root that may mount never comes here, see `full_disk`
        pytest.skip(str(reason))
    assert struck.wrong == []
    assert (struck.acknowledged >= disks.STEPS, struck.refused) == (True, disks.STEPS)


@pytest.mark.parametrize("durability", ["batch", "sync"])
def test_where_no_file_may_grow_others_follow_and_all_is_acknowledged(tmp_path: Path, durability: Durability) -> None:
    struck = fill(tmp_path, ROOMS["a limit on files"], durability=durability)
    assert struck.wrong == []
    assert (struck.acknowledged, struck.refused) == (disks.MOST_RECORDS + disks.STEPS, 0)
    assert len(list(tmp_path.glob("log/s/segments/*.log"))) > 10


def test_a_log_that_is_opened_on_a_full_disk_says_so_and_opens_when_there_is_room(tmp_path: Path) -> None:
    try:
        with full_disk(tmp_path) as (disk, make_room):
            with suppress(OSError), (disk / "rest").open("wb", buffering=0) as rest:
                while True:
                    rest.write(b"x" * 1024)
            with pytest.raises(AuditError, match="No space left on device"):
                AuditLog(disk / "log", stream="s")
            make_room()
            with AuditLog(disk / "log", stream="s") as log:
                assert log.append({"n": 1}).last_seq == 2
            assert verify(disk / "log").intact
    except CannotMountError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("size", [1, 7, 64, 4096])
def test_short_and_interrupted_writes_are_finished(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", in_pieces(os.write, size))
    offered = offer(tmp_path)
    assert offered.refused == []
    assert hold(tmp_path, offered) == []


def test_a_write_that_takes_nothing_is_an_error_and_no_endless_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", lambda *_: 0)
            with pytest.raises(AuditError, match="could not be written: the system took none of it"):
                log.append({"n": 1})
        assert log.append({"n": 1}).last_seq == 2


def test_a_full_disk_is_told_in_words_and_writing_resumes_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", half_then_failing(os.write, 1, errno.ENOSPC))
            with pytest.raises(AuditError) as refusal:
                log.append({"n": 1})
        assert log.append({"n": 2}).last_seq == 2
    path = tmp_path / "s/segments/0000000000000001.log"
    assert str(refusal.value) == f"nothing was recorded: {path} could not be written: No space left on device"
    assert verify(tmp_path).intact


def test_a_broken_end_that_cannot_be_cut_off_is_cut_off_before_anything_else_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", half_then_failing(os.write, 1, errno.ENOSPC))
            disk.setattr(os, "ftruncate", failing(os.ftruncate, 1, errno.EIO, lasting=True))
            with pytest.raises(AuditError, match="No space left"):
                log.append({"n": 1})
            for _ in range(2):
                with pytest.raises(AuditError, match=r"what was partly written to .* cannot be cut off"):
                    log.append({"n": 2})
        assert verify(tmp_path).torn_bytes > 0
        assert log.append({"n": 3}).last_seq == 2
    found = verify(tmp_path)
    assert (found.intact, found.records, found.torn_bytes) == (True, 2, 0)


def said_by(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [one.payload for one in read_records(folder) if one.payload["type"] == kind]


def test_a_segment_of_which_a_flush_failed_is_never_written_to_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s", durability="sync") as log:
        log.append({"n": 1})
        with monkeypatch.context() as disk:
            disk.setattr(os, "fdatasync", failing(os.fdatasync, 1, errno.EIO))
            with pytest.raises(AuditError, match="could not be brought to the disk: Input/output error"):
                log.append({"n": 2})
        left = (tmp_path / "s/segments/0000000000000001.log").read_bytes()
        assert log.append({"n": 3})[1:3] == (4, 4)
        assert log.append({"n": 4})[1:3] == (5, 5)
    assert (tmp_path / "s/segments/0000000000000001.log").read_bytes() == left
    assert [one.payload.get("n") for one in read_records(tmp_path)] == [None, 1, None, 3, 4]
    (told,) = said_by(tmp_path, "suspect")
    assert (told["segment"], told["after_seq"]) == ("0000000000000001.log", 2)
    assert told["reason"] == "its disk did not take a flush: Input/output error"
    assert verify(tmp_path).intact
    AuditLog(tmp_path, stream="s").close()


def test_what_became_of_a_segment_is_said_even_if_the_next_one_fails_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s", durability="sync") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "fdatasync", failing(os.fdatasync, 1, errno.EIO))
            disk.setattr(os, "fsync", failing(os.fsync, 1, errno.EIO))
            for _ in range(2):
                with pytest.raises(AuditError, match="could not be brought to the disk: Input/output error"):
                    log.append({"n": 1})
            for number, word in ((1, "settled"), (2, "made anew")):
                disk.setattr(os, "unlink", failing(os.unlink, number, errno.EIO))
                with pytest.raises(AuditError, match=f"could not be {word}: Input/output error"):
                    log.append({"n": 1})
        assert log.append({"n": 2}).last_seq == 3
    assert [one["segment"] for one in said_by(tmp_path, "suspect")] == ["0000000000000001.log"]
    assert [one.payload.get("n") for one in read_records(tmp_path)] == [None, None, 2]
    assert verify(tmp_path).intact


def test_a_new_segments_name_that_is_not_flushed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="sync", segment_bytes=1) as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", failing(os.fsync, 1, errno.EIO))
            with pytest.raises(AuditError, match="could not be brought to the disk: Input/output error"):
                log.append({"n": 1})
        before = (tmp_path / "s/segments/0000000000000002.log").stat().st_ino
        keep = (tmp_path / "s/segments/0000000000000002.log").open("rb")  # so that its number is not given again
        with keep:
            assert log.append({"n": 2}).last_seq == 2
        assert (tmp_path / "s/segments/0000000000000002.log").stat().st_ino != before
    assert said_by(tmp_path, "suspect") == []
    assert verify(tmp_path).intact


def test_a_file_that_may_not_grow_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", half_then_failing(os.write, 1, errno.EFBIG))
            assert log.append({"n": 1}).last_seq == 2
        assert log.append({"n": 2}).last_seq == 3
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", failing(os.write, 1, errno.EFBIG, lasting=True))
            with pytest.raises(AuditError, match="could not be written: File too large"):
                log.append({"n": 3})
        assert log.append({"n": 4}).last_seq == 4
    assert sorted(path.name[13:] for path in (tmp_path / "s/segments").iterdir()) == ["001.log", "002.log", "004.log"]
    assert [one.payload.get("n") for one in read_records(tmp_path)] == [None, 1, 2, 4]
    assert verify(tmp_path).intact


def test_a_full_segment_that_closes_badly_was_on_the_disk_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Segment.close

    def close_and_complain(segment: Segment) -> None:
        close(segment)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with AuditLog(tmp_path, stream="s", segment_bytes=1) as log:
        with monkeypatch.context() as disk:
            disk.setattr(Segment, "close", close_and_complain)
            assert log.append({"n": 1}).last_seq == 2
        assert log.append({"n": 2}).last_seq == 3
    assert verify(tmp_path).intact


def test_a_write_that_is_interrupted_by_an_exception_is_cut_off_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def stopped(descriptor: int, data: bytes) -> int:
        real(descriptor, data[:20])
        raise KeyboardInterrupt

    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as person:
            person.setattr(os, "write", stopped)
            with pytest.raises(KeyboardInterrupt):
                log.append({"n": 1})
        assert verify(tmp_path).torn_bytes == 20
        assert log.append({"n": 2}).last_seq == 2
    assert verify(tmp_path).intact


def test_a_torn_end_that_cannot_be_cut_at_start_up_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AuditLog(tmp_path, stream="s").close()
    path = tmp_path / "s/segments/0000000000000001.log"
    path.write_bytes(path.read_bytes() + b'{"se')
    with monkeypatch.context() as disk:
        disk.setattr(os, "ftruncate", failing(os.ftruncate, 1, errno.EROFS))
        with pytest.raises(AuditError, match=r"the audit log cannot be opened: .*Read-only file system"):
            AuditLog(tmp_path, stream="s")
    with AuditLog(tmp_path, stream="s") as log:
        assert log.recovery is not None


def test_a_disk_without_locks_is_said_to_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.flock", failing(lambda *_: None, 1, errno.ENOLCK, lasting=True))
    with pytest.raises(AuditError, match="LOCK cannot be locked: No locks available; keep the log on a disk that"):
        AuditLog(tmp_path, stream="s")


def test_a_close_that_fails_is_told_and_the_stream_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close = Segment.close

    def close_and_complain(segment: Segment) -> None:
        close(segment)
        raise OSError(errno.EIO, os.strerror(errno.EIO))  # as a network disk does that has lost something

    log = AuditLog(tmp_path, stream="s")
    with monkeypatch.context() as disk:
        disk.setattr(Segment, "close", close_and_complain)
        with pytest.raises(AuditError, match="stream `s` could not be closed: Input/output error"):
            log.close()
    AuditLog(tmp_path, stream="s").close()


def test_a_file_that_may_not_grow_and_cannot_be_cut_back_takes_no_more_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        with monkeypatch.context() as disk:
            disk.setattr(os, "write", half_then_failing(os.write, 1, errno.EFBIG))
            disk.setattr(os, "ftruncate", failing(os.ftruncate, 1, errno.EIO))
            with pytest.raises(AuditError, match="could not be written: File too large"):
                log.append({"n": 1})
        assert log.append({"n": 2}).last_seq == 2
    assert [one.payload.get("n") for one in read_records(tmp_path)] == [None, 2]
    assert verify(tmp_path).intact
