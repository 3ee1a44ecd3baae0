"""The requests in examples/intents are what microresolve makes of the queries there."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Mapping

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
