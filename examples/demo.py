"""The whole way on real input: check the sample policies, decide 1,000 loan applicants, explain one, verify the log.

Started by `make demo`. Every step is a command that you can run yourself; it is printed before it runs.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = Path("build") / "demo"

STEPS = [
    ("Check every policy in policies/", "validate policies"),
    (
        "Decide 1,000 real applicants and record every decision",
        (
            "decide credit-default --input examples/german_credit/german_credit_oof.csv --jurisdiction DE"
            " --column subject=applicant_id --context sex,age_band --ignore fold,label"
            f" --output {OUT}/decisions.jsonl --audit {OUT}/audit --summary"
        ),
    ),
    (
        "Explain one decision in words: applicant 1 of that file",
        "decide credit-default --score 0.445307 --housing own --purpose radio/television --jurisdiction DE --explain",
    ),
    ("Verify the log", f"audit verify {OUT}/audit"),
]


def main() -> int:
    """Run the steps; return the exit code of the first that fails, else 0."""
    shutil.rmtree(ROOT / OUT, ignore_errors=True)
    (ROOT / OUT).mkdir(parents=True)
    for number, (title, arguments) in enumerate(STEPS, start=1):
        print(f"\n{number}. {title}\n   $ policy-engine {arguments}\n", flush=True)
        command = [sys.executable, "-m", "policy_engine", *shlex.split(arguments)]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own commands
        if code != 0:
            print(f"\nstep {number} ended with exit code {code}", file=sys.stderr)
            return code
    print(f"\nThe decisions are in {OUT}/decisions.jsonl, the log in {OUT}/audit.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
