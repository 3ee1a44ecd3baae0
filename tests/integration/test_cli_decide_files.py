"""`decide --input`: JSON lines and CSV in, JSON lines out, in the order of the rows."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.cli._csv import _reason
from policy_engine.exceptions import AuditError
from tests.support.commands import CASES, POLICIES, assert_fits, lines_of, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from click.testing import Result

AT = "2027-02-01T00:00:00Z"
FRAUD = {"use_case": "card-fraud", "model_version": "4.3", "jurisdiction": "DE", "tier": "gold", "amount": 20, "at": AT}


def decide(source: object, *args: object, text: str | bytes = b"") -> Result:
    """Run `decide --input` with the sample policies."""
    return run("decide", "--policies", POLICIES, "--input", str(source), *map(str, args), text=text)


def of_csv(folder: Path, text: str | bytes, *args: object) -> Result:
    """Decide the rows of a CSV text for card-fraud."""
    path = folder / "cases.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return decide(path, "card-fraud", "--model-version", "4.3", "--at", AT, *args)


def summed_up(lines: Sequence[dict[str, Any]]) -> list[str]:
    """Return of each line its class of bad input, its outcome, or that it is an error."""
    return ["error" if "error" in line else line["invalid"] or line["outcome"] for line in lines]


# --- JSON lines ----------------------------------------------------------------------------------------------

JSON_SCORES = [
    # the score as it stands in the line, what comes of it
    ("0.71", "review"),
    ("0.97", "block"),
    ("0", "allow"),
    ("-0.0", "allow"),
    ("1", "block"),
    ("null", "missing"),
    ('"0.95"', "wrong_type"),
    ("true", "wrong_type"),
    ("[]", "wrong_type"),
    ("{}", "wrong_type"),
    ("[0.5]", "wrong_type"),
    ("NaN", "not_finite"),
    ("Infinity", "not_finite"),
    ("-Infinity", "not_finite"),
    ("1e999", "not_finite"),
    ("1" + "0" * 400, "not_finite"),
    ("9" * 10_000, "not_finite"),
    ("-0.1", "out_of_range"),
    ("1.1", "out_of_range"),
    ("9007199254740993", "out_of_range"),
]


def test_every_kind_of_json_score_is_told_apart() -> None:
    lines = [json.dumps(FRAUD)[:-1] + f', "score": {score}}}' for score, _ in JSON_SCORES]
    result = decide("-", text="\n".join([*lines, json.dumps(FRAUD), ""]))
    assert result.exit_code == 0, result.stderr
    assert summed_up(lines_of(result.stdout)) == [*(outcome for _, outcome in JSON_SCORES), "missing"]


BAD_LINES = [
    # a line that is no request, what is said of it
    (b'{"use_case": "card-fraud", "score": 0.1, "score": 0.9}', "the key `score` stands there twice"),
    (b'{"use_case": "card-fraud", "context": {"a": 1, "a": 2}}', "the key `a` stands there twice"),
    (b'{"use_case": "card-fraud", "scroe": 0.5}', "unknown key `scroe`: did you mean `score`?"),
    (b'{"use_case": "card-fruad", "score": 0.5}', "did you mean `card-fraud`?"),
    (b'{"score": 0.5}', "`use_case` is missing"),
    (b'{"use_case": 7}', "`use_case` must be text"),
    (b'{"use_case": "card-fraud", "at": "yesterday"}', "`at` is not an instant"),
    (b'{"use_case": "card-fraud", "subject": 7}', "`subject` must be text"),
    (b'{"use_case": "card-fraud", "context": []}', "`context` must be a mapping"),
    (b"[]", "it is no JSON object"),
    (b"0.5", "it is no JSON object"),
    (b'{"use_case": "card-fraud"', "no JSON at column"),
    (b"{'use_case': 'card-fraud'}", "no JSON at column 2"),
    (b'{"use_case": "\xff"}', "byte 15 of the line is no UTF-8"),
    (b'{"use_case": "card-fraud", "score": ' + b"[" * 100_000, "nested too deeply"),
    (b'{"context": "' + b"x" * 2**20 + b'"}', "longer than 1 MiB"),
    (b"\x00", "no JSON at column 1"),
]


@pytest.mark.parametrize(("line", "said"), BAD_LINES)
def test_a_line_that_is_no_request_stands_in_its_place_as_an_error(line: bytes, said: str) -> None:
    good = json.dumps({**FRAUD, "score": 0.5}).encode()
    result = decide("-", text=b"\n".join([good, line, good]) + b"\n")
    first, second, third = lines_of(result.stdout)
    assert result.exit_code == 1
    assert (first["outcome"], third["outcome"]) == ("allow", "allow")
    assert second["row"] == 2
    assert second["error"]["code"] == "invalid_request"
    assert said in second["error"]["message"]
    assert "outcome" not in second
    assert f"row 2 (line 2): {second['error']['message']}" in result.stderr
    assert "3 rows: 2 decided, 1 without a decision" in result.stderr


def test_blank_lines_and_a_byte_order_mark_are_no_requests() -> None:
    good = json.dumps({**FRAUD, "score": 0.5}).encode()
    result = decide("-", text=b"\xef\xbb\xbf" + good + b"\r\n\n  \n" + b"oops\n\n" + good)
    assert summed_up(lines_of(result.stdout)) == ["allow", "error", "allow"]
    assert "row 2 (line 4): " in result.stderr


def test_no_line_at_all_is_no_mistake() -> None:
    result = decide("-", text=b"")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 rows: 0 decided\n")


def test_only_the_first_errors_are_told_one_by_one() -> None:
    result = decide("-", text="oops\n" * 2000)
    assert result.exit_code == 1
    assert len(lines_of(result.stdout)) == 2000
    assert result.stderr.count("row ") == 5
    assert "and 1,995 more" in result.stderr


def test_options_hold_for_what_a_row_leaves_out() -> None:
    rows = [{"score": 0.71}, {"score": 0.71, "tier": "standard"}, {"score": 0.71, "tier": None}, {"model_version": "9"}]
    text = "\n".join(json.dumps(row) for row in rows)
    options = ("card-fraud", "--tier", "gold", "--model-version", "4.3", "--jurisdiction", "DE", "--amount", 20)
    result = decide("-", *options, "--at", AT, text=text)
    found = lines_of(result.stdout)
    assert [line["threshold_from"] for line in found] == ["de-gold", "base", "de-gold", None]
    assert found[3]["invalid"] == "wrong_model"


def test_a_row_for_another_use_case_than_the_command_names_is_an_error() -> None:
    result = decide("-", "credit-default", text=json.dumps({**FRAUD, "score": 0.5}))
    (line,) = lines_of(result.stdout)
    assert "its `use_case` is not `credit-default`" in line["error"]["message"]


def test_explanations_ride_along() -> None:
    result = decide("-", "--explain", text=json.dumps({**FRAUD, "score": 0.5}))
    assert lines_of(result.stdout)[0]["explanation"].startswith("`allow`: score 0.5 ")


def test_hostile_values_come_back_as_escapes() -> None:
    hostile = "\x1b[31m\u202e\u009b\x7f\u2028"
    row = {**FRAUD, "score": hostile, "jurisdiction": hostile, "subject": hostile, "context": {hostile: hostile}}
    text = json.dumps(row) + "\n" + json.dumps({hostile: 1, "use_case": hostile}) + '\n{"use_case": "\\ud800"}\n'
    result = decide("-", "--summary", text=text)
    assert result.stdout.replace("\n", "").isprintable()
    assert result.stderr.replace("\n", "").isprintable()
    assert lines_of(result.stdout)[0]["score"] == hostile


# --- CSV -----------------------------------------------------------------------------------------------------

CSV_SCORES = [
    ("0.71", "review"),
    (".97", "block"),
    ("97E-2", "block"),
    ("+0.1", "allow"),
    ("1.", "block"),
    ("0", "allow"),
    ("-0.0", "allow"),
    ("", "missing"),
    ('""', "missing"),
    ("null", "wrong_type"),
    ("None", "wrong_type"),
    ("true", "wrong_type"),
    ("[]", "wrong_type"),
    ("{}", "wrong_type"),
    ("0x1p-1", "wrong_type"),
    ("1_0", "wrong_type"),
    ("\u0660.\u0665", "wrong_type"),
    (" 0.5", "wrong_type"),
    ('"0,5"', "wrong_type"),
    ("50%", "wrong_type"),
    ("nan", "not_finite"),
    ("NaN", "not_finite"),
    ("-inf", "not_finite"),
    ("Infinity", "not_finite"),
    ("1e999", "not_finite"),
    ("9" * 5000, "not_finite"),
    ("-0.1", "out_of_range"),
    ("1.1", "out_of_range"),
]


def test_every_kind_of_csv_score_is_told_apart(tmp_path: Path) -> None:
    rows = [f"{score},DE,gold,20" for score, _ in CSV_SCORES]
    result = of_csv(tmp_path, "\n".join(["score,jurisdiction,tier,amount", *rows, ""]))
    assert result.exit_code == 0, result.stderr
    assert summed_up(lines_of(result.stdout)) == [outcome for _, outcome in CSV_SCORES]


# a field of `jurisdiction`, what comes of 0.95 there, and what is unknown
CSV_JURISDICTIONS = [
    ("DE", "review", []),
    ('"[""DE""]"', "review", []),
    ('"[""DE"",""US""]"', "block", []),
    ('"[ ""US"", ""DE"", ""US"" ]"', "block", []),
    ('"[""DE"",""Atlantis""]"', "block", ["jurisdiction"]),
    ("[]", "block", ["jurisdiction"]),
    ("[1]", "block", ["jurisdiction"]),
    ("[DE]", "block", ["jurisdiction"]),
    ("DE;US", "block", ["jurisdiction"]),
    ('"DE,US"', "block", ["jurisdiction"]),
    ('"""DE"""', "block", ["jurisdiction"]),
    ('"[""DE"""', "block", ["jurisdiction"]),
    ("[" * 3000, "block", ["jurisdiction"]),
]


@pytest.mark.parametrize(("field", "outcome", "unknown"), CSV_JURISDICTIONS)
def test_only_a_list_as_json_names_several_jurisdictions_in_a_csv_file(
    tmp_path: Path, field: str, outcome: str, unknown: list[str]
) -> None:
    result = of_csv(tmp_path, f"score,jurisdiction,tier,amount\n0.95,{field},gold,20\n")
    [decision] = lines_of(result.stdout)
    assert (decision["outcome"], decision["unknown"]) == (outcome, unknown)


def test_jurisdictions_mean_the_same_as_json_lines_and_as_csv(tmp_path: Path) -> None:
    text = 'score,place,tier,amount\n0.95,"[""US"", ""DE""]",gold,20\n'
    line = json.dumps({**FRAUD, "score": 0.95, "jurisdiction": ["US", "DE"]})
    results = of_csv(tmp_path, text, "--column", "jurisdiction=place"), decide("-", text=line)
    as_csv, as_json = ({**lines_of(one.stdout)[0], "decision_id": None} for one in results)
    assert as_csv == as_json


BAD_ROWS = [
    (b"0.5,DE,gold", "it has 3 fields and the header 4"),
    (b"0.5,DE,gold,20,more", "it has 5 fields and the header 4"),
    (b'0.5,"DE,gold,20', "a quote is not closed"),
    (b'0.5,"D"E,gold,20', "a closing quote is followed by text: write a quote inside quotes twice"),
    (b"0.5,D\rE,gold,20", "a carriage return stands in the line outside quotes: end lines with LF or CRLF"),
    (b"0.5,\xff,gold,20", "byte 5 of the line is no UTF-8"),
    (b"0.5,D\0E,gold,20", "byte 6 of the line is zero"),
    (b"0.5," + b"x" * 2**20 + b",gold,20", "longer than 1 MiB"),
    (b"0.5," + b"x" * 200_000 + b",gold,20", "a field is longer than 131,072 characters"),
]


@pytest.mark.parametrize(("row", "said"), BAD_ROWS)
def test_a_row_that_cannot_be_read_takes_no_other_with_it(tmp_path: Path, row: bytes, said: str) -> None:
    good = b"0.5,DE,gold,20"
    result = of_csv(tmp_path, b"\r\n".join([b"score,jurisdiction,tier,amount", good, row, good, good, b""]))
    found = lines_of(result.stdout)
    assert result.exit_code == 1
    assert summed_up(found) == ["allow", "error", "allow", "allow"]
    assert found[1]["row"] == 2
    assert said in found[1]["error"]["message"]
    assert "row 2 (line 3): " in result.stderr


def test_the_csv_module_never_speaks_for_itself() -> None:
    assert _reason(csv.Error("words of a later Python")) == "it is not CSV"


def test_a_quote_that_another_row_closes_takes_no_row_with_it(tmp_path: Path) -> None:
    text = 'score,subject\n0.1,"a\n0.2,b\n0.3,"c"\n0.4,d\n'
    found = lines_of(of_csv(tmp_path, text).stdout)
    assert [line.get("score") for line in found] == [None, 0.2, 0.3, 0.4]


def test_a_quote_that_nobody_closes_takes_no_row_with_it(tmp_path: Path) -> None:
    rows = "".join(f"0.2,{number}\n" for number in range(1500))
    found = lines_of(of_csv(tmp_path, f'score,subject\n0.1,"a\n{rows}').stdout)
    assert summed_up(found)[0] == "error"
    # Some are drawn for the policy's sample.
    assert Counter(summed_up(found)[1:]).keys() == {"allow", "review"}
    assert len(found) == 1501


def test_a_line_break_in_quotes_belongs_to_its_row(tmp_path: Path) -> None:
    text = 'score,subject,expected\n0.1,a,"one\ntwo"\n0.2,b,\n\n0.3,c,"x\n'
    result = of_csv(tmp_path, text, "--context", "expected", "--audit", tmp_path / "log")
    assert summed_up(lines_of(result.stdout)) == ["allow", "allow", "error"]
    assert "row 3 (line 6): " in result.stderr
    recorded = [one.payload for one in read_records(tmp_path / "log")][1:]
    contexts = [one["request"].get("context") for one in recorded]
    assert contexts == [{"expected": "one\ntwo"}, {}]


def test_columns_are_mapped_recorded_and_left_out(tmp_path: Path) -> None:
    text = "id,p,kind,sex,age,fold,amount\n7,0.71,gold,f,,3,1000\n"
    options = ("--column", "subject=id", "--column", "score=p", "--column", "tier=kind", "--context", "sex,age")
    result = of_csv(tmp_path, text, *options, "--ignore", "fold", "--jurisdiction", "DE", "--audit", tmp_path / "log")
    assert result.exit_code == 0, result.stderr
    record = [one.payload for one in read_records(tmp_path / "log")][-1]
    assert record["threshold_from"] == "big"
    assert record["request"] == {
        "model_version": "4.3",
        "subject": "7",
        "dimensions": {"tier": "gold", "amount": 1000.0, "jurisdiction": "DE"},
        "context": {"sex": "f"},
    }


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    result = of_csv(tmp_path, b"\xef\xbb\xbfscore,tier\n0.5,gold\n")
    assert (result.exit_code, len(lines_of(result.stdout))) == (0, 1)


CSV_MISTAKES = [
    # header, options, what is said
    (
        "score,labl",
        (),
        "nobody declared the column `labl`: map it with --column KEY=labl, record it with --context labl",
    ),
    ("score,teir", (), "did you mean `tier`?"),
    (
        "pid,score,teir,age",
        (),
        (
            "nobody declared the columns `pid`, `teir` (did you mean `tier`?), `age`: map each with --column "
            "KEY=COLUMN, record all with --context pid,teir,age, or leave all out with --ignore pid,teir,age"
        ),
    ),
    ("scores", (), "did you mean `score`?"),
    ("tier", (), "no column is the `score`: say which with --column score=COLUMN"),
    ("score,score", (), "the header names the column `score` 2 times"),
    ("score,", (), "column 2 of the header has no name"),
    ("score;tier", (), "seems to be separated by semicolons"),
    ("score\ttier", (), "seems to be separated by tabs"),
    ("", (), "the CSV file is empty"),
    ('"score', (), "the header of the CSV file cannot be read: a quote is not closed"),
    ("score,context", (), "a column cannot be the `context` itself"),
    ("score,idd", ("--column", "subject=id"), "there is no column `id`: did you mean `idd`?"),
    ("score,x", ("--ignore", "X"), "there is no column `X`: did you mean `x`?"),
    ("score,x", ("--column", "tier=x", "--ignore", "x"), "the column `x` is named twice"),
    ("score,x", ("--column", "x"), "--column takes KEY=COLUMN, not `x`"),
    ("score,x", ("--column", "teir=x"), "a request has no key `teir` to fill: did you mean `tier`?"),
    ("score,x", ("--column", "context=x"), "a request has no key `context` to fill"),
    ("score,x,y", ("--column", "tier=x", "--column", "tier=y"), "--column says twice which column `tier` is"),
    ("score,tier,x", ("--column", "tier=x"), "two columns are `tier`"),
]


@pytest.mark.parametrize(("header", "options", "said"), CSV_MISTAKES)
def test_a_column_that_nobody_declared_is_told_before_any_row(
    tmp_path: Path, header: str, options: tuple[str, ...], said: str
) -> None:
    result = of_csv(tmp_path, f"{header}\n0.5,1\n" if header else "", *options, "--audit", tmp_path / "log")
    assert said in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
    assert not (tmp_path / "log").exists()


def test_a_csv_file_without_a_use_case_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("score\n0.5\n")
    result = decide(tmp_path / "a.csv")
    assert result.exit_code == 2
    assert "no column is the `use_case`: say which with --column use_case=COLUMN or name the USE_CASE" in result.stderr


def test_a_column_can_be_the_use_case(tmp_path: Path) -> None:
    (tmp_path / "a.CSV").write_text("use_case,score\ncredit-default,0.9\ncard-fraud,0.9\n")
    found = lines_of(decide(tmp_path / "a.CSV", "--model-version", "4.3").stdout)
    assert [line["use_case"] for line in found] == ["credit-default", "card-fraud"]


MISTAKES = [
    (("--input", "cases.txt"), "what does `cases.txt` hold? Say --input-format"),
    (("--input", "nowhere.csv"), "nowhere.csv: No such file or directory"),
    (("--input", "."), ".: Is a directory"),
    (("--input", "cases.csv", "--score", "1"), "--score is for one case"),
    (("--input", "cases.csv", "--subject", "1"), "--subject is for one case"),
    (("--input", "cases.csv", "--format", "text"), "--format is for one case"),
    (("--input", "cases.csv", "--teir", "gold"), "did you mean `--tier`?"),
    (("--input", "cases.csv", "--output", "cases.csv"), "`cases.csv` would be lost"),
    (("--input", "cases.csv", "--output", "nowhere/out"), "nowhere/out: No such file or directory"),
    (("--input", "cases.jsonl", "--context", "a"), "speak of the columns of a CSV or Parquet file"),
    (("card-fruad", "--input", "cases.csv"), "did you mean `card-fraud`?"),
]


@pytest.mark.parametrize(("args", "said"), MISTAKES)
def test_a_mistake_is_told_before_anything_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("cases.csv", "cases.txt", "cases.jsonl"):
        (tmp_path / name).write_text("use_case,score\ncard-fraud,0.5\n")
    result = run("decide", "--policies", POLICIES, *args)
    assert said in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
    assert (tmp_path / "cases.csv").read_text() == "use_case,score\ncard-fraud,0.5\n"


def test_the_format_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "cases.txt").write_text("use_case,score\ncard-fraud,0.5\n")
    assert decide(tmp_path / "cases.txt", "--input-format", "csv").exit_code == 0
    assert decide("-", "card-fraud", "--input-format", "csv", text="score\n0.5\n").exit_code == 0


# --- the real cases ------------------------------------------------------------------------------------------

GERMAN = (
    CASES,
    "credit-default",
    "--column",
    "subject=applicant_id",
    "--context",
    "sex,age_band",
    "--ignore",
    "fold,label",
)


def test_the_real_cases_are_decided_recorded_and_summed_up(tmp_path: Path) -> None:
    result = decide(*GERMAN, "--audit", tmp_path / "log", "-o", tmp_path / "out.jsonl", "--summary")
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    printed = lines_of((tmp_path / "out.jsonl").read_text())
    recorded = [one.payload for one in read_records(tmp_path / "log")][1:]
    assert len(printed) == len(recorded) == 1000
    assert [line["decision_id"] for line in printed] == [line["decision_id"] for line in recorded]
    assert [line["request"]["subject"] for line in recorded] == [str(number) for number in range(1000)]
    assert verify(tmp_path / "log").intact
    assert "credit-default version 2: 1,000 cases" in result.stderr
    assert "1,000 rows: 1,000 decided" in result.stderr
    assert_fits(result.stderr)


def test_the_summary_counts_every_case_once() -> None:
    result = decide(*GERMAN, "--summary")
    rows = [line.split() for line in result.stderr.splitlines() if line.endswith("%")]
    cases = [int(row[-7].replace(",", "")) for row in rows]
    assert sum(cases[:-1]) == cases[-1] == 1000
    assert rows[-1][0] == "all"


def test_a_second_run_decides_the_same_but_for_ids_and_times() -> None:
    varying = ("decision_id", "at", "escalation")
    one, other = (
        [{key: value for key, value in line.items() if key not in varying} for line in lines_of(decide(*GERMAN).stdout)]
        for _ in range(2)
    )
    assert one == other


def test_the_summary_keeps_use_cases_apart() -> None:
    rows = [
        {**FRAUD, "score": 0.5},
        {"use_case": "credit-default", "score": 0.5},
        {**FRAUD, "jurisdiction": ["US", "DE"]},
    ]
    result = decide("-", "--summary", text="\n".join(json.dumps(row) for row in rows))
    assert "card-fraud version 8: 2 cases" in result.stderr
    assert "credit-default version 2: 1 case" in result.stderr
    assert "DE and US" in result.stderr
    assert_fits(result.stderr)


# --- the log -------------------------------------------------------------------------------------------------


def test_nothing_is_printed_that_the_log_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = AuditLog.record
    calls = []

    def full_at_the_second(log: AuditLog, payloads: Sequence[Any]) -> Any:  # noqa: ANN401 - as the original
        calls.append(len(payloads))
        if len(calls) == 2:
            raise AuditError("the disk is full")
        return whole(log, payloads)

    monkeypatch.setattr(AuditLog, "record", full_at_the_second)
    text = (json.dumps({**FRAUD, "score": 0.5}) + "\n") * 3000
    result = decide("-", "--audit", tmp_path / "log", text=text)
    recorded = [one.payload for one in read_records(tmp_path / "log")][1:]
    assert result.exit_code == 1
    assert len(lines_of(result.stdout)) == len(recorded) == calls[0]
    assert "the disk is full" in result.stderr
    assert (
        f"row {calls[0] + 1:,} and what follows was not decided, {calls[0]:,} decisions before it stand"
        in result.stderr
    )


def test_a_log_that_refuses_at_once_lets_nothing_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(log: AuditLog, payloads: Sequence[Any]) -> Any:  # noqa: ANN401, ARG001 - as the original
        raise AuditError("the disk is full")

    monkeypatch.setattr(AuditLog, "record", full)
    result = decide("-", "--audit", tmp_path / "log", text=json.dumps({**FRAUD, "score": 0.5}))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no decision was printed" in result.stderr


def test_a_torn_end_of_the_log_is_told_of(tmp_path: Path) -> None:
    text = json.dumps({**FRAUD, "score": 0.5})
    assert decide("-", "--audit", tmp_path / "log", text=text).exit_code == 0
    (segment,) = (tmp_path / "log").glob("*/segments/*.log")
    with segment.open("ab") as file:
        file.write(b'{"seq":3,"half')
    result = decide("-", "--audit", tmp_path / "log", text=text)
    assert result.exit_code == 0
    assert "audit log: 14 bytes after record 2 of stream " in result.stderr
    assert verify(tmp_path / "log").recoveries == 1


def test_a_log_that_was_changed_takes_no_decision(tmp_path: Path) -> None:
    text = json.dumps({**FRAUD, "score": 0.5})
    assert decide("-", "--audit", tmp_path / "log", text=text).exit_code == 0
    (segment,) = (tmp_path / "log").glob("*/segments/*.log")
    segment.write_bytes(segment.read_bytes().replace(b'"allow"', b'"block"'))
    result = decide("-", "--audit", tmp_path / "log", text=text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "audit verify" in result.stderr
