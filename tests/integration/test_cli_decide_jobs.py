"""`decide --jobs N`: the same bytes however many processes decide, and nothing lost or left when one of them ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import csv

from policy_engine.audit import AuditLog, Question, query, read_records, verify
from policy_engine.cli import _cases
from policy_engine.cli._workers import in_order
from policy_engine.exceptions import AuditError
from tests.support.commands import CASES, COMMAND, POLICIES, ROOT, lines_of, run
from tests.support.tables import rows_of_csv, rows_of_parquet, written_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AT = "2027-02-01T00:00:00Z"
COLUMNS = ("--column", "subject=applicant_id", "--context", "sex,age_band", "--ignore", "fold,label")
ON_LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="which children there are, Linux says")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return some thousands of the real cases in each format, with lines among them that are no rows."""
    folder = tmp_path_factory.mktemp("cases")
    header, *rows = CASES.read_text().splitlines(keepends=True)
    text = header + "".join(rows) * 5
    odd = "".join(rows[:300]) + 'one,"two\nlines",3\n\n' + "".join(rows[:50]) + '0,"a ""quote""\n"\n' + "".join(rows)
    (folder / "cases.csv").write_text(text)
    (folder / "odd.csv").write_text(header + odd * 3)
    table = csv.read_csv(
        folder / "cases.csv", convert_options=csv.ConvertOptions(column_types={"applicant_id": pa.string()})
    )
    written_parquet(folder / "cases.parquet", {name: table[name] for name in table.column_names}, row_group_size=777)
    lines = [json.dumps({name: row[name] for name in ("score", "housing", "purpose")}) for row in table.to_pylist()]
    lines[100] = lines[2000] = "oops"
    lines[300] = ""
    (folder / "cases.jsonl").write_text("\n".join(lines))
    return {path.name: path for path in folder.iterdir()}


def decided(source: Path, out: Path, *args: object, jobs: int | None = None) -> Any:  # noqa: ANN401 - click's result
    """Decide a file for credit-default."""
    columns = () if source.suffix == ".jsonl" else COLUMNS
    options = (*columns, *map(str, args), *(() if jobs is None else ("--jobs", str(jobs))))
    return run("decide", "credit-default", "--policies", POLICIES, "--input", source, "--output", out, *options)


def without_ids(path: Path) -> bytes:
    """Return a file without the ids of decisions."""
    return re.sub(rb'"decision_id":"[0-9a-f-]{36}"', b"", path.read_bytes())


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("name", ["cases.jsonl", "cases.csv", "odd.csv", "cases.parquet"])
def test_the_bytes_are_the_same_however_many_decide(
    tmp_path: Path, cases: dict[str, Path], name: str, form: str
) -> None:
    results = []
    for jobs in (1, 2, 3):
        out = tmp_path / f"{jobs}.{form}"
        result = decided(cases[name], out, "--at", AT, "--summary", jobs=jobs)
        results.append((result.exit_code, result.stderr, without_ids(out)))
    assert results[0] == results[1] == results[2]
    assert results[0][0] == (0 if name in ("cases.csv", "cases.parquet") else 1)


def test_every_decision_has_an_id_of_its_own(tmp_path: Path, cases: dict[str, Path]) -> None:
    assert decided(cases["cases.csv"], tmp_path / "out.jsonl", jobs=3).exit_code == 0
    ids = Counter(line["decision_id"] for line in lines_of((tmp_path / "out.jsonl").read_text()))
    assert ids.total() == len(ids) == 5000


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_what_is_written_is_recorded_in_its_order(tmp_path: Path, cases: dict[str, Path], form: str) -> None:
    out = tmp_path / f"out.{form}"
    result = decided(cases["cases.parquet"], out, "--audit", tmp_path / "log", jobs=2)
    assert result.exit_code == 0, result.stderr
    assert verify(tmp_path / "log").intact
    answers = query(tmp_path / "log", Question(use_case="credit-default"), tell=lambda one: pytest.fail(str(one)))
    recorded = [one.record for one in answers if one.record["type"] == "decision"]
    if form == "parquet":
        rows = rows_of_parquet(out)
    else:
        rows = lines_of(out.read_text()) if form == "jsonl" else rows_of_csv(out.read_text())
    assert [row["decision_id"] for row in rows] == [one["decision_id"] for one in recorded]
    assert len(recorded) == 5000
    assert all(one["audited"] for one in recorded)
    if form == "jsonl":
        kept = ("type", "request", "masked", "seq")
        assert [{key: one[key] for key in one if key not in kept} for one in recorded] == rows


@pytest.mark.parametrize("jobs", [1, 2])
def test_nothing_is_written_that_the_log_refuses(
    tmp_path: Path, cases: dict[str, Path], monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    whole = AuditLog.record
    calls: list[int] = []

    def full_at_the_second(log: AuditLog, payloads: Sequence[Any]) -> Any:  # noqa: ANN401 - as the original
        calls.append(len(payloads))
        if len(calls) == 2:
            raise AuditError("the disk is full")
        return whole(log, payloads)

    monkeypatch.setattr(AuditLog, "record", full_at_the_second)
    out = tmp_path / "out.jsonl"
    result = decided(cases["cases.csv"], out, "--audit", tmp_path / "log", jobs=jobs)
    recorded = list(read_records(tmp_path / "log"))[1:]
    assert result.exit_code == 1
    assert len(lines_of(out.read_text())) == len(recorded) == calls[0]
    assert f"row {calls[0] + 1:,} and what follows was not decided, {calls[0]:,} decisions" in result.stderr


# --- how many decide -----------------------------------------------------------------------------------------


def test_a_small_file_and_a_pipe_are_decided_by_one_process(
    tmp_path: Path, cases: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    whole = in_order

    def noted(work: Any, tasks: Any, jobs: int, **options: Any) -> Any:  # noqa: ANN401 - as the original
        asked.append(jobs)
        return whole(work, tasks, 1, **options)

    monkeypatch.setattr(_cases, "in_order", noted)
    # Whatever threads other tests have left here
    monkeypatch.setattr(_cases, "can_fork", lambda: True)
    monkeypatch.setattr(_cases, "processors", lambda: 3)
    decided(cases["cases.csv"], tmp_path / "out.csv")
    decided(cases["cases.csv"], tmp_path / "out.csv", jobs=2)
    run("decide", "credit-default", "--policies", POLICIES, "--input", "-", text=b'{"score": 0.5}\n' * 100_000)
    monkeypatch.setattr(_cases, "_WORTH_WORKERS", {"csv": 1000})
    decided(cases["cases.csv"], tmp_path / "out.csv")
    monkeypatch.setattr(_cases, "can_fork", lambda: False)
    decided(cases["cases.csv"], tmp_path / "out.csv", jobs=2)
    assert asked == [1, 2, 1, 3, 1]


def deciding(*args: object, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - those of Popen
    """Start `decide` in processes of its own."""
    command = [*COMMAND, "decide", "credit-default", "--policies", POLICIES, *map(str, args)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT, **options)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a file that takes some seconds."""
    header, *rows = CASES.read_text().splitlines(keepends=True)
    path = tmp_path / "large.csv"
    path.write_text(header + "".join(rows) * 100)
    return path


@pytest.fixture
def heeding_interrupts() -> Iterator[None]:
    """Let processes heed an interrupt even where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started, once there are two."""
    for _ in range(600):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if len(found) == 2:
            return [int(one) for one in found]
        time.sleep(0.05)
    raise AssertionError("no workers were started")


def are_gone(pids: list[int]) -> bool:
    """Say whether processes end, each when it has done what it is at: that may take a while on a busy machine."""
    for _ in range(1200):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_rows_that_trickle_are_answered_one_by_one_by_workers_too() -> None:
    with deciding("--input", "-", "--jobs", "2", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for score in (0.1, 0.5, 0.9):
            process.stdin.write(json.dumps({"score": score}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["score"] == score
        process.stdin.close()
    assert process.returncode == 0


@ON_LINUX
def test_a_worker_that_is_killed_ends_the_run_and_loses_nothing(large: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out.jsonl", tmp_path / "log"
    with deciding("--input", large, *COLUMNS, "--output", out, "--audit", log, "--jobs", "2") as process:
        workers = children(process.pid)
        while not out.exists() or not out.stat().st_size:
            time.sleep(0.02)
        os.kill(workers[1], signal.SIGKILL)
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 2
    assert said == b"policy-engine: a worker process was ended by SIGKILL before its work was done\n"
    assert are_gone(workers)
    ids = [line["decision_id"] for line in lines_of(out.read_text())]
    assert verify(log).intact
    assert [one.payload["decision_id"] for one in list(read_records(log))[1:]][: len(ids)] == ids
    assert 0 < len(ids) < 100_000


@ON_LINUX
@pytest.mark.usefixtures("heeding_interrupts")
@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_an_interrupt_ends_all_and_leaves_no_half_table(large: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"out.{form}"
    with deciding("--input", large, *COLUMNS, "--output", out, "--jobs", "2") as process:
        workers = children(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert are_gone(workers)
    left = {path.name for path in tmp_path.iterdir()} - {"large.csv", "large.parquet"}
    assert left == (set() if form == "parquet" else {f"out.{form}"})


@ON_LINUX
def test_workers_end_with_a_process_that_is_killed(large: Path, tmp_path: Path) -> None:
    with deciding("--input", large, *COLUMNS, "--output", tmp_path / "out.jsonl", "--jobs", "2") as process:
        workers = children(process.pid)
        process.kill()
    assert are_gone(workers)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_reader_that_goes_away_is_no_traceback(large: Path, form: str) -> None:
    options = ("--output-format", form, "--jobs", "2")
    with deciding("--input", large, *COLUMNS, *options, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_mistake_that_only_a_worker_meets_is_told_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("policy_engine.cli._deciding.decision_as_json", broken)
    (tmp_path / "cases.jsonl").write_text('{"score": 0.5}\n')
    result = decided(tmp_path / "cases.jsonl", tmp_path / "out.jsonl", jobs=2)
    assert result.exit_code == 2
    assert "a bug of policy-engine" in result.stderr
    assert "ZeroDivisionError: division by zero" in result.stderr
