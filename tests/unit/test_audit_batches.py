"""Batches that are recorded as one file: what vouches for it, what is noticed of it, and what a failure leaves."""

from __future__ import annotations

import errno
import io
import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy_engine import Engine
from policy_engine.audit import AuditLog, Problem, Question, query, read_records, verify
from policy_engine.audit import batch_files as files
from policy_engine.audit import log as logs
from policy_engine.audit.segment import Segment
from policy_engine.engine import batch_recording
from policy_engine.exceptions import AuditError
from policy_engine.model import parse_instant
from policy_engine.reporting.as_text import verification_as_text
from tests.support.rollout import put

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.audit import OnError


ROWS = 12
AT = "2026-06-01T12:00:00Z"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    put(folder, "x", 1)
    return folder


@pytest.fixture
def log(tmp_path: Path, policies: Path) -> Path:
    """Return a log of two batches, and a decision of its own between them."""
    with Engine.load(policies, audit=AuditLog(tmp_path / "log", stream="s", batch_rows=4)) as engine:
        decide(engine, subject=[f"s-{row}" for row in range(ROWS)])
        engine.decide("x", 0.95, subject="s-3", at=AT)
        decide(engine, at="2026-07-01T12:00:00Z")
    return tmp_path / "log"


def decide(engine: Engine, *, at: str = AT, **said: Any) -> list[str]:  # noqa: ANN401 - as a caller may
    """Decide a batch, of which the last two rows are blocked, and return the ids."""
    scores = np.linspace(0.1, 0.5, ROWS)
    scores[-2:] = 0.95
    return [one.decision_id for one in engine.decide_batch("x", scores, at=at, **said)]


def batches(log: Path) -> list[Path]:
    return sorted(log.glob("s/batches/*"))


def asked(log: Path, **question: Any) -> tuple[list[dict[str, Any]], list[Problem]]:  # noqa: ANN401 - as a question has it
    problems: list[Problem] = []
    return [one.record for one in query(log, Question(**question), tell=problems.append)], problems


def places(log: Path, **question: Any) -> list[tuple[int, int | None]]:  # noqa: ANN401 - as a question has it
    """Return the number of each record that fits, with the row of those in a file."""
    answers, problems = asked(log, **question)
    assert problems == []
    return [(one["seq"], one.get("row")) for one in answers]


def test_a_batch_is_one_record_with_one_file(log: Path) -> None:
    _, batch, alone, _ = (one.payload for one in read_records(log))
    (path,) = (one for one in batches(log) if one.stem == batch["sha256"])
    assert (batch["type"], alone["type"]) == ("batch", "decision")
    assert {name: batch[name] for name in ("at", "use_case", "rows", "outcomes", "bytes")} == {
        "at": AT,
        "use_case": "x",
        "rows": ROWS,
        "outcomes": {"allow": ROWS - 2, "block": 2},
        "bytes": path.stat().st_size,
    }
    assert batch["policy"] == alone["policy"]
    assert batch["table_digest"] == alone["table_digest"]
    assert path.stat().st_mode & 0o777 == 0o600
    table = pq.read_table(path)
    assert table.column("score").to_pylist()[:1] == [0.1]
    assert table.column("outcome").to_pylist()[-2:] == ["block", "block"]
    assert table.column("subject").to_pylist()[:2] == ["s-0", "s-1"]


@pytest.mark.parametrize(("rows", "is_file"), [(3, False), (4, True)])
def test_a_small_batch_is_recorded_row_by_row(tmp_path: Path, policies: Path, rows: int, *, is_file: bool) -> None:
    with Engine.load(policies, audit=AuditLog(tmp_path / "log", stream="s", batch_rows=4)) as engine:
        engine.decide_batch("x", [0.1] * rows)
    kinds = [one.payload["type"] for one in read_records(tmp_path / "log")]
    assert kinds == (["start", "batch"] if is_file else ["start", *["decision"] * rows])


@pytest.mark.parametrize("without", ["pyarrow", "leave"])
def test_without_pyarrow_and_without_leave_a_batch_is_recorded_row_by_row(
    tmp_path: Path, policies: Path, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    monkeypatch.setattr(logs, "can_be_files", lambda: without != "pyarrow")
    audit = AuditLog(tmp_path / "log", stream="s", batch_rows=None if without == "leave" else 1)
    with Engine.load(policies, audit=audit) as engine:
        engine.decide_batch("x", [0.1] * 4)
    assert [one.payload["type"] for one in read_records(tmp_path / "log")] == ["start", *["decision"] * 4]


def test_a_log_with_batches_verifies_and_says_how_many_decisions_they_hold(log: Path) -> None:
    found = verify(log)
    assert (found.intact, found.records, found.batch_rows) == (True, 4, 2 * ROWS)
    text = verification_as_text(found)
    assert "intact: 4 records in 1 stream and 24 decisions in batches" in text
    assert "24 decisions in the files of 2 batches" in text


def test_questions_are_answered_from_files_too(log: Path) -> None:
    assert places(log, subject="s-3") == [(2, 4), (3, None)]
    assert places(log, band="block") == [(2, ROWS - 1), (2, ROWS), (3, None), (4, ROWS - 1), (4, ROWS)]
    assert len(places(log, use_case="x")) == 2 * ROWS + 1
    assert places(log, use_case="y") == []
    (answer,), _ = asked(log, decision_id=asked(log, subject="s-5")[0][0]["decision_id"])
    assert (answer["row"], answer["score"], answer["request"]["subject"]) == (6, np.linspace(0.1, 0.5, ROWS)[5], "s-5")


def test_a_question_of_nothing_gets_the_records_of_batches_too(log: Path) -> None:
    records, _ = asked(log)
    assert [one["type"] for one in records].count("batch") == 2
    assert len(records) == 4 + 2 * ROWS


def test_a_batch_outside_the_time_that_is_asked_for_is_not_read(log: Path) -> None:
    _, later = (one.payload for one in read_records(log) if one.payload["type"] == "batch")
    (log / f"s/batches/{later['sha256']}.parquet").unlink()
    until = parse_instant("2026-06-15T00:00:00Z")
    assert places(log, band="block", until=until) == [(2, ROWS - 1), (2, ROWS), (3, None)]
    answers, (problem,) = asked(log, band="block")
    assert len(answers) == 3
    assert (problem.kind, problem.what) == (
        "missing",
        "the file of the batch in record 4 is not there: removed, or lost in a power cut",
    )


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _grown(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0")


def _swapped(path: Path) -> None:
    (other,) = set(path.parent.iterdir()) - {path}
    third = path.with_name("x")
    path.rename(third)
    other.rename(path)
    third.rename(other)


def _linked(path: Path) -> None:
    elsewhere = path.parents[3] / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("damage", "kinds"),
    [
        (_flipped, {"batch"}),
        (_cut, {"batch"}),
        (_grown, {"batch"}),
        (_swapped, {"batch"}),
        (Path.unlink, {"missing"}),
        (_linked, {"missing", "symlink"}),
        (_folder, {"missing", "stray"}),
        (_pipe, {"missing", "stray"}),
        (lambda path: shutil.copy(path, path.with_name("copy.parquet")), {"stray"}),
        (lambda path: shutil.rmtree(path.parent), {"missing"}),
    ],
    ids=["flipped", "cut", "grown", "swapped", "removed", "linked", "folder", "pipe", "copied", "all removed"],
)
def test_a_file_that_is_not_what_its_record_vouches_for_is_noticed(
    log: Path, damage: Callable[[Path], object], kinds: set[str]
) -> None:
    damage(batches(log)[0])
    found = verify(log)
    assert not found.intact
    assert {one.kind for one in found.problems} == kinds


def test_a_byte_that_is_another_is_noticed_wherever_it_is(log: Path) -> None:
    path = batches(log)[0]
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        assert [one.kind for one in verify(log).problems] == ["batch"]


@dataclass
class Forged:
    """A batch that says of itself what it is told to, with anything in its file."""

    written: bytes = b"no such thing"
    fields: dict[str, Any] = field(default_factory=lambda: {"rows": 3, "first": "a", "last": "c"})
    fails: Exception | None = None

    def write_to(self, file: BinaryIO) -> None:
        """Write the file, or what there is of it before it fails."""
        file.write(self.written)
        if self.fails is not None:
            raise self.fails


def _parquet(columns: dict[str, Any], metadata: dict[str, str] | None = None) -> bytes:
    file = io.BytesIO()
    table = pa.table(columns)
    with pq.ParquetWriter(file, table.schema) as writer:
        writer.write_table(table)
        if metadata is not None:
            writer.add_key_value_metadata(metadata)
    return file.getvalue()


_WRONG = {name: ["[]"] for name in ("outcome", "subject", "score_json", "decision", "request")}
_WRONG["decision_id"] = ["d-1"]


@pytest.mark.parametrize(
    "written",
    [
        b"no such thing",
        b"PAR1" * 20,
        b"",
        _parquet({"a": [1]}),
        _parquet({"a": [1]}, {"policy_engine.batch": "1"}),
        _parquet({**_WRONG, "score": [0.1], "signal": [0.1]}, {"policy_engine.batch": "1"}),
        _parquet({**_WRONG, "score": [0.1], "signal": [0.1]}, {"policy_engine.batch": "2"}),
    ],
    ids=["text", "only marks", "nothing", "another table", "wrong columns", "wrong values", "another version"],
)
def test_what_is_no_file_of_a_batch_is_told_though_its_record_vouches_for_it(tmp_path: Path, written: bytes) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        log.record_batch(Forged(written))
        log.append({"decision_id": "d-1", "outcome": "block"})
    assert verify(tmp_path).intact
    answers, (problem,) = asked(tmp_path, decision_id="d-1")
    assert ([one["seq"] for one in answers], problem.kind) == ([3], "batch")
    assert problem.what.startswith("no file of a batch: ")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rows": 1, "type": "gap"}, "`type` is the log's own to write"),
        ({"rows": 1, "seq": 7}, "`seq` is the log's own to write"),
        ({"rows": 1, "sha256": "x"}, "`sha256` is the log's own to write"),
        ({"rows": 1, "bytes": 0}, "`bytes` is the log's own to write"),
        ({"rows": 0}, "a batch says in `rows` how many decisions it has"),
        ({"rows": True}, "a batch says in `rows` how many decisions it has"),
        ({}, "a batch says in `rows` how many decisions it has"),
        ({"rows": 1, "x": "x" * 70_000}, "a batch says more of itself than a record can hold"),
        ({"rows": 1, "x": float("nan")}, "field `x` is nan, which JSON cannot hold"),
    ],
)
@pytest.mark.parametrize("on_error", ["fail_closed", "fail_open"])
def test_a_batch_says_nothing_that_is_not_its_own_to_say(
    tmp_path: Path, fields: dict[str, Any], words: str, on_error: OnError
) -> None:
    with AuditLog(tmp_path, stream="s", on_error=on_error) as log, pytest.raises(AuditError, match=words):
        log.record_batch(Forged(fields=fields))
    assert batches(tmp_path) == []
    assert verify(tmp_path).records == 1


@pytest.mark.parametrize("error", [ValueError("odd"), TypeError("odd"), pa.ArrowInvalid("odd"), MemoryError("odd")])
def test_whatever_goes_wrong_in_writing_a_file_is_an_error_of_the_log(tmp_path: Path, error: Exception) -> None:
    with AuditLog(tmp_path, stream="s") as log, pytest.raises(AuditError, match=r"a batch could not be written: .*odd"):
        log.record_batch(Forged(fails=error))
    assert batches(tmp_path) == []
    with AuditLog(tmp_path, stream="s", on_error="fail_open") as log:
        assert not log.record_batch(Forged(fails=error, fields={"rows": 5}))
        assert log.lost == 5
    assert verify(tmp_path).missing == 5


def test_the_same_batch_twice_is_one_file_that_is_not_taken_from_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        log.record_batch(Forged())
        with monkeypatch.context() as disk:
            disk.setattr(log._writer, "append", _refused)  # noqa: SLF001 - only the record fails
            with pytest.raises(AuditError, match="no room"):
                log.record_batch(Forged())
        log.record_batch(Forged())
    assert verify(tmp_path).intact
    assert len(batches(tmp_path)) == 1


def _refused(_: object) -> None:
    raise AuditError("no room")


def test_a_name_that_is_not_brought_to_the_disk_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with AuditLog(tmp_path, stream="s", durability="sync") as log:
        log.record_batch(Forged())
        with monkeypatch.context() as disk:
            disk.setattr(files, "sync_folder", _full)
            with pytest.raises(AuditError, match="No space left on device"):
                log.record_batch(Forged(b"another"))
    assert len(batches(tmp_path)) == 1


def test_a_log_verifies_at_every_moment_while_batches_are_recorded(tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        with AuditLog(tmp_path, stream="s") as log:
            for number in range(400):
                log.record_batch(Forged(b"%d" % number))
        done.set()

    AuditLog(tmp_path, stream="s").close()
    threading.Thread(target=write, daemon=True).start()
    while not done.is_set():
        assert [str(one) for one in verify(tmp_path).problems] == []
    assert verify(tmp_path).batch_rows == 1200


@pytest.mark.parametrize("name", ["7.part", "0123456789abcdef.part.part", "0123456789abcdef", "x.parquet"])
def test_what_no_writer_puts_beside_batches_is_told(log: Path, name: str) -> None:
    (log / "s/batches" / name).write_bytes(b"x")
    assert [one.kind for one in verify(log).problems] == ["stray"]
    assert [one.kind for one in asked(log, band="block")[1]] == ["stray"]


def test_a_caller_cannot_write_the_record_of_a_batch(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="s") as log, pytest.raises(AuditError, match="`type` must be"):
        log.append({"type": "batch", "rows": 1})


def test_a_file_of_no_record_is_told_and_is_no_problem(log: Path) -> None:
    shutil.copy(batches(log)[0], log / f"s/batches/{'0' * 64}.parquet")
    (log / "s/batches/0123456789abcdef.part").write_bytes(b"begun")
    found = verify(log)
    assert found.intact
    assert found.streams[0].unclaimed == 2
    assert any("files of batches that no record names: 2;" in note for note in found.completeness)


def test_what_was_begun_and_never_finished_is_removed_by_the_next_writer(log: Path) -> None:
    (log / "s/batches/0123456789abcdef.part").write_bytes(b"begun")
    before = batches(log)
    AuditLog(log, stream="s").close()
    assert [one.name for one in batches(log)] == [one.name for one in before if one.suffix == ".parquet"]


def _full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("what", ["file", "record"])
def test_a_batch_that_cannot_be_recorded_is_refused_and_leaves_nothing(
    tmp_path: Path, policies: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    real = Segment.write

    def write(segment: Segment, data: bytes) -> None:
        if (segment.path.suffix == ".part") == (what == "file"):
            _full()
        real(segment, data)

    audit = AuditLog(tmp_path / "log", stream="s", batch_rows=1)
    with Engine.load(policies, audit=audit) as engine:
        with monkeypatch.context() as disk:
            disk.setattr(Segment, "write", write)
            with pytest.raises(AuditError, match=r"nothing was recorded: .*No space left on device"):
                decide(engine)
        assert batches(tmp_path / "log") == []
        assert "No space left" in str(audit.failure)
        decide(engine)
        assert audit.failure is None
    found = verify(tmp_path / "log")
    assert (found.intact, found.batch_rows, found.streams[0].unclaimed) == (True, ROWS, 0)


@pytest.mark.parametrize("durability", ["none", "batch"])
def test_a_batch_that_is_let_go_is_counted_by_its_rows(
    tmp_path: Path,
    policies: Path,
    monkeypatch: pytest.MonkeyPatch,
    durability: Any,  # noqa: ANN401 - a literal
) -> None:
    audit = AuditLog(tmp_path / "log", stream="s", batch_rows=1, on_error="fail_open", durability=durability)
    with Engine.load(policies, audit=audit) as engine:
        with monkeypatch.context() as disk:
            disk.setattr(files.BatchFiles, "_written", _full)
            batch = engine.decide_batch("x", [0.1] * ROWS)
            first = batch[0]
        assert (first.audited, batch[1].audited, audit.lost) == (False, False, ROWS)
        engine.decide("x", 0.1)
    gap = next(one.payload for one in read_records(tmp_path / "log") if one.payload["type"] == "gap")
    assert (gap["count"], gap["first"], gap["last"]) == (ROWS, first.decision_id, batch[ROWS - 1].decision_id)
    assert verify(tmp_path / "log").missing == ROWS


def test_a_queued_batch_is_written_before_the_log_is_closed(tmp_path: Path, policies: Path) -> None:
    audit = AuditLog(tmp_path / "log", stream="s", batch_rows=1, durability="none")
    with Engine.load(policies, audit=audit) as engine:
        decide(engine)
    assert verify(tmp_path / "log").batch_rows == ROWS


def test_the_ids_of_a_batch_are_those_of_its_decisions(policies: Path) -> None:
    batch = Engine.load(policies).decide_batch("x", [0.1] * 70_000)
    ids = batch.ids
    assert (len(ids), len(set(ids)), ids) == (70_000, 70_000, sorted(ids))
    assert [ids[row] for row in (0, 1, 69_999)] == [batch[row].decision_id for row in (0, 1, 69_999)]


def _forged(decisions: list[str], *, scores: list[Any] | None = None, requests: list[str] | None = None) -> Forged:
    """Return a batch in whose file stands what is given, all of it for the decision `d-1`."""
    many = len(decisions)
    columns = {
        "decision_id": ["d-1"] * many,
        "outcome": ["block"] * many,
        "subject": pa.nulls(many, pa.string()),
        "score": [0.5] * many if scores is None else scores,
        "score_json": pa.nulls(many, pa.string()),
        "signal": [0.5] * many,
        "decision": decisions,
        "request": ["{}"] * many if requests is None else requests,
    }
    return Forged(_parquet(columns, {"policy_engine.batch": "1"}), {"rows": 1})


GOOD = '{"type":"decision","outcome":"block"}'


@pytest.mark.parametrize(
    ("forged", "words"),
    [
        (_forged([GOOD, GOOD]), "it has 2 rows, and its record says 1"),
        (_forged(["[1]"]), "TypeError"),
        (_forged(["null"]), "TypeError"),
        (_forged(['{"seq":9}']), "a decision says where it stands"),
        (_forged(['{"row":9}']), "a decision says where it stands"),
        (_forged([GOOD], scores=[float("nan")]), "field `score` is nan"),
        (_forged([GOOD], scores=[b"x"]), "field `score` cannot be recorded"),
        (_forged([GOOD], requests=["{"]), "unexpected end of data"),
        (_forged([GOOD], requests=["[" * 300 + "]" * 300]), ""),
    ],
)
def test_a_forged_row_is_told_and_the_reading_goes_on(tmp_path: Path, forged: Forged, words: str) -> None:
    with AuditLog(tmp_path, stream="s") as log:
        log.record_batch(forged)
        log.append({"decision_id": "d-1", "outcome": "block"})
    answers, (problem,) = asked(tmp_path, decision_id="d-1")
    assert ([one["seq"] for one in answers], problem.kind) == ([3], "batch")
    assert words in problem.what


def test_a_link_in_the_place_of_the_batches_is_neither_followed_nor_emptied(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "0123456789abcdef.part").touch()
    (tmp_path / "log/s").mkdir(parents=True)
    (tmp_path / "log/s/batches").symlink_to(elsewhere)
    with AuditLog(tmp_path / "log", stream="s") as log, pytest.raises(AuditError, match="a link, which a log does not"):
        log.record_batch(Forged())
    assert [one.name for one in elsewhere.iterdir()] == ["0123456789abcdef.part"]


def test_rows_with_much_in_them_are_written_few_at_a_time(
    tmp_path: Path, policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_recording, "_FIRST", 4)
    monkeypatch.setattr(batch_recording, "_BYTES_AT_ONCE", 250_000)
    with Engine.load(policies, audit=AuditLog(tmp_path / "log", stream="s", batch_rows=1)) as engine:
        batch = engine.decide_batch("x", [0.1] * 20, context={"a": "x" * 100_000})
    (path,) = batches(tmp_path / "log")
    metadata = pq.ParquetFile(path).metadata
    groups = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
    assert groups == [4] + [2] * 8
    records, _ = asked(tmp_path / "log", decision_id=batch.ids[-1])
    assert [(one["row"], len(one["request"]["context"]["a"])) for one in records] == [(20, 100_000)]


def test_a_failing_file_is_told_by_the_log_until_one_is_written(tmp_path: Path) -> None:
    with AuditLog(tmp_path, stream="s", durability="none", on_error="fail_open") as log:
        log.record_batch(Forged(fails=OSError("odd")))
        assert "odd" in str(log.failure)
        assert log.append({"decision_id": "d-1"}).state == "queued"
        log.record_batch(Forged())
        assert log.failure is None
