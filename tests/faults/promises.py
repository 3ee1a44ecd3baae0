"""Promises that are just kept, and such that are broken, in logs of decisions: each break is told, and nothing else.

Run it from the root of the checkout:

    python tests/faults/promises.py                            100 logs of 100,000 decisions of either kind
    python tests/faults/promises.py --rounds 5 --cases 20000   fewer, of fewer

Each round writes a log of clean decisions and one in which a share has drifted, with labels that keep the promised
precision exactly, and with labels that lost some. `--seed` draws them. It exits with 1 if a clean log is called broken
more often than the confidence says, or if a fault is not told in at least so many rounds.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np

from policy_engine import AuditLog, Engine
from policy_engine.audit import Question
from policy_engine.compiler import compile_policies
from policy_engine.loader import Loaded, read_document
from policy_engine.tuning import Which, read_recorded, tally_of, verify_targets
from policy_engine.validator import check

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.validator import CheckedPolicySet

POLICY: Final = b"""\
schema: policy/v1
use_case: shop
version: 1
owner: risk
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands:
  - {name: block, at_least: 0.95}
  - {name: review, at_least: 0.85}
  - {name: allow}
on_invalid: block
targets:
  - {measure: precision, band: block, at_least: 0.95, confidence: 0.95}
  - {measure: share, band: review, between: [0.08, 0.1], confidence: 0.95}
  - {measure: false_positive_rate, band: block, at_most: 0.01, confidence: 0.95}
"""
"""What is promised is just kept: a tenth of the scores are reviewed, and a blocked case is right in 0.95 of them."""

CONFIDENCE: Final = 0.95
DRIFTED: Final = 0.007
"""By so much more of the cases are reviewed."""
LOST: Final = 0.85
"""The precision that is left."""
WRONG: Final = ("clean", "drift", "loss")


def policies() -> CheckedPolicySet:
    """Return the policy that promises."""
    document, diagnostics = read_document(POLICY, "shop.yaml")
    checked, _ = check(Loaded((document,), tuple(diagnostics), ("shop.yaml",)))
    assert checked is not None
    return checked


def told(checked: CheckedPolicySet, cases: int, rng: np.random.Generator) -> dict[str, dict[str, str]]:
    """Return the verdicts on one round of logs, by what is wrong with the log, and by the measure."""
    found = {}
    for drift, precisions in ((0.0, {"clean": 0.95, "loss": LOST}), (DRIFTED, {"drift": 0.95})):
        scores = rng.random(cases)
        scores = np.where((scores < 0.85) & (scores >= 0.85 - drift), 0.9, scores)
        with TemporaryDirectory() as folder:
            ids = _logged(checked, Path(folder, "log"), scores)
            for name, precision in precisions.items():
                is_right = rng.random(cases) < np.where(scores >= 0.95, precision, 0.001)
                found[name] = _verdicts(checked, Path(folder, "log"), dict(zip(ids, is_right.tolist(), strict=True)))
    return found


def _logged(checked: CheckedPolicySet, log: Path, scores: NDArray[np.float64]) -> list[str]:
    with AuditLog(log) as audit:
        decided = Engine(compile_policies(checked), audit=audit).decide_batch("shop", scores)
        return [one.decision_id for one in decided]


def _verdicts(checked: CheckedPolicySet, log: Path, labels: dict[str, bool]) -> dict[str, str]:
    policy = checked.policies[0].policy
    which = Which("shop", 1)
    recorded = read_recorded(log, Question(), {which: policy.band_names}, labels=labels)
    tally = tally_of(policy.band_names, recorded.policies[which].outcomes(), is_labelled=True)
    return {one.target.measure: one.verdict for one in verify_targets([(policy, tally)])[0].targets}


def faults(counts: dict[str, Counter[str]], rounds: int) -> list[str]:
    """Return what is told too often or too rarely, where *counts* says how often each is called broken."""
    # Of few rounds, one says nothing
    most = max(1, (1 - CONFIDENCE) * rounds)
    said = []
    if counts["clean"]["any"] > most:
        said.append(f"clean logs are called broken in {counts['clean']['any']} of {rounds} rounds")
    for name, measure in (("drift", "share"), ("loss", "precision")):
        if rounds - counts[name][measure] > most:
            said.append(f"the {name} is told in {counts[name][measure]} of {rounds} rounds only")
    return said


def run(rounds: int, cases: int, seed: int) -> dict[str, Counter[str]]:
    """Return how often each target of each kind of log is called broken, and any of them."""
    checked = policies()
    counts: dict[str, Counter[str]] = {name: Counter() for name in WRONG}
    for place in range(rounds):
        for name, verdicts in told(checked, cases, np.random.default_rng([seed, place])).items():
            broken = [measure for measure, verdict in verdicts.items() if verdict == "broken"]
            counts[name].update([*broken, *(["any"] if broken else [])])
    return counts


def main() -> int:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    counts = run(asked.rounds, asked.cases, asked.seed)
    for name, many in counts.items():
        sys.stdout.write(f"{name}: of {asked.rounds} rounds called broken: {dict(sorted(many.items())) or 'none'}\n")
    said = faults(counts, asked.rounds)
    sys.stdout.writelines(f"{one}\n" for one in said)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
