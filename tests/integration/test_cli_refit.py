"""`refit`: the tiers of a classifier fitted again, what that changes, and the way back into the policy."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.cli._expected import differences
from policy_engine.tuning import refit
from tests.support.commands import POLICIES, ROOT, assert_fits, json_of, lines_of, run, started

if TYPE_CHECKING:
    from pathlib import Path

PIXELS = ROOT / "examples" / "satellite" / "satellite_oof.csv"
COLUMNS = ("--label", "label", "--class-prefix", "p_")
WANTED = ("--confident-accuracy", "0.95", "--refer-share", "0.13")
REFIT = ("refit", PIXELS, *COLUMNS, *WANTED)
AS_JSON = ("--format", "json")
KEYS = {
    *("thresholds", "tiers", "outcome_mix", "refer_candidates", "highlight", "stricter", "curve", "aurc"),
    *("baseline", "flips", "feasible"),
}
FILES = {
    *("coverage_curve.csv", "refer_candidates.csv", "highlight_sweep.csv"),
    *("tier_reports.json", "provenance.json", "report.html"),
}


def _written(folder: Path, rows: list[str], header: str = "label,p_grey,p_red", name: str = "scored.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def _copied(folder: Path, name: str = "satellite-labelling") -> Path:
    for one in ("catalog", name):
        shutil.copy(f"{POLICIES}/{one}.yaml", folder)
    return folder / f"{name}.yaml"


def _small(folder: Path, *more: Any, rows: list[str] | None = None) -> Any:  # noqa: ANN401 - JSON
    rows = rows or ["grey,0.9,0.1", "red,0.2,0.8", "grey,0.3,0.7", "grey,0.6,0.4"]
    wanted = ("--confident-accuracy", "0.9", "--refer-share", "0.25")
    return json_of(run("refit", _written(folder, rows), *COLUMNS, *wanted, *more, *AS_JSON))


# --- what is told --------------------------------------------------------------------------------------------------


def test_everything_that_is_told_has_its_name() -> None:
    found = json_of(run(*REFIT, "--highlight", "0.2,0.25", "--old", "0.85,0.5", *AS_JSON))
    assert found.keys() >= KEYS
    assert found["thresholds"]["confident"]["old"] == 0.85
    assert found["thresholds"]["confident"].keys() >= {"old", "empirical", "guaranteed", "staying", "taken"}
    assert found["thresholds"]["refer"].keys() >= {"old", "empirical", "guaranteed"}
    assert [one["name"] for one in found["tiers"]] == ["confident", "possible", "refer"]
    assert found["outcome_mix"].keys() == {
        "confident_right", "confident_wrong", "possible_top3", "possible_miss", "refer",
    }  # fmt: skip
    assert [one["above"] for one in found["highlight"]] == [0.2, 0.25]
    assert found["highlight"][0]["shown"].keys() == {"1", "2", "3"}
    assert found["stricter"]["accuracy"] == 0.975
    assert len(found["flips"]["table"]) == 9
    assert sum(one["n"] for one in found["flips"]["table"]) == 3218
    assert found["baseline"] is None


def test_with_a_confidence_the_guaranteed_threshold_is_taken() -> None:
    plain, sure = (json_of(run(*REFIT, *more, *AS_JSON)) for more in ((), ("--confidence", "0.95")))
    both = [one["thresholds"]["confident"] for one in (plain, sure)]
    assert [one["taken"] for one in both] == [both[0]["empirical"], both[0]["guaranteed"]]
    assert both[0]["guarantee"] == both[1]["guarantee"]
    assert sure["tiers"][0]["n"] < plain["tiers"][0]["n"]


def test_what_is_told_to_people_fits_a_terminal(tmp_path: Path) -> None:
    more = ("--highlight", "0.2,0.25,0.3", "--old", "0.85,0.5", "--baseline", PIXELS, "--by", "label")
    found = run(*REFIT, *more)
    assert found.exit_code == 0
    assert_fits(found.stdout)
    for words in ("take 0.76078 and 0.54054", "equal within 0.01 either way", "label vegetation_stubble", "3 shown"):
        assert words in found.stdout
    infeasible = run("refit", _written(tmp_path, ["grey,0.9,0.1"] * 2), *COLUMNS, *WANTED)
    assert "nothing to take: the tiers collide" in infeasible.stdout
    assert_fits(infeasible.stdout)


def test_old_thresholds_say_who_changes_tiers(tmp_path: Path) -> None:
    found = _small(tmp_path, "--old", "0.75,0.65")
    assert [found["thresholds"][name]["old"] for name in ("confident", "refer")] == [0.75, 0.65]
    moved = {(one["from"], one["to"]): one["n"] for one in found["flips"]["table"] if one["n"]}
    assert moved == {("confident", "confident"): 2, ("possible", "possible"): 1, ("refer", "refer"): 1}
    assert found["flips"]["n"] == 0
    assert [one["n"] for one in found["at_old"]["tiers"]] == [2, 1, 1]


def test_columns_that_only_the_baseline_has_are_named(tmp_path: Path) -> None:
    before = _written(tmp_path, ["grey,0.9,0.1,3,x"] * 5, "label,p_grey,p_red,depth,location side", "before.csv")
    found = _small(tmp_path, "--baseline", before)
    assert found["baseline"]["absent_columns"] == ["depth", "location side"]
    assert found["baseline"]["n"] == 5
    shown = run("refit", tmp_path / "scored.csv", *COLUMNS, *WANTED, "--baseline", before).stdout
    assert "columns that only the baseline has: `depth`, `location side`" in shown


def test_classes_of_a_baseline_may_stand_in_another_order(tmp_path: Path) -> None:
    before = _written(tmp_path, ["0.1,grey,0.9", "0.8,red,0.2"], "p_red,label,p_grey", "before.csv")
    after = _written(tmp_path, ["grey,0.9,0.1", "red,0.2,0.8"])
    found = json_of(run("refit", after, *COLUMNS, *WANTED, "--baseline", before, *AS_JSON))["baseline"]
    assert found["pairs"]
    assert found["top1"]["difference"] == 0


def test_the_ids_say_which_case_of_the_baseline_is_which(tmp_path: Path) -> None:
    header = "case,label,p_grey,p_red"
    after = _written(tmp_path, ["1,grey,0.9,0.1", "x,red,0.2,0.8", "03,red,0.6,0.4"], header)
    before = _written(tmp_path, ["03,red,0.2,0.8", "1,grey,0.7,0.3", "x,red,0.4,0.6"], header, "before.csv")
    lines = tmp_path / "before.jsonl"
    rows = [("03", "red", 0.2, 0.8), (1, "grey", 0.7, 0.3), ("x", "red", 0.4, 0.6)]
    lines.write_text(
        "".join(json.dumps(dict(zip(header.split(","), one, strict=True))) + "\n" for one in rows), "utf-8"
    )
    said = ("refit", after, *COLUMNS, *WANTED, *AS_JSON, "--baseline")
    for baseline in (before, lines):
        found = json_of(run(*said, baseline, "--id", "case"))["baseline"]
        assert (found["pairs"], found["top1"]["method"]) == (True, "tost_tango")
        assert found["top1"]["difference"] == -1 / 3
    found = json_of(run(*said, before))["baseline"]
    assert (found["pairs"], found["top1"]["method"]) == (False, "tost_farrington_manning")
    told = run(*said[:-3], "--baseline", before, "--id", "case").stdout
    assert "top 1 of all, the same cases scored twice" in told


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            ["1,grey", "3,red"],
            "ids in `case` that are in DATA and not in the baseline: 1, such as `2`; with --id both",
        ),
        (["1,grey", "2,red", "<3>,red"], "ids in `case` that are in the baseline and not in DATA: 1, such as `<3>`"),
        (["2,grey", "1,grey"], "the case whose `case` is `2` is `grey` in the baseline and `red` in DATA"),
        (["1,grey", "2,red", "1,red"], "row 3: `case` is `1` as in row 1"),
        (["1,grey", ",red"], "row 2: there is no `case`, which says what case it is"),
    ],
)
def test_ids_of_other_cases_are_one_clear_error(tmp_path: Path, rows: list[str], words: str) -> None:
    header = "case,label,p_grey,p_red"
    after = _written(tmp_path, ["1,grey,0.9,0.1", "2,red,0.2,0.8"], header)
    before = _written(tmp_path, [f"{row},0.5,0.5" for row in rows], header, "before.csv")
    found = run("refit", after, *COLUMNS, *WANTED, "--baseline", before, "--id", "case")
    assert (found.exit_code, words in found.stderr) == (2, True), found.stderr
    assert found.stdout == ""


def test_other_cases_with_the_same_labels_in_the_same_order_are_no_pairs(tmp_path: Path) -> None:
    both = []
    for name, begin in (("a.csv", 0), ("b.csv", 400)):
        rows = [f"{begin + at},{'grey' if at < 200 else 'red'}" for at in range(400)]
        scores = [((begin + at) * 37 % 811) / 811 for at in range(400)]
        rows = [f"{row},{up},{1 - up}" for row, up in zip(rows, scores, strict=True)]
        both.append(_written(tmp_path, rows, "case,label,p_grey,p_red", name))
    found = run("refit", both[0], *COLUMNS, *WANTED, "--baseline", both[1])
    assert "top 1 of all, different cases" in found.stdout
    assert "same cases" not in found.stdout


def test_cases_of_the_base_are_paired_with_those_of_the_baseline(tmp_path: Path) -> None:
    policy = _overridden(tmp_path)
    rows = list(csv.reader(PIXELS.read_text(encoding="utf-8").splitlines()))
    marked = [[*row, "DE" if place % 2 else "US"] for place, row in enumerate(rows[1:])]
    both = [
        _written(tmp_path, [",".join(row) for row in some], ",".join([*rows[0], "jurisdiction"]), name)
        for name, some in (("a.csv", marked), ("b.csv", marked[::-1]))
    ]
    said = ("--policy", policy, "--baseline", both[1], "--id", "pixel_id", *AS_JSON)
    found = json_of(run("refit", both[0], *COLUMNS, *WANTED, *said))
    assert (found["baseline"]["n"], found["baseline"]["pairs"], found["baseline"]["top1"]["difference"]) == (
        1609,
        True,
        0,
    )


@pytest.mark.parametrize("named", [("--by", "p_side"), ("--id", "p_side"), ("--by", "p_side,p_row")])
def test_a_column_with_a_name_like_a_class_is_none_where_it_is_named_for_something_else(
    tmp_path: Path, named: tuple[str, ...]
) -> None:
    apart = ",p_row" if "p_row" in named[1] else ""
    rows = [f"grey,0.9,0.1,{'a' if at else 'b'}{',1' if apart else ''}" for at in range(2)]
    data = _written(tmp_path, rows, f"label,p_grey,p_red,p_side{apart}")
    for baseline in ((), ("--baseline", data)):
        if baseline or "--id" not in named:
            found = run("refit", data, *COLUMNS, *WANTED, *named, *baseline, *AS_JSON)
            assert found.exit_code == 0, found.stderr
            assert json_of(found)["classes"] == ["grey", "red"]


def test_a_label_that_is_a_number_finds_its_class(tmp_path: Path) -> None:
    numbered = _written(tmp_path, ["0,0.9,0.1", "1,0.2,0.8", "1.0,0.3,0.7"], "label,p_0,p_1")
    assert json_of(run("refit", numbered, *COLUMNS, *WANTED, *AS_JSON))["all"]["top1"] == 1


def test_segments_have_the_thresholds_of_all(tmp_path: Path) -> None:
    rows = ["grey,0.9,0.1,a", "red,0.2,0.8,a", "grey,0.3,0.7,b", "grey,0.6,0.4,b"]
    data = _written(tmp_path, rows, "label,p_grey,p_red,sensor")
    wanted = ("--confident-accuracy", "0.9", "--refer-share", "0.25", "--by", "sensor")
    found = json_of(run("refit", data, *COLUMNS, *wanted, *AS_JSON))["segments"]
    assert [(one["segment"], [tier["n"] for tier in one["tiers"]]) for one in found] == [
        ({"sensor": "a"}, [2, 0, 0]),
        ({"sensor": "b"}, [0, 1, 1]),
    ]


# --- into the policy ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "edits"),
    [
        ((), {}),
        (("--highlight", "0.2,0.25,0.3"), {}),
        (("--highlight", "0.2"), {}),
        (("--highlight", "0.25"), {"highlight: {above: 0.2,": "highlight: {above: 0.25,"}),
    ],
)
def test_only_its_numbers_its_version_and_its_evidence_are_written(
    tmp_path: Path, more: tuple[str, ...], edits: dict[str, str]
) -> None:
    policy = _copied(tmp_path)
    before = policy.read_text(encoding="utf-8")
    found = run(*REFIT, *more, "--policy", policy, "--write", *AS_JSON)
    assert found.exit_code == 0
    taken = {name: one["taken"] for name, one in json_of(found)["thresholds"].items()}
    edits |= {
        "\nversion: 1\n": "\nversion: 2\n",
        "at_least: 0.85}\n": f"at_least: {taken['confident']}}}\n",
        "    at_least: 0.5\n": f"    at_least: {taken['refer']}\n",
        "\ntests: #": "\nevidence: evidence/satellite-labelling-v2.json\ntests: #",
    }
    for old, new in edits.items():
        assert before.count(old) == 1
        before = before.replace(old, new)
    assert policy.read_text(encoding="utf-8") == before
    items = json.loads((tmp_path / "evidence" / "satellite-labelling-v2.json").read_text(encoding="utf-8"))
    assert [(one["band"], one["threshold"], one["previous"]) for one in items["thresholds"]] == [
        ("accept", taken["confident"], 0.85),
        ("suggest", taken["refer"], 0.5),
    ]


@pytest.mark.parametrize("more", [(), ("--confident-accuracy", "0.97"), ("--refer-share", "0.3")])
def test_the_edited_policy_decides_as_the_tiers_say(tmp_path: Path, more: tuple[str, ...]) -> None:
    policy = _copied(tmp_path)
    found = json_of(run(*REFIT, *more, "--policy", policy, "--write", "--highlight", "0.25", *AS_JSON))
    decided = _decided(policy)
    assert [(one["name"], one["n"]) for one in found["tiers"]] == [
        (name, len(decided[name])) for name in ("accept", "suggest", "label")
    ]
    for tier in found["tiers"]:
        right = sum(one["label"] == one["truth"] for one in decided[tier["name"]])
        assert tier["top1"] == right / tier["n"]
    (highlight,) = found["highlight"]
    shown = [[label["label"] for label in one["highlighted"]] for one in decided["suggest"]]
    many = Counter(str(len(labels)) for labels in shown)
    assert {name: cases for name, cases in highlight["counts"].items() if cases} == many
    truths = sum(one["truth"] in labels for one, labels in zip(decided["suggest"], shown, strict=True))
    assert highlight["truth"] == truths / len(shown)


def _decided(policy: Path) -> dict[str, list[Any]]:
    output = policy.parent / "decisions.jsonl"
    columns = ("--score-prefix", "p_", "--column", "subject=pixel_id", "--context", "label")
    truths = [row["label"] for row in csv.DictReader(PIXELS.read_text(encoding="utf-8").splitlines())]
    said = ("decide", "satellite-labelling", "--policies", policy.parent, "--input", PIXELS, "--output", output)
    assert run(*said, *columns).exit_code == 0
    found: dict[str, list[Any]] = {}
    for one, truth in zip(lines_of(output.read_text(encoding="utf-8")), truths, strict=True):
        found.setdefault(one["outcome"], []).append({**one, "truth": truth})
    return found


def test_the_same_command_writes_the_same_bytes_and_a_second_time_nothing(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
        _copied(folder)
        said = ("--policy", "satellite-labelling.yaml", "--write")
        assert started(*REFIT, *said, folder=folder).returncode == 0
    files = [{path.name: path.read_bytes() for path in folder.rglob("*.*")} for folder in folders]
    assert files[0] == files[1]
    again = started(*REFIT, *said, folder=folders[0])
    assert b"nothing to write" in again.stderr
    assert {path.name: path.read_bytes() for path in folders[0].rglob("*.*")} == files[0]


def test_what_would_change_is_shown_and_not_written(tmp_path: Path) -> None:
    policy = _copied(tmp_path)
    before = policy.read_bytes()
    found = run(*REFIT, "--policy", policy)
    assert found.exit_code == 0
    assert "+  - {name: accept, at_least: 0.82882}" in found.stdout
    assert "nothing is written: --write writes this" in found.stderr
    as_json = json_of(run(*REFIT, "--policy", policy, *AS_JSON))["policy"]
    assert as_json["present"] == {"accept": 0.85, "suggest": 0.5, "highlight": 0.2}
    assert "+    at_least: 0.54054" in as_json["diff"]
    assert policy.read_bytes() == before


@pytest.mark.parametrize(("write", "code", "words"), [((), 0, "nothing would be"), (("--write",), 1, "nothing is")])
def test_tiers_that_collide_are_never_written(tmp_path: Path, write: tuple[str, ...], code: int, words: str) -> None:
    policy = _copied(tmp_path)
    before = policy.read_bytes()
    said = ("--confident-accuracy", "0.8", "--refer-share", "0.9", "--policy", policy, *AS_JSON)
    found = run("refit", PIXELS, *COLUMNS, *said, *write)
    assert found.exit_code == code
    assert f"{words} written: the tiers collide" in found.stderr
    told = json_of(found)
    assert (told["feasible"], told["tiers"], told["outcome_mix"], told["flips"]) == (False, None, None, None)
    assert told["why"] == told["policy"]["why_not"]
    assert policy.read_bytes() == before


def _overridden(folder: Path) -> Path:
    """Return a policy with another threshold in the EU."""
    policy = _copied(folder)
    text = policy.read_text(encoding="utf-8").partition("tests:")[0]
    override = "overrides:\n  - id: eu\n    when: {jurisdiction: EU}\n    thresholds: {accept: 0.95}\n    because: x\n"
    policy.write_text(f"{text}{override}", encoding="utf-8")
    return policy


def test_cases_with_a_threshold_of_an_override_say_nothing_of_the_base(tmp_path: Path) -> None:
    policy = _overridden(tmp_path)
    rows = list(csv.reader(PIXELS.read_text(encoding="utf-8").splitlines()))
    marked = [[*row, "DE" if place % 2 else "US"] for place, row in enumerate(rows[1:])]
    data = _written(tmp_path, [",".join(row) for row in marked], ",".join([*rows[0], "jurisdiction"]))
    said = ("refit", data, *COLUMNS, *WANTED, "--policy", policy, "--by", "jurisdiction", *AS_JSON)
    found = json_of(run(*said, "--output-dir", tmp_path / "out"))
    assert found["n"] == 1609
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "1,609 cases of 6 classes, of 3,218 rows that were read, count" in page
    assert "3,218 rows. " in page
    assert [one["segment"] for one in found["segments"]] == [{"jurisdiction": "US"}]
    abroad = [row for row in marked if row[-1] == "DE"]
    data = _written(tmp_path, [",".join(row) for row in abroad], ",".join([*rows[0], "jurisdiction"]))
    none = run(*said)
    assert (none.exit_code, "no case gets its thresholds from the base" in none.stderr) == (2, True)


def test_a_cut_is_not_written_where_nothing_is_highlighted(tmp_path: Path) -> None:
    policy = _copied(tmp_path)
    lines = policy.read_text(encoding="utf-8").partition("tests:")[0].splitlines(keepends=True)
    policy.write_text("".join(line for line in lines if "highlight:" not in line), encoding="utf-8")
    before = policy.read_bytes()
    found = run(*REFIT, "--policy", policy, "--write", "--highlight", "0.25")
    assert (found.exit_code, "`suggest` highlights nothing" in found.stderr) == (1, True)
    assert policy.read_bytes() == before
    assert run(*REFIT, "--policy", policy, "--write", "--highlight", "0.2,0.25").exit_code == 0


# --- what is refused, and what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (("--confident-accuracy", "0.9", "--refer-share", "0.05"), "and this is for 0.9: change the objective first"),
        ((*WANTED, "--confidence", "0.5"), "and this is for a confidence of 0.5: change the objective first"),
    ],
)
def test_a_fit_for_less_than_the_objective_is_shown_and_not_written(
    tmp_path: Path, wanted: tuple[str, ...], why: str
) -> None:
    policy = _copied(tmp_path)
    before = policy.read_bytes()
    for more, code in (((), 0), (("--write",), 1)):
        found = run("refit", PIXELS, *COLUMNS, *wanted, "--policy", policy, *more)
        told = " ".join(found.stderr.split())
        assert (found.exit_code, "the objective of `accept` is a precision of at least 0.95" in told) == (code, True)
        assert why in told
    assert policy.read_bytes() == before
    assert run(*REFIT, "--policy", policy, "--confidence", "0.99", "--write").exit_code == 0


def test_a_target_that_the_new_thresholds_break_is_told(tmp_path: Path) -> None:
    policy = _copied(tmp_path)
    asked = ("refit", PIXELS, *COLUMNS, "--confident-accuracy", "0.97", "--refer-share", "0.3", "--policy", policy)
    assert "break the target share of `label` at most 0.15: 0.2999" in " ".join(run(*asked).stderr.split())
    assert "break the target" not in run(*REFIT, "--policy", policy).stderr


def test_a_floor_and_a_cap_that_are_not_the_policys_are_not_written(tmp_path: Path) -> None:
    policy = _copied(tmp_path)
    found = run(*REFIT, "--policy", policy, "--highlight", "0.25", "--floor", "1", "--cap", "1", "--write")
    told = " ".join(found.stderr.split())
    assert "for at least 1 and at most 1: these two are not written, and the policy keeps 2 and 3" in told
    assert "highlight: {above: 0.25, floor: 2, cap: 3}" in policy.read_text(encoding="utf-8")
    assert "these two" not in run(*REFIT, "--policy", policy, "--floor", "2", "--cap", "3").stderr


def test_no_file_takes_the_place_of_another(tmp_path: Path) -> None:
    policy, folder = _copied(tmp_path), tmp_path / "fit"
    catalog = tmp_path / "catalog.yaml"
    before = catalog.read_bytes()
    refused = {
        f"--output is a file that is read: `{catalog}` would be lost": ("--policy", policy, "-o", catalog),
        "--output is a file of --output-dir, `report.html`": ("--output-dir", folder, "-o", folder / "report.html"),
        "--output is where the evidence goes": (
            *("--policy", policy, "--write", "-o", tmp_path / "evidence" / "satellite-labelling-v2.json"),
        ),
        "is named twice: no case can be counted twice": (PIXELS,),
    }
    for told, options in refused.items():
        found = run(*REFIT, *options)
        assert (found.exit_code, told in " ".join(found.stderr.split())) == (2, True), found.stderr
    assert catalog.read_bytes() == before
    assert not folder.exists()
    (folder / "report.html").mkdir(parents=True)
    found = run(*REFIT, "--output-dir", folder)
    assert (found.exit_code, "is a folder: --output-dir writes a file there" in found.stderr) == (2, True)
    assert [one.name for one in folder.iterdir()] == ["report.html"]


def test_columns_of_classes_that_no_case_is_of_are_named(tmp_path: Path) -> None:
    data = _written(tmp_path, ["grey,0.9,0.1,0.01", "red,0.2,0.8,0.3"], "label,p_grey,p_red,p_value")
    wanted = (*COLUMNS, "--confident-accuracy", "0.9", "--refer-share", "0.5")
    assert (
        "no case is of the class of `p_value`: is each of these columns a class?" in run("refit", data, *wanted).stderr
    )


# --- a recorded fit -----------------------------------------------------------------------------------------------


def _recorded(folder: Path, change: Any = None) -> Path:  # noqa: ANN401 - what changes the record
    found = json_of(run(*REFIT, "--old", "0.85,0.5", *AS_JSON))
    if change is not None:
        change(found)
    path = folder / "fit.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def test_a_record_is_reproduced_whatever_the_thresholds_were_before_it(tmp_path: Path) -> None:
    record = _recorded(tmp_path)
    for more in ((), ("--old", "0.7,0.6")):
        found = run(*REFIT, *more, "--expect", record)
        assert found.exit_code == 0
        assert "is reproduced" in found.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found.update(aurc=found["aurc"] + 1e-17), "`aurc` was"),
        (lambda found: found["tiers"][1].update(n=638), "`tiers[1].n` was 638 and is 637"),
        (lambda found: found["curve"].pop(), "`curve` had "),
        (lambda found: found.update(more=1), "`more` was 1 and is not there"),
        (lambda found: found.update(stricter=None), "`stricter` was null and is "),
    ],
)
def test_the_first_numbers_that_differ_are_named(tmp_path: Path, change: Any, words: str) -> None:  # noqa: ANN401
    found = run(*REFIT, "--expect", _recorded(tmp_path, change))
    assert (found.exit_code, words in found.stderr) == (1, True)


def test_other_cases_are_noticed_though_no_number_differs(tmp_path: Path) -> None:
    first, second = "grey,0.9,0.1", "red,0.2,0.8"
    record = tmp_path / "fit.json"
    wanted = (*COLUMNS, "--confident-accuracy", "0.9", "--refer-share", "0.5")
    one = _written(tmp_path, [first, second])
    record.write_bytes(run("refit", one, *wanted, "--baseline", one, *AS_JSON).stdout_bytes)

    def expected(rows: list[str], baseline: list[str], header: str = "label,p_grey,p_red") -> tuple[int, list[str]]:
        data, before = (_written(tmp_path, *what) for what in ((rows, header, "a.csv"), (baseline, header, "b.csv")))
        found = run("refit", data, *wanted, "--baseline", before, "--expect", record)
        return found.exit_code, [line for line in found.stderr.splitlines() if "the same" in line]

    assert expected([first, second], [first, second]) == (0, [])
    assert expected([second, first], [second, first]) == (0, [])
    assert expected(["grey,0.1,0.9", "red,0.8,0.2"], ["grey,0.1,0.9", "red,0.8,0.2"], "label,p_red,p_grey") == (0, [])
    told = f"{record} is not reproduced: `%s` is another one: the cases are not the same"
    assert expected([first, "red,0.21,0.8"], [first, second]) == (1, [told % "cases_digest"])
    assert expected([first, second], [first, "red,0.2,0.8", first])[1] == [told % "baseline.cases_digest"]


def test_a_fit_that_is_not_reproduced_is_not_written(tmp_path: Path) -> None:
    policy = _copied(tmp_path)
    before = policy.read_bytes()
    record = _recorded(tmp_path, lambda found: found.update(n=1))
    assert run(*REFIT, "--policy", policy, "--write", "--expect", record).exit_code == 1
    assert policy.read_bytes() == before


def test_numbers_are_the_same_to_the_last_digit_and_words_are_not_compared() -> None:
    assert list(differences({"a": 0.1, "b": "x", "c": [1]}, {"a": 0.1, "b": "y", "c": [1.0], "d": 2})) == []
    assert list(differences({"a": 0.1}, {"a": 0.10000000000000002})) == ["`a` was 0.1 and is 0.10000000000000002"]
    assert list(differences({"a": True}, {"a": 1})) == ["`a` was true and is 1"]
    assert list(differences({"a": 0.0}, {"a": -0.0})) == ["`a` was 0.0 and is -0.0"]


def test_a_record_may_be_a_part_of_one(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"thresholds": {"confident": {"empirical": 0.76078}}}', encoding="utf-8")
    found = run(*REFIT, "--expect", path)
    assert (found.exit_code, "is reproduced: all of its 1 numbers" in found.stderr) == (0, True), found.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ("[]", "is no record"),
        ('{"a": 1}', "is no record"),
        ('{"thresholds": {}}', "has no number that a fit could reproduce"),
        ('{"thresholds": {"confident": {"old": 0.85, "empirical": null}}, "policy": {"version": 1}}', "has no number"),
    ],
)
def test_what_is_no_record_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    found = run(*REFIT, "--expect", path)
    assert (found.exit_code, words in found.stderr) == (2, True)


# --- files that change --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["data", "baseline"])
@pytest.mark.parametrize("more", [(), ("--write", "--policy", "satellite-labelling.yaml"), ("--output-dir", "out")])
def test_a_file_that_changes_while_it_is_read_is_told_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], which: str
) -> None:
    _copied(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("data.csv", "baseline.csv"):
        shutil.copy(PIXELS, name)

    def refit_after_a_change(*args: Any, **kept: Any) -> Any:  # noqa: ANN401 - as the one that it stands for
        with (tmp_path / f"{which}.csv").open("a", encoding="utf-8") as file:
            file.write("\n")
        return refit(*args, **kept)

    monkeypatch.setattr("policy_engine.cli._refit_cases.refit_tiers", refit_after_a_change)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    found = run("refit", "data.csv", *COLUMNS, *WANTED, "--baseline", "baseline.csv", *more)
    assert (found.exit_code, f"`{which}.csv` changed while it was read: run again" in found.stderr) == (2, True)
    assert found.stdout == ""
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "evidence").exists()


@pytest.mark.parametrize("option", [(), (PIXELS, "--baseline")])
def test_a_pipe_is_refused_before_anybody_waits_for_it(tmp_path: Path, option: tuple[Any, ...]) -> None:
    pipe = tmp_path / "cases.csv"
    os.mkfifo(pipe)
    found = run("refit", *option, pipe, *COLUMNS, *WANTED)
    assert (found.exit_code, "DATA and baselines are files, read twice, and `" in found.stderr) == (2, True)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    found = run("refit", tmp_path / "none.csv", *COLUMNS, *WANTED)
    assert (found.exit_code, "No such file" in found.stderr) == (2, True), found.stderr


# --- the folder ---------------------------------------------------------------------------------------------------


def test_the_folder_holds_tables_and_where_they_come_from(tmp_path: Path) -> None:
    more = ("--highlight", "0.2,0.25", "--baseline", PIXELS)
    found = json_of(run(*REFIT, *more, "--output-dir", tmp_path / "a" / "b", *AS_JSON))
    folder = tmp_path / "a" / "b"
    assert {path.name for path in folder.iterdir()} >= FILES
    curve = list(csv.DictReader((folder / "coverage_curve.csv").read_text(encoding="utf-8").splitlines()))
    assert [{name: float(value) for name, value in row.items()} for row in curve] == found["curve"]
    candidates = list(csv.DictReader((folder / "refer_candidates.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["kept_top3"]) for row in candidates] == [one["kept"]["top3"] for one in found["refer_candidates"]]
    sweep = list(csv.DictReader((folder / "highlight_sweep.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["shown_1"]) for row in sweep] == [one["shown"]["1"] for one in found["highlight"]]
    reports = json.loads((folder / "tier_reports.json").read_text(encoding="utf-8"))
    assert reports == {name: one for name, one in found.items() if name != "curve"}
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert [(one["rows"], one["baseline"]) for one in provenance["data"]] == [(3218, False), (3218, True)]
    assert provenance["data"][0]["sha256"].startswith("69de5a7d81ac")
    assert provenance["classes"][0] == "p_cotton_crop"
    assert provenance["command"].startswith("policy-engine refit ")
    assert ("matplotlib" in provenance["packages"]) is (folder / "coverage_curve.png").exists()
    assert "matplotlib" not in (folder / "report.html").read_text(encoding="utf-8")


def test_the_same_command_fills_the_folder_with_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        assert started(*REFIT, "--output-dir", folder).returncode == 0
    files = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders]
    assert files[0] == files[1]
    assert ("coverage_curve.png" in files[0]) is (find_spec("matplotlib") is not None)


def test_the_reports_of_a_folder_are_a_record_too(tmp_path: Path) -> None:
    run(*REFIT, "--output-dir", tmp_path)
    assert run(*REFIT, "--expect", tmp_path / "tier_reports.json").exit_code == 0


def test_without_matplotlib_there_is_no_picture_and_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy_engine.cli._refit_files.find_spec", lambda _: None)
    found = run(*REFIT, "--output-dir", tmp_path)
    assert "there is no coverage_curve.png: it needs matplotlib" in found.stderr
    assert {path.name for path in tmp_path.iterdir()} == FILES
    assert "matplotlib" not in (tmp_path / "provenance.json").read_text(encoding="utf-8")


def test_infeasible_tiers_leave_tables_that_are_empty(tmp_path: Path) -> None:
    data = _written(tmp_path, ["grey,0.9,0.1"] * 2)
    said = ("--highlight", "0.2", "--output-dir", tmp_path / "out")
    assert run("refit", data, *COLUMNS, *WANTED, *said).exit_code == 0
    assert (tmp_path / "out" / "highlight_sweep.csv").read_text(encoding="utf-8").count("\n") == 1


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "rows", "words"),
    [
        ("label,grey,red", ["grey,0.9,0.1"], "has no column that begins with `p_`; there is `label`, `grey`, `red`"),
        ("label,p_grey", ["grey,0.9"], "has one column that begins with `p_`: it takes two classes or more"),
        ("truth,p_grey,p_red", ["grey,0.9,0.1"], "has no column `label`"),
        (
            "label,p_grey,p_red",
            ["grey,0.9,0.1", "blue,0.9,0.1"],
            "row 2: `label` is `blue`, and no class is called so: known here: `grey`, `red`",
        ),
        ("label,p_grey,p_red", ["grey,0.9,nan"], "row 1: `p_red` is `nan`"),
        ("label,p_grey,p_red", ["grey,0.9,"], "row 1: there is no `p_red`"),
        ("label,p_grey,p_red", ["grey,0.9,x"], "row 1: `p_red` is `x`"),
        (
            "label,p_grey,p_red",
            ["grey,0.9,0.1", "red,90,10"],
            "row 2: `p_grey` is 90.0; a score of a class lies from 0",
        ),
        ("label,p_grey,p_red", ["grey,0.9,-0.1"], "row 1: `p_red` is -0.1"),
        ("label,p_grey,p_red", ["grey,0.9,0.1", ",0.9,0.1"], "row 2: there is no `label`; leave out cases without one"),
        ("label,p_grey,p_red", [], "there are no cases in"),
        ("label,p_1,p_1.0", ["1,0.9,0.1"], "`1` and `1.0` are one class: give each a name of its own"),
        ("label,p_grey,p_grey", ["grey,0.9,0.1"], "has 2 columns `p_grey`: each class has one"),
        ("label,p_grey", ["grey,0.9"], "has one column that begins with `p_`"),
        ("label,p_grey,p_red,p_red", ["grey,0.9,0.1,0.1"], "has 2 columns `p_red`"),
    ],
)
def test_bad_input_is_one_clear_error(tmp_path: Path, header: str, rows: list[str], words: str) -> None:
    found = run("refit", _written(tmp_path, rows, header), *COLUMNS, *WANTED)
    assert (found.exit_code, words in found.stderr) == (2, True), found.stderr
    assert found.stdout == ""


def test_an_empty_file_is_one_clear_error(tmp_path: Path) -> None:
    for name in ("empty.csv", "empty.jsonl", "empty.parquet"):
        (tmp_path / name).write_bytes(b"")
        found = run("refit", tmp_path / name, *COLUMNS, *WANTED)
        assert (found.exit_code, len(found.stderr.splitlines())) == (2, 4), found.stderr
        assert "a bug" not in found.stderr


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("label,p_grey,p_blue", "second.csv` has no column `p_red` for that class"),
        ("label,p_grey,p_red,p_blue", "second.csv` has a column `p_blue`, and no class is called so"),
    ],
)
def test_shards_have_the_same_classes(tmp_path: Path, second: str, words: str) -> None:
    first = _written(tmp_path, ["grey,0.9,0.1"])
    other = _written(tmp_path, [",".join(["grey", *["0.1"] * second.count(",")])], second, "second.csv")
    found = run("refit", first, other, *COLUMNS, *WANTED)
    assert (found.exit_code, words in found.stderr) == (2, True), found.stderr


def test_a_row_of_the_second_shard_is_named_by_its_file(tmp_path: Path) -> None:
    first, second = _written(tmp_path, ["grey,0.9,0.1"] * 3), _written(tmp_path, ["grey,0.9,2"], name="second.csv")
    assert "row 1 of `" in run("refit", first, second, *COLUMNS, *WANTED).stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--write",), "--write goes with --policy"),
        (("--margin", "0.02"), "--margin goes with --baseline"),
        (("--id", "pixel_id"), "--id goes with --baseline"),
        (("--id", "x", "--baseline", PIXELS), "has no column `x`"),
        (("--floor", "2"), "--floor goes with --highlight"),
        (("--highlight", "0.2", "--floor", "4"), "the floor is a whole number from 0 up to the cap"),
        (("--highlight", "0.2,x"), "--highlight takes finite numbers"),
        (("--old", "0.5"), "--old takes two thresholds"),
        (("--old", "0.5,0.5"), "--old names 0.5 twice"),
        (("--old", "0.5,0.6"), "of the old thresholds: the tiers collide"),
        (("--by", "x"), "has no column `x`"),
        (("--by", ","), "--by names a column that has no name"),
        (("--policy", f"{POLICIES}/card-fraud.yaml"), "`card-fraud` has no tiers to fit"),
        (("--policy", f"{POLICIES}/derm-triage.yaml", "--old", "0.8,0.5"), "--old does not go with --policy"),
        (("--policy", f"{POLICIES}/nothing.yaml"), "nothing.yaml"),
        (("--confident-accuracy", "1"), "does not lie between 0 and 1"),
    ],
)
def test_options_that_do_not_fit_are_refused(more: tuple[str, ...], words: str) -> None:
    found = run(*REFIT, *more)
    assert (found.exit_code, words in found.stderr) == (2, True), found.stderr


def test_the_standard_input_is_refused() -> None:
    found = run("refit", "-", *COLUMNS, *WANTED, text="x")
    assert (found.exit_code, "DATA and baselines are files, read twice, and `-` is none" in found.stderr) == (2, True)


def test_no_file_that_is_read_is_lost(tmp_path: Path) -> None:
    data = _written(tmp_path, ["grey,0.9,0.1"], name="coverage_curve.csv")
    before = data.read_bytes()
    for more in (("-o", data), ("--output-dir", tmp_path)):
        assert run("refit", data, *COLUMNS, *WANTED, *more).exit_code == 2
    assert data.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [data.name]


def test_a_policy_without_a_column_for_one_of_its_labels_is_refused(tmp_path: Path) -> None:
    policy = _copied(tmp_path)
    data = _written(tmp_path, ["grey_soil,0.9,0.1"], "label,p_grey_soil,p_red_soil")
    found = run("refit", data, *COLUMNS, *WANTED, "--policy", policy)
    assert (found.exit_code, "has no column `p_cotton_crop` for that class" in found.stderr) == (2, True)
