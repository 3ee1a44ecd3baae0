"""Roll-out at size: whom a canary decides for as it grows, and candidates that fail under threads and after forks."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

import pytest

from policy_engine import Engine
from policy_engine.evaluator import PolicyEvaluator
from tests.support.commands import json_of, run
from tests.support.rollout import SHADOW, put

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.model import Request, Verdict

AT: Final = "2026-06-01T00:00:00Z"
SUBJECTS: Final = 100_000
THREADS: Final = 8


def canary(percent: float, salt: str = "ramp") -> str:
    return f"stage: {{canary: {{percent: {percent}, by: subject, salt: {salt}, until: 2027-01-01T00:00:00Z}}}}"


# --- whom a canary decides for ---


def p_value(found: int, tried: int, share: float) -> float:
    """Return the exact two-sided p-value of *found* successes in *tried* trials of probability *share*.

    It is twice the smaller tail: the sum of binomial probabilities, each from logarithms of factorials.
    """
    logs = [math.lgamma(tried + 1) - math.lgamma(k + 1) - math.lgamma(tried - k + 1) for k in range(tried + 1)]
    odds = [math.exp(log + k * math.log(share) + (tried - k) * math.log1p(-share)) for k, log in enumerate(logs)]
    return min(1.0, 2 * min(math.fsum(odds[: found + 1]), math.fsum(odds[found:])))


def test_the_binomial_test_of_these_tests_is_one() -> None:
    # 8 or more heads of 10 throws of a coin have probability (45 + 10 + 1) / 1024
    assert p_value(8, 10, 0.5) == pytest.approx(2 * 56 / 1024)
    assert p_value(5, 10, 0.5) == 1.0
    assert p_value(5_400, SUBJECTS, 0.05) < 1e-6


def decided_by_canary(folder: Path, percent: float) -> set[str]:
    """Return who of all subjects gets what only the canary says of the score."""
    put(folder, "next", 2, canary(percent), block=0.5)
    subjects = [f"customer-{number}" for number in range(SUBJECTS)]
    batch = Engine.load(folder, candidate_budget=60).decide_batch("x", [0.6] * SUBJECTS, subject=subjects, at=AT)
    return {subject for subject, outcome in zip(subjects, batch.outcomes, strict=True) if outcome == "block"}


def test_a_canary_that_grows_has_its_share_and_keeps_those_that_it_had(tmp_path: Path) -> None:
    put(tmp_path, "live", 1)
    drawn = {percent: decided_by_canary(tmp_path, percent) for percent in (0, 5, 20, 50, 100)}
    assert drawn[0] < drawn[5] < drawn[20] < drawn[50] < drawn[100]
    assert (len(drawn[0]), len(drawn[100])) == (0, SUBJECTS)
    # a fair drawing falls below 0.01 in one of a hundred; the salt is fixed, so these three are what they are
    for percent in (5, 20, 50):
        assert p_value(len(drawn[percent]), SUBJECTS, percent / 100) > 0.01


def test_canaries_of_different_salts_draw_independently_of_each_other(tmp_path: Path) -> None:
    put(tmp_path, "live", 1)
    one = decided_by_canary(tmp_path, 50)
    put(tmp_path, "next", 2, canary(50, "another"), block=0.5)
    subjects = [f"customer-{number}" for number in range(SUBJECTS)]
    batch = Engine.load(tmp_path, candidate_budget=60).decide_batch("x", [0.6] * SUBJECTS, subject=subjects, at=AT)
    both = sum(subject in one for subject, said in zip(subjects, batch.outcomes, strict=True) if said == "block")
    assert p_value(both, SUBJECTS, 0.25) > 0.01


# --- threads ---


_JUDGE: Final = PolicyEvaluator.judge


def failing(self: PolicyEvaluator, request: Request) -> tuple[Verdict, float | None]:
    """Judge, but loop for ever as version 2, and raise as version 3."""
    while self.policy.version == 2:
        pass
    if self.policy.version == 3:
        raise RecursionError
    return _JUDGE(self, request)


def test_threads_get_what_the_live_policy_says_while_candidates_raise_loop_and_are_reloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "live", 1)
    put(tmp_path, "looping", 2, SHADOW, block=0.5)
    put(tmp_path, "raising", 3, canary(100), block=0.5)
    put(tmp_path, "fine", 4, SHADOW, block=0.5)
    put(tmp_path, "broken", 5, SHADOW, block=2)
    monkeypatch.setattr(PolicyEvaluator, "judge", failing)
    engine = Engine.load(tmp_path, candidate_budget=0.02)
    scores = {0.95: "block", 0.9: "block", 0.6: "allow", 0.1: "allow", None: "block"}
    wrong: list[object] = []
    failed: set[str | None] = set()

    def work() -> None:
        try:
            for number in range(100):
                for score, outcome in scores.items():
                    decision = engine.decide("x", score, subject=str(number), at=AT)
                    failed.update(one.failed for one in decision.candidates)
                    if (decision.outcome, decision.policy.version, len(decision.candidates)) != (outcome, 1, 3):
                        wrong.append(decision)
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            wrong.append(error)

    threads = [threading.Thread(daemon=True, target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        assert engine.reload().ok
    for thread in threads:
        thread.join()
    assert wrong == []
    assert {"over_budget", "set_aside", "RecursionError"} <= failed
    assert [one.file for one in engine.status.candidates_left_out] == [f"{tmp_path}/broken.yaml"]


# --- forked processes: in one of their own, since this one has threads of the test runner ---

FORKING: Final = """
import json, os, signal, sys, threading
from policy_engine import Engine
from policy_engine.evaluator import PolicyEvaluator

engine = Engine.load(sys.argv[1], candidate_budget=20)
def outcomes():
    made = [engine.decide("x", 0.6, subject="c-1", at="2026-06-01T00:00:00Z") for _ in range(20)]
    return [[one.outcome, [said.failed for said in one.candidates]] for one in made]

parent = outcomes()
real, busy, go_on = PolicyEvaluator.judge, threading.Event(), threading.Event()
main = os.getpid()

def judge(self, request):
    if os.getpid() == main and self.policy.stage is not None:
        busy.set()
        go_on.wait(30)
    return real(self, request)

PolicyEvaluator.judge = judge
waiting = threading.Thread(target=outcomes)
waiting.start()
busy.wait(30)
ours, theirs = os.pipe()
child = os.fork()
if child == 0:
    signal.alarm(30)
    with os.fdopen(theirs, "w") as pipe:
        json.dump(outcomes(), pipe)
    os._exit(0)
os.close(theirs)
with os.fdopen(ours) as pipe:
    said = pipe.read()
go_on.set()
waiting.join()
print(json.dumps({"parent": parent, "child": json.loads(said), "code": os.waitpid(child, 0)[1]}))
"""


def test_a_child_that_is_forked_while_a_candidate_is_at_work_asks_its_own(tmp_path: Path) -> None:
    put(tmp_path, "live", 1)
    put(tmp_path, "next", 2, canary(100), block=0.5)
    put(tmp_path, "beside", 3, SHADOW, block=0.5)
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKING, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["code"] == 0
    assert said["parent"] == said["child"] == [["block", [None, None]]] * 20


# --- the command line ---


def test_the_command_line_decides_without_a_broken_candidate_and_says_so_where_validate_refuses(
    tmp_path: Path,
) -> None:
    put(tmp_path, "live", 1)
    put(tmp_path, "next", 2, SHADOW, block=2)
    decided = run("decide", "x", "--score", "0.6", "--policies", tmp_path, "--at", AT)
    assert (decided.exit_code, json_of(decided)["outcome"]) == (0, "allow")
    assert f"a candidate is left out: {tmp_path}/next.yaml:" in decided.stderr
    assert run("validate", tmp_path).exit_code == 1
    put(tmp_path, "live", 1, block=2)
    assert run("decide", "x", "--score", "0.6", "--policies", tmp_path, "--at", AT).exit_code == 1


def test_the_command_line_decides_without_a_candidate_whose_variable_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "live", 1)
    put(tmp_path, "next", 2, SHADOW, block=0.5)
    with (tmp_path / "next.yaml").open("a", encoding="utf-8") as file:
        file.write("tunable: {block: {env: BLOCK_FROM, within: [0.4, 0.6]}}\n")
    decided = run("decide", "x", "--score", "0.6", "--policies", tmp_path, "--at", AT, BLOCK_FROM="0.7")
    assert json_of(decided)["candidate"] == []
    assert f"a candidate is left out: {tmp_path}/next.yaml: the environment variable `BLOCK_FROM`" in decided.stderr
    decided = run("decide", "x", "--score", "0.6", "--policies", tmp_path, "--at", AT, BLOCK_FROM="0.5")
    assert [one["outcome"] for one in json_of(decided)["candidate"]] == ["block"]
