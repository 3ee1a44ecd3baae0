"""The requests in examples/intents are what microresolve makes of its queries, and say which threshold will do."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from packaging.requirements import Requirement

from policy_engine.measures import LabelledScores
from policy_engine.tuning import sweep_scores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.tuning import Sweep

ROOT: Final = Path(__file__).resolve().parents[2]
EXAMPLE: Final = ROOT / "examples" / "intents"
USE_CASES: Final = ("prompt-safety", "tool-routing")
# One unit of the last of six decimals, for logarithms that another platform rounds otherwise.
TOLERANCE: Final = 1.5e-6


def read(path: Path) -> list[dict[str, Any]]:
    """Return the requests of a file, one a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def top(score: Mapping[str, float]) -> float:
    """Return the highest score, 0 where nothing matches."""
    return max(score.values(), default=0.0)


@pytest.fixture(scope="module")
def scored_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the requests as the script writes them now."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    (requirement,) = (Requirement(written) for written in extras["examples"])
    if requirement.marker is not None and not requirement.marker.evaluate():
        pytest.skip("there is no microresolve for this machine")
    if importlib.util.find_spec("microresolve") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("microresolve is not installed")
    folder = tmp_path_factory.mktemp("scored")
    command = [sys.executable, str(EXAMPLE / "score_queries.py"), str(folder)]
    # An environment of its own, so that nothing of a developer's microresolve is read or written.
    done = subprocess.run(
        command, env={**os.environ, "HOME": str(folder)}, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("use_case", USE_CASES)
def test_scoring_again_gives_the_requests_that_are_checked_in(use_case: str, scored_again: Path) -> None:
    checked_in, now = read(EXAMPLE / f"{use_case}.jsonl"), read(scored_again / f"{use_case}.jsonl")
    assert [{**request, "score": None} for request in now] == [{**request, "score": None} for request in checked_in]
    for before, after in zip(checked_in, now, strict=True):
        assert after["score"] == pytest.approx(before["score"], rel=0, abs=TOLERANCE), before["context"]["query"]


@pytest.mark.usefixtures("scored_again")
def test_confidence_is_a_share_of_the_best_score_and_1_for_every_best_match() -> None:
    from examples.intents.score_queries import INTENTS, learn

    for use_case in USE_CASES:
        intents = yaml.safe_load((EXAMPLE / INTENTS[use_case]).read_text("utf-8"))
        namespace = learn(use_case, intents)
        for request in read(EXAMPLE / f"{use_case}.jsonl"):
            result: Any = namespace.resolve_with_trace(request["context"]["query"])[0]
            shares = {match.id: match.score / result.intents[0].score for match in result.intents}
            assert {match.id: match.confidence for match in result.intents} == pytest.approx(shares, rel=1e-6)


@pytest.mark.parametrize(("use_case", "cuts"), [("prompt-safety", (0.5, 1.3)), ("tool-routing", (0.3,))], ids=USE_CASES)
def test_no_score_is_so_near_a_threshold_that_another_platform_could_decide_otherwise(
    use_case: str, cuts: tuple[float, ...]
) -> None:
    scores = [request["score"] for request in read(EXAMPLE / f"{use_case}.jsonl")]
    assert [score for score in scores for cut in cuts if abs(top(score) - cut) < 100 * TOLERANCE] == []


@pytest.mark.parametrize("use_case", USE_CASES)
def test_some_queries_match_nothing_and_none_is_there_twice(use_case: str) -> None:
    requests = read(EXAMPLE / f"{use_case}.jsonl")
    assert {} in [request["score"] for request in requests]
    queries = [request["context"]["query"] for request in requests]
    assert len(set(queries)) == len(queries)


@pytest.mark.parametrize(("use_case", "file"), [("prompt-safety", "attacks.yaml"), ("tool-routing", "tools.yaml")])
def test_queries_expect_only_intents_that_are_there(use_case: str, file: str) -> None:
    intents = set(yaml.safe_load((EXAMPLE / file).read_text("utf-8")))
    for request in read(EXAMPLE / f"{use_case}.jsonl"):
        assert {*request["context"]["expected"], *request["score"]} <= intents, request["context"]["query"]


def labelled(use_case: str) -> list[dict[str, str]]:
    """Return the rows of a file of labelled scores."""
    with (EXAMPLE / f"{use_case}-labelled.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def swept(rows: list[dict[str, str]], label: str) -> Sweep:
    """Sweep rows with a label of 1 and 0."""
    return sweep_scores(LabelledScores.of([float(row["score"]) for row in rows], [int(row[label]) for row in rows]))


def one_tool_is_meant() -> list[dict[str, str]]:
    """Return the requests of which a person says that they mean one tool."""
    return [row for row in labelled("tool-routing") if row["meant"] == "one"]


def test_labelling_again_gives_the_files_that_are_checked_in(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLE / "label_scores.py"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    for use_case in USE_CASES:
        name = f"{use_case}-labelled.csv"
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes()


def test_each_labelled_score_is_the_top_score_of_its_request_and_says_whether_it_is_right() -> None:
    for use_case, label in (("prompt-safety", "attack"), ("tool-routing", "right")):
        for row, request in zip(labelled(use_case), read(EXAMPLE / f"{use_case}.jsonl"), strict=True):
            score, expected = request["score"], request["context"]["expected"]
            assert (row["query"], float(row["score"])) == (request["context"]["query"], top(score))
            best = [tool for tool in score if score[tool] == top(score)]
            is_right = len(expected) == 1 and best[:1] == expected
            assert row[label] == str(int(bool(expected) if use_case == "prompt-safety" else is_right))


def test_of_tools_a_low_threshold_is_enough_and_a_high_one_throws_right_answers_away() -> None:
    rows = one_tool_is_meant()
    found = swept(rows, "right")
    told, curve = found.separability, found.curve
    assert told.advice == "flag_more"
    assert told.act is not None
    assert told.act < 1
    right = [int(curve.counts.tp[curve.place_of(threshold)]) for threshold in (0.1, 0.5, 1.0, 1.3, 2.0)]
    assert (right, len(rows)) == ([33, 33, 32, 32, 28], 35)


def test_of_attacks_a_low_threshold_flags_half_of_what_is_harmless_and_a_high_one_is_advised() -> None:
    found = swept(labelled("prompt-safety"), "attack")
    told, curve = found.separability, found.curve
    assert told.advice == "flag_fewer"
    assert told.act is not None
    assert told.act > 2
    places = [curve.place_of(threshold) for threshold in (0.15, 0.5, 1.3, 2.0)]
    assert curve.counts.tp[places].tolist() == [30, 29, 26, 24]
    assert curve.counts.fp[places].tolist() == [22, 20, 8, 3]


def test_tools_and_attacks_differ_in_how_far_right_and_wrong_overlap() -> None:
    tools, attacks = swept(one_tool_is_meant(), "right"), swept(labelled("prompt-safety"), "attack")
    assert tools.auc is not None
    assert attacks.auc is not None
    assert tools.auc > 0.95
    assert attacks.auc < 0.85
    assert tools.separability.overlap is not None
    assert attacks.separability.overlap is not None
    assert tools.separability.overlap < 0.2
    assert attacks.separability.overlap > 0.3


def test_from_the_side_of_the_wrong_tools_where_higher_is_safer_the_same_is_counted_the_other_way_round() -> None:
    rows = one_tool_is_meant()
    routed = swept(rows, "right")
    wrong = LabelledScores.of([float(row["score"]) for row in rows], [1 - int(row["right"]) for row in rows])
    asked = sweep_scores(wrong, "safer")
    assert (asked.auc, asked.separability.overlap) == (routed.auc, routed.separability.overlap)
    for threshold in (0.1, 0.5, 1.0, 1.3, 2.0):
        not_routed = asked.curve.counts.at(asked.curve.place_of(threshold))
        counts = routed.curve.counts.at(routed.curve.place_of(threshold))
        assert (not_routed.tp, not_routed.fp, not_routed.fn, not_routed.tn) == (
            counts.tn,
            counts.fn,
            counts.fp,
            counts.tp,
        )
