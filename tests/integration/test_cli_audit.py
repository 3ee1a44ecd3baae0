"""`audit verify`: three verdicts that are never mixed."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_engine.audit import AuditLog
from tests.support.commands import assert_fits, json_of, run


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the folder of a log with three decisions."""
    folder = tmp_path / "log"
    with AuditLog(folder, stream="shop") as log:
        log.append_many([{"decision_id": f"d-{number}", "at": "2027-02-01T00:00:00Z"} for number in range(3)])
    return folder


def segment(log: Path) -> Path:
    """Return the only segment of a log."""
    return next(log.glob("*/segments/*.log"))


def test_an_intact_log_says_what_was_shown_and_what_was_not(log: Path) -> None:
    result = run("audit", "verify", log)
    assert result.exit_code == 0
    assert result.stdout.startswith("integrity     intact: 4 records in 1 stream, each follows from the one")
    assert "completeness  not shown: nothing outside this folder was compared with it:" in result.stdout
    assert "anchor        none\n" in result.stdout
    assert "stream shop: 4 records in 1 segment\n" in result.stdout
    assert_fits(result.stdout)


def test_a_changed_record_breaks_it_with_its_place(log: Path) -> None:
    segment(log).write_bytes(segment(log).read_bytes().replace(b"d-1", b"d-7"))
    result = run("audit", "verify", log, "--color", "always")
    assert result.exit_code == 1
    assert "\x1b[1;31mbroken: 1 problem in 4 records in 1 stream\x1b[0m" in result.stdout
    assert "0000000000000001.log:3 (byte" in result.stdout
    found = json_of(run("audit", "verify", log, "--format", "json"))
    assert (found["integrity"]["verdict"], found["integrity"]["problem_count"]) == ("broken", 1)
    assert (found["completeness"]["verdict"], found["anchor"]) == ("not shown", "none")


def test_more_problems_than_are_shown_are_counted(log: Path) -> None:
    for number in range(30):
        (log / f"stray-{number}").write_text("x")
    result = run("audit", "verify", log)
    assert "broken: 30 problems" in result.stdout
    assert "and 10 more problems\n" in result.stdout
    assert_fits(result.stdout)


def test_a_torn_end_is_a_matter_of_completeness(log: Path) -> None:
    with segment(log).open("ab") as file:
        file.write(b'{"seq":')
    result = run("audit", "verify", log)
    assert result.exit_code == 0
    assert "stream shop: torn tail: 7 bytes" in result.stdout
    AuditLog(log, stream="shop").close()
    assert "1 torn end cut off by a later writer" in run("audit", "verify", log).stdout


def test_a_record_that_was_too_long_is_counted(log: Path) -> None:
    with AuditLog(log, stream="shop") as again:
        again.append({"decision_id": "d-9", "score": "x" * 100_000})
    assert "1 record too long for the log" in run("audit", "verify", log).stdout


def test_a_stream_that_holds_nothing_is_shown(log: Path) -> None:
    segment(log).write_bytes(b"")
    result = run("audit", "verify", log)
    assert result.exit_code == 0
    assert result.stdout.startswith("integrity     not shown: 0 records in 1 stream; 1 stream without a record\n")
    assert "stream shop: holds no record, not even its first: emptied, or\n" in result.stdout
    AuditLog(log, stream="till").close()
    result = run("audit", "verify", log)
    assert result.stdout.startswith("integrity     intact in part: 1 record in 2 streams, each follows from")
    assert_fits(result.stdout)
    assert "0 records in 1 segment" in result.stdout


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "stream"])
def test_no_such_log_is_wrong_usage(log: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    path = log / "shop" if kind == "stream" else tmp_path / kind
    result = run("audit", "verify", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no audit log in" in result.stderr


def test_a_verdict_goes_to_a_file(log: Path, tmp_path: Path) -> None:
    assert run("audit", "verify", log, "-o", tmp_path / "verdict.txt").stdout == ""
    assert (tmp_path / "verdict.txt").read_text().startswith("integrity     intact")


def test_the_group_says_what_it_has() -> None:
    result = run("audit", "--help")
    assert "verify" in result.stdout
    assert "Did you mean 'verify'?" in run("audit", "verfy").stderr


def test_a_log_that_cannot_be_read_is_neither_intact_nor_broken(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.open

    def failing(path: Path, *args: object, **options: object) -> object:
        if path.suffix == ".log":
            raise OSError(5, "Input/output error", str(path))
        return whole(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", failing)
    result = run("audit", "verify", log)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Input/output error" in result.stderr
