"""`verify-targets` for policies of classes: a case is a positive where its first class is the true one."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy_engine import AuditLog, Engine
from tests.support.commands import POLICIES, ROOT, assert_fits, json_of, lines_of, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PIXELS: Final = ROOT / "examples" / "satellite" / "satellite_oof.csv"
POLICY: Final = """\
schema: policy/v1
use_case: ground
version: 1
owner: maps
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: classes, labels: [sand, clay, "7"], higher_is: safer, model: {name: m}}
bands:
  - {name: accept, at_least: 0.8}
  - {name: suggest, at_least: 0.5}
  - {name: label}
on_invalid: label
"""
TARGETS: Final = """\
targets:
  - {measure: precision, band: accept, at_least: 0.6}
  - {measure: recall, band: accept, at_least: 0.5}
  - {measure: share, band: label, at_most: 0.5}
"""
HEADER: Final = "p_sand,p_clay,p_7,truth"
ROWS: Final = (
    "0.9,0.1,0,sand",
    "0.1,0.9,0,sand",
    "0,0,1,7.0",
    "0.6,0.4,0,sand",
    "0.4,0.3,0.3,clay",
    "0.4,0.4,0.2,clay",
)
"""Two of three that are accepted have their true class first; of all others that of the suggested, and the last tie."""
COLUMNS: Final = ("--class-prefix", "p_", "--label", "truth")
AS_JSON: Final = ("--format", "json")
NUMBER: Final = """\
schema: policy/v1
use_case: shop
version: 1
owner: risk
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands: [{name: block, at_least: 0.9}, {name: allow}]
on_invalid: block
targets: [{measure: precision, band: block, at_least: 0.5}]
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return _written("ground.yaml", POLICY + TARGETS)


def _written(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def _data(rows: Sequence[str] = ROWS, header: str = HEADER, name: str = "x.csv") -> str:
    return _written(name, "\n".join([header, *rows, ""]))


def _values(found: Any) -> dict[str, float]:  # noqa: ANN401 - JSON
    return {f"{one['measure']} {one['band']}": one["value"] for one in found["policies"][0]["targets"]}


def _labels(found: Any) -> dict[str, tuple[int, int]]:  # noqa: ANN401 - JSON
    return {one["band"]: (one["positives"], one["negatives"]) for one in found["policies"][0]["bands"]}


def _logged(policy: str, scores: Sequence[object], *, batch_rows: int | None = None) -> list[str]:
    """Decide *scores* with a log in `log`, and return the ids of their decisions."""
    with Engine.load(policy, audit=AuditLog("log", stream="web", batch_rows=batch_rows)) as engine:
        return [one.decision_id for one in engine.decide_batch("ground", list(scores))]


def _outcomes(labels: Mapping[str, object]) -> str:
    return _written("o.csv", "decision_id,label\n" + "".join(f"{name},{label}\n" for name, label in labels.items()))


def _error(*args: str | Path) -> str:
    found = run("verify-targets", *args)
    assert (found.exit_code, found.stdout) == (2, ""), found.output
    return " ".join(found.stderr.split())


# --- the same numbers everywhere -----------------------------------------------------------------------------------


@pytest.fixture
def pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write the sample policy of pixels with two promises more."""
    monkeypatch.chdir(tmp_path)
    for name in ("catalog", "satellite-labelling"):
        text = Path(POLICIES, f"{name}.yaml").read_text(encoding="utf-8")
        more = "targets:\n" + "".join(
            f"  - {{measure: {measure}, band: {band}, at_least: 0.01}}\n"
            for measure, band in (("precision", "accept"), ("share", "accept"), ("share", "suggest"))
        )
        _written(f"{name}.yaml", text.replace("targets:\n", more, 1))
    return "satellite-labelling.yaml"


def test_rows_and_decisions_have_the_tiers_that_refit_has_at_these_thresholds(pixels: str) -> None:
    wanted = ("--confident-accuracy", "0.95", "--refer-share", "0.13", "--policy", pixels)
    fit = json_of(run("refit", PIXELS, "--class-prefix", "p_", "--label", "label", *wanted, *AS_JSON))
    tiers = {one["name"]: one for one in fit["at_old"]["tiers"]}
    options = ("--policies", ".", "--score-prefix", "p_", "--ignore", "pixel_id,label", "--audit", "log")
    decided = run("decide", "satellite-labelling", "--input", PIXELS, *options, "--output", "decided.jsonl")
    assert decided.exit_code == 0
    with PIXELS.open(encoding="utf-8") as file:
        truths = [row["label"] for row in csv.DictReader(file)]
    ids = [one["decision_id"] for one in lines_of(Path("decided.jsonl").read_text(encoding="utf-8"))]
    outcomes = _outcomes(dict(zip(ids, truths, strict=True)))
    for held in (
        ("--data", PIXELS, "--class-prefix", "p_", "--label", "label"),
        ("--audit", "log", "--outcomes", outcomes),
    ):
        told = json_of(run("verify-targets", pixels, *held, *AS_JSON))
        assert _values(told) == {
            "precision accept": tiers["accept"]["top1"],
            **{f"share {name}": one["share"] for name, one in tiers.items()},
        }
        assert [one["n"] for one in told["policies"][0]["bands"]] == [one["n"] for one in tiers.values()]
        assert (told["positive"], told["positive_is"]) == (None, "first_class_is_true")


def test_of_equal_scores_the_first_class_is_that_of_refit_whatever_order_the_policy_lists(policy: str) -> None:
    rows = ["0.5,0.5,0,sand", "0.5,0.5,0,clay", "0.5,0.5,0,clay", "0.9,0.1,0,sand"]
    told = json_of(run("verify-targets", policy, "--data", _data(rows), *COLUMNS, *AS_JSON))
    wanted = ("--confident-accuracy", "0.9", "--refer-share", "0.1", "--policy", policy)
    fit = json_of(run("refit", "x.csv", *COLUMNS, *wanted, *AS_JSON))
    assert _labels(told)["suggest"] == (2, 1)
    assert fit["at_old"]["tiers"][1]["top1"] == pytest.approx(2 / 3)


# --- rows of files -------------------------------------------------------------------------------------------------


def test_a_row_is_a_positive_where_its_first_class_is_the_true_one(policy: str) -> None:
    told = json_of(run("verify-targets", policy, "--data", _data(), *COLUMNS, *AS_JSON))
    assert _labels(told) == {"accept": (2, 1), "suggest": (1, 0), "label": (1, 1)}
    assert _values(told) == {
        "precision accept": pytest.approx(2 / 3),
        "recall accept": 0.5,
        "share label": pytest.approx(1 / 3),
    }
    text = run("verify-targets", policy, "--data", "x.csv", *COLUMNS).stdout
    assert "positive: a case whose first class is the true one\n" in text
    assert_fits(text)


def test_without_labels_there_are_shares(policy: str) -> None:
    told = json_of(run("verify-targets", policy, "--data", _data(), "--class-prefix", "p_", *AS_JSON))
    assert [one["verdict"] for one in told["policies"][0]["targets"]] == ["undecided", "undecided", "holds"]
    assert (told["positive"], told["positive_is"]) == (None, None)


def test_a_row_that_is_given_no_class_is_a_negative_in_the_band_that_it_gets(policy: str) -> None:
    accepting = _written(
        "accepting.yaml",
        (POLICY + TARGETS).replace("on_invalid: label", "on_invalid: accept\nfail_open_because: a test"),
    )
    data = _data([*ROWS, "0.9,1.1,0,clay"])
    for name, band in ((policy, "label"), (accepting, "accept")):
        told = json_of(run("verify-targets", name, "--data", data, *COLUMNS, *AS_JSON))
        before = {"accept": (2, 1), "suggest": (1, 0), "label": (1, 1)}
        assert _labels(told) == {**before, band: (before[band][0], before[band][1] + 1)}
        assert told["policies"][0]["invalid"] == {"out_of_range": 1}


def test_every_kind_of_file_and_several_of_them_say_the_same(policy: str) -> None:
    names, rows = HEADER.split(","), [row.split(",") for row in ROWS]
    typed = [[*map(float, row[:3]), row[3]] for row in rows]
    _written("x.jsonl", "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in typed))
    pq.write_table(pa.table(dict(zip(names, map(list, zip(*typed, strict=True)), strict=True))), "x.parquet")
    halves = ("--data", _data(ROWS[:2], name="a.csv"), "--data", _data(ROWS[2:], name="b.csv"))
    found = [
        json_of(run("verify-targets", policy, *data, *COLUMNS, *AS_JSON))["policies"]
        for data in (("--data", _data()), ("--data", "x.jsonl"), ("--data", "x.parquet"), halves)
    ]
    assert found[0] == found[1] == found[2] == found[3]


def test_columns_besides_the_classes_say_what_a_request_says(policy: str) -> None:
    data = _data([f"{row},{model}" for row, model in zip(ROWS, ("m", "other") * 3, strict=True)], f"{HEADER},model")
    told = json_of(run("verify-targets", policy, "--data", data, *COLUMNS, *AS_JSON))
    assert told["policies"][0]["invalid"] == {"wrong_model": 3}
    assert _labels(told) == {"accept": (2, 0), "suggest": (0, 0), "label": (0, 4)}


def test_a_policy_that_lists_no_classes_has_those_of_the_columns(policy: str) -> None:
    open_ = _written(policy, (POLICY + TARGETS).replace(' labels: [sand, clay, "7"],', ""))
    told = json_of(run("verify-targets", open_, "--data", _data(), *COLUMNS, *AS_JSON))
    assert _labels(told) == {"accept": (2, 1), "suggest": (1, 0), "label": (1, 1)}


def test_a_policy_that_decides_by_the_margin_has_its_own_bands(policy: str) -> None:
    margin = _written(policy, (POLICY + TARGETS).replace("higher_is", "signal: margin, higher_is"))
    told = json_of(run("verify-targets", margin, "--data", _data(), *COLUMNS, *AS_JSON))
    assert _labels(told) == {"accept": (2, 1), "suggest": (0, 0), "label": (2, 1)}


def test_a_baseline_is_compared_by_the_number_that_decides(policy: str) -> None:
    rng = np.random.default_rng(0)
    tops = 0.5 + 0.5 * rng.random(500)
    before = _data([f"{top},{1 - top},0,sand" for top in tops], name="before.csv")
    now = _data([f"{1 - top / 2},{top / 2},0,sand" for top in tops], name="now.csv")
    for data, verdict in ((before, "not_shown"), (now, "shown")):
        options = ("--data", data, "--baseline", before, "--class-prefix", "p_")
        told = json_of(run("verify-targets", policy, *options, *AS_JSON))["policies"][0]["drift"]
        assert (told["verdict"], told["without_signal"]) == (verdict, 0)


# --- a log ---------------------------------------------------------------------------------------------------------

SCORES: Final = ([0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.0, 0.0, 1.0], [0.6, 0.4, 0.0], [0.4, 0.3, 0.3])


@pytest.mark.parametrize("batch_rows", [None, 2])
def test_a_decision_is_a_positive_where_its_recorded_label_is_the_true_class(
    policy: str, batch_rows: int | None
) -> None:
    ids = _logged(policy, SCORES, batch_rows=batch_rows)
    outcomes = _outcomes(dict(zip(ids, ("sand", "sand", "7.0", "clay", "sand"), strict=True)))
    told = json_of(run("verify-targets", policy, "--audit", "log", "--outcomes", outcomes, *AS_JSON))
    assert _labels(told) == {"accept": (2, 1), "suggest": (0, 1), "label": (1, 0)}
    assert (told["positive_is"], told["log"]["outcomes"]["positive"]) == ("first_class_is_true", None)
    text = run("verify-targets", policy, "--audit", "log", "--outcomes", outcomes).stdout
    assert "positive: a case whose first class is the true one\n" in text
    assert_fits(text)


def test_a_decision_without_a_class_is_a_negative_and_one_without_a_label_is_neither(policy: str) -> None:
    ids = _logged(policy, [[0.9, 0.1, 0.0], [0.9, 1.1, 0.0], [0.9, 0.1, 0.0]])
    told = json_of(
        run(
            "verify-targets",
            policy,
            "--audit",
            "log",
            "--outcomes",
            _outcomes(dict.fromkeys(ids[:2], "sand")),
            *AS_JSON,
        )
    )
    assert _labels(told) == {"accept": (1, 0), "suggest": (0, 0), "label": (0, 1)}
    assert told["log"]["noted"]["invalid"] == 1


def test_a_label_that_is_no_class_is_one_clear_error_where_it_meets_a_decision(policy: str) -> None:
    ids = _logged(policy, SCORES[:2])
    options = (policy, "--audit", "log", "--outcomes", _outcomes({ids[0]: "sand", ids[1]: "snad"}))
    assert "row 2 of `o.csv`: `label` is `snad`, and no class is called so: did you mean `sand`?" in _error(*options)
    told = json_of(
        run(
            "verify-targets", policy, "--audit", "log", "--outcomes", _outcomes({ids[0]: "sand", "x": "snad"}), *AS_JSON
        )
    )
    assert told["log"]["outcomes"]["without_decision"] == 1


def test_where_a_log_has_decisions_of_both_kinds_it_is_asked_which(policy: str) -> None:
    number = _written("shop.yaml", NUMBER)
    ids = _logged(policy, SCORES[:1])
    both = (policy, number, "--audit", "log", "--outcomes", _outcomes({ids[0]: "sand"}), *AS_JSON)
    # A policy that decided nothing asks nothing
    assert _labels(json_of(run("verify-targets", *both)))["accept"] == (1, 0)
    with Engine.load(number, audit=AuditLog("log", stream="shop")) as engine:
        engine.decide("shop", 0.95)
    said = _error(*both)
    assert "the log has decisions of ground version 1, whose labels are names of classes, and of shop version 1" in said
    assert "say --use-case NAME" in said
    assert _labels(json_of(run("verify-targets", *both, "--use-case", "ground")))["accept"] == (1, 0)


def test_a_baseline_of_classes_is_compared_with_a_log(policy: str) -> None:
    _logged(policy, [*SCORES, [0.9, 1.1, 0.0]])
    options = ("--audit", "log", "--baseline", _data(), "--class-prefix", "p_")
    told = json_of(run("verify-targets", policy, *options, *AS_JSON))["policies"][0]["drift"]
    assert (told["verdict"], told["without_signal"]) == ("not_shown", 1)


# --- what nothing can be told of -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--data", "x.csv"), "Where each class has one, say how they begin with --class-prefix TEXT"),
        (
            ("--data", "x.csv", "--score", "p_sand"),
            "decides by classes, each of which has a column: say how these begin",
        ),
        (("--data", "x.csv", "--score", "p_sand", "--class-prefix", "p_"), "--score does not go with --class-prefix"),
        (("--data", "x.csv", *COLUMNS, "--positive", "sand"), "--positive does not go with --class-prefix: of classes"),
        (("--data", "x.csv", "--class-prefix", "q_"), "`x.csv` has no column that begins with `q_`"),
        (("--data", "two.csv", "--class-prefix", "p_"), "`two.csv` has no column `p_7` for that class"),
        (("--data", "x.csv", "--class-prefix", "p_", "--label", "p_7"), "`x.csv` has no column `p_7` for that class"),
        (("--data", "gap.csv", *COLUMNS), "row 1 of `gap.csv`: there is no `p_clay`"),
        (("--data", "text.csv", *COLUMNS), "row 1: `truth` is `snad`, and no class is called so: did you mean `sand`?"),
        (("--data", "-", "--class-prefix", "p_"), "not from the standard input: name the file"),
        (("--audit", "log", "--class-prefix", "p_"), "--class-prefix goes with --data or --baseline"),
        (("--audit", "log", "--baseline", "x.csv"), "say how they begin with --class-prefix TEXT"),
        (
            ("--audit", "log", "--baseline", "x.csv", "--score", "p_7"),
            "each of which has a column: say how these begin",
        ),
        (("--audit", "log", "--outcomes", "o.csv", "--positive", "1"), "--positive does not go with `ground`"),
        (("--audit", "log", "--baseline", "bad.csv", "--class-prefix", "p_"), "no row of `bad.csv` has a number that"),
    ],
)
def test_what_does_not_fit_is_one_clear_error(policy: str, options: tuple[str, ...], said: str) -> None:
    _outcomes(dict.fromkeys(_logged(policy, SCORES), "sand"))
    _data()
    _data(["0.9,0.1,sand"], "p_sand,p_clay,truth", "two.csv")
    _data(["0.9,,0,sand"], name="gap.csv")
    _data(["0.9,0.1,0,snad"], name="text.csv")
    _data(["9,0.1,0,sand"], name="bad.csv")
    assert said in _error(policy, *options)


def test_a_policy_of_one_number_or_of_another_kind_takes_no_classes(policy: str) -> None:
    number = _written("shop.yaml", NUMBER)
    said = _error(number, "--data", _data(), "--class-prefix", "p_")
    assert "`shop.yaml` decides by one number: say its column with --score COLUMN, in place of --class-prefix" in said
    several = _written(policy, (POLICY + TARGETS).replace("kind: classes", "kind: labels"))
    said = _error(several, "--data", "x.csv", "--class-prefix", "p_")
    assert "decides by labels: what is read here is one column" in said
    assert "or one for each class, for policies whose score is `classes`" in said
