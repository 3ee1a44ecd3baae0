"""`decide --output FILE.csv` and `FILE.parquet`: a row for each case, and either a whole file or none."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.cli import _parquet_out
from policy_engine.exceptions import AuditError
from tests.support.commands import CASES, POLICIES, ROOT, lines_of, run
from tests.support.language import LANGUAGE
from tests.support.tables import COLUMNS, rows_of_csv, rows_of_parquet, written_parquet

if TYPE_CHECKING:
    from click.testing import Result

AT = "2027-02-01T00:00:00Z"
GERMAN = (
    *("decide", "credit-default", "--policies", POLICIES, "--input", CASES, "--column", "subject=applicant_id"),
    *("--context", "sex,age_band", "--ignore", "fold,label", "--jurisdiction", "DE"),
)
BOTH = pytest.mark.parametrize("form", ["csv", "parquet"])
ROWS = "score,jurisdiction,tier,amount\n0.71,DE,gold,20\n0.97,US,gold,20\n,DE,gold,20\n"


def of_csv(folder: Path, text: str, output: object, *args: object) -> Result:
    """Decide the rows of a CSV text for card-fraud."""
    (folder / "cases.csv").write_text(text, encoding="utf-8")
    options = ("card-fraud", "--policies", POLICIES, "--model-version", "4.3", "--at", AT, *args)
    return run("decide", "--input", folder / "cases.csv", "--output", str(output), *map(str, options))


def names_in(folder: Path) -> list[str]:
    """Return the names of all that is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def table(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a table, with what CSV has as text in the types that Parquet has."""
    if path.suffix == ".parquet":
        rows = rows_of_parquet(path)
        return [{**row, "at": row["at"] and row["at"].isoformat().replace("+00:00", "Z")} for row in rows]
    found: list[dict[str, Any]] = []
    for row in rows_of_csv(path.read_text(encoding="utf-8")):
        typed: dict[str, Any] = {name: text or None for name, text in row.items()}
        for name in ("signal", "threshold", "next_threshold"):
            typed[name] = float(row[name]) if row[name] else None
        for name in ("unknown", "knock_outs", "reasons"):
            typed[name] = row[name].split()
        for name in ("row", "policy_version"):
            typed[name] = int(row[name]) if row[name] else None
        found.append(typed)
    return found


def of_decision(row: int, line: dict[str, Any], *, recorded: bool = False) -> dict[str, Any]:
    """Return the row that says what a whole decision says."""
    same = ("at", "use_case", "outcome", "signal", "label", "threshold", "threshold_from", "next_threshold", "invalid")
    return {
        "row": row,
        "decision_id": line["decision_id"] if recorded else None,
        **{name: line[name] for name in (*same, "unknown", "knock_outs", "reasons")},
        "escalation": line["escalation"] and line["escalation"]["path"],
        "sample": line["sample"] and line["sample"]["id"],
        "policy_version": line["policy"]["version"],
        "error": None,
    }


@BOTH
def test_a_table_says_of_the_real_cases_what_their_decisions_say(tmp_path: Path, form: str) -> None:
    run(*GERMAN, "--at", AT, "--output", tmp_path / "whole.jsonl")
    result = run(*GERMAN, "--at", AT, "--output", tmp_path / f"table.{form}", "--summary")
    assert result.exit_code == 0, result.stderr
    assert "credit-default version 2: 1,000 cases" in result.stderr
    whole = lines_of((tmp_path / "whole.jsonl").read_text(encoding="utf-8"))
    expected = [of_decision(row, line) for row, line in enumerate(whole, start=1)]
    assert table(tmp_path / f"table.{form}") == expected
    assert tuple(expected[0]) == COLUMNS


def test_the_summary_of_a_table_is_that_of_its_decisions(tmp_path: Path) -> None:
    whole, *tables = (
        run(*GERMAN, "--at", AT, "--summary", "--output", tmp_path / f"x.{form}") for form in ("jsonl", "csv")
    )
    assert [one.stderr for one in tables] == [whole.stderr]


@BOTH
def test_with_a_log_a_table_has_the_ids_of_its_records(tmp_path: Path, form: str) -> None:
    out = tmp_path / f"table.{form}"
    result = run(*GERMAN, "--output", out, "--audit", tmp_path / "log")
    assert result.exit_code == 0, result.stderr
    recorded = [one.payload for one in read_records(tmp_path / "log")][1:]
    assert len(recorded) == 1000
    assert table(out) == [of_decision(row, one, recorded=True) for row, one in enumerate(recorded, start=1)]
    assert verify(tmp_path / "log").intact


@BOTH
def test_all_rows_of_a_table_have_one_instant_but_those_that_bring_their_own(tmp_path: Path, form: str) -> None:
    rows = [{"score": 0.1}, {"score": 0.1, "at": "2026-08-01T00:00:00Z"}, {"score": 0.1}]
    (tmp_path / "cases.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    out = tmp_path / f"table.{form}"
    result = run("decide", "card-fraud", "--policies", POLICIES, "--input", tmp_path / "cases.jsonl", "--output", out)
    assert result.exit_code == 0, result.stderr
    first, second, third = (row["at"] for row in table(out))
    assert first == third
    assert second == "2026-08-01T00:00:00Z"
    assert first > second


@BOTH
def test_a_row_without_a_decision_has_its_error(tmp_path: Path, form: str) -> None:
    good = json.dumps({"score": 0.5, "model_version": "4.3"})
    (tmp_path / "cases.jsonl").write_text(f'{good}\noops\n{{"scroe": 1}}\n{good}')
    out = tmp_path / f"table.{form}"
    result = run("decide", "card-fraud", "--policies", POLICIES, "--input", tmp_path / "cases.jsonl", "--output", out)
    assert result.exit_code == 1
    rows = table(out)
    assert [row["outcome"] is None for row in rows] == [False, True, True, False]
    assert rows[1]["error"] == "not a request: no JSON at column 1: Expecting value"
    assert rows[2]["error"].startswith("unknown key `scroe`: did you mean `score`?")
    empty: dict[str, Any] = dict.fromkeys(COLUMNS) | {"unknown": [], "knock_outs": [], "reasons": []}
    assert {**rows[2], "row": None, "error": None} == empty
    assert "row 3 (line 3): unknown key" in result.stderr
    assert "4 rows: 2 decided, 2 without a decision" in result.stderr


@BOTH
def test_one_bad_row_among_columns_leaves_the_others_decided(tmp_path: Path, form: str) -> None:
    (tmp_path / "catalog.yaml").write_text("schema: catalog/v1\ndimensions: {tier: [a, b]}\n")
    text = LANGUAGE["tags"].replace("use_case: tags", "use_case: strict").split("tunable")[0]
    policy = text.replace("kind: classes, ", "kind: probability, ").replace(", escalate: ops", "")
    policy = policy.replace(", reasons: {from: reason_codes, of: [R1, R2], else: tag}", "") + "unknown: {tier: error}\n"
    policy += "overrides: [{id: o, when: {tier: a}, thresholds: {block: 0.95}, because: x}]\n"
    (tmp_path / "strict.yaml").write_text(policy)
    (tmp_path / "cases.csv").write_text("score,tier\n0.99,a\n0.99,x\n0.92,b\n")
    out = tmp_path / f"out.{form}"
    result = run("decide", "strict", "--policies", tmp_path, "--input", tmp_path / "cases.csv", "--output", out)
    assert result.exit_code == 1, result.stderr
    rows = table(out)
    assert [row["outcome"] for row in rows] == ["block", None, "block"]
    assert "tier" in rows[1]["error"]


def test_nothing_in_a_table_is_obeyed(tmp_path: Path) -> None:
    for name, text in LANGUAGE.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    hostile = ['=HYPERLINK("evil")', "@x", "+1", "-1", "\x1b[31m", "a,b", "a\nb", "\u202e", "plain"]
    rows = [json.dumps({"score": {name: 0.6}, "facts": {"sanctioned": False}}) for name in hostile]
    rows.append(json.dumps({"=cmd|' /C calc'!A0": 1}))
    (tmp_path / "cases.jsonl").write_text("\n".join(rows))
    out = tmp_path / "out.csv"
    result = run("decide", "tags", "--policies", tmp_path, "--input", tmp_path / "cases.jsonl", "--output", out)
    assert result.exit_code == 1
    text = out.read_text(encoding="utf-8")
    assert text.replace("\n", "").isprintable()
    found = rows_of_csv(text)
    labels = ['\'=HYPERLINK("evil")', "'@x", "'+1", "'-1", "\\x1b[31m", "a,b", "a\\nb", "\\u202e", "plain"]
    assert [row["label"] for row in found] == [*labels, ""]
    assert len(text.splitlines()) == len(rows) + 1


def test_a_negative_number_is_a_number(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text("schema: catalog/v1\n")
    (tmp_path / "balance.yaml").write_text(
        "schema: policy/v1\nuse_case: balance\nversion: 1\nowner: o\neffective: {from: 2026-01-01T00:00:00Z}\n"
        "score: {kind: number, range: [-10, 10], higher_is: riskier, model: {name: m}}\n"
        "bands: [{name: stop, at_least: -1.5}, {name: go}]\non_invalid: stop\n"
    )
    (tmp_path / "cases.csv").write_text("score\n-1.5\n-2e-7\n-7\n")
    out = tmp_path / "out.csv"
    assert run("decide", "balance", "--policies", tmp_path, "--input", tmp_path / "cases.csv", "-o", out).exit_code == 0
    assert [(row["signal"], row["threshold"]) for row in rows_of_csv(out.read_text())] == [
        ("-1.5", "-1.5"),
        ("-2e-7", "-1.5"),
        ("-7.0", ""),
    ]


def test_a_score_that_is_rounded_is_shown_as_it_was_compared(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text("schema: catalog/v1\n")
    (tmp_path / "short.yaml").write_text(
        "schema: policy/v1\nuse_case: short\nversion: 1\nowner: o\neffective: {from: 2026-01-01T00:00:00Z}\n"
        "score: {kind: probability, type: float32, higher_is: riskier, model: {name: m}}\n"
        "bands: [{name: stop, at_least: 0.9}, {name: go}]\non_invalid: stop\n"
    )
    (tmp_path / "cases.csv").write_text("score\n0.9\n0.1\n1.5\n1e39\nx\n")
    found = []
    for form in ("jsonl", "csv"):
        result = run(
            "decide", "short", "--policies", tmp_path, "--input", tmp_path / "cases.csv", "--output-format", form
        )
        assert result.exit_code == 0, result.stderr
        rows = lines_of(result.stdout) if form == "jsonl" else rows_of_csv(result.stdout)
        found.append([(row["outcome"], row["invalid"] or None, float(row["signal"] or 0)) for row in rows])
    assert found[0] == found[1]
    assert found[0][:2] == [("stop", None, 0.8999999761581421), ("go", None, 0.10000000149011612)]


def test_a_table_goes_to_the_standard_output_if_it_is_csv(tmp_path: Path) -> None:
    result = of_csv(tmp_path, ROWS, "-", "--output-format", "csv")
    assert result.exit_code == 0
    assert [row["outcome"] for row in rows_of_csv(result.stdout)] == ["review", "block", "review"]


def test_what_is_said_goes_before_the_ending(tmp_path: Path) -> None:
    assert of_csv(tmp_path, ROWS, tmp_path / "out.csv", "--output-format", "jsonl").exit_code == 0
    assert len(lines_of((tmp_path / "out.csv").read_text())) == 3
    assert of_csv(tmp_path, ROWS, tmp_path / "out.txt").exit_code == 0
    assert len(lines_of((tmp_path / "out.txt").read_text())) == 3
    assert of_csv(tmp_path, ROWS, tmp_path / "table", "--output-format", "parquet").exit_code == 0
    assert len(rows_of_parquet(tmp_path / "table")) == 3


@BOTH
def test_of_no_rows_the_table_has_its_columns(tmp_path: Path, form: str) -> None:
    out = tmp_path / f"out.{form}"
    result = of_csv(tmp_path, "score,tier\n", out)
    assert (result.exit_code, result.stderr) == (0, "0 rows: 0 decided\n")
    assert table(out) == []
    names = pq.read_schema(out).names if form == "parquet" else out.read_text().strip().split(",")
    assert tuple(names) == COLUMNS


MISTAKES = [
    (("--output-format", "parquet"), "a Parquet file is whole or it is none: name the file with --output"),
    (("--output-format", "parquet", "-o", "-"), "a Parquet file is whole or it is none"),
    (("--explain", "-o", "out.csv"), "--explain goes with JSON lines"),
    (("-o", "nowhere/out.parquet"), "nowhere/out.parquet: No such file or directory"),
    (("-o", "."), ".: Is a directory"),
    (("-o", ".", "--output-format", "parquet"), ".: Is a directory"),
    (("-o", "cases.csv"), "`cases.csv` would be lost"),
    (("--jobs", "0"), "0 is not in the range"),
]


@pytest.mark.parametrize(("args", "said"), MISTAKES)
def test_a_mistake_is_told_before_anything_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cases.csv").write_text(ROWS)
    result = run("decide", "card-fraud", "--policies", POLICIES, "--input", "cases.csv", *args)
    assert said in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
    assert names_in(tmp_path) == ["cases.csv"]


@pytest.mark.parametrize("option", [("--output-format", "csv"), ("--jobs", "2")])
def test_what_is_for_files_needs_one(option: tuple[str, str]) -> None:
    result = run("decide", "card-fraud", "--policies", POLICIES, *option)
    assert result.exit_code == 2
    assert f"{option[0]} goes with --input FILE, and none is given" in result.stderr


def test_the_page_about_tables_names_every_column() -> None:
    page = (ROOT / "docs" / "format" / "requests.md").read_text(encoding="utf-8")
    _, table_of_page = page.split("## A table of decisions")
    assert tuple(re.findall(r"^\| `(\w+)` \|", table_of_page, re.MULTILINE)) == COLUMNS


# --- a whole file or none ------------------------------------------------------------------------------------


def test_a_broken_run_leaves_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(log: AuditLog, payloads: object) -> None:  # noqa: ARG001 - as the original
        raise AuditError("the disk is full")

    monkeypatch.setattr(AuditLog, "record", full)
    out = tmp_path / "out.parquet"
    out.write_bytes(b"of yesterday")
    result = of_csv(tmp_path, ROWS, out, "--audit", tmp_path / "log")
    assert result.exit_code == 1
    assert "row 1 and what follows was not decided, no decision was printed" in result.stderr
    assert out.read_bytes() == b"of yesterday"
    assert names_in(tmp_path) == ["cases.csv", "log", "out.parquet"]


def test_a_file_that_is_written_anew_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_bytes(b"of yesterday")
    (tmp_path / "link.parquet").symlink_to(out)
    assert of_csv(tmp_path, ROWS, tmp_path / "link.parquet").exit_code == 0
    assert (tmp_path / "link.parquet").is_symlink()
    assert len(rows_of_parquet(out)) == 3
    assert names_in(tmp_path) == ["cases.csv", "link.parquet", "out.parquet"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that takes nothing is Linux's")
@BOTH
def test_a_full_disk_is_said_in_words(tmp_path: Path, form: str) -> None:
    result = of_csv(tmp_path, ROWS, "/dev/full", "--output-format", form)
    assert (result.exit_code, result.stderr) == (2, "policy-engine: /dev/full: No space left on device\n")


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:  # noqa: ARG001 - as the original
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = of_csv(tmp_path, ROWS, tmp_path / "out.parquet")
    assert result.exit_code == 2
    assert "out.parquet: No space left on device" in result.stderr
    assert names_in(tmp_path) == ["cases.csv"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    result = of_csv(tmp_path, ROWS, os.devnull, "--output-format", "parquet")
    assert result.exit_code == 0, result.stderr
    assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)


def test_row_groups_are_written_as_soon_as_they_are_large_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_parquet_out, "_ROWS_OF_GROUP", 2000)
    rows = 6500
    source = written_parquet(
        tmp_path / "cases.parquet", {"score": pa.array([0.5] * rows), "tier": ["gold"] * rows}, row_group_size=700
    )
    out = tmp_path / "out.parquet"
    result = run("decide", "card-fraud", "--policies", POLICIES, "--input", source, "--output", out)
    assert result.exit_code == 0, result.stderr
    file = pq.ParquetFile(out).metadata
    assert file.num_rows == rows
    assert file.num_row_groups >= 1
    assert [row["row"] for row in rows_of_parquet(out)] == list(range(1, rows + 1))
