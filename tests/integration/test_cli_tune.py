"""`tune`: a threshold for what is wanted, what it can be held to, and its way back into the policy."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from tests.support.commands import CASES, POLICIES, assert_fits, json_of, run

if TYPE_CHECKING:
    from pathlib import Path

CREDIT = ("tune", str(CASES), "--score", "score", "--label", "label")
COLUMNS = ("--score", "score", "--label", "label")
QUICK = ("--bootstrap", "0")
AS_JSON = ("--format", "json")
KEYS = {"objective", "feasible", "empirical", "guaranteed", "interval", "honest", "baselines", "scenarios", "segments"}
TO_WRITE = (
    ("card-fraud", "block", "base", ()),
    ("card-fraud", "review", "base", ()),
    ("card-fraud", "block", "eu", ("--override", "eu")),
    ("content-moderation", "remove", "base", ()),
    ("credit-default", "refer", "base", ()),
    ("credit-default", "decline", "home-owners", ("--override", "home-owners")),
    ("derm-triage", "confident", "base", ()),
    ("kyc", "pass", "base", ("--of-score", "face")),
    ("prompt-safety", "block", "base", ()),
    ("sanctions-screening", "review", "base", ()),
    ("satellite-labelling", "accept", "base", ()),
    ("tool-routing", "route", "base", ()),
)


def _written(folder: Path, text: str, name: str = "scored.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def _scored(folder: Path, near: float, cases: int = 3000, columns: dict[str, str] | None = None) -> str:
    """Write cases whose classes part at about the threshold *near*; each of *columns* has one value throughout."""
    rng = np.random.default_rng(3)
    is_positive = rng.random(cases) < 0.5
    spread = 0.02 * near
    scores = rng.normal(np.where(is_positive, near + spread, near - spread), spread / 2).clip(0, near * 1.09).round(4)
    extra = columns or {}
    rows = [
        ",".join([str(score), str(int(label)), *extra.values()])
        for score, label in zip(scores.tolist(), is_positive.tolist(), strict=True)
    ]
    return _written(folder, "\n".join([",".join(["score", "label", *extra]), *rows, ""]))


def _numbers() -> tuple[np.ndarray, np.ndarray]:
    rows = CASES.read_text(encoding="utf-8").splitlines()
    places = [rows[0].split(",").index(name) for name in ("score", "label")]
    table = np.array([[float(row.split(",")[place]) for place in places] for row in rows[1:]])
    return table[:, 0], table[:, 1] == 1


def test_the_best_threshold_is_the_one_that_trying_all_of_them_finds() -> None:
    scores, is_positive = _numbers()
    costs = {t: ((scores >= t) & ~is_positive).sum() + 5 * ((scores < t) & is_positive).sum() for t in scores.tolist()}
    best = min(costs.values())
    wanted = ("--minimise", "cost", "--fp-cost", "1", "--fn-cost", "5")
    found = json_of(run(*CREDIT, *wanted, *QUICK, *AS_JSON))
    assert found.keys() >= KEYS
    assert found["empirical"]["value"] == best
    ties = sorted({t for t, cost in costs.items() if cost == best}, reverse=True)
    assert found["empirical"]["ties"] == ties
    assert found["empirical"]["threshold"] == ties[0]
    reached = scores >= ties[0]
    assert found["empirical"]["confusion"] == {
        "tp": int((reached & is_positive).sum()),
        "fp": int((reached & ~is_positive).sum()),
        "fn": int((~reached & is_positive).sum()),
        "tn": int((~reached & ~is_positive).sum()),
    }
    assert found["baselines"]["flag_all"]["value"] == 700
    assert found["baselines"]["flag_none"]["value"] == 1500
    assert found["baselines"]["flag_none"]["threshold"] is None
    assert found["guaranteed"] is None
    assert [one["kind"] for one in found["scenarios"]] == ["cost_ratio", "cost_ratio"]


def test_a_guaranteed_threshold_is_the_last_that_a_plain_loop_certifies() -> None:
    scores, is_positive = _numbers()
    order = np.argsort(-scores, kind="stable")
    expected, begun = None, None
    for threshold in np.unique(scores)[::-1]:
        flagged = int((scores >= threshold).sum())
        if 0.6**flagged > 0.05:
            continue
        begun = threshold if begun is None else begun
        hits = int(is_positive[order][:flagged].sum())
        if stats.binomtest(hits, flagged, 0.6, alternative="greater").pvalue > 0.05:
            break
        expected = (float(threshold), flagged, hits)
    assert expected is not None
    found = json_of(run(*CREDIT, "--min-precision", "0.6", *QUICK, *AS_JSON))
    guaranteed = found["guaranteed"]
    # Recall is the objective where only precision is wanted; thresholds that only flag more wrongly are its ties
    assert expected[0] in guaranteed["ties"]
    assert guaranteed["k"] == expected[2]
    assert guaranteed["start"] == {"rule": "least_certifiable", "threshold": begun}
    assert (guaranteed["method"], guaranteed["delta"], guaranteed["feasible"]) == ("fixed_sequence", 0.05, True)
    assert guaranteed["p_value"] <= 0.05 < found["empirical"]["measures"]["precision"]
    assert guaranteed["lower_bound"] >= 0.6
    assert found["empirical"]["measures"]["precision"] >= 0.6
    assert found["empirical"]["flagged"] > guaranteed["flagged"]


def test_what_cannot_be_guaranteed_says_how_many_cases_it_would_take() -> None:
    result = run(*CREDIT, "--min-precision", "0.95", *QUICK, *AS_JSON)
    found = json_of(result)
    assert result.exit_code == 0
    assert found["feasible"] is False
    guaranteed = found["guaranteed"]
    assert (guaranteed["feasible"], guaranteed["threshold"], guaranteed["confusion"]) == (False, None, None)
    assert guaranteed["p_value"] > 0.05
    assert guaranteed["needed"] is None
    few = json_of(run(*CREDIT, "--min-precision", "0.9999", *QUICK, *AS_JSON))["guaranteed"]
    assert few["needed"] == 29956
    assert (few["n"], few["start"]) == (None, {"rule": "least_certifiable", "threshold": None})
    text = run(*CREDIT, "--min-precision", "0.9999", *QUICK).stdout
    assert "no threshold can be guaranteed" in text
    assert "no threshold flags as many cases as testing begins with (29,956)" in " ".join(text.split())


@pytest.mark.parametrize(
    ("wanted", "flagged"),
    [
        (("--capacity", "4"), 1),
        (("--capacity", "5"), 5),
        (("--capacity", "0"), 0),
        (("--share", "0.4"), 5),
        (("--share", "0.29"), 1),
        (("--share", "1"), 10),
    ],
)
def test_a_tie_is_never_cut(wanted: tuple[str, ...], flagged: int, tmp_path: Path) -> None:
    data = _written(tmp_path, "score,label\n0.9,1\n" + "0.5,1\n" * 2 + "0.5,0\n" * 2 + "0.1,0\n" * 5)
    found = json_of(run("tune", data, *COLUMNS, *wanted, *QUICK, *AS_JSON))
    assert found["empirical"]["flagged"] == flagged


def test_as_text_all_is_told_within_80_columns() -> None:
    everything = ("--prevalence", "0.1", "--label-noise", "0.01:0.02", "--by", "sex,age_band")
    for wanted in (
        ("--min-precision", "0.6"),
        ("--min-precision", "0.6", "--min-recall", "0.1", "--confidence", "0.9"),
        ("--maximise", "fbeta", "--beta", "2"),
        ("--minimise", "cost", "--fp-cost", "1", "--fn-cost", "5"),
        ("--capacity", "50"),
        ("--share", "0.13"),
        ("--maximise", "net_benefit"),
    ):
        found = run(*CREDIT, *wanted, *everything, "--bootstrap", "50")
        assert found.exit_code == 0, found.output
        assert_fits(found.stdout)
        assert re.search(r"^(take 0\.\d+, the best|no threshold can be guaranteed)", found.stdout, re.MULTILINE), (
            found.stdout
        )
        assert "elsewhere: chosen on a part of the cases" in found.stdout
        assert "\nby segment" in found.stdout


def test_the_same_command_says_the_same_and_another_seed_does_not() -> None:
    wanted = (*CREDIT, "--maximise", "f1", "--bootstrap", "100", *AS_JSON)
    first = run(*wanted)
    assert first.exit_code == 0
    assert run(*wanted, "--seed", "0").stdout == first.stdout
    other = json_of(run(*wanted, "--seed", "1"))
    assert other["empirical"] == json_of(first)["empirical"]
    assert other["interval"] != json_of(first)["interval"]
    interval = json_of(first)["interval"]
    assert interval["threshold"]["low"] <= json_of(first)["empirical"]["threshold"] <= interval["threshold"]["high"]
    assert interval["value"] == interval["measures"]["f1"]


def test_cases_of_one_subject_are_drawn_together_and_nothing_is_guaranteed_of_them(tmp_path: Path) -> None:
    rows = [f"{0.5 + 0.4 * (who % 2)},{who % 2},{who}\n" * 5 for who in range(40)]
    data = _written(tmp_path, "score,label,who\n" + "".join(rows))
    plain = json_of(run("tune", data, *COLUMNS, "--min-precision", "0.9", "--bootstrap", "50", *AS_JSON))
    found = json_of(
        run("tune", data, *COLUMNS, "--min-precision", "0.9", "--cluster", "who", "--bootstrap", "50", *AS_JSON)
    )
    assert plain["guaranteed"]["feasible"] is True
    assert found["guaranteed"]["feasible"] is False
    assert "not independent" in found["guaranteed"]["why"]
    assert found["interval"] != plain["interval"]


def test_a_holdout_is_measured_at_both_thresholds(tmp_path: Path) -> None:
    rows = CASES.read_text(encoding="utf-8").splitlines()
    fitted = _written(tmp_path, "\n".join(rows[:601]), "fitted.csv")
    holdout = _written(tmp_path, "\n".join([rows[0], *rows[601:]]), "holdout.csv")
    found = json_of(run("tune", fitted, *COLUMNS, "--min-precision", "0.6", "--holdout", holdout, *QUICK, *AS_JSON))
    scores, is_positive = (one[600:] for one in _numbers())
    for name, told in (("empirical", found["honest"]), ("guaranteed", found["guaranteed"]["honest"])):
        reached = scores >= found[name]["threshold"]
        assert told["method"] == "holdout"
        assert told["confusion"]["tp"] == int((reached & is_positive).sum())
        assert told["confusion"]["fp"] == int((reached & ~is_positive).sum())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "what is the threshold chosen for?"),
        (("--maximise", "f1", "--capacity", "3"), "either --maximise or --capacity"),
        (("--maximise", "fbeta"), "`fbeta` needs a beta"),
        (("--maximise", "f1", "--beta", "2"), "--beta goes with --maximise fbeta"),
        (("--maximise", "fbeta", "--beta", "nan"), "beta is a number above 0"),
        (("--minimise", "cost"), "needs both costs"),
        (("--minimise", "cost", "--fp-cost", "1", "--fn-cost", "nan"), "the two costs are numbers from 0 up"),
        (("--minimise", "cost", "--fp-cost", "-1", "--fn-cost", "1"), "the two costs are numbers from 0 up"),
        (("--maximise", "f1", "--fp-cost", "1"), "--fp-cost goes with --minimise cost"),
        (("--share", "nan"), "nan does not lie between 0 and 1"),
        (("--share", "2"), "2 does not lie between 0 and 1"),
        (("--min-precision", "1"), "1 does not lie between 0 and 1, both ends excluded"),
        (("--min-precision", "x"), "`x` is no number"),
        (("--min-precision", "0.9", "--confidence", "1"), "both ends excluded"),
        (("--min-precision", "0.9", "--start", "0.9", "--start-flagged", "3"), "--start or --start-flagged"),
        (("--min-precision", "0.9", "--start", "nan"), "a threshold that is a number"),
        (("--maximise", "f1", "--start", "0.5"), "go with --min-precision"),
        (("--min-recall", "0.5", "--start-flagged", "5"), "go with --min-precision"),
        (("--maximise", "f1", "--holdout", str(CASES)), "no case can be held out from itself"),
        ((str(CASES), "--maximise", "f1"), "no case can be counted twice"),
        (("--maximise", "f1", "--label-noise", "0.2:0.1"), "the lower first"),
        (("--maximise", "f1", "--label-noise", "0.5"), "less than 0.5"),
        (("--maximise", "f1", "--prevalence", "0"), "both ends excluded"),
        (("--maximise", "f1", "--write"), "--write goes with --policy"),
        (("--maximise", "f1", "--band", "refer"), "--band goes with --policy"),
        (("--policy", f"{POLICIES}/credit-default.yaml"), "--band NAME is missing"),
        (("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refr"), "refer"),
        (("--policy", f"{POLICIES}/credit-default.yaml", "--band", "approve"), "approve"),
        (("--policy", f"{POLICIES}/credit-default.yaml", "--band", "decline"), "declares no `objective` of `decline`"),
        (("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer", "--higher-is", "safer"), "--higher-is"),
        (("--policy", f"{POLICIES}/credit-default.yaml", "--band", "refer", "--override", "x"), "override"),
        (("--policy", f"{POLICIES}/kyc.yaml", "--band", "pass", "--maximise", "f1"), "face"),
        (("--policy", "-", "--band", "refer"), "name the file"),
        (("--policy", POLICIES, "--band", "refer"), "is a folder"),
        (("--policy", "nowhere.yaml", "--band", "refer"), "nowhere.yaml"),
    ],
)
def test_options_that_want_nothing_or_two_things_are_told(options: tuple[str, ...], said: str) -> None:
    result = run(*CREDIT, *options)
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("score,label\n", "there are no cases"),
        ("points,label\n1,0\n", "has no column `score`"),
        ("score,label\nhigh,1\n0.1,0\n", "`score` is `high`"),
        ("score,label\nnan,1\n0.1,0\n", "`score` is `nan`"),
        ("score,label\n,1\n0.1,0\n", "there is no `score`"),
        ("score,label\n0.2,\n0.1,0\n", "there is no `label`"),
        ("score,label\n0.3,0\n0.2,1\n0.1,2\n", "`label` has 3 different values"),
        ("score,label\n0.3,yes\n0.2,no\n", "which `label` is the positive"),
    ],
)
def test_data_of_which_nothing_can_be_chosen_is_one_clear_error(text: str, said: str, tmp_path: Path) -> None:
    result = run("tune", _written(tmp_path, text), *COLUMNS, "--maximise", "f1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


def test_negative_weights_are_refused(tmp_path: Path) -> None:
    data = _written(tmp_path, "score,label,w\n0.3,1,1\n0.2,0,-1\n")
    result = run("tune", data, *COLUMNS, "--weight", "w", "--maximise", "f1")
    assert result.exit_code == 2
    assert "a number from 0 up" in " ".join(result.stderr.split())


@pytest.mark.parametrize(("label", "why"), [("1", "there are no negatives"), ("0", "there are no positives")])
def test_one_class_only_gives_nulls_with_their_reason(label: str, why: str, tmp_path: Path) -> None:
    data = _written(tmp_path, f"score,label\n0.3,{label}\n0.2,{label}\n")
    result = run("tune", data, *COLUMNS, "--maximise", "mcc", "--by", "score", "--bootstrap", "20", *AS_JSON)
    assert result.exit_code == 0, result.output
    found = json_of(result)
    assert (found["feasible"], found["undefined"]) == (False, why)
    assert found["empirical"]["threshold"] is None
    assert result.stderr == ""
    assert run("tune", data, *COLUMNS, "--maximise", "mcc").exit_code == 0


# --- with a policy ------------------------------------------------------------------------------------------------


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    return folder


def _changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that differ, each with what it became; a line that is new stands beside nothing."""
    old, new = before.splitlines(), after.splitlines()
    if len(new) > len(old):
        place = next(i for i, line in enumerate(new) if line.startswith("evidence:"))
        old.insert(place, "")
    assert len(old) == len(new)
    return [(one, other) for one, other in zip(old, new, strict=True) if one != other]


@pytest.mark.parametrize(("use_case", "band", "source", "options"), TO_WRITE, ids=lambda one: str(one)[:24])
def test_writing_changes_the_number_the_version_and_the_evidence_and_the_policy_validates(
    use_case: str, band: str, source: str, options: tuple[str, ...], policies: Path, tmp_path: Path
) -> None:
    path = policies / f"{use_case}.yaml"
    before = path.read_text(encoding="utf-8")
    wanted = () if f"\n  {band}: {{m" in before and "objective:" in before else ("--maximise", "f1")
    which = ("--policy", str(path), "--band", band, *options, *wanted)
    columns = {"eu": {"jurisdiction": "EU"}, "home-owners": {"housing": "own"}}.get(source)
    present = _present(which, tmp_path, columns)
    # Some samples let a call set it up to what it is, and one from there on
    data = _scored(tmp_path, (1.03 if use_case == "tool-routing" else 0.98) * present, columns=columns)
    command = ("tune", data, *COLUMNS, *which, "--bootstrap", "20", "--write")

    written = run(*command)
    assert written.exit_code == 0, written.output
    after = path.read_text(encoding="utf-8")
    changed = _changed_lines(before, after)
    assert len(changed) == 3, changed
    number = next(new for old, new in changed if not new.startswith(("version:", "evidence:")))
    evidence = json.loads((policies / "evidence").joinpath(f"{use_case}-v{_version(after)}.json").read_bytes())
    (entry,) = evidence["thresholds"]
    assert (entry["band"], entry["threshold_from"], entry["previous"]) == (band, source, present)
    assert str(entry["threshold"]).removesuffix(".0") in number
    assert _version(after) == _version(before) + 1

    checked = run("validate", str(policies))
    assert checked.exit_code == 0, checked.output
    kept = {one: one.read_bytes() for one in (path, *(policies / "evidence").iterdir())}
    again = run(*command)
    assert "nothing to write" in " ".join(again.stderr.split())
    assert {one: one.read_bytes() for one in (path, *(policies / "evidence").iterdir())} == kept

    path.write_text(before, encoding="utf-8")
    shutil.rmtree(policies / "evidence")
    assert run(*command).exit_code == 0
    assert {one: one.read_bytes() for one in kept} == kept

    edited = after.replace(number, number.replace(_shown(entry["threshold"]), _shown(present)))
    assert edited != after
    path.write_text(edited, encoding="utf-8")
    assert "PE435" in run("validate", str(policies)).output


def _version(text: str) -> int:
    found = re.search(r"^version: (\d+)$", text, re.MULTILINE)
    assert found is not None
    return int(found[1])


def _shown(number: float) -> str:
    return repr(number).removesuffix(".0")


def _present(which: tuple[str, ...], folder: Path, columns: dict[str, str] | None) -> float:
    """Return the threshold that the policy has now, which the command tells."""
    names, values = (",".join(["", *part]) for part in ((columns or {}).keys(), (columns or {}).values()))
    data = _written(folder, f"score,label{names}\n0.3,1{values}\n0.2,0{values}\n", "two.csv")
    told: dict[str, Any] = json_of(run("tune", data, *COLUMNS, *which, *QUICK, *AS_JSON))["policy"]
    present: float = told["present"]
    return present


def test_without_write_the_change_is_shown_and_nothing_is_written(policies: Path) -> None:
    path = policies / "credit-default.yaml"
    before = path.read_bytes()
    result = run(*CREDIT, "--policy", str(path), "--band", "refer", *QUICK)
    assert result.exit_code == 0
    assert "-  - {name: refer, at_least: 0.1667, escalate: underwriting, reasons: [CR02]}" in result.stdout
    assert "+version: 3" in result.stdout
    assert "nothing is written: --write writes this" in " ".join(result.stderr.split())
    assert path.read_bytes() == before
    assert not (policies / "evidence").exists()
    told = json_of(run(*CREDIT, "--policy", str(path), "--band", "refer", *QUICK, *AS_JSON))["policy"]
    assert (told["band"], told["threshold_from"], told["present"]) == ("refer", "base", 0.1667)
    assert "+version: 3" in told["diff"]


def test_only_cases_that_get_their_threshold_there_choose_it(policies: Path) -> None:
    path = str(policies / "credit-default.yaml")
    base, students = (
        json_of(run(*CREDIT, "--policy", path, "--band", "refer", *which, *QUICK, *AS_JSON))
        for which in ((), ("--override", "students"))
    )
    segments = {one["segment"]["threshold_from"]: one for one in base["segments"]}
    assert list(segments) == ["base", "new-cars", "students"]
    assert base["n"] == segments["base"]["n"]
    assert students["n"] == segments["students"]["n"]
    assert sum(one["n"] for one in base["segments"]) == 1000
    alone = segments["students"]["empirical"]
    assert students["empirical"]["threshold"] == alone["threshold"]
    # The number that is chosen here never holds for the others
    assert segments["base"]["at_choice"]["confusion"] == base["empirical"]["confusion"]
    assert segments["students"]["at_choice"] is None
    assert segments["students"]["adverse_impact_ratio"] is None


def test_nothing_is_written_where_nothing_keeps_what_the_policy_wants(policies: Path) -> None:
    path = policies / "card-fraud.yaml"
    before = path.read_bytes()
    result = run(*CREDIT, "--policy", str(path), "--band", "block", *QUICK, "--write")
    assert result.exit_code == 1
    assert "nothing is written: there is no threshold that has what is wanted" in " ".join(result.stderr.split())
    assert path.read_bytes() == before


@pytest.mark.parametrize("write", [(), ("--write",)])
@pytest.mark.parametrize("name", ["catalog.yaml", "credit-default.yaml", "evidence/credit-default-v3.json"])
def test_what_the_policy_is_made_of_is_not_overwritten_by_the_output(
    name: str, write: tuple[str, ...], policies: Path
) -> None:
    path = policies / "credit-default.yaml"
    tuned = ("--policy", str(path), "--band", "refer", *QUICK)
    if name.startswith("evidence"):
        assert run(*CREDIT, *tuned, "--write").exit_code == 0
    before = {one: one.read_bytes() for one in policies.rglob("*") if one.is_file()}
    result = run(*CREDIT, *tuned, "--share", "0.2", *write, "--output", str(policies / name))
    assert result.exit_code == 2
    assert "would be lost" in result.stderr
    assert {one: one.read_bytes() for one in policies.rglob("*") if one.is_file()} == before


def test_an_output_where_the_evidence_goes_is_refused(policies: Path) -> None:
    (policies / "evidence").mkdir()
    output = policies / "evidence/credit-default-v3.json"
    tuned = ("--policy", str(policies / "credit-default.yaml"), "--band", "refer", *QUICK)
    result = run(*CREDIT, *tuned, "--write", "--output", str(output))
    assert result.exit_code == 2
    assert "--output is where the evidence goes" in result.stderr
    assert not output.exists()


def test_scores_are_those_that_the_policy_tells_apart(tmp_path: Path) -> None:
    policy = (
        "schema: policy/v1\nuse_case: x\nversion: 1\nowner: o\neffective: {from: 2026-01-01T00:00:00Z}\n"
        "score: {kind: probability, type: float32, higher_is: riskier, model: {name: m}}\n"
        "bands: [{name: block, at_least: 0.9}, {name: allow}]\non_invalid: block\n"
    )
    path = _written(tmp_path, policy, "x.yaml")
    data = _written(tmp_path, "score,label\n" + "0.7000000001,1\n" * 40 + "0.7,0\n" * 9 + "0.2,0\n" * 40)
    found = json_of(
        run("tune", data, *COLUMNS, "--policy", path, "--band", "block", "--maximise", "f1", *QUICK, *AS_JSON)
    )
    assert found["empirical"]["confusion"]["fp"] == 9
    assert "+bands: [{name: block, at_least: 0.7}," in found["policy"]["diff"]


def test_of_few_subjects_there_is_no_interval(tmp_path: Path) -> None:
    rows = [f"0.{place:02d},{int(place % 7 > 2)},{place % 3}" for place in range(60)]
    data = _written(tmp_path, "\n".join(["score,label,who", *rows, ""]))
    wanted = ("tune", data, *COLUMNS, "--maximise", "f1", "--cluster", "who", "--bootstrap", "20")
    found = json_of(run(*wanted, *AS_JSON))
    assert (found["interval"], found["clusters"]) == (None, 3)
    assert "of 3 independent parts no resamples tell" in " ".join(run(*wanted).stdout.split())


def test_a_number_that_a_guardrail_forbids_is_not_written(policies: Path, tmp_path: Path) -> None:
    path = policies / "card-fraud.yaml"
    before = path.read_bytes()
    data = _scored(tmp_path, 0.6)
    result = run("tune", data, *COLUMNS, "--policy", str(path), "--band", "block", *QUICK, "--write")
    assert result.exit_code == 1
    assert "PE4" in result.stderr
    assert path.read_bytes() == before
    assert not (policies / "evidence").exists()


def test_where_higher_is_safer_what_reaches_the_band_is_what_gets_there(policies: Path, tmp_path: Path) -> None:
    data = _scored(tmp_path, 0.85)
    path = str(policies / "satellite-labelling.yaml")
    result = run("tune", data, *COLUMNS, "--policy", path, "--band", "accept", *QUICK, *AS_JSON)
    found = json_of(result)
    assert found["guaranteed"]["feasible"] is True
    assert found["objective"]["at_least"] == {"precision": 0.95}
    assert found["guaranteed"]["measures"]["precision"] >= 0.95
    assert found["empirical"]["measures"]["recall"] > 0.9
