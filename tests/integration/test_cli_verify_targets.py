"""`verify-targets`: promises held against files and logs, which of them hold, and what nothing can be told of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy_engine import AuditLog, Engine
from tests.support.commands import CASES, POLICIES, assert_fits, json_of, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

POLICY: Final = """\
schema: policy/v1
use_case: shop
version: 3
owner: risk
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands:
  - {name: block, at_least: 0.9}
  - {name: review, at_least: 0.5}
  - {name: allow}
on_invalid: block
"""
TARGETS: Final = """\
targets:
  - {measure: precision, band: block, at_least: 0.95, confidence: 0.95}
  - {measure: share, band: review, between: [0.08, 0.12], confidence: 0.95}
"""
SAMPLES: Final = "samples:\n  - {id: qa, of: allow, percent: 20, to: review, by: subject, salt: s}\n"
CLEAN: Final = (0.05, 0.1)
"""Which share of the cases is blocked, and which is reviewed."""

Verdicts = dict[str, str]


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    _written(tmp_path / "shop.yaml", POLICY + TARGETS)
    return "shop.yaml"


def _written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def _scores(shares: tuple[float, float], cases: int, seed: int = 0) -> list[float]:
    """Return scores of which about such shares are blocked and reviewed."""
    cuts = (1 - sum(shares), 1 - shares[0])
    drawn = np.random.default_rng(seed).random(cases)
    scores = np.select([drawn < cuts[0], drawn < cuts[1]], [0.1 * drawn, 0.5 + 0.1 * drawn], 0.9 + 0.05 * drawn)
    return [float(one) for one in scores]


def _logged(policy: str, log: Path, scores: Sequence[float], *, batch_rows: int | None = None) -> dict[str, float]:
    """Decide *scores*, with a log in *log*, and return them by the ids of their decisions."""
    with Engine.load(policy, audit=AuditLog(log, stream="web", batch_rows=batch_rows)) as engine:
        decided = engine.decide_batch("shop", np.array(scores), subject=[f"s-{place}" for place in range(len(scores))])
        return {one.decision_id: score for one, score in zip(decided, scores, strict=True)}


def _outcomes(path: Path, labels: Mapping[str, object]) -> str:
    return _written(path, "decision_id,label\n" + "".join(f"{name},{label}\n" for name, label in labels.items()))


def _labels(ids: Mapping[str, float], precision: float, seed: int = 1) -> dict[str, int]:
    """Return labels of decisions: of those that are blocked, such a share are positives, and of others few."""
    rng = np.random.default_rng(seed)
    return {name: int(rng.random() < (precision if score >= 0.9 else 0.02)) for name, score in ids.items()}


def _verdicts(found: Any) -> Verdicts:  # noqa: ANN401 - JSON
    return {f"{one['measure']} {one['band']}": one["verdict"] for one in found["policies"][0]["targets"]}


# --- a log -------------------------------------------------------------------------------------------------------


def test_on_clean_decisions_shares_hold_and_what_needs_labels_is_undecided(policy: str, tmp_path: Path) -> None:
    _logged(policy, tmp_path / "log", _scores(CLEAN, 4000))
    found = run("verify-targets", policy, "--audit", tmp_path / "log", "--format", "json")
    assert found.exit_code == 0
    told = json_of(found)
    assert _verdicts(told) == {"precision block": "undecided", "share review": "holds"}
    assert (told["policies"][0]["targets"][0]["why"], told["shared_by"]) == ("there are no labels", 1)
    assert told["log"]["decisions"] == 4000


def test_a_share_that_drifted_is_broken_and_the_exit_code_says_so(policy: str, tmp_path: Path) -> None:
    _logged(policy, tmp_path / "log", _scores((0.05, 0.15), 4000))
    found = run("verify-targets", policy, "--audit", "log")
    assert found.exit_code == 1
    assert "broken     share of `review` from 0.08 to 0.12, with confidence 0.95" in found.stdout
    assert_fits(found.stdout)


def test_a_lost_precision_is_broken_where_labels_are_joined(policy: str, tmp_path: Path) -> None:
    ids = _logged(policy, tmp_path / "log", _scores(CLEAN, 6000))
    for precision, verdict, code in ((0.99, "holds", 0), (0.85, "broken", 1), (0.955, "undecided", 0)):
        outcomes = _outcomes(tmp_path / "outcomes.csv", _labels(ids, precision))
        options = ("--audit", tmp_path / "log", "--outcomes", outcomes, "--format", "json")
        found = run("verify-targets", policy, *options)
        told = json_of(found)
        assert (_verdicts(told), found.exit_code) == ({"precision block": verdict, "share review": "holds"}, code)
        assert (told["shared_by"], told["policies"][0]["targets"][0]["tail"]) == (2, pytest.approx(0.025))
        assert told["log"]["outcomes"]["decisions_without_label"] == 0
    assert told["policies"][0]["targets"][0]["more"] > 0


def test_rows_of_batches_count_as_records_do(policy: str, tmp_path: Path) -> None:
    scores = _scores(CLEAN, 2000)
    _logged(policy, tmp_path / "single", scores)
    _logged(policy, tmp_path / "batch", scores, batch_rows=100)
    one, other = (
        json_of(run("verify-targets", policy, "--audit", tmp_path / name, "--format", "json"))
        for name in ("single", "batch")
    )
    assert one["policies"] == other["policies"]
    assert other["log"]["other_records"] == {"start": 1, "batch": 1}


def test_how_ids_meet_is_told_and_nothing_is_dropped_in_silence(policy: str, tmp_path: Path) -> None:
    ids = list(_logged(policy, tmp_path / "log", [0.95, 0.95, 0.6, 0.1, 0.1]))
    rows = [*zip(ids[:4], (1, 1, 0, 0), strict=True), (ids[0], 1), (ids[1], 0), ("nobody", 1)]
    outcomes = _written(tmp_path / "o.csv", "case,y\n" + "".join(f"{name},{label}\n" for name, label in rows))
    options = ("--audit", tmp_path / "log", "--outcomes", outcomes, "--id", "case", "--label", "y")
    told = json_of(run("verify-targets", policy, *options, "--format", "json"))["log"]["outcomes"]
    del told["file"]
    assert told == {
        "positive": "1",
        "rows": 7,
        "twice": 1,
        "contradicting": 1,
        "joined": 3,
        "without_decision": 1,
        "decisions_without_label": 2,
    }
    text = run("verify-targets", policy, *options).stdout
    for said in (
        "without a decision among these: 1 label",
        "without a label: 2 decisions",
        "said again: 1 label",
        "left out: 1 id of which rows say different labels",
    ):
        assert said in text


def test_labels_from_every_kind_of_file_say_the_same(policy: str, tmp_path: Path) -> None:
    labels = _labels(_logged(policy, tmp_path / "log", _scores(CLEAN, 500)), 0.9)
    jsonl = _written(
        tmp_path / "o.jsonl",
        "".join(json.dumps({"decision_id": name, "label": bool(label)}) + "\n" for name, label in labels.items()),
    )
    pq.write_table(pa.table({"decision_id": list(labels), "label": list(labels.values())}), tmp_path / "o.parquet")
    found = [
        json_of(run("verify-targets", policy, "--audit", tmp_path / "log", "--outcomes", one, "--format", "json"))
        for one in (_outcomes(tmp_path / "o.csv", labels), jsonl, tmp_path / "o.parquet")
    ]
    assert found[0]["policies"] == found[1]["policies"] == found[2]["policies"]


def test_labels_of_what_was_stopped_alone_give_a_precision_and_no_recall(tmp_path: Path) -> None:
    text = POLICY + "targets:\n  - {measure: precision, band: block, at_least: 0.9}\n"
    policy = _written(tmp_path / "shop.yaml", text + "  - {measure: recall, band: block, at_least: 0.9}\n")
    ids = _logged(policy, tmp_path / "log", _scores(CLEAN, 2000))
    labels = {name: label for name, label in _labels(ids, 1.0).items() if ids[name] >= 0.5}
    outcomes = _outcomes(tmp_path / "o.csv", labels)
    told = json_of(run("verify-targets", policy, "--audit", tmp_path / "log", "--outcomes", outcomes, "--format=json"))
    assert _verdicts(told) == {"precision block": "holds", "recall block": "undecided"}
    recall = told["policies"][0]["targets"][1]
    assert (recall["value"], "do not stand for all" in recall["why"]) == (None, True)


def test_who_was_drawn_for_a_sample_counts_as_the_band_that_was_reached(tmp_path: Path) -> None:
    text = POLICY + SAMPLES + "targets:\n  - {measure: precision, band: review, at_least: 0.9}\n"
    policy = _written(tmp_path / "shop.yaml", text)
    ids = _logged(policy, tmp_path / "log", [0.6] * 50 + [0.1] * 200)
    outcomes = _outcomes(tmp_path / "o.csv", {name: int(score >= 0.5) for name, score in ids.items()})
    told = json_of(run("verify-targets", policy, "--audit", tmp_path / "log", "--outcomes", outcomes, "--format=json"))
    bands = {one["band"]: one for one in told["policies"][0]["bands"]}
    drawn = told["log"]["noted"]["sampled"]
    assert drawn > 0
    assert (bands["review"]["n"], bands["review"]["reached"]) == (50 + drawn, 50)
    assert told["policies"][0]["targets"][0]["value"] == 1.0


def test_a_log_that_was_changed_is_told_and_nothing_of_it_is_counted(policy: str, tmp_path: Path) -> None:
    _logged(policy, tmp_path / "log", _scores(CLEAN, 50))
    (segment,) = (tmp_path / "log").glob("*/segments/*.log")
    segment.write_bytes(segment.read_bytes().replace(b'"outcome":"allow"', b'"outcome":"block"', 1))
    found = run("verify-targets", policy, "--audit", tmp_path / "log")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "the log does not verify, so nothing of it was counted: web/segments/" in " ".join(found.stderr.split())


def test_what_is_no_countable_decision_is_left_out_and_told(policy: str, tmp_path: Path) -> None:
    _logged(policy, tmp_path / "log", [0.95] * 20)
    own = {"use_case": "shop", "policy": {"version": 3, "digest": "x"}}
    with AuditLog(tmp_path / "log", stream="other") as log:
        log.append({"decision_id": "a", **own, "outcome": "stop"})
        log.append({"decision_id": "b", "use_case": "shop", "outcome": "block"})
        log.append({"decision_id": "c", **own, "outcome": "block", "padding": "x" * 70_000})
        log.append({"decision_id": "d", **own, "outcome": "block", "request": {"masking_failed": "KeyError"}})
        log.append({"decision_id": "e", "use_case": "shop", "policy": {"version": 2}, "outcome": "block"})
    found = run("verify-targets", policy, "--audit", tmp_path / "log", "--format", "json")
    log_told = json_of(found)["log"]
    assert log_told["left_out"] == {"unknown_band": 1, "unreadable": 1, "truncated": 1}
    assert log_told["noted"] == {"masking_failed": 1}
    assert log_told["not_held"] == [{"use_case": "shop", "version": 2, "n": 1, "why": "which is no policy here"}]
    assert json_of(found)["policies"][0]["of_other_digests"] == 1
    text = run("verify-targets", policy, "--audit", "log").stdout
    assert "left out: 1 decision too long for the log" in text
    assert "1 case of this version by another digest" in text
    assert_fits(text)


def test_of_two_decisions_with_one_id_the_first_counts(policy: str, tmp_path: Path) -> None:
    with AuditLog(tmp_path / "log", stream="web") as log:
        for outcome in ("block", "allow"):
            record = {"decision_id": "a", "use_case": "shop", "policy": {"version": 3}, "outcome": outcome}
            log.append(record)
    outcomes = _outcomes(tmp_path / "o.csv", {"a": 1})
    told = json_of(run("verify-targets", policy, "--audit", "log", "--outcomes", outcomes, "--format", "json"))
    assert (told["log"]["decisions"], told["log"]["left_out"]) == (1, {"twice": 1})
    assert [one["n"] for one in told["policies"][0]["bands"]] == [1, 0, 0]


def test_decisions_of_a_time_are_asked_for(policy: str, tmp_path: Path) -> None:
    _logged(policy, tmp_path / "log", [0.95] * 200)
    found = run("verify-targets", policy, "--audit", tmp_path / "log", "--until", "2026-01-02T00:00:00Z")
    assert (found.exit_code, "there is no decision in" in found.stderr) == (2, True)
    found = run("verify-targets", policy, "--audit", tmp_path / "log", "--since", "2026-01-02T00:00:00Z")
    assert found.exit_code == 1


def test_a_baseline_shows_a_drift_or_does_not(policy: str, tmp_path: Path) -> None:
    _logged(policy, tmp_path / "log", _scores(CLEAN, 3000))
    verdicts = []
    for shares in (CLEAN, (0.05, 0.2)):
        scores = _scores(shares, 3000, seed=7)
        baseline = _written(tmp_path / "before.csv", "s\n" + "".join(f"{score}\n" for score in scores))
        options = ("--audit", "log", "--baseline", baseline, "--score", "s")
        told = json_of(run("verify-targets", policy, *options, "--format", "json"))
        verdicts.append(told["policies"][0]["drift"]["verdict"])
        assert told["shared_by"] == 2
    assert verdicts == ["not_shown", "shown"]
    text = run("verify-targets", policy, *options).stdout
    assert "against the baseline, a drift is shown" in text
    assert_fits(text)


def test_the_share_that_was_there_when_the_threshold_was_chosen_is_a_baseline(tmp_path: Path) -> None:
    objective = "objective: {block: {maximise: f1}}\n"
    targets = "targets:\n  - {measure: share, band: block, at_most: 0.9, confidence: 0.95}\n"
    policy = _written(tmp_path / "shop.yaml", POLICY + objective + targets)
    data = _data(tmp_path / "x.csv", 0.99)
    tuned = run("tune", data, "--score", "s", "--label", "y", "--policy", policy, "--band", "block", "--write")
    assert tuned.exit_code == 0
    for scores, verdict in ((_scores(CLEAN, 4000, seed=3), "not_shown"), ([0.95] * 400 + [0.1] * 3600, "shown")):
        log = tmp_path / verdict
        _logged(policy, log, scores)
        told = json_of(run("verify-targets", policy, "--audit", log, "--format", "json"))
        (shift,) = told["policies"][0]["since_evidence"]["shifts"]
        assert (shift["reaching"], shift["verdict"], told["shared_by"]) == ("block", verdict, 2)
        assert shift["baseline"]["share"] == pytest.approx(CLEAN[0], abs=0.01)
    text = run("verify-targets", policy, "--audit", log).stdout
    assert "cases that reach `block`: 4.90% then, 10.00% now" in text
    assert "a drift is shown" in text


@pytest.mark.parametrize(("higher_is", "strictest"), [("riskier", "block"), ("safer", "allow")])
def test_on_the_very_cases_that_a_threshold_was_chosen_by_nothing_has_moved(
    tmp_path: Path, higher_is: str, strictest: str
) -> None:
    own = POLICY.replace("riskier", higher_is).replace("on_invalid: block", f"on_invalid: {strictest}")
    own += "objective: {block: {maximise: f1}}\n"
    own += "targets:\n  - {measure: precision, band: block, at_least: 0.5}\n"
    policy, data = _written(tmp_path / "shop.yaml", own), _data(tmp_path / "x.csv", 0.99)
    columns = ("--score", "s", "--label", "y")
    assert run("tune", data, *columns, "--policy", policy, "--band", "block", "--write").exit_code == 0
    told = json_of(run("verify-targets", policy, "--data", data, *columns, "--format", "json"))
    (shift,) = told["policies"][0]["since_evidence"]["shifts"]
    assert (shift["difference"], shift["verdict"]) == (0, "not_shown")
    assert shift["baseline"] == shift["current"]
    assert 0.04 < shift["baseline"]["share"] < 0.06


def test_it_is_told_which_label_is_the_positive(policy: str, tmp_path: Path) -> None:
    options = ("--data", _data(tmp_path / "x.csv", 0.99), "--score", "s")
    for more, told in ((("--label", "y"), ("1", "label")), ((), (None, None))):
        found = json_of(run("verify-targets", policy, *options, *more, "--format", "json"))
        assert (found["positive"], found["positive_is"]) == told
    text = run("verify-targets", policy, *options, "--label", "y", "--positive", "0").stdout
    assert "positive: a case whose label is `0`\n" in text


# --- files -------------------------------------------------------------------------------------------------------


def _data(path: Path, precision: float, cases: int = 4000) -> str:
    rng, scores = np.random.default_rng(5), _scores(CLEAN, cases)
    labels = (int(rng.random() < (precision if score >= 0.9 else 0.02)) for score in scores)
    return _written(path, "s,y\n" + "".join(f"{score},{label}\n" for score, label in zip(scores, labels, strict=True)))


def test_rows_are_decided_by_the_policy_and_held_against_its_targets(policy: str, tmp_path: Path) -> None:
    for precision, verdict in ((0.99, "holds"), (0.85, "broken")):
        data = _data(tmp_path / "x.csv", precision)
        found = run("verify-targets", policy, "--data", data, "--score", "s", "--label", "y", "--format", "json")
        assert _verdicts(json_of(found)) == {"precision block": verdict, "share review": "holds"}
        assert found.exit_code == (verdict == "broken")
    unlabelled = run("verify-targets", policy, "--data", data, "--score", "s", "--baseline", data)
    assert unlabelled.exit_code == 0
    assert "a drift is not shown" in unlabelled.stdout


def test_every_measure_has_a_value_and_an_interval_around_it(tmp_path: Path) -> None:
    measures = ("f1", "mcc", "youden", "recall", "accuracy", "balanced_accuracy", "net_benefit", "false_positive_rate")
    targets = "targets:\n" + "".join(
        f"  - {{measure: {one}, band: block, at_least: 0.01, confidence: 0.9}}\n" for one in (*measures, "fbeta")
    )
    policy = _written(tmp_path / "shop.yaml", POLICY + targets)
    data = _data(tmp_path / "x.csv", 0.9)
    found = json_of(run("verify-targets", policy, "--data", data, "--score", "s", "--label", "y", "--format", "json"))
    *told, fbeta = found["policies"][0]["targets"]
    assert all(one["low"] < one["value"] < one["high"] for one in told)
    assert [one["method"] for one in told[:4]] == [
        "clopper_pearson",
        "combined_clopper_pearson",
        "combined_clopper_pearson",
        "clopper_pearson",
    ]
    assert (fbeta["verdict"], "takes its beta from the objective of `block`" in fbeta["why"]) == ("undecided", True)


def test_the_real_loans_are_held_against_a_target(tmp_path: Path) -> None:
    text = Path(POLICIES, "credit-default.yaml").read_text(encoding="utf-8")
    wanted = "targets:\n  - {measure: recall, band: refer, at_least: 0.8, confidence: 0.95}\n"
    _written(tmp_path / "catalog.yaml", Path(POLICIES, "catalog.yaml").read_text(encoding="utf-8"))
    policy = _written(tmp_path / "credit-default.yaml", text.replace("tests:\n", wanted + "tests:\n", 1))
    data = ("--data", CASES, "--score", "score", "--label", "label", "--at", "2026-10-01T00:00:00Z")
    found = run("verify-targets", policy, *data, "--format", "json")
    (target,) = json_of(found)["policies"][0]["targets"]
    assert (target["verdict"], target["n"]) == ("holds", 300)


def test_annotations_stand_where_the_target_does(policy: str, tmp_path: Path) -> None:
    _logged(policy, tmp_path / "log", _scores((0.05, 0.15), 4000))
    found = run("verify-targets", policy, "--audit", tmp_path / "log", "--format", "github")
    assert found.exit_code == 1
    warning, error = found.stdout.splitlines()
    assert warning.startswith("::warning file=")
    assert "line=13," in warning
    assert "title=undecided-target" in warning
    assert "line=14," in error
    assert "title=broken-target::share of `review` from 0.08 to 0.12, with confidence 0.95: broken at 0.1" in error


# --- what nothing can be told of ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "say what targets are held against: either --data FILE, or --audit DIR"),
        (("--data", "{x}", "--audit", "log", "--score", "s"), "either --data FILE, or --audit DIR"),
        (("--data", "{x}"), "--score COLUMN is missing"),
        (("--data", "{x}", "--score", "s", "--outcomes", "{x}"), "--outcomes goes with --audit"),
        (("--data", "{x}", "--score", "s", "--id", "s"), "--id goes with --audit"),
        (("--data", "{x}", "--score", "s", "--positive", "1"), "--positive goes with --label"),
        (("--data", "{x}", "--score", "nothing"), "has no column `nothing`"),
        (("--data", "{x}", "--score", "s", "--label", "nothing"), "has no column `nothing`"),
        (("--data", "{x}", "--score", "s", "--label", "gap"), "row 2: there is no `gap`"),
        (("--data", "{x}", "--score", "text"), "`text` is `high`; each case needs a finite number there"),
        (("--data", "{x}", "--score", "s", "--use-case", "shpo"), "did you mean `shop`?"),
        (("--data", "{x}", "--score", "s", "--confidence", "1"), "1 does not lie between 0 and 1, both ends excluded"),
        (("--data", "{empty}", "--score", "s"), "there are no cases in"),
        (("--audit", "log", "--at", "2026-10-01T00:00:00Z"), "--at goes with --data"),
        (("--audit", "log", "--label", "y"), "--label goes with --outcomes"),
        (("--audit", "log", "--score", "s"), "--score goes with --data or --baseline"),
        (("--audit", "log", "--baseline", "{x}"), "--score COLUMN is missing: which column of --baseline"),
        (("--audit", "log", "--since", "tomorrow"), "--since takes an instant"),
        (
            ("--audit", "log", "--since", "2026-10-01T00:00:00Z", "--until", "2026-10-01T00:00:00Z"),
            "--since is not before --until",
        ),
    ],
)
def test_what_does_not_fit_is_one_clear_error(policy: str, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    data = _written(tmp_path / "x.csv", "s,text,gap\n0.5,high,1\n0.6,low,\n")
    empty = _written(tmp_path / "empty.csv", "s\n")
    found = run("verify-targets", policy, *(one.format(x=data, empty=empty) for one in options))
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in " ".join(found.stderr.split())


def test_where_nothing_is_promised_nothing_is_green(tmp_path: Path) -> None:
    policy = _written(tmp_path / "shop.yaml", POLICY)
    data = _written(tmp_path / "x.csv", "s\n0.5\n")
    found = run("verify-targets", policy, "--data", data, "--score", "s")
    assert (found.exit_code, "no policy here has targets, so there is nothing to verify" in found.stderr) == (2, True)


def test_an_empty_log_is_told(policy: str, tmp_path: Path) -> None:
    with AuditLog(tmp_path / "log"):
        pass
    found = run("verify-targets", policy, "--audit", tmp_path / "log")
    assert (found.exit_code, "there is no decision in" in found.stderr) == (2, True)
    found = run("verify-targets", policy, "--audit", tmp_path / "nowhere")
    assert (found.exit_code, "audit log" in found.stderr) == (2, True)


def test_policies_that_decided_nothing_in_the_log_are_told(policy: str, tmp_path: Path) -> None:
    other = _written(tmp_path / "other.yaml", (POLICY + TARGETS).replace("use_case: shop", "use_case: store"))
    _logged(policy, tmp_path / "log", [0.95] * 20)
    found = run("verify-targets", other, "--audit", tmp_path / "log")
    assert (found.exit_code, "has decisions of shop version 3" in " ".join(found.stderr.split())) == (2, True)
    both = run("verify-targets", policy, other, "--audit", tmp_path / "log")
    assert "without a decision in it: store version 3" in both.stdout
    data = _written(tmp_path / "x.csv", "s\n0.5\n")
    found = run("verify-targets", policy, other, "--data", data, "--score", "s")
    assert "--use-case is one of `shop`, `store`" in found.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("decision_id,label\n", "there are no cases in"),
        ("decision_id,label\n,1\n", "there is no `decision_id`; each row needs the id"),
        ("decision_id,label\na,\n", "there is no `label`"),
        ("decision_id,label\na,x\nb,y\nc,z\n", "a label is one of two"),
        ("decision_id\na\n", "has no column `label`"),
    ],
)
def test_outcomes_that_are_none_are_one_clear_error(policy: str, tmp_path: Path, text: str, said: str) -> None:
    outcomes = _written(tmp_path / "o.csv", text)
    found = run("verify-targets", policy, "--audit", tmp_path / "log", "--outcomes", outcomes)
    assert (found.exit_code, found.stdout, said in " ".join(found.stderr.split())) == (2, "", True)


def test_what_is_read_is_not_written_over(policy: str, tmp_path: Path) -> None:
    data = _data(tmp_path / "x.csv", 0.9, 20)
    found = run("verify-targets", policy, "--audit", "log", "-o", "log/x")
    assert (found.exit_code, "--output lies in the log" in found.stderr) == (2, True)
    for output in (data, policy):
        found = run("verify-targets", policy, "--data", data, "--score", "s", "-o", output)
        assert (found.exit_code, "--output is a file that" in found.stderr) == (2, True)


def test_a_page_of_help_fits() -> None:
    assert_fits(run("verify-targets", "--help").stdout)


def test_of_several_versions_the_live_one_decides_rows(tmp_path: Path) -> None:
    until = (POLICY + TARGETS).replace("00:00:00Z}", "00:00:00Z, until: 2026-07-01T00:00:00Z}")
    after = (POLICY + TARGETS).replace("2026-01-01", "2026-07-01").replace("version: 3", "version: 4")
    versions = (_written(tmp_path / "v3.yaml", until), _written(tmp_path / "v4.yaml", after))
    data = ("--data", _written(tmp_path / "x.csv", "s\n0.5\n0.1\n"), "--score", "s")
    for at, version in (("2026-06-30T23:59:59Z", 3), ("2026-07-01T00:00:00Z", 4)):
        told = json_of(run("verify-targets", *versions, *data, "--at", at, "--format", "json"))
        assert [one["version"] for one in told["policies"]] == [version]
    found = run("verify-targets", *versions, *data, "--at", "2025-01-01T00:00:00Z")
    assert (found.exit_code, "no policy of `shop` is live at 2025-01-01" in found.stderr) == (2, True)


def test_the_live_version_may_be_the_one_without_targets(tmp_path: Path) -> None:
    until = (POLICY + TARGETS).replace("00:00:00Z}", "00:00:00Z, until: 2026-07-01T00:00:00Z}")
    after = POLICY.replace("2026-01-01", "2026-07-01").replace("version: 3", "version: 4")
    versions = (_written(tmp_path / "v3.yaml", until), _written(tmp_path / "v4.yaml", after))
    data = ("--data", _written(tmp_path / "x.csv", "s\n0.5\n"), "--score", "s", "--at", "2026-08-01T00:00:00Z")
    found = run("verify-targets", *versions, *data)
    assert (found.exit_code, "v4.yaml` has no targets" in found.stderr) == (2, True)


def test_a_baseline_needs_one_use_case_and_numbers(policy: str, tmp_path: Path) -> None:
    other = _written(tmp_path / "other.yaml", (POLICY + TARGETS).replace("use_case: shop", "use_case: store"))
    own = {"policy": {"version": 3}, "outcome": "block", "signal": None}
    with AuditLog(tmp_path / "log", stream="web") as log:
        log.append_many([{"decision_id": name, "use_case": name, **own} for name in ("shop", "store")])
    baseline = ("--baseline", _written(tmp_path / "x.csv", "s\n0.5\n"), "--score", "s")
    found = run("verify-targets", policy, other, "--audit", "log", *baseline)
    assert (found.exit_code, "--baseline is of one use case" in found.stderr) == (2, True)
    found = run("verify-targets", policy, "--audit", "log", *baseline)
    assert (found.exit_code, "has a number to compare with the baseline" in " ".join(found.stderr.split())) == (2, True)


def test_policies_with_errors_and_none_at_all_are_told(tmp_path: Path) -> None:
    data = ("--data", _written(tmp_path / "x.csv", "s\n0.5\n"), "--score", "s")
    broken = _written(tmp_path / "shop.yaml", (POLICY + TARGETS).replace("band: review", "band: revue"))
    found = run("verify-targets", broken, *data)
    assert (found.exit_code, "PE204" in found.stderr) == (1, True)
    found = run("verify-targets", "-", *data)
    assert (found.exit_code, "policies are read from files" in found.stderr) == (2, True)


def test_everything_that_is_told_of_a_log_is_told_as_text(policy: str, tmp_path: Path) -> None:
    _written(tmp_path / "shop.yaml", POLICY + TARGETS + "  - {measure: share, band: allow, at_most: 0.9}\n")
    _logged(policy, tmp_path / "log", [0.95, 0.5, 0.1, 7.0])
    with AuditLog(tmp_path / "log", stream="other") as log:
        log.append({"decision_id": "a", "use_case": "shop", "policy": {"version": 1}, "outcome": "block"})
    found = run("verify-targets", policy, "--audit", "log")
    said = " ".join(found.stdout.split())
    for text in (
        "holds share of `allow` at most 0.9 measured 0.2500 (1 of 4)",
        "among them: 1 decision with a score that was invalid",
        "not held against anything: 1 decision of shop version 1, which is no policy here",
    ):
        assert text in said
    baseline = ("--baseline", _written(tmp_path / "x.csv", "s\n0.5\n7\n"), "--score", "s")
    assert (
        "1 case without a number that could be compared"
        in run("verify-targets", policy, "--audit", "log", *baseline).stdout
    )
    data = ("--data", tmp_path / "x.csv", "--score", "s")
    assert "1 score invalid to the policy" in run("verify-targets", policy, *data).stdout
