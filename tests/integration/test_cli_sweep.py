"""`sweep`: what every threshold would do to labelled scores, from files of each kind, or why nothing can be told."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.commands import assert_fits, json_of, run

GERMAN = Path(__file__).resolve().parents[2] / "examples/german_credit/german_credit_oof.csv"
CREDIT = ("sweep", str(GERMAN), "--score", "score", "--label", "label")
ROWS = [(0.9, "bad", "f", 1.0), (0.4, "bad", "m", 2.0), (0.4, "good", "f", 0.5), (0.1, "good", "m", 1.0)]
COLUMNS = ("--score", "score", "--label", "outcome", "--positive", "bad")


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "scored.csv"
    lines = [",".join(map(str, row)) for row in ROWS]
    path.write_text("\n".join(["score,outcome,sex,weight", *lines, ""]), encoding="utf-8")
    return path


def _written(folder: Path, text: str, name: str = "scored.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_each_threshold_is_told_with_its_counts_and_measures(csv: Path) -> None:
    found = json_of(run("sweep", str(csv), *COLUMNS, "--format", "json"))
    assert (found["n"], found["positives"], found["auc"], found["undefined"]) == (4, 2, 0.875, None)
    assert [
        (one["threshold"], one["tp"], one["fp"], one["fn"], one["tn"], one["precision"], one["recall"], one["f1"])
        for one in found["curve"]
    ] == [
        (None, 0, 0, 2, 2, None, 0.0, 0.0),
        (0.9, 1, 0, 1, 2, 1.0, 0.5, 2 / 3),
        (0.4, 2, 1, 0, 1, 2 / 3, 1.0, 0.8),
        (0.1, 2, 2, 0, 0, 0.5, 1.0, 2 / 3),
    ]
    assert found["separability"]["overlap"] == 0.5
    assert found["segments"] == []


def test_files_of_every_kind_say_the_same_and_several_are_one(csv: Path, tmp_path: Path) -> None:
    names = ("score", "outcome", "sex", "weight")
    parquet = tmp_path / "scored.parquet"
    pq.write_table(pa.table(dict(zip(names, map(list, zip(*ROWS, strict=True)), strict=True))), parquet)
    lines = [json.dumps(dict(zip(names, row, strict=True))) for row in ROWS]
    jsonl = _written(tmp_path, "\n".join(lines[:2]), "first.jsonl")
    rest = _written(tmp_path, "\n".join(lines[2:]), "second.ndjson")
    options = (*COLUMNS, "--by", "sex", "--weight", "weight", "--format", "json")
    expected = run("sweep", str(csv), *options)
    assert expected.exit_code == 0
    assert run("sweep", str(parquet), *options).stdout == expected.stdout
    assert run("sweep", jsonl, rest, *options).stdout == expected.stdout
    assert run("sweep", "-", "--input-format", "csv", *options, text=csv.read_bytes()).stdout == expected.stdout


def test_where_higher_is_safer_what_does_not_reach_the_threshold_is_flagged(csv: Path) -> None:
    options = ("--score", "score", "--label", "outcome", "--positive", "good", "--higher-is", "safer")
    found = json_of(run("sweep", str(csv), *options, "--format", "json"))
    assert [(one["threshold"], one["tp"], one["fp"]) for one in found["curve"]] == [
        (0.1, 0, 0),
        (0.4, 1, 0),
        (0.9, 2, 1),
        (None, 2, 2),
    ]


def test_segments_stand_beside_each_other_with_their_impact() -> None:
    found = json_of(run(*CREDIT, "--by", "sex,age_band", "--format", "json"))
    assert [one["segment"] for one in found["segments"]] == [
        {"sex": sex, "age_band": age} for sex in ("female", "male") for age in ("26_plus", "under_26")
    ]
    assert sum(one["n"] for one in found["segments"]) == 1000
    assert max(one["adverse_impact_ratio"] for one in found["segments"]) == 1
    assert all({"precision", "recall", "tp"} <= one["at_best"].keys() for one in found["segments"])


def test_as_text_some_thresholds_show_the_whole() -> None:
    found = run(*CREDIT, "--by", "sex")
    assert found.exit_code == 0
    assert_fits(found.stdout)
    assert found.stdout.startswith("1,000 cases, 300 positive (30.0%), AUC 0.7822\n")
    assert "0.290381      432   43.2%      0.516   0.743  0.609  0.411   0.445  f1, youden" in found.stdout
    assert "the classes overlap by 55.5%" in found.stdout
    assert "by segment, at the best threshold of all cases (0.290381)" in found.stdout
    assert "impact: the share left alone" not in found.stdout
    assert "one below 0.8 (four fifths) asks for a reason" in run(*CREDIT, "--by", "age_band").stdout


@pytest.mark.parametrize(
    ("scores", "labels", "said"),
    [
        ([0.9, 0.8, 0.1, 0.2], [1, 1, 0, 0], "so a loose threshold loses nothing: take one of the lowest within 1 %"),
        ([0.5, 0.5], [1, 0], "the classes overlap wholly: no threshold tells them apart"),
        ([0.5, 0.5], [1, 1], "with one class only, nothing can be told of how well the score tells them apart"),
        (
            [*[0.9] * 18, *[0.5] * 4, *[0.1] * 18],
            [*[1] * 20, *[0] * 20],
            "act on the one, look twice at the 10.0% between them",
        ),
        ([0.9, 0.8, 0.7, 0.6, 0.5], [0, 1, 0, 1, 0], "so take a strict threshold"),
    ],
)
def test_how_far_the_classes_overlap_says_which_threshold_to_take(
    tmp_path: Path, scores: list[float], labels: list[int], said: str
) -> None:
    lines = [f"{score},{label}" for score, label in zip(scores, labels, strict=True)]
    found = run("sweep", _written(tmp_path, "\n".join(["s,l", *lines])), "--score", "s", "--label", "l")
    assert found.exit_code == 0
    assert said in found.stdout


def test_where_higher_is_safer_the_loosest_is_the_highest(tmp_path: Path) -> None:
    data = _written(tmp_path, "s,l\n0.9,0\n0.1,1\n")
    found = run("sweep", data, "--score", "s", "--label", "l", "--higher-is", "safer")
    assert "take one of the highest within 1 %" in found.stdout
    assert "\n      all " in found.stdout


@pytest.mark.parametrize(
    ("text", "positive"), [("s,l\n0.9,true\n0.1,False\n", "true"), ("s,l\n0.9,1\n0.1,0\n", "1"), ("s,l\n0.9,1\n", "1")]
)
def test_labels_that_say_it_by_themselves_need_no_positive(tmp_path: Path, text: str, positive: str) -> None:
    data = _written(tmp_path, text)
    found = json_of(run("sweep", data, "--score", "s", "--label", "l", "--format", "json"))
    assert found["positives"] == 1
    named = run("sweep", data, "--score", "s", "--label", "l", "--positive", positive, "--format", "json")
    assert json_of(named) == found


def test_labels_of_typed_files_are_named_as_they_show(tmp_path: Path) -> None:
    for values, positive in (([1.0, 0.0], "1"), ([True, False], "true"), ([2, 3], "2"), ([0.5, 1.5], "0.5")):
        path = tmp_path / f"{positive}.parquet"
        pq.write_table(pa.table({"s": [0.9, 0.1], "l": values}), path)
        options = ("--score", "s", "--label", "l", "--positive", positive, "--format", "json")
        assert json_of(run("sweep", str(path), *options))["positives"] == 1


def test_without_one_of_the_classes_all_that_compares_them_is_null(tmp_path: Path) -> None:
    options = ("--score", "s", "--label", "l", "--by", "g", "--weight", "w", "--format", "json")
    found = json_of(run("sweep", _written(tmp_path, "s,l,g,w\n0.9,1,a,1\n0.4,1,,1\n0.3,0,b,0\n"), *options))
    assert (found["auc"], found["undefined"]) == (None, "one of the classes weighs nothing")
    assert [(one["segment"], one["auc"], one["undefined"]) for one in found["segments"]] == [
        ({"g": "a"}, None, "there are no negatives"),
        ({"g": "b"}, None, "there are no positives"),
        ({"g": None}, None, "there are no negatives"),
    ]
    as_text = run("sweep", _written(tmp_path, "s,l,g\n0.9,1,a\n0.4,1,\n"), *options[:6])
    assert as_text.exit_code == 0
    assert "\nby segment\n" in as_text.stdout
    assert "g (none)" in as_text.stdout


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", (), "the CSV file is empty: its first line names the columns"),
        ("score,label\n", (), "there are no cases in "),
        ("scores,label\n0.5,1\n", (), "there is no column `score`: did you mean `scores`?"),
        ("score,score,label\n0.5,0.5,1\n", (), "there are 2 columns `score`"),
        ("score,label\n0.5,1\nhigh,0\n", (), "row 2: `score` is `high`; each case needs a finite number there"),
        ("score,label\n0.5,1\n,0\n", (), "row 2: there is no `score`; each case needs a finite number there"),
        ("score,label\nnan,1\n", (), "row 1: `score` is `nan`; each case needs a finite number there"),
        ("score,label\n1e999,1\n", (), "row 1: `score` is `inf`; each case needs a finite number there"),
        ("score,label\n0.5,1\n0.5\n", (), "row 2 (line 3): not a row: it has 1 fields and the header 2"),
        ("score,label\n0.5,1\n0.5,\n", (), "row 2: there is no `label`; leave out cases without one"),
        ("score,label\n0.5,a\n0.5,b\n0.1,c\n", (), "`label` has 3 different values, `a`, `b`, `c`; a label is one of"),
        ("score,label\n0.5,a\n0.5,b\n", (), "which `label` is the positive, of `a`, `b`? Say it: --positive VALUE"),
        (
            "score,label\n0.5,a\n0.5,b\n",
            ("--positive", "c"),
            "no `label` is `c`, as --positive says; there is `a`, `b`",
        ),
        ("score,label,w\n0.5,1,-1\n", ("--weight", "w"), "row 1: `w` is `-1.0`; each case needs a number from 0 up"),
        ("score,label,w\n0.5,1,0\n", ("--weight", "w"), "every weight in `w` is 0"),
        ("score,label\n0.5,1\n", ("--by", "sex"), "there is no column `sex`"),
    ],
)
def test_what_nothing_can_be_told_of_is_one_clear_error(
    tmp_path: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    found = run("sweep", _written(tmp_path, text), "--score", "score", "--label", "label", *options)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stdout == ""


def test_many_labels_are_not_all_named(tmp_path: Path) -> None:
    data = _written(tmp_path, "s,l\n" + "".join(f"0.5,{letter}\n" for letter in "abcdefg"))
    found = run("sweep", data, "--score", "s", "--label", "l")
    assert "`l` has 7 different values, `a`, `b`, `c`, `d`, `e` …; a label is one of two" in found.stderr


def test_a_row_of_several_files_is_named_with_its_file(csv: Path, tmp_path: Path) -> None:
    other = _written(tmp_path, "score,outcome\n0.5,bad\nx,good\n", "other.csv")
    found = run("sweep", str(csv), other, *COLUMNS)
    assert f"row 2 of `{other}`: `score` is `x`" in found.stderr


def test_what_is_no_parquet_file_is_told(tmp_path: Path) -> None:
    found = run("sweep", _written(tmp_path, "score", "x.parquet"), *COLUMNS)
    assert found.exit_code == 2
    assert "is no whole Parquet file" in found.stderr


def test_rows_of_json_lines_without_the_column_have_none_of_it(tmp_path: Path) -> None:
    data = _written(tmp_path, '{"score": 1, "outcome": "bad"}\n\n{"score": 2}\n', "x.jsonl")
    assert "row 2: there is no `outcome`" in run("sweep", data, *COLUMNS).stderr
    assert "there is no column `other`" in run("sweep", data, *COLUMNS, "--by", "other").stderr
    broken = _written(tmp_path, '{"score": 1, "outcome": "bad"}\n{\n', "y.jsonl")
    assert "row 2 (line 2): not a request" in run("sweep", broken, *COLUMNS).stderr
