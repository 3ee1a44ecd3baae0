"""`decide --input`: classes, several scores, facts and thresholds as columns of a CSV file, and as defaults of rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.commands import lines_of, run
from tests.support.language import LANGUAGE

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, text in LANGUAGE.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def decide(policies: Path, use_case: str, text: str, *args: str, form: str = "csv") -> Result:
    """Decide the rows of a text."""
    path = policies.parent / f"cases.{form}"
    path.write_text(text, encoding="utf-8")
    return run("decide", use_case, "--policies", policies, "--input", path, *args)


def rows(result: Result, key: str = "outcome") -> list[Any]:
    """Return one key of each decision."""
    assert result.exit_code == 0, result.stderr
    return [line[key] for line in lines_of(result.stdout)]


def test_columns_with_a_prefix_are_the_scores_of_classes(policies: Path) -> None:
    result = decide(
        policies, "tags", "p_a,p_b,fact.sanctioned\n0.6,0.1,false\n0.1,0.2,False\n0.1,0.2,\n", "--score-prefix", "p_"
    )
    assert rows(result) == ["tag", "pass", "tag"]
    assert rows(result, "label") == ["a", "b", "b"]
    assert rows(result, "score")[0] == {"a": 0.6, "b": 0.1}


def test_an_empty_field_among_scores_is_a_missing_one(policies: Path) -> None:
    result = decide(policies, "tags", "score.a,score.b\n0.1,0.2\n0.1,\n,\n", "--fact", "sanctioned=false")
    assert rows(result, "invalid") == [None, "missing", "missing"]
    assert rows(result, "score")[1] == {"a": 0.1, "b": None}


def test_a_score_may_stand_in_one_column_as_json(policies: Path) -> None:
    text = (
        'score\n"{""a"": 0.6}"\n"[{""label"": ""a"", ""score"": 0.1}]"\n"{""a"": 0.6"\n{}\n'
        '"{""a"": 0.6, ""a"": 0.1}"\n"""0.6"""\n'
    )
    result = decide(policies, "tags", text, "--fact", "sanctioned=false")
    assert rows(result, "invalid") == [None, None, "wrong_type", "no_candidates", "wrong_type", "wrong_type"]
    assert rows(result)[:2] == ["tag", "pass"]


def test_several_scores_have_a_column_each_and_so_have_their_models(policies: Path) -> None:
    text = (
        "score.document,score.face,model_version.face,model.document\n"
        "0.9,0.8,2.0,d\n"
        "0.9,0.8,1.0,d\n"
        "0.9,0.8,2.0,other\n"
        "0.9,0.49,2.0,\n"
    )
    assert rows(decide(policies, "kyc", text)) == ["pass", "manual", "manual", "reject"]


def test_any_column_can_be_mapped_to_a_part_of_a_key(policies: Path) -> None:
    text = "doc,selfie,version\n0.9,0.8,2.0\n"
    columns = ("score.document=doc", "score.face=selfie", "model_version.face=version")
    result = decide(policies, "kyc", text, *(f"--column={column}" for column in columns))
    assert rows(result) == ["pass"]


def test_facts_thresholds_and_reason_codes_are_columns(policies: Path) -> None:
    text = (
        "score.a,fact.sanctioned,threshold.tag,reason_codes\n"
        '0.95,true,,"R9 R2"\n'
        "0.95,false,,R9;R1\n"
        "0.95,false,,\n"
        "0.4,false,,\n"
        "0.4,false,0.35,\n"
        "0.4,1,,\n"
    )
    result = decide(policies, "tags", text)
    assert rows(result) == ["block", "block", "tag", "pass", "tag", "tag"]
    assert rows(result, "reasons")[:2] == [["R2"], ["R1"]]
    assert rows(result, "knock_outs") == [["listed"], [], [], [], [], ["listed"]]


def test_facts_and_thresholds_of_the_command_line_hold_for_rows_that_leave_them_out(policies: Path) -> None:
    lines = [
        {"score": {"a": 0.4}},
        {"score": {"a": 0.4}, "facts": {"sanctioned": True}},
        {"score": {"a": 0.4}, "facts": {"vip": True}},
        {"score": {"a": 0.4}, "thresholds": {"tag": 0.5}},
        {"score": {"a": 0.95}},
    ]
    args = ("--fact", "sanctioned=false", "--threshold", "tag=0.35", "--reason-code", "R1")
    result = decide(policies, "tags", "".join(f"{json.dumps(line)}\n" for line in lines), *args, form="jsonl")
    assert rows(result) == ["tag", "tag", "tag", "pass", "block"]
    assert rows(result, "knock_outs") == [[], ["listed"], [], [], []]


@pytest.mark.parametrize(
    ("header", "args", "message"),
    [
        ("score.a,fact.sanctoined", (), "the catalog declares no fact `sanctoined`: did you mean `sanctioned`?"),
        ("score.a,facts", (), "a column cannot be the `facts` itself: call its parts fact.NAME"),
        ("score.a,thresholds", (), "a column cannot be the `thresholds` itself: call its parts threshold.NAME"),
        ("score,score.a", (), "one column is the `score` and others are parts of it"),
        ("score.a,p_a", ("--score-prefix", "p_"), "two columns are the `score` of `a`"),
        ("score.a,b", ("--column", "score.a=b"), "two columns are the `score` of `a`"),
        ("score.a,b", ("--column", "facts=b"), "a request has no key `facts` to fill"),
        ("score.a,b", ("--column", "fact.none=b"), "the catalog declares no fact `none`"),
        ("a,b", ("--score-prefix", ""), "--score-prefix takes how the columns begin that are scores"),
        ("subject,model", (), "no column is the `score`"),
        ("score.", (), "nobody declared the column `score.`"),
    ],
)
def test_a_header_that_says_nothing_clear_is_refused(
    policies: Path, header: str, args: tuple[str, ...], message: str
) -> None:
    result = decide(policies, "tags", f"{header}\n", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_prefix_is_of_columns(policies: Path) -> None:
    result = decide(policies, "tags", "{}\n", "--score-prefix", "p_", form="jsonl")
    assert result.exit_code == 2
    assert "speak of the columns of a CSV or Parquet file; this is JSON lines" in result.stderr


def test_a_summary_keeps_apart_what_differs_between_cases_and_not_between_their_scores(policies: Path) -> None:
    text = "score.document,score.face,model_version.face\n0.9,0.8,2.0\n0.9,0.1,2.0\n"
    result = decide(policies, "kyc", text, "--summary")
    assert "kyc version 1: 2 cases\n\ncases    reject    manual      pass\n" in result.stderr
