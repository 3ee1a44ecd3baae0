"""Promises that are just kept, and such that are broken, in logs of decisions: each break is told, and nothing else.

Run it from the root of the checkout:

    python tests/faults/promises.py                            100 logs of 100,000 decisions of either kind
    python tests/faults/promises.py --rounds 5 --cases 20000   fewer, of fewer

Each round writes a log of clean decisions, one of a few of them, and one in which a share has drifted, with labels that
keep the promised precision exactly, and with labels that lost some. A fault breaks one promise and leaves the others as
they are: who is no longer blocked is reviewed, and so are positives that are no longer among the blocked. `--seed`
draws them. It exits with 1 if a promise that is kept is called broken more often than the confidence says, or if a
fault is not told in at least so many rounds.
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
  - {measure: balanced_accuracy, band: review, at_least: 0.9374, confidence: 0.95}
"""
"""What is promised is just kept: a tenth of the scores are reviewed, and a blocked case is right in 0.95 of them.

Of what is reviewed or passes, 0.001 are positives: so 0.98246 of these reach `review`, and 0.10761 of the negatives.
"""

CONFIDENCE: Final = 0.95
DRIFTED: Final = 0.012
"""So many more of the cases are reviewed, who were blocked."""
FEW: Final = 300
"""So many cases are in the log of few."""
LOST: Final = 0.85
"""The precision that is left."""
BROKEN: Final = {"clean": None, "few": None, "drift": "share", "loss": "precision"}
"""What is broken in each log."""


def policies() -> CheckedPolicySet:
    """Return the policy that promises."""
    document, diagnostics = read_document(POLICY, "shop.yaml")
    checked, _ = check(Loaded((document,), tuple(diagnostics), ("shop.yaml",)))
    assert checked is not None
    return checked


def told(checked: CheckedPolicySet, cases: int, rng: np.random.Generator) -> dict[str, dict[str, str]]:
    """Return the verdicts on one round of logs, by what is wrong with the log, and by the measure."""
    found = {}
    logs = ((0.0, cases, {"clean": 0.95, "loss": LOST}), (DRIFTED, cases, {"drift": 0.95}), (0.0, FEW, {"few": 0.95}))
    for drift, many, precisions in logs:
        drawn = rng.random(many)
        scores = np.where((drawn >= 0.95) & (drawn < 0.95 + drift), 0.9, drawn)
        with TemporaryDirectory() as folder:
            ids = _logged(checked, Path(folder, "log"), scores)
            for name, precision in precisions.items():
                # Twice as many are reviewed as are blocked
                reviewed = 0.001 + (0.95 - precision) / 2
                is_right = rng.random(many) < np.select([drawn >= 0.95, drawn >= 0.85], [precision, reviewed], 0.001)
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
    for name, measure in BROKEN.items():
        if counts[name]["falsely"] > most:
            said.append(f"{name}: kept promises are called broken in {counts[name]['falsely']} of {rounds} rounds")
        if measure is not None and rounds - counts[name][measure] > most:
            said.append(f"{name}: it is told in {counts[name][measure]} of {rounds} rounds only")
    return said


def run(rounds: int, cases: int, seed: int) -> dict[str, Counter[str]]:
    """Return how often each target of each kind of log is called broken, and any that is kept (`falsely`)."""
    checked = policies()
    counts: dict[str, Counter[str]] = {name: Counter() for name in BROKEN}
    for place in range(rounds):
        for name, verdicts in told(checked, cases, np.random.default_rng([seed, place])).items():
            broken = [measure for measure, verdict in verdicts.items() if verdict == "broken"]
            is_false = any(measure != BROKEN[name] for measure in broken)
            counts[name].update([*broken, *(["falsely"] if is_false else [])])
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
