"""`sweep`: what every threshold would do to labelled scores, from files of each kind, or why nothing can be told."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
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
    assert "impact: the share" not in found.stdout
    assert "one below 0.8 (four fifths) asks for a reason" in run(*CREDIT, "--by", "age_band").stdout


@pytest.mark.parametrize(
    ("scores", "labels", "said"),
    [
        ([0.9, 0.8, 0.1, 0.2], [1, 1, 0, 0], "so flagging more loses nothing: even 0.8 has the precision"),
        ([0.5, 0.5], [1, 0], "the classes overlap wholly: no threshold tells them apart"),
        ([0.5, 0.5], [1, 1], "with one class only, nothing can be told of how well the score tells them apart"),
        (
            [*[0.9] * 18, *[0.5] * 4, *[0.1] * 18],
            [*[1] * 20, *[0] * 20],
            "act on the one, look twice at the 10.0% between them",
        ),
        ([0.9, 0.8, 0.7, 0.6, 0.5], [0, 1, 0, 1, 0], "so flag few: most cases lie where the classes are mixed"),
    ],
)
def test_how_far_the_classes_overlap_says_which_threshold_to_take(
    tmp_path: Path, scores: list[float], labels: list[int], said: str
) -> None:
    lines = [f"{score},{label}" for score, label in zip(scores, labels, strict=True)]
    found = run("sweep", _written(tmp_path, "\n".join(["s,l", *lines])), "--score", "s", "--label", "l")
    assert found.exit_code == 0
    assert said in found.stdout


def test_where_higher_is_safer_all_are_flagged_by_no_score(tmp_path: Path) -> None:
    data = _written(tmp_path, "s,l\n0.9,0\n0.1,1\n")
    found = run("sweep", data, "--score", "s", "--label", "l", "--higher-is", "safer")
    assert "so flagging more loses nothing: even 0.9 has the precision" in found.stdout
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
        ("scores,label\n0.5,1\n", (), "has no column `score`: did you mean `scores`?"),
        ("score,score,label\n0.5,0.5,1\n", (), "has 2 columns `score`"),
        ("score,label\n0.5,1\nhigh,0\n", (), "row 2: `score` is `high`; each case needs a finite number there"),
        ("score,label\n0.5,1\n,0\n", (), "row 2: there is no `score`; each case needs a finite number there"),
        ("score,label\nnan,1\n", (), "row 1: `score` is `nan`; each case needs a finite number there"),
        ("score,label\n1e999,1\n", (), "row 1: `score` is `1e999`; each case needs a finite number there"),
        ("score,label\n0.5,1\n0.5\n", (), "scored.csv`: not a row: it has 1 fields and the header 2"),
        ("score,label\n0.5,1\n0.5,\n", (), "row 2: there is no `label`; leave out cases without one"),
        ("score,label\n0.5,a\n0.5,b\n0.1,c\n", (), "`label` has 3 different values, `a`, `b`, `c`; a label is one of"),
        ("score,label\n0.5,a\n0.5,b\n", (), "which `label` is the positive, of `a`, `b`? Say it: --positive VALUE"),
        (
            "score,label\n0.5,a\n0.5,b\n",
            ("--positive", "c"),
            "no `label` is `c`, as --positive says; there is `a`, `b`",
        ),
        ("score,label,w\n0.5,1,-1\n", ("--weight", "w"), "row 1: `w` is `-1`; each case needs a number from 0 up"),
        ("score,label,w\n0.5,1,0\n", ("--weight", "w"), "every weight in `w` is 0"),
        ("score,label\n0.5,1\n", ("--by", "sex"), "has no column `sex`: known here: `label`, `score`"),
        ("score,label\n0.5,1\n", ("--by", ""), "--by names a column that has no name"),
        ("score,label\n0.5,1\n", ("--weight", ""), "has no column ``"),
        ("score,label,w\n0.5,1,1e308\n0.5,0,1e308\n", ("--weight", "w"), "the weights add up to inf"),
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
    assert (
        "has no column `other`: known here: `outcome`, `score`" in run("sweep", data, *COLUMNS, "--by", "other").stderr
    )
    empty = _written(tmp_path, "", "z.jsonl")
    assert "there are no cases in" in run("sweep", empty, *COLUMNS).stderr
    broken = _written(tmp_path, '{"score": 1, "outcome": "bad"}\n{\n', "y.jsonl")
    assert f"row 2 (line 2) of `{broken}`: not a request" in run("sweep", broken, *COLUMNS).stderr


def test_a_file_that_is_read_is_not_written_over(csv: Path, tmp_path: Path) -> None:
    before = csv.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(csv)
    for output in (csv, link):
        found = run("sweep", str(csv), *COLUMNS, "-o", str(output))
        assert found.exit_code == 2
        assert "--output is a file that is read" in found.stderr
    assert csv.read_bytes() == before
    assert run("sweep", str(csv), *COLUMNS, "-o", str(tmp_path / "new.txt")).exit_code == 0


def test_each_threshold_that_is_shown_flags_what_its_row_says(tmp_path: Path) -> None:
    scores = [0.12345641, 0.12345642, 0.99999999, 0.999999999, 1234567.4, 1234567.5, 5e-324]
    data = _written(tmp_path, "s,l\n" + "".join(f"{score!r},{place % 2}\n" for place, score in enumerate(scores)))
    found = run("sweep", data, "--score", "s", "--label", "l").stdout
    rows = [line.split() for line in found.splitlines()[3:] if line and line.split()[0] != "none"]
    shown = [(float(row[0]), int(row[1])) for row in rows if len(row) > 5 and row[0][0].isdigit()]
    assert len(shown) == len(scores)
    assert all(sum(score >= threshold for score in scores) == flagged for threshold, flagged in shown)


def test_shares_are_those_of_the_weights(csv: Path) -> None:
    found = json_of(run("sweep", str(csv), *COLUMNS, "--weight", "weight", "--by", "sex", "--format", "json"))
    assert [(one["flagged"], one["flagged_share"]) for one in found["curve"]] == [
        (0, 0.0),
        (1, 1 / 4.5),
        (3, 3.5 / 4.5),
        (4, 1.0),
    ]
    assert "22.2%" in run("sweep", str(csv), *COLUMNS, "--weight", "weight").stdout


def test_a_score_that_points_the_other_way_is_told(tmp_path: Path) -> None:
    data = _written(tmp_path, "s,l\n0.1,1\n0.2,1\n0.8,0\n0.9,0\n")
    options = ("--score", "s", "--label", "l")
    assert "the score points the other way: try --higher-is safer" in run("sweep", data, *options).stdout
    safer = _written(tmp_path, "s,l\n0.1,0\n0.9,1\n", "other.csv")
    assert "try --higher-is riskier" in run("sweep", safer, *options, "--higher-is", "safer").stdout


@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
def test_without_a_threshold_that_tells_anything_apart_there_is_no_best(tmp_path: Path, higher_is: str) -> None:
    data = _written(tmp_path, "s,l\n0.5,1\n0.5,0\n")
    options = ("--score", "s", "--label", "l", "--higher-is", higher_is, "--by", "l")
    found = json_of(run("sweep", data, *options, "--format", "json"))
    expected = dict.fromkeys(("best", "low", "high", "find", "act", "between", "advice"))
    assert found["separability"] == {"overlap": 1.0, **expected}
    assert [one["at_best"] for one in found["segments"]] == [None, None]


def test_net_benefit_needs_scores_that_are_probabilities(csv: Path, tmp_path: Path) -> None:
    found = json_of(run("sweep", str(csv), *COLUMNS, "--format", "json"))
    assert found["curve"][1]["net_benefit"] == pytest.approx(1 / 4)
    data = _written(tmp_path, "s,l\n700,1\n0.5,0\n", "large.csv")
    other = json_of(run("sweep", data, "--score", "s", "--label", "l", "--format", "json"))
    assert [one["net_benefit"] for one in other["curve"]] == [None] * 3


@pytest.mark.parametrize("text", ["s,l\n0.5,1.0\n0.4,0.0\n", "s,l\n0.5,TRUE\n0.4,False\n"])
@pytest.mark.parametrize("positive", ["1.0", "1", "True", "true", None])
def test_labels_are_one_however_they_are_written(tmp_path: Path, text: str, positive: str | None) -> None:
    named = () if positive is None else ("--positive", positive)
    found = run("sweep", _written(tmp_path, text), "--score", "s", "--label", "l", *named, "--format", "json")
    is_right = positive is None or positive.lower().startswith("t") == ("TRUE" in text)
    assert (found.exit_code == 0) == is_right
    if is_right:
        assert (json_of(found)["positives"], json_of(found)["positive"]) == (1, "true" if "TRUE" in text else "1")


def test_where_all_are_negatives_the_positive_may_still_be_named(tmp_path: Path) -> None:
    data = _written(tmp_path, "s,l\n0.5,0\n0.4,0\n")
    options = ("--score", "s", "--label", "l", "--format", "json")
    assert json_of(run("sweep", data, *options, "--positive", "1")) == json_of(run("sweep", data, *options))


def test_hostile_values_of_segments_are_told_or_refused(tmp_path: Path) -> None:
    options = ("--score", "s", "--label", "l", "--by", "g")
    for value, said in (
        ("[1]", "row 1: `g` is no single value"),
        ("9" * 399, f"g {'9' * 29}…"),
        ('"\\ud800"', "g \\ud800"),
        ("true", "g true"),
        ("null", "g (none)"),
    ):
        data = _written(tmp_path, f'{{"s": 0.5, "l": 1, "g": {value}}}\n', "hostile.jsonl")
        for form in ("text", "json"):
            found = run("sweep", data, *options, "--format", form)
            assert found.exit_code == (2 if value == "[1]" else 0)
        assert said in run("sweep", data, *options).output


@pytest.mark.parametrize(("score", "said"), [("9" * 399, "needs a finite number"), ("true", "`s` is `True`")])
def test_a_score_of_json_that_is_no_number_is_refused(tmp_path: Path, score: str, said: str) -> None:
    data = _written(tmp_path, f'{{"s": {score}, "l": 1}}\n', "x.jsonl")
    found = run("sweep", data, "--score", "s", "--label", "l")
    assert (found.exit_code, said in found.stderr) == (2, True)


def test_typed_files_of_other_types_are_read(tmp_path: Path) -> None:
    path = tmp_path / "typed.parquet"
    columns = {
        "s": pa.array([Decimal("0.9"), Decimal("0.1")]),
        "l": pa.array([b"bad", b"good"]),
        "g": pa.array([Decimal("1.5"), None]),
    }
    pq.write_table(pa.table(columns), path)
    options = ("--score", "s", "--label", "l", "--positive", "bad", "--by", "g", "--format", "json")
    found = json_of(run("sweep", str(path), *options))
    assert (found["positives"], [one["segment"] for one in found["segments"]]) == (1, [{"g": "1.5"}, {"g": None}])


def test_a_damaged_page_is_told_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "damaged.parquet"
    pq.write_table(pa.table({"s": [0.1] * 1000, "l": [1] * 1000}), path, compression="snappy", use_dictionary=False)
    data = bytearray(path.read_bytes())
    data[4:60] = b"\xff" * 56
    path.write_bytes(data)
    found = run("sweep", str(path), "--score", "s", "--label", "l")
    assert found.exit_code == 2
    assert f"`{path}` cannot be read: " in found.stderr


def test_segments_are_by_several_columns_in_one_option_or_in_several(csv: Path) -> None:
    expected = json_of(run("sweep", str(csv), *COLUMNS, "--by", "sex,weight", "--format", "json"))
    several = run("sweep", str(csv), *COLUMNS, "--by", "sex", "--by", "weight", "--by", "sex", "--format", "json")
    assert json_of(several) == expected
    assert expected["segments"][0]["segment"] == {"sex": "f", "weight": "0.5"}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_column_with_a_comma_in_its_name_is_meant_where_there_is_one(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"scored.{form}"
    columns = {"s": [0.9, 0.1], "l": [1, 0], "city, state": ["Bonn, NW", "Ulm, BW"], "sex": ["f", "m"]}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if form == "csv":
        path.write_text('s,l,"city, state",sex\n0.9,1,"Bonn, NW",f\n0.1,0,"Ulm, BW",m\n', encoding="utf-8")
    elif form == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        pq.write_table(pa.table(columns), path)
    options = ("--score", "s", "--label", "l", "--format", "json")
    for by in (("--by", "city, state", "--by", "sex"), ("--by", "sex", "--by", "city, state")):
        found = json_of(run("sweep", str(path), *options, *by))
        assert [one["segment"] for one in found["segments"]] == [
            {"city, state": "Bonn, NW", "sex": "f"},
            {"city, state": "Ulm, BW", "sex": "m"},
        ]
    assert "has no column `city`" in run("sweep", str(path), *options, "--by", "city,sex").stderr


def test_a_column_that_the_first_file_has_is_asked_of_all(tmp_path: Path) -> None:
    first = _written(tmp_path, 's,l,"a,b"\n0.9,1,x\n', "first.csv")
    other = _written(tmp_path, "s,l,a,b\n0.1,0,x,y\n", "other.csv")
    found = run("sweep", first, other, "--score", "s", "--label", "l", "--by", "a,b")
    assert found.exit_code == 2
    assert f"`{other}` has no column `a,b`" in " ".join(found.stderr.split())


def test_numbers_of_typed_files_are_those_that_texts_would_be(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    scores, labels = random.random(500), random.integers(0, 2, 500)
    typed = tmp_path / "typed.parquet"
    for score in (scores, scores.astype(np.float32), (scores * 1000).astype(np.int64), scores.astype(np.float16)):
        options = ("--score", "s", "--label", "l", "--weight", "w", "--by", "g", "--format", "json")
        columns = {"s": score, "l": labels, "w": labels + 0.5, "g": labels.astype(np.int16)}
        pq.write_table(pa.table(columns), typed)
        rows = zip(*(one.tolist() for one in columns.values()), strict=True)
        plain = _written(tmp_path, "s,l,w,g\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows))
        found, expected = json_of(run("sweep", str(typed), *options)), json_of(run("sweep", plain, *options))
        for one in (*found["segments"], *expected["segments"]):
            one["segment"] = {name: str(value) for name, value in one["segment"].items()}
        assert found == expected


def test_several_typed_files_are_one_whatever_their_types(tmp_path: Path) -> None:
    tables = ({"s": [0.9, 0.2], "l": [1, 0]}, {"s": [1, 0], "l": [1.0, 0.0]}, {"s": [0.5], "l": ["1"]})
    paths = [tmp_path / f"{place}.parquet" for place in range(len(tables))]
    for path, table in zip(paths, tables, strict=True):
        pq.write_table(pa.table(table), path)
    found = json_of(run("sweep", *paths, "--score", "s", "--label", "l", "--by", "l", "--format", "json"))
    assert (found["n"], found["positives"], found["auc"]) == (5, 3, 1.0)
    assert [one["segment"]["l"] for one in found["segments"]] == [0, 0.0, 1, "1", 1.0]


def test_a_pipe_is_no_parquet_file(csv: Path) -> None:
    found = run("sweep", "-", "--input-format", "parquet", *COLUMNS, text=csv.read_bytes())
    assert found.exit_code == 2
    assert "a Parquet file is read from its end, which a pipe has not: name the file" in found.stderr
    assert "--input " not in found.stderr


def test_segments_with_long_names_have_a_line_for_each(tmp_path: Path) -> None:
    found = run(*CREDIT, "--by", "sex,age_band,housing")
    assert_fits(found.stdout)
    lines = found.stdout.splitlines()
    name = lines.index("sex male, age_band 26_plus, housing for free")
    header = next(line for line in lines[name::-1] if line.startswith("  cases"))
    assert dict(zip(header.split(), lines[name + 1].split(), strict=True))["cases"] == "73"
    wide = "x" * 40
    data = _written(tmp_path, f"s,l,{wide},{wide}b\n0.9,1,{wide},{wide}\n0.1,0,{wide},\n")
    long = run("sweep", data, "--score", "s", "--label", "l", "--by", f"{wide},{wide}b")
    assert_fits(long.stdout)
    assert "…\n" in long.stdout


def test_a_score_that_says_little_is_told_where_nearly_all_are_positives(tmp_path: Path) -> None:
    rows = [(place * 7919 % 400 / 400, int(place % 40 != 0)) for place in range(400)]
    data = _written(tmp_path, "s,l\n" + "".join(f"{score},{label}\n" for score, label in rows))
    found = run("sweep", data, "--score", "s", "--label", "l")
    assert "so flag nearly all: most are positives anyway, and the score says little" in found.stdout
    assert_fits(found.stdout)
