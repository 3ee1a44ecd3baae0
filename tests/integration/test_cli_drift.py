"""`drift`: how far scores have moved from a baseline, from files of each kind, or why nothing can be told."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.commands import CASES, POLICIES, assert_fits, json_of, run

SCORE = ("--score", "s")
CREDIT = f"{POLICIES}/credit-default.yaml"
AT = ("--at", "2026-10-01T00:00:00Z")
BEFORE = [(0.1, "a"), (0.2, "a"), (0.3, "b"), (0.6, "b")]
NOW = [(0.4, "a"), (0.5, "a"), (0.7, "c")]


def _written(folder: Path, text: str, name: str = "x.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    texts = ("s,g\n" + "".join(f"{score},{group}\n" for score, group in rows) for rows in (BEFORE, NOW))
    before, now = (_written(tmp_path, text, f"{at}.csv") for at, text in enumerate(texts))
    return before, now


@pytest.fixture
def halves(tmp_path: Path) -> tuple[str, str]:
    head, *rows = CASES.read_text(encoding="utf-8").splitlines()
    before, now = (
        _written(tmp_path, "\n".join([head, *part]), f"half{at}.csv") for at, part in enumerate((rows[::2], rows[1::2]))
    )
    return before, now


def test_all_is_told_as_json(files: tuple[str, str]) -> None:
    found = json_of(run("drift", *files, *SCORE, "--thresholds", "0.5,0.3", "--bins", "2", "--format", "json"))
    assert found["n"] == {"baseline": 4, "current": 3}
    assert (found["psi"]["edges"], found["psi"]["baseline"], found["psi"]["current"]) == ([0.3], [2, 2], [0, 3])
    assert found["methods"]["empty_bins"] == "half_a_case"
    assert found["psi"]["custom"]["reading"] == "much"
    assert found["ks"] == {"statistic": 0.75, "at": 0.3, "p_value": pytest.approx(8 / 35), "method": "exact"}
    told = [(one["band"], one["from"], one["to"], one["baseline"]["n"], one["current"]["n"]) for one in found["bands"]]
    assert told == [
        ("0.5 and above", 0.5, None, 1, 2),
        ("0.3 up to 0.5", 0.3, 0.5, 1, 1),
        ("below 0.3", None, 0.3, 2, 0),
    ]
    assert found["bands"][2]["difference"] == -0.5
    assert found["segments"] == []
    assert (found["undefined"], found["policy"]) == (None, None)


def test_files_of_every_kind_say_the_same(files: tuple[str, str], tmp_path: Path) -> None:
    options = (*SCORE, "--by", "g", "--thresholds", "0.5", "--format", "json")
    expected = run("drift", *files, *options)
    assert expected.exit_code == 0
    parquet = tmp_path / "x.parquet"
    pq.write_table(pa.table(dict(zip("sg", map(list, zip(*BEFORE, strict=True)), strict=True))), parquet)
    jsonl = _written(tmp_path, "\n".join(json.dumps({"s": score, "g": group}) for score, group in NOW), "x.jsonl")
    assert run("drift", parquet, jsonl, *options).stdout == expected.stdout
    assert run("drift", parquet, "-", *options, text=Path(jsonl).read_bytes()).stdout == expected.stdout


def test_segments_of_one_file_only_are_named(files: tuple[str, str]) -> None:
    found = json_of(run("drift", *files, *SCORE, "--by", "g", "--thresholds", "0.3", "--format", "json"))
    assert [(one["segment"]["g"], one["n"], one["undefined"]) for one in found["segments"]] == [
        ("a", {"baseline": 2, "current": 2}, None),
        ("b", {"baseline": 2, "current": 0}, "there are no current cases"),
        ("c", {"baseline": 0, "current": 1}, "there are no baseline cases"),
    ]
    assert found["segments"][2]["ks"] is None
    assert found["segments"][2]["bands"][0]["baseline"] == {"n": 0, "share": None, "low": None, "high": None}
    assert [one["adverse_impact_ratio"] for one in found["segments"]] == [
        {"baseline": 1.0, "current": None},
        {"baseline": 0.0, "current": None},
        {"baseline": None, "current": None},
    ]
    safer = run("drift", *files, *SCORE, "--by", "g", "--thresholds", "0.3", "--higher-is", "safer", "--format", "json")
    assert [one["adverse_impact_ratio"]["current"] for one in json_of(safer)["segments"]] == [1.0, None, 1.0]


def test_as_text_it_fits_and_custom_is_called_custom(halves: tuple[str, str]) -> None:
    found = run("drift", *halves, "--score", "score", "--thresholds", "0.7,0.1667", "--by", "sex,age_band")
    assert found.exit_code == 0
    assert_fits(found.stdout)
    assert found.stdout.startswith("500 cases in the baseline, 500 now\n")
    assert "by custom, which is no law: little (some from 0.1 on, much from 0.25)" in found.stdout
    assert "more than by chance" not in found.stdout.split("\n\n")[1].replace("no more than by chance", "")
    assert "share of each band in per cent, with intervals at 0.95" in found.stdout
    assert "impact: the share of those in the band below 0.1667" in found.stdout
    plain = run("drift", *halves, "--score", "score", "--by", "sex").stdout
    assert "impact" not in plain
    assert "band" not in plain


def test_what_moved_is_more_than_by_chance(files: tuple[str, str]) -> None:
    found = run("drift", *files, *SCORE, "--bins", "2", "--confidence", "0.5").stdout
    # One or two of three in a bin are as likely as 0.6, none or all as 0.4
    assert "  more than by chance: without a drift, 0.5 of samples stay below 0.1155" in found
    assert "in 1 bin there is no case now; half a case stands in the place of none" in found


def test_bands_are_what_a_policy_decides(halves: tuple[str, str]) -> None:
    options = ("--score", "score", "--policy", CREDIT, *AT)
    found = json_of(run("drift", *halves, *options, "--by", "sex", "--format", "json"))
    ignored = "applicant_id,sex,age_band,fold,label"
    decided = run("decide", "credit-default", "--policies", CREDIT, "--input", halves[0], "--ignore", ignored, *AT)
    outcomes = [json.loads(line)["outcome"] for line in decided.stdout.splitlines()]
    assert [(one["band"], one["baseline"]["n"]) for one in found["bands"]] == [
        (band, outcomes.count(band)) for band in ("decline", "refer", "approve")
    ]
    assert found["policy"]["version"] == 2
    assert found["policy"]["invalid"] == {"baseline": {}, "current": {}}
    assert all(0 < one["adverse_impact_ratio"]["current"] <= 1 for one in found["segments"])
    text = run("drift", *halves, *options).stdout
    assert "bands of credit-default version 2 as of 2026-10-01T00:00:00Z" in text
    assert_fits(text)


def test_scores_that_are_invalid_to_the_policy_are_told(tmp_path: Path) -> None:
    before, now = _written(tmp_path, "s\n0.5\n0.1\n"), _written(tmp_path, "s\n0.5\n7\n", "y.csv")
    options = ("drift", before, now, *SCORE, "--policy", CREDIT, *AT)
    assert json_of(run(*options, "--format", "json"))["policy"]["invalid"] == {
        "baseline": {},
        "current": {"out_of_range": 1},
    }
    assert "1 score invalid to the policy, which has a band for them, too" in run(*options).stdout


def test_of_one_score_there_is_no_index_and_the_reason_is_told(tmp_path: Path) -> None:
    data = _written(tmp_path, "s\n0.5\n0.5\n")
    found = json_of(run("drift", data, data, *SCORE, "--format", "json"))
    assert (found["psi"], found["undefined"]) == (None, "every baseline score is the same: there are no bins")
    assert found["ks"]["p_value"] == 1
    assert (
        "stability index (PSI): not defined, every baseline score is the same"
        in run("drift", data, data, *SCORE).stdout
    )


def test_one_row_and_huge_numbers_are_told(tmp_path: Path) -> None:
    one, huge = _written(tmp_path, "s\n0.5\n"), _written(tmp_path, "s\n1.7e308\n-1.7e308\n5e-324\n", "huge.csv")
    for files in ((one, huge), (huge, one), (huge, huge)):
        for form in ("text", "json"):
            found = run("drift", *files, *SCORE, "--thresholds", "0,1e300", "--format", form)
            assert (found.exit_code, found.stderr) == (0, "")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", (), "the CSV file is empty"),
        ("s\n", (), "there are no cases in "),
        ("x\n1\n", (), "has no column `s`"),
        ("s\nhigh\n", (), "y.csv`: `s` is `high`; each case needs a finite number there"),
        ("s\nnan\n", (), "y.csv`: `s` is `nan`; each case needs a finite number there"),
        ("s\n0.5\n", ("--bins", "1"), "bins are a whole number from 2 to 1,000"),
        ("s\n0.5\n", ("--bins", "ten"), "'ten' is not a valid integer"),
        ("s\n0.5\n", ("--confidence", "1"), "1 does not lie between 0 and 1, both ends excluded"),
        ("s\n0.5\n", ("--thresholds", ""), "--thresholds takes finite numbers with commas between, not ``"),
        (
            "s\n0.5\n",
            ("--thresholds", "0.1,1e999"),
            "--thresholds takes finite numbers with commas between, not `1e999`",
        ),
        ("s\n0.5\n", ("--thresholds", "0.1,0.1"), "--thresholds names 0.1 twice"),
        ("s\n0.5\n", ("--thresholds", "0.1", "--policy", CREDIT), "or those of --policy, not of both"),
        ("s\n0.5\n", ("--higher-is", "safer"), "--higher-is goes with --thresholds"),
        ("s\n0.5\n", AT, "--at goes with --policy"),
        ("s\n0.5\n", ("--by", "g"), "has no column `g`"),
        ("s\n0.5\n", ("--by", "s,"), "--by names a column that has no name"),
        ("s\n0.5\n", ("--policy", f"{POLICIES}/derm-triage.yaml"), "decides by classes"),
    ],
)
def test_what_nothing_can_be_told_of_is_one_clear_error(
    tmp_path: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    good, bad = _written(tmp_path, "s\n0.5\n0.1\n"), _written(tmp_path, text, "y.csv")
    found = run("drift", good, bad, *SCORE, *options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in found.stderr


def test_two_files_are_needed_and_only_one_may_be_the_standard_input(files: tuple[str, str]) -> None:
    found = run("drift", files[0], *SCORE)
    assert (found.exit_code, "Missing argument 'CURRENT'" in found.stderr) == (2, True)
    found = run("drift", "-", "-", *SCORE)
    assert (found.exit_code, "the standard input is one file" in found.stderr) == (2, True)


def test_what_is_read_is_not_written_over(files: tuple[str, str]) -> None:
    for output in files:
        found = run("drift", *files, *SCORE, "-o", output)
        assert (found.exit_code, "--output is a file that is read" in found.stderr) == (2, True)
