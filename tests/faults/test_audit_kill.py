"""kill -9 at any moment: what was acknowledged is in the log, once, and the log verifies.

These are a few rounds of what `tests/faults/kill.py` does; run that for hundreds.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from policy_engine.audit import read_records, verify
from tests.faults import kill
from tests.faults.kill import Tally, Template, template
from tests.faults.writer import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITER = Path(__file__).with_name("writer.py")


@pytest.fixture(scope="module")
def writers() -> Iterator[Template]:
    """Give the process that forks writers off: it takes longer to start than a round."""
    with template() as started:
        yield started


def killed(
    writers: Template,
    folder: Path,
    *,
    rounds: int = 4,
    number: signal.Signals = signal.SIGKILL,
    **task: object,
) -> Tally:
    asked = Task(folder="", round="", **task)  # type: ignore[arg-type]
    chance = Random(20270201)  # noqa: S311 - when to kill is no secret
    return kill.run(writers, folder, asked, rounds=rounds, chance=chance, number=number)


def finished(folder: Path, name: str, many: int, *options: str) -> list[str]:
    """Let a writer write so many and end, and return the ids that it printed."""
    command = [sys.executable, str(WRITER), str(folder), name, str(many), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("processes", [1, 4])
@pytest.mark.parametrize("durability", ["batch", "sync"])
def test_what_killed_writers_acknowledged_is_in_the_log_once(
    writers: Template, tmp_path: Path, durability: str, processes: int
) -> None:
    tally = killed(writers, tmp_path, durability=durability, processes=processes, threads=3, segment_bytes=20_000)
    assert tally.told == []
    assert tally.kept
    assert (tally.rounds, tally.after_first) == (4, 4)
    assert tally.acknowledged >= 4
    # Each writer went on where one that was killed had written
    assert len(verify(tmp_path / "0").streams) <= processes


@pytest.mark.parametrize("durability", ["none", "batch", "sync"])
def test_what_was_taken_before_sigterm_is_in_the_log_once(writers: Template, tmp_path: Path, durability: str) -> None:
    tally = killed(writers, tmp_path, rounds=2, number=signal.SIGTERM, durability=durability, processes=2, threads=3)
    assert tally.told == []
    assert tally.kept
    assert tally.after_first == 2


def test_a_writer_that_is_killed_while_it_opens_a_log_leaves_one_that_opens(
    writers: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kill, "EARLY_EVERY", 1)
    tally = killed(writers, tmp_path, rounds=8)
    assert tally.told == []
    assert tally.kept


def test_a_writer_that_acknowledges_before_it_records_is_found_out(writers: Template, tmp_path: Path) -> None:
    tally = killed(writers, tmp_path, rounds=3, acknowledge_first=True)
    assert not tally.kept
    assert tally.missing > 0
    assert (tally.duplicates, tally.unverified, tally.not_ended) == (0, 0, 0)


def test_writers_that_cannot_start_are_no_proof_of_anything(
    writers: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kill, "LONGEST_END_S", 1)
    tally = killed(writers, tmp_path, durability="eventually")
    assert not tally.kept
    assert (tally.rounds, tally.not_ended, tally.told) == (1, 1, ["writers ended with [1]"])


@pytest.mark.parametrize(("option", "code"), [((), 0), (("--writer-option", "--acknowledge-first"), 1)])
def test_the_driver_exits_with_what_it_found(
    tmp_path: Path,
    option: tuple[str, ...],
    code: int,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # How long a restart takes is the driver's to say, on a machine that does nothing else
    monkeypatch.setattr(kill, "SLOWEST_RESTART_S", 60)
    few = ("--rounds", "2", "--durability", "batch", "--processes", "1", "--folder", str(tmp_path))
    assert kill.main([*few, *option]) == code
    header, row = capfd.readouterr().out.splitlines()
    assert header.split()[:3] == ["durability", "processes", "rounds"]
    assert row.split()[:4] == ["batch", "1", "2", "100%"]
    assert verify(tmp_path / "batch-1" / "0").intact


def test_what_is_only_queued_may_be_lost_when_killed_and_is_not_tried(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        kill.main(["--durability", "none"])
    assert ending.value.code == 2
    assert "promises nothing to a process that is killed" in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("--processes", "2", "--threads", "2"), ("--acknowledge-first",)])
def test_a_writer_that_is_left_alone_writes_so_many_and_ends(tmp_path: Path, options: tuple[str, ...]) -> None:
    many = 5 * (4 if "--threads" in options else 1)
    first, second = (finished(tmp_path, name, 5, *options) for name in ("a", "b"))
    assert (len(first), len(second), len({*first, *second})) == (many, many, 2 * many)
    decisions = [one.payload for one in read_records(tmp_path) if one.payload["type"] == "decision"]
    if "--acknowledge-first" in options:
        assert decisions == []
        return
    assert sorted(one["decision_id"] for one in decisions) == sorted([*first, *second])
    assert {one["request"]["subject"] for one in decisions} == {"a", "b"}
    assert verify(tmp_path).intact
