"""`compare`: two thresholds or two policies on labelled scores, from files of each kind, or why nothing can be told."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.commands import CASES, POLICIES, assert_fits, json_of, run

CREDIT = ("compare", CASES, "--score", "score", "--label", "label")
COLUMNS = ("--score", "s", "--label", "l")
HALF = ("--thresholds", "0.5,0.3")
ROWS = [(0.9, 1, "f"), (0.4, 1, "m"), (0.4, 0, "f"), (0.3, 0, "m"), (0.1, 0, "f")]
OLD = f"{POLICIES}/credit-default.yaml"
AT = ("--at", "2026-10-01T00:00:00Z")
POLICY = """schema: policy/v1
use_case: {use_case}
version: {version}
owner: us
effective: {{from: {begin}}}
score: {{kind: {kind}, higher_is: {higher_is}{more}}}
bands:
  - {{name: high, at_least: {high}}}
  - {{name: middle, at_least: 0.3}}
  - {{name: low}}
on_invalid: {on_invalid}
"""
CATALOG = """schema: catalog/v1
dimensions: {amount: {cuts: [100]}, tier: [standard, gold]}
facts: [vip]
"""


def _written(folder: Path, text: str, name: str = "scored.csv") -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def _policy(folder: Path, name: str, extra: str = "", **values: object) -> str:
    usual = {
        "use_case": "u",
        "version": 1,
        "begin": "2026-01-01T00:00:00Z",
        "kind": "probability",
        "more": ", model: {name: m}",
    }
    usual |= {"higher_is": "riskier", "high": 0.5, "on_invalid": "high"}
    _written(folder, CATALOG, f"{name}/catalog.yaml")
    return _written(folder, POLICY.format(**{**usual, **values}) + extra, f"{name}/p.yaml")


@pytest.fixture
def csv(tmp_path: Path) -> str:
    return _written(tmp_path, "s,l,g\n" + "".join(",".join(map(str, row)) + "\n" for row in ROWS))


def test_cases_that_change_sides_are_counted_by_their_label(csv: str) -> None:
    found = json_of(run("compare", csv, *COLUMNS, *HALF, "--format", "json"))
    assert found["flips"] == {
        "positives": {"both": 1, "only_first": 0, "only_second": 1, "neither": 0},
        "negatives": {"both": 0, "only_first": 0, "only_second": 2, "neither": 1},
    }
    assert found["mcnemar"] == {"only_first_right": 2, "only_second_right": 1, "p_value": 1.0}
    assert (found["first"], found["second"]) == ({"threshold": 0.5}, {"threshold": 0.3})
    assert found["changes"]["recall"]["first"] == found["measures"]["first"]["recall"] == 0.5
    assert found["equivalence"]["accuracy"]["equivalent"] is False
    assert found["methods"]["interval"] == "bonett_price"
    assert "transitions" not in found


def test_where_higher_is_safer_what_does_not_reach_a_threshold_is_flagged(csv: str) -> None:
    found = json_of(run("compare", csv, *COLUMNS, *HALF, "--higher-is", "safer", "--format", "json"))
    assert found["flips"]["negatives"] == {"both": 1, "only_first": 2, "only_second": 0, "neither": 0}
    assert "that do not reach the threshold" in run("compare", csv, *COLUMNS, *HALF, "--higher-is", "safer").stdout


def test_files_of_every_kind_say_the_same(csv: str, tmp_path: Path) -> None:
    parquet = tmp_path / "x.parquet"
    pq.write_table(pa.table(dict(zip("slg", map(list, zip(*ROWS, strict=True)), strict=True))), parquet)
    lines = [json.dumps(dict(zip("slg", row, strict=True))) for row in ROWS]
    first, second = (
        _written(tmp_path, "\n".join(part), f"{at}.jsonl") for at, part in enumerate((lines[:2], lines[2:]))
    )
    options = (*COLUMNS, *HALF, "--by", "g", "--format", "json")
    expected = run("compare", csv, *options)
    assert expected.exit_code == 0
    assert run("compare", parquet, *options).stdout == expected.stdout
    assert run("compare", first, second, *options).stdout == expected.stdout
    piped = run("compare", "-", "--input-format", "csv", *options, text=Path(csv).read_bytes())
    assert piped.stdout == expected.stdout


def test_as_text_no_difference_is_never_called_equal(csv: str) -> None:
    found = run(*CREDIT, *HALF, "--by", "sex,age_band", "--margin", "0.02")
    assert found.exit_code == 0
    assert_fits(found.stdout)
    assert "flagged are the cases that reach the threshold: 0.5, against 0.3" in found.stdout
    assert "only 0.5 is right in 110 cases, only 0.3 in 74: p = 0.0097" in found.stdout
    assert "a difference is shown: 0.5 is right more often" in found.stdout
    assert "within 0.02 either way? (TOST)\n  accuracy       not shown" in found.stdout
    assert "one below 0.8 (four fifths) asks for a reason" in found.stdout
    few = run("compare", csv, *COLUMNS, *HALF).stdout
    assert "no difference is shown, which is not to say that there is none" in few
    alike = run(*CREDIT, "--thresholds", "0.5,0.500001").stdout
    assert "  accuracy       yes  p = 0.00074\n" in alike


def test_of_one_class_what_is_of_the_other_is_null(tmp_path: Path) -> None:
    for label, why, gone in (
        (1, "there are no negatives", "false_positive_rate"),
        (0, "there are no positives", "recall"),
    ):
        data = _written(tmp_path, f"s,l\n0.9,{label}\n0.4,{label}\n")
        found = json_of(run("compare", data, *COLUMNS, *HALF, "--format", "json"))
        assert found["undefined"] == why
        assert found["changes"][gone] == dict.fromkeys(("first", "second", "difference", "low", "high"))
        assert run("compare", data, *COLUMNS, *HALF).exit_code == 0


def test_two_policies_decide_as_the_engine_does_and_bands_are_counted(tmp_path: Path) -> None:
    text = Path(OLD).read_text(encoding="utf-8").split("tests:")[0]
    catalog = (Path(POLICIES) / "catalog.yaml").read_text(encoding="utf-8")
    _written(tmp_path, catalog, "new/catalog.yaml")
    new = _written(tmp_path, text.replace("0.1667", "0.2").replace("version: 2", "version: 3"), "new/p.yaml")
    options = (*CREDIT, "--policy", OLD, "--policy", new, "--band", "refer", *AT)
    found = json_of(run(*options, "--by", "sex", "--format", "json"))
    decided = run("decide", "credit-default", "--policies", OLD, "--input", CASES, "--ignore",
                  "applicant_id,sex,age_band,fold,label", *AT).stdout  # fmt: skip
    outcomes = [json.loads(line)["outcome"] for line in decided.splitlines()]
    for band in ("decline", "refer", "approve"):
        moved = [one for one in found["transitions"] if one["first"] == band]
        assert sum(one["positives"] + one["negatives"] for one in moved) == outcomes.count(band)
    assert found["measures"]["first"]["flagged_share"] == 1 - outcomes.count("approve") / 1000
    assert (found["first"]["version"], found["second"]["version"], found["band"]) == (2, 3, "refer")
    assert (found["first"]["at"], found["first"]["invalid"]) == ("2026-10-01T00:00:00Z", {})
    as_text = run(*options, "--by", "sex")
    assert as_text.exit_code == 0
    assert "42 cases of 1,000 decided otherwise\n" in as_text.stdout
    assert "refer    approve         8        34     42\n" in as_text.stdout
    assert "flagged are the cases that get `refer` or what is stricter" in as_text.stdout


def test_policies_read_the_columns_that_cells_knock_outs_and_tunables_depend_on(tmp_path: Path) -> None:
    extra = """overrides:
  - {id: gold, when: {tier: gold}, thresholds: {high: 0.95}, because: of this test}
  - {id: big, when: {amount: {at_least: 100}}, thresholds: {middle: 0.2}, because: of this test}
knock_outs:
  - {id: vip, when: {vip: true}, at_most: low, fail_open_because: of this test}
"""
    old, new = _policy(tmp_path, "old", extra), _policy(tmp_path, "new")
    rows = "s,l,tier,amount,fact.vip\n0.9,1,gold,20,\n0.25,0,standard,150,false\n0.9,0,standard,20,true\n"
    rows += "0.9,1,standard,20,\n"
    options = (*COLUMNS, "--policy", old, "--policy", new, "--band", "middle", "--format", "json")
    expected = [
        {"first": "high", "second": "high", "positives": 1, "negatives": 0},
        {"first": "middle", "second": "high", "positives": 1, "negatives": 0},
        {"first": "middle", "second": "low", "positives": 0, "negatives": 1},
        {"first": "low", "second": "high", "positives": 0, "negatives": 1},
    ]
    assert json_of(run("compare", _written(tmp_path, rows), *options))["transitions"] == expected
    objects = [
        {"s": 0.9, "l": 1, "tier": "gold", "amount": 20},
        {"s": 0.25, "l": 0, "tier": "standard", "amount": 150, "facts": {"vip": False}},
        {"s": 0.9, "l": 0, "tier": "standard", "amount": 20, "facts": {"vip": True}},
        {"s": 0.9, "l": 1, "tier": "standard", "amount": 20},
    ]
    lines = _written(tmp_path, "\n".join(map(json.dumps, objects)), "x.jsonl")
    assert json_of(run("compare", lines, *options))["transitions"] == expected
    parquet = tmp_path / "x.parquet"
    columns = {"s": [0.9, 0.25, 0.9, 0.9], "l": [1, 0, 0, 1], "tier": ["gold", *["standard"] * 3]}
    pq.write_table(pa.table({**columns, "amount": [20, 150, 20, 20], "fact.vip": [None, False, True, None]}), parquet)
    assert json_of(run("compare", parquet, *options))["transitions"] == expected


def test_without_any_such_column_policies_decide_by_the_score_alone(tmp_path: Path) -> None:
    options = (
        *COLUMNS,
        "--policy",
        _policy(tmp_path, "a"),
        "--policy",
        _policy(tmp_path, "b", high=0.8),
        "--band",
        "high",
    )
    found = json_of(run("compare", _written(tmp_path, "s,l\n0.6,1\n"), *options, "--format", "json"))
    assert found["transitions"] == [{"first": "high", "second": "middle", "positives": 1, "negatives": 0}]
    jsonl = _written(tmp_path, '{"s": 0.6, "l": 1}\n', "x.jsonl")
    assert json_of(run("compare", jsonl, *options, "--format", "json"))["transitions"] == found["transitions"]


def test_where_higher_is_safer_flagged_is_the_band_or_what_is_milder(tmp_path: Path) -> None:
    safe = {"higher_is": "safer", "on_invalid": "low"}
    old, new = _policy(tmp_path, "old", **safe), _policy(tmp_path, "new", **safe, high=0.8)
    data = _written(tmp_path, "s,l,g\n0.9,1,a\n0.6,0,a\n0.1,0,b\n")
    options = (*COLUMNS, "--policy", old, "--policy", new, "--band", "high", "--by", "g")
    found = json_of(run("compare", data, *options, "--format", "json"))
    assert found["flips"]["positives"]["both"] == found["flips"]["negatives"]["only_first"] == 1
    assert [one["adverse_impact_ratio"] for one in found["segments"]] == [
        {"first": 1, "second": 1},
        {"first": 0, "second": 0},
    ]
    text = run("compare", data, *options).stdout
    assert "flagged are the cases that get `high` or what is milder" in text
    assert "impact: the share of those who are flagged" in text


def test_scores_that_are_invalid_to_a_policy_are_counted(tmp_path: Path) -> None:
    old, new = (
        _policy(tmp_path, "old"),
        _policy(tmp_path, "new", kind="number", more=", model: {name: m}, range: [0, 10]"),
    )
    data = _written(tmp_path, "s,l\n0.4,1\n5,0\n")
    options = (*COLUMNS, "--policy", old, "--policy", new, "--band", "high")
    found = json_of(run("compare", data, *options, "--format", "json"))
    assert (found["first"]["invalid"], found["second"]["invalid"]) == ({"out_of_range": 1}, {})
    assert "scores that are invalid to it: 1 out_of_range" in run("compare", data, *options).stdout


def test_a_policy_that_is_not_live_yet_decides_as_of_its_beginning(tmp_path: Path) -> None:
    old, new = _policy(tmp_path, "old"), _policy(tmp_path, "new", begin="2099-01-01T00:00:00Z")
    data = _written(tmp_path, "s,l\n0.4,1\n")
    options = ("compare", data, *COLUMNS, "--policy", old, "--policy", new, "--band", "high")
    assert json_of(run(*options, "--format", "json"))["second"]["at"] == "2099-01-01T00:00:00Z"
    found = run(*options, "--at", "2098-12-31T23:59:59Z")
    assert (found.exit_code, "is not live at that instant: --at is one from 2099-01-01" in found.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", HALF, "the CSV file is empty"),
        ("s,l\n", HALF, "there are no cases in "),
        ("x,l\n0.5,1\n", HALF, "has no column `s`"),
        ("s,l\nhigh,1\n", HALF, "row 1: `s` is `high`; each case needs a finite number there"),
        ("s,l\nnan,1\n", HALF, "row 1: `s` is `nan`; each case needs a finite number there"),
        ("s,l\n0.5,a\n0.5,b\n0.5,c\n", HALF, "`l` has 3 different values"),
        ("s,l\n0.5,a\n0.5,b\n", HALF, "which `l` is the positive"),
        ("s,l\n0.5,1\n", ("--thresholds", "0.5"), "--thresholds takes two numbers, such as 0.5,0.3, not 1"),
        ("s,l\n0.5,1\n", ("--thresholds", "0.1,0.2,0.3"), "--thresholds takes two numbers, such as 0.5,0.3, not 3"),
        ("s,l\n0.5,1\n", ("--thresholds", "0.5,x"), "--thresholds takes finite numbers with commas between, not `x`"),
        ("s,l\n0.5,1\n", ("--thresholds", "0.5,"), "--thresholds takes finite numbers with commas between, not ``"),
        (
            "s,l\n0.5,1\n",
            ("--thresholds", "0.5,nan"),
            "--thresholds takes finite numbers with commas between, not `nan`",
        ),
        ("s,l\n0.5,1\n", ("--thresholds", "0.5,0.50"), "--thresholds names 0.5 twice"),
        ("s,l\n0.5,1\n", (), "say what to compare: either --thresholds A,B, or --policy OLD"),
        ("s,l\n0.5,1\n", (*HALF, "--policy", OLD), "say what to compare: either --thresholds A,B, or --policy OLD"),
        ("s,l\n0.5,1\n", (*HALF, "--band", "x"), "--band goes with --policy"),
        ("s,l\n0.5,1\n", (*HALF, *AT), "--at goes with --policy"),
        ("s,l\n0.5,1\n", (*HALF, "--margin", "0"), "a margin lies between 0 and 1, both ends excluded"),
        ("s,l\n0.5,1\n", (*HALF, "--margin", "nan"), "a margin lies between 0 and 1, both ends excluded"),
        ("s,l\n0.5,1\n", (*HALF, "--confidence", "95"), "95 does not lie between 0 and 1, both ends excluded"),
        ("s,l\n0.5,1\n", (*HALF, "--by", "g"), "has no column `g`"),
        ("s,l\n0.5,1\n", (*HALF, "--by", ""), "--by names a column that has no name"),
        ("s,l\n0.5,1\n", ("--policy", OLD, "--band", "refer"), "for the old and for the new one, not 1 times"),
        ("s,l\n0.5,1\n", ("--policy", OLD, "--policy", OLD), "--band NAME is missing"),
    ],
)
def test_what_cannot_be_compared_is_one_clear_error(
    tmp_path: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    found = run("compare", _written(tmp_path, text), *COLUMNS, *options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in found.stderr


@pytest.mark.parametrize(
    ("policies", "options", "said"),
    [
        ((OLD, OLD), ("--band", "reefer"), "has no band `reefer`: did you mean `refer`?"),
        (
            (OLD, OLD),
            ("--band", "approve"),
            "every case reaches `approve`, which has no threshold: --band is one of `dec",
        ),
        (
            (OLD, f"{POLICIES}/card-fraud.yaml"),
            ("--band", "refer"),
            "two policies are compared that are for one use case",
        ),
        ((f"{POLICIES}/derm-triage.yaml",) * 2, ("--band", "x"), "decides by classes: what is read here is one column"),
        ((f"{POLICIES}/kyc.yaml",) * 2, ("--band", "x"), "decides by scores: what is read here is one column"),
        ((POLICIES, OLD), ("--band", "refer"), "--policy names the file of one policy, and in "),
        (("-", OLD), ("--band", "refer"), "--policy names a file, not the standard input"),
        ((OLD, OLD), ("--band", "refer", "--higher-is", "safer"), "--higher-is goes with --thresholds"),
        ((OLD, OLD), ("--band", "refer", "--at", "soon"), "--at takes an instant with an offset"),
        ((OLD, "nowhere.yaml"), ("--band", "refer"), "nowhere.yaml"),
        (
            (f"{POLICIES}/card-fraud.yaml",) * 2,
            ("--band", "review", *AT),
            "takes the score of no row, for the model is",
        ),
    ],
)
def test_policies_that_cannot_be_compared_are_one_clear_error(
    policies: tuple[str, str], options: tuple[str, ...], said: str
) -> None:
    found = run(*CREDIT, "--policy", policies[0], "--policy", policies[1], *options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in found.stderr


def test_a_candidate_and_the_other_direction_are_refused(tmp_path: Path, csv: str) -> None:
    stage = "stage: {shadow: {until: 2027-01-01T00:00:00Z}}\n"
    shadow = _policy(tmp_path, "shadow", stage)
    safer = _policy(tmp_path, "safer", higher_is="safer", on_invalid="low")
    for other, said in (
        (shadow, "is a candidate: name a copy of it without its `stage`"),
        (safer, "nothing is comparable"),
    ):
        found = run("compare", csv, *COLUMNS, "--policy", _policy(tmp_path, "old"), "--policy", other, "--band", "high")
        assert (found.exit_code, said in found.stderr) == (2, True), found.stderr


def test_a_row_that_a_policy_does_not_decide_is_named(tmp_path: Path) -> None:
    strict = _policy(tmp_path, "old", "unknown: {tier: error}\n")
    data, other = (_written(tmp_path, f"s,l,tier\n0.4,1,{tier}\n", f"{tier}.csv") for tier in ("gold", "lead"))
    options = (*COLUMNS, "--policy", strict, "--policy", strict, "--band", "high")
    found = run("compare", data, other, *options)
    assert found.exit_code == 2
    assert f"row 1 of `{other}`: `{strict}` does not decide it: " in found.stderr


def test_the_standard_input_and_policies_do_not_go_together() -> None:
    found = run("compare", "-", *COLUMNS, "--policy", OLD, "--policy", OLD, "--band", "refer")
    assert (found.exit_code, "the standard input could be read only once" in found.stderr) == (2, True)


def test_what_is_read_is_not_written_over(csv: str, tmp_path: Path) -> None:
    found = run("compare", csv, *COLUMNS, *HALF, "-o", csv)
    assert (found.exit_code, "--output is a file that is read" in found.stderr) == (2, True)
    policy = _policy(tmp_path, "old")
    before = Path(policy).read_bytes()
    for output in (policy, str(Path(policy).parent / "catalog.yaml")):
        both = ("--policy", policy, "--policy", policy, "--band", "high")
        assert run("compare", csv, *COLUMNS, *both, "-o", output).exit_code == 2
    assert Path(policy).read_bytes() == before
    written = tmp_path / "out.txt"
    assert run("compare", csv, *COLUMNS, *HALF, "-o", written).exit_code == 0
    assert written.read_text(encoding="utf-8").startswith("5 cases, 2 positive (40.0%)\n")


@pytest.mark.parametrize(
    "command", [("compare", "x.csv", *COLUMNS, *HALF), ("drift", "x.csv", "x.csv", "--score", "s")]
)
def test_without_scipy_how_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setattr("policy_engine.cli._scipy.find_spec", lambda _: None)
    found = run(*command)
    assert found.exit_code == 2
    assert f"`{command[0]}` needs scipy, which is not there: pip install 'policy-engine[tune]'" in found.stderr
