"""`decide --input FILE.parquet`: columns with types, and files that are no such files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from importlib import util
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy_engine.audit import read_records
from policy_engine.cli import _parquet
from tests.support.commands import CASES, POLICIES, lines_of, run
from tests.support.language import LANGUAGE
from tests.support.tables import rows_of_csv, written_parquet

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

AT = "2027-02-01T00:00:00Z"


def of_columns(folder: Path, columns: dict[str, Any], *args: object) -> Result:
    """Decide the rows of a Parquet file for card-fraud."""
    path = written_parquet(folder / "cases.parquet", columns)
    return decide(path, *args)


def decide(path: Path, *args: object) -> Result:
    """Decide the rows of a file for card-fraud."""
    options = ("card-fraud", "--policies", POLICIES, "--model-version", "4.3", *map(str, args))
    return run("decide", "--input", path, *(options if "--at" in args else (*options, "--at", AT)))


def summed_up(result: Result) -> list[str]:
    """Return of each line its class of bad input, its outcome, or that it is an error."""
    lines = lines_of(result.stdout)
    return ["error" if "error" in line else line["invalid"] or line["outcome"] for line in lines]


def test_the_real_cases_are_decided_as_from_csv(tmp_path: Path) -> None:
    rows = rows_of_csv(CASES.read_text())
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    columns["score"] = pa.array([float(one) for one in columns["score"]])
    columns["applicant_id"] = pa.array([int(one) for one in columns["applicant_id"]])
    path = written_parquet(tmp_path / "cases.parquet", columns, row_group_size=300)
    options = ("--column", "subject=applicant_id", "--context", "sex,age_band", "--ignore", "fold,label", "--at", AT)
    made = []
    for source, out in ((CASES, "a.csv"), (path, "b.csv")):
        result = run(
            "decide", "credit-default", "--policies", POLICIES, "--input", source, *options, "-o", tmp_path / out
        )
        assert result.exit_code == 0, result.stderr
        made.append((tmp_path / out).read_bytes())
    assert made[0] == made[1]
    assert made[0].count(b"\n") == 1001


SCORES = [
    # a column of scores, what comes of each
    (
        pa.array([0.71, 0.97, None, float("nan"), float("inf"), -0.1]),
        ["review", "block", "missing", "not_finite", "not_finite", "out_of_range"],
    ),
    (pa.array([0.25, None], pa.float32()), ["allow", "missing"]),
    (pa.array([0, 1, 2, None], pa.int8()), ["allow", "block", "out_of_range", "missing"]),
    (pa.array([2**64 - 1], pa.uint64()), ["out_of_range"]),
    (pa.array([True, None]), ["wrong_type", "missing"]),
    (pa.array(["0.5", "", None]), ["wrong_type", "wrong_type", "missing"]),
    (pa.array([Decimal("0.971"), None]), ["block", "missing"]),
    (pa.array([0.97, 0.1, 0.97]).dictionary_encode(), ["block", "allow", "block"]),
    (pa.array([datetime(2027, 1, 1, tzinfo=UTC), None]), ["wrong_type", "missing"]),
    (pa.array([[0.5], [], None]), ["wrong_type", "wrong_type", "missing"]),
    (pa.array([{"a": 0.5}, None]), ["wrong_type", "missing"]),
    (pa.array([b"0.5", b"\xff", None]), ["wrong_type", "wrong_type", "missing"]),
    (pa.nulls(2), ["missing", "missing"]),
    (pa.array([2**62, 2**62 + 1], pa.timestamp("ns")), ["wrong_type", "wrong_type"]),
    (pa.array([2**60], pa.timestamp("ms")), ["wrong_type"]),
    (pa.array([0.25], pa.float16()), ["allow"]),
]


@pytest.mark.parametrize(("scores", "expected"), SCORES)
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_every_type_of_score_is_told_apart(tmp_path: Path, scores: pa.Array, expected: list[str], form: str) -> None:
    place = pa.array(["DE"] * len(scores))
    result = of_columns(tmp_path, {"score": scores, "jurisdiction": place}, "--output-format", form)
    assert result.exit_code == 0, result.stderr
    if form == "jsonl":
        assert summed_up(result) == expected
    else:
        assert [row["invalid"] or row["outcome"] for row in rows_of_csv(result.stdout)] == expected


def test_a_key_of_text_takes_whole_numbers_as_their_digits(tmp_path: Path) -> None:
    columns = {"score": [0.5, 0.5], "subject": [7, None], "tier": [b"gold", None], "model_version": pa.array([4, None])}
    result = of_columns(tmp_path, columns, "--audit", tmp_path / "log")
    assert result.exit_code == 0, result.stderr
    first, second = (one.payload["request"] for one in list(read_records(tmp_path / "log"))[1:])
    assert (first["subject"], first["dimensions"], first["model_version"]) == ("7", {"tier": "gold"}, "4")
    assert "subject" not in second
    assert second["model_version"] == "4.3"


@pytest.mark.parametrize("subject", [pa.array([1.5]), pa.array([True]), pa.array([b"\xff"]), pa.array([["a"]])])
@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_subject_that_is_no_text_is_an_error_of_its_row(tmp_path: Path, subject: pa.Array, form: str) -> None:
    result = of_columns(tmp_path, {"score": [0.5], "subject": subject}, "--output-format", form)
    assert result.exit_code == 1
    assert "row 1: `subject` must be text" in result.stderr
    assert "1 row: 0 decided, 1 without a decision" in result.stderr


def test_rows_have_instants_jurisdictions_facts_and_codes_of_their_own(tmp_path: Path) -> None:
    columns = {
        "score": [0.95, 0.95, 0.95],
        "jurisdiction": pa.array([["DE", "US"], ["DE"], None]),
        "tier": ["platinum"] * 3,
        "fact.vip": [True, None, False],
        "at": pa.array(
            [datetime(2026, 8, 1, tzinfo=UTC), None, datetime(2027, 8, 1, tzinfo=UTC)], pa.timestamp("ns", "UTC")
        ),
        "reason_codes": pa.array([["R1"], None, ["R2", "R3"]]),
        "channel": pa.array([{"a": [1, None]}, None, None]),
        "age_band": pa.array([datetime(2026, 8, 1, tzinfo=UTC).date(), None, None]),
    }
    result = of_columns(tmp_path, columns, "--context", "channel,age_band", "--audit", tmp_path / "log")
    assert result.exit_code == 0, result.stderr
    found = lines_of(result.stdout)
    assert [line["at"] for line in found] == ["2026-08-01T00:00:00Z", AT, "2027-08-01T00:00:00Z"]
    assert [line["outcome"] for line in found] == ["review", "review", "block"]
    assert [line["jurisdiction"] for line in found] == ["DE", "DE", None]
    records = [one.payload["request"] for one in list(read_records(tmp_path / "log"))[1:]]
    assert records[0]["context"] == {"channel": {"a": [1, None]}, "age_band": "<object>"}
    assert records[2]["reason_codes"] == ["R2", "R3"]
    assert "facts" not in records[1]


def test_reason_codes_may_be_one_text(tmp_path: Path) -> None:
    result = of_columns(tmp_path, {"score": [0.5], "reason_codes": ["R07, R01;R02"]}, "--audit", tmp_path / "log")
    assert result.exit_code == 0, result.stderr
    (record,) = (one.payload["request"] for one in list(read_records(tmp_path / "log"))[1:])
    assert record["reason_codes"] == ["R07", "R01", "R02"]


def test_an_instant_without_an_offset_is_an_error_of_its_row(tmp_path: Path) -> None:
    result = of_columns(tmp_path, {"score": [0.5], "at": pa.array([datetime(2027, 1, 1)])})  # noqa: DTZ001 - on purpose
    assert result.exit_code == 1
    assert "`at` is not an instant with an offset" in result.stderr


@pytest.mark.parametrize(
    "scores",
    [
        pa.array([{"a": 0.6, "b": 0.1}, None]),
        pa.array([[("a", 0.6), ("b", 0.1)], None], pa.map_(pa.string(), pa.float64())),
        pa.array([[{"label": "a", "score": 0.6}, {"label": "b", "score": 0.1}], None]),
    ],
)
def test_classes_come_as_a_struct_a_map_or_a_list(tmp_path: Path, scores: pa.Array) -> None:
    for name, text in LANGUAGE.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    path = written_parquet(tmp_path / "cases.parquet", {"score": scores})
    for options in ((), ("--output-format", "csv")):
        result = run("decide", "tags", "--policies", tmp_path, "--input", path, "--fact", "sanctioned=false", *options)
        assert result.exit_code == 0, result.stderr
        lines = rows_of_csv(result.stdout) if options else lines_of(result.stdout)
        assert [(line["outcome"], line["label"] or None, line["invalid"] or None) for line in lines] == [
            ("tag", "a", None),
            ("tag", None, "missing"),
        ]


def test_several_scores_have_a_column_each(tmp_path: Path) -> None:
    for name, text in LANGUAGE.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    columns = {"score.document": [0.9, None, 0.9], "score.face": [0.8, 0.8, 0.4], "model_version.face": ["2.0"] * 3}
    path = written_parquet(tmp_path / "cases.parquet", columns)
    for options in ((), ("--output-format", "csv")):
        result = run("decide", "kyc", "--policies", tmp_path, "--input", path, *options)
        assert result.exit_code == 0, result.stderr
        lines = rows_of_csv(result.stdout) if options else lines_of(result.stdout)
        assert [line["outcome"] for line in lines] == ["pass", "manual", "reject"]
    del columns["model_version.face"]
    path = written_parquet(tmp_path / "cases.parquet", columns)
    with_version = ("--model-version", "face=2.0", "--output-format", "csv")
    result = run("decide", "kyc", "--policies", tmp_path, "--input", path, *with_version)
    assert [line["outcome"] for line in rows_of_csv(result.stdout)] == ["pass", "manual", "reject"]


def test_columns_are_mapped_recorded_and_left_out(tmp_path: Path) -> None:
    columns = {"p": [0.71], "kind": ["gold"], "sex": ["f"], "fold": [3], "amount": [1000], "nested": [{"score": 1.0}]}
    options = ("--column", "score=p", "--column", "tier=kind", "--context", "sex", "--ignore", "fold,nested")
    result = of_columns(tmp_path, columns, *options, "--jurisdiction", "DE", "--audit", tmp_path / "log")
    assert result.exit_code == 0, result.stderr
    record = [one.payload for one in read_records(tmp_path / "log")][-1]
    assert record["threshold_from"] == "big"
    assert record["request"]["context"] == {"sex": "f"}
    assert record["request"]["dimensions"] == {"tier": "gold", "amount": 1000, "jurisdiction": "DE"}


def test_a_record_is_the_same_by_column_as_row_by_row(tmp_path: Path) -> None:
    columns = {
        "score": [0.71, None],
        "jurisdiction": ["DE", None],
        "subject": ["c-1", None],
        "amount": [5.0, None],
        "channel": ["x", None],
        "fact.vip": [True, False],
    }
    records = []
    for form in ("jsonl", "csv"):
        log = tmp_path / form
        result = of_columns(tmp_path, columns, "--context", "channel", "--audit", log, "--output-format", form)
        assert result.exit_code == 0, result.stderr
        records.append([{**one.payload, "decision_id": "", "seq": 0} for one in read_records(log)][1:])
    assert records[0] == records[1]
    assert records[0][0]["request"]["context"] == {"channel": "x"}


def test_a_row_for_another_use_case_than_the_command_names_is_an_error(tmp_path: Path) -> None:
    result = of_columns(tmp_path, {"score": [0.5, 0.5], "use_case": ["card-fraud", "credit-default"]})
    assert result.exit_code == 1
    assert "row 2: not a row: its `use_case` is not `card-fraud`" in result.stderr


# --- files that are no such files ----------------------------------------------------------------------------


def test_no_rows_are_no_mistake(tmp_path: Path) -> None:
    result = of_columns(tmp_path, {"score": pa.array([], pa.float64())})
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 rows: 0 decided\n")


COLUMNS = [
    # the names of columns, options, what is said
    ((), (), "no column is the `score`: say which with --column score=COLUMN"),
    (("score", "score"), (), "the header names the column `score` 2 times"),
    (("score", ""), (), "column 2 of the header has no name"),
    (("score", "teir"), (), "nobody declared the column `teir`: did you mean `tier`?"),
    (("score", "\x1b[2J"), (), "nobody declared the column `\\x1b[2J`"),
    (("score", "facts"), (), "a column cannot be the `facts` itself: call its parts fact.NAME"),
    (("score",), ("--column", "tier=x"), "there is no column `x`"),
]


@pytest.mark.parametrize(("names", "options", "said"), COLUMNS)
def test_a_column_that_nobody_declared_is_told_before_any_row(
    tmp_path: Path, names: tuple[str, ...], options: tuple[str, ...], said: str
) -> None:
    path = tmp_path / "cases.parquet"
    pq.write_table(pa.table([pa.array([0.5])] * len(names), names=list(names)), path)
    result = decide(path, *options, "--audit", tmp_path / "log")
    assert said in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("data", [b"", b"PAR1", b"score\n0.5\n", b"PAR1" + b"x" * 50 + b"PAR1", b"\0" * 5000])
def test_a_file_that_is_no_parquet_file_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "cases.parquet").write_bytes(data)
    result = decide(tmp_path / "cases.parquet", "-o", tmp_path / "out.parquet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cases.parquet` is no whole Parquet file: " in result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["cases.parquet"]


def test_a_file_without_its_end_is_told(tmp_path: Path) -> None:
    path = written_parquet(tmp_path / "cases.parquet", {"score": [0.5] * 1000})
    path.write_bytes(path.read_bytes()[:-20])
    result = decide(path)
    assert result.exit_code == 2
    assert "is no whole Parquet file" in result.stderr


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_a_file_that_is_broken_inside_is_told_with_its_row(tmp_path: Path, form: str) -> None:
    scores = [(number * 7919 % 1000) / 1000 for number in range(6000)]
    path = written_parquet(
        tmp_path / "cases.parquet", {"score": scores}, row_group_size=1000, use_dictionary=False, compression="zstd"
    )
    place = pq.ParquetFile(path).metadata.row_group(4).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[place : place + 60] = b"\xff" * 60
    path.write_bytes(data)
    out = tmp_path / f"out.{form}"
    result = decide(path, "-o", out)
    assert result.exit_code == 2
    assert "cases.parquet` cannot be read behind row " in result.stderr
    assert "; what was written stands" in result.stderr
    assert "Traceback" not in result.stderr
    if form == "parquet":
        assert not out.exists()
    else:
        assert 0 < len(out.read_text().splitlines()) <= 4096


def test_a_parquet_file_is_not_read_from_a_pipe() -> None:
    result = run("decide", "card-fraud", "--policies", POLICIES, "--input", "-", "--input-format", "parquet")
    assert result.exit_code == 2
    assert "a Parquet file is read from its end, which a pipe has not: name the file" in result.stderr


@pytest.mark.parametrize("args", [("--input", "x.parquet"), ("--input", "x.jsonl", "-o", "out.parquet")])
def test_without_the_library_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("x.parquet", "x.jsonl"):
        (tmp_path / name).write_text("")
    found = util.find_spec
    monkeypatch.setattr(
        "policy_engine.cli._file_formats.find_spec", lambda name: None if name == "pyarrow" else found(name)
    )
    result = run("decide", "card-fraud", "--policies", POLICIES, *args)
    assert result.exit_code == 2
    assert "for Parquet files, pyarrow is missing: pip install 'pyarrow>=26'" in result.stderr


def test_without_the_library_a_csv_file_is_decided_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cases.csv").write_text("score,tier\n0.5,gold\n0.99,\n")
    made = []
    for is_there in (True, False):
        monkeypatch.setattr("policy_engine.cli._opening.has_arrow", lambda is_there=is_there: is_there)
        result = decide(tmp_path / "cases.csv", "--output-format", "csv")
        assert result.exit_code == 0, result.stderr
        made.append(result.stdout)
    assert made[0] == made[1]


def test_rows_as_large_as_the_file_says_are_read_a_few_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_parquet, "_MOST_BYTES", 2**16)
    text = "x" * 20_000
    columns = {"score": [0.5] * 30, "subject": [f"{number}{text}" for number in range(30)]}
    path = written_parquet(tmp_path / "cases.parquet", columns, use_dictionary=False, compression="none")
    asked = []
    whole = pq.ParquetFile.iter_batches

    def noted(self: pq.ParquetFile, batch_size: int, **options: Any) -> Any:  # noqa: ANN401 - as the original
        asked.append(batch_size)
        return whole(self, batch_size, **options)

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", noted)
    result = decide(path, "--output-format", "csv")
    assert result.exit_code == 0
    assert asked == [3]
    assert len(rows_of_csv(result.stdout)) == 30


def test_hostile_values_come_back_as_escapes(tmp_path: Path) -> None:
    hostile = "\x1b[31m\u202e\u009b\x7f\u2028"
    result = of_columns(tmp_path, {"score": [hostile], "tier": [hostile], "subject": [hostile]}, "--summary")
    assert result.exit_code == 0
    assert result.stdout.replace("\n", "").isprintable()
    assert json.loads(result.stdout)["score"] == hostile
