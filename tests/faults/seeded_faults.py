"""Faults that anyone could make, each of which the tests have to notice.

A fault is an edit to a copy of the package: a text of one file that is replaced by another. For each, the quickest
tests that should notice are run against the copy. Run it from the root of the checkout:

    python tests/faults/seeded_faults.py            all of them, two at a time
    python tests/faults/seeded_faults.py NAME...    some of them

The compiler asks the reference about every table that it makes, which notices many of these by itself. It is put to
sleep in the copies: whatever is noticed here is noticed by tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
COPIED: Final = ("policy_engine", "tests/conformance", "tests/property", "tests/support", "tests/unit")
FILES: Final = ("pyproject.toml", "tests/conftest.py", "docs/conformance.md")

VECTORS: Final = ("tests/conformance/test_vectors.py", "tests/unit/test_evaluator_bad_scores.py")
SCALAR_TESTS: Final = ("tests/unit/test_evaluator_scalar.py",)
BATCH_TESTS: Final = ("tests/unit/test_evaluator_batch.py",)
ARRAYS: Final = ("tests/property/test_evaluators_agree.py::test_a_batch_of_an_array_is_its_elements",)

_LONGEST_RUN_S: Final = 300
_FIRST_FAILURE = re.compile(r"^FAILED (.+?)(?: - |$)", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """A text of a file that is replaced. It stands there exactly once."""

    file: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Make the edit in the copy at *root*."""
        path = root / "policy_engine" / self.file
        path.write_text(path.read_text(encoding="utf-8").replace(self.old, self.new), encoding="utf-8")

    def misfit(self) -> str | None:
        """Return why the edit cannot be made in the package as it is, or None if it can."""
        count = (ROOT / "policy_engine" / self.file).read_text(encoding="utf-8").count(self.old)
        return None if count == 1 else f"policy_engine/{self.file} holds this {count} times, not once: {self.old}"


@dataclass(frozen=True)
class Fault:
    """A mistake under a name, and the tests that are to notice it."""

    name: str
    edit: Edit
    tests: tuple[str, ...] = VECTORS


REFERENCE, RESOLUTION, SCALAR = "reference.py", "resolution", "evaluator/scalar.py"
JOINED, RANGES, BATCH, COMPILER = (
    "evaluator/joined.py",
    "evaluator/ranges.py",
    "evaluator/batch.py",
    "compiler/compile.py",
)

ASLEEP: Final = Edit(COMPILER, "    confirm(table, catalog)\n", "")

FAULTS: Final = (
    # --- the score -----------------------------------------------------------------------------------------------
    Fault("reference-above-instead-of-at-least", Edit(REFERENCE, "if score >= value:", "if score > value:")),
    Fault(
        "scalar-above-instead-of-at-least",
        Edit(
            SCALAR, "by_score[bisect_right(joined.cuts, signal)]", "by_score[sum(cut < signal for cut in joined.cuts)]"
        ),
    ),
    Fault(
        "batch-above-instead-of-at-least",
        Edit(BATCH, 'numbers, side="right")\n    # An inv', 'numbers, side="left")\n    # An inv'),
    ),
    Fault(
        "no-guard-against-nan",
        Edit(REFERENCE, 'return number if math.isfinite(number) else "not_finite"', "return number"),
    ),
    Fault(
        "batch-without-guard-against-nan",
        Edit(BATCH, "np.where(np.isfinite(numbers), _VALID,", "np.where(numbers == numbers, _VALID,"),
        BATCH_TESTS,
    ),
    Fault(
        "batch-compares-invalid-scores",
        Edit(BATCH, "np.where(invalid == _VALID, by_score, by_class)", "by_score"),
    ),
    Fault("boolean-is-a-number", Edit(REFERENCE, "isinstance(value, bool) or not", "not")),
    Fault("text-is-coerced", Edit(REFERENCE, "(value, (Real, Decimal))", "(value, (Real, Decimal, str))")),
    Fault("duration-is-a-number", Edit(REFERENCE, 'not in "iuf"', 'not in "iufm"')),
    Fault("zero-is-missing", Edit(SCALAR, "        if score is None:", "        if not score:")),
    Fault("reference-zero-is-missing", Edit(REFERENCE, "    if request.score is None:", "    if not request.score:")),
    Fault("low-end-is-out-of-range", Edit(REFERENCE, "policy.score.low <= number <=", "policy.score.low < number <=")),
    Fault(
        "batch-high-end-is-out-of-range",
        Edit(BATCH, "(numbers <= evaluator.table.policy.score.high)", "(numbers < evaluator.table.policy.score.high)"),
    ),
    Fault(
        "missing-before-wrong-model",
        Edit(
            SCALAR, "if not self.admits(model, version):", "if score is not None and not self.admits(model, version):"
        ),
    ),
    Fault(
        "pre-releases-do-not-count",
        Edit("model/score.py", "(version), prereleases=True", "(version), prereleases=False"),
    ),
    Fault(
        "version-left-out-is-admitted",
        Edit(
            "model/score.py",
            "        if not isinstance(version, str):\n            return False",
            "        if not isinstance(version, str):\n            return version is None",
        ),
    ),
    Fault(
        "batch-rounds-to-float32",
        Edit(BATCH, "return given.astype(np.float64)", "return given.astype(np.float32).astype(np.float64)"),
        ARRAYS,
    ),
    # --- which threshold holds -----------------------------------------------------------------------------------
    Fault(
        "reference-tie-by-order-of-file",
        Edit(REFERENCE, "sorted(self.policy.overrides, key=lambda override: override.id)", "self.policy.overrides"),
    ),
    Fault(
        "tie-by-order-of-file",
        Edit(
            "resolution/overlaps.py",
            "sorted(enumerate(policy.overrides), key=lambda item: item[1].id)",
            "enumerate(policy.overrides)",
        ),
    ),
    Fault("tie-takes-the-milder", Edit("resolution/settle.py", "best = min(rest,", "best = max(rest,")),
    Fault(
        "ties-ignore-the-direction",
        Edit(
            "resolution/fields.py", 'return number if policy.score.higher_is == "riskier" else -number', "return number"
        ),
    ),
    Fault(
        "reference-inner-window-ignored",
        Edit(
            REFERENCE,
            "return fewer or _lies_inside(window_of(self.policy, one), window_of(self.policy, other))",
            "return fewer",
        ),
    ),
    Fault(
        "inner-window-ignored",
        Edit(
            "resolution/overlaps.py",
            "not self.same_cells_as(other) or lies_inside(self.window, other.window)",
            "not self.same_cells_as(other)",
        ),
    ),
    Fault(
        "on-invalid-merged-whole",
        Edit(
            "model/on_invalid.py",
            "rest = written.get(OTHERWISE)",
            "rest = written.get(OTHERWISE, next(iter(written.values())))",
        ),
    ),
    Fault(
        "reference-counts-instead-of-sets",
        Edit(
            REFERENCE,
            "if not mine <= theirs:\n                return False\n            fewer = fewer or mine < theirs\n",
            "if len(mine) > len(theirs):\n                return False\n"
            "            fewer = fewer or len(mine) < len(theirs)\n",
        ),
    ),
    Fault(
        "counts-instead-of-sets",
        Edit(
            "resolution/overlaps.py",
            "not self.sets[name] <= other.sets[name] for",
            "len(self.sets[name]) > len(other.sets[name]) for",
        ),
    ),
    Fault(
        "only-parents-not-all-above",
        Edit("resolution/dimensions.py", "            ahead.extend(catalog.jurisdictions[group].parents)\n", ""),
    ),
    Fault("never-ends-the-ladder", Edit(REFERENCE, "                continue\n", "                break\n")),
    Fault(
        "always-has-no-effect",
        Edit("resolution/ladder.py", 'settled is None or settled.value == "always"', "settled is None"),
    ),
    Fault(
        "number-on-a-cut-lies-below",
        Edit(RANGES, "bisect_right(step.cuts, number)", "sum(cut < number for cut in step.cuts)"),
    ),
    # --- when ----------------------------------------------------------------------------------------------------
    Fault(
        "reference-window-closed-at-its-end",
        Edit(REFERENCE, "return window[0] <= at < window[1]", "return window[0] <= at <= window[1]"),
    ),
    Fault(
        "override-closed-at-its-end",
        Edit("resolution/cells.py", "one.window[0] <= at < one.window[1])", "one.window[0] <= at <= one.window[1])"),
    ),
    Fault(
        "override-begins-late",
        Edit(
            SCALAR,
            "self.table.starts[bisect_right(self.table.instants, at)]",
            "self.table.starts[sum(instant < at for instant in self.table.instants)]",
        ),
    ),
    Fault(
        "policy-closed-at-its-end",
        Edit(SCALAR, "policy.table.begin <= at < policy.table.end", "policy.table.begin <= at <= policy.table.end"),
    ),
    Fault(
        "memory-forgets-the-instant", Edit(SCALAR, "key = (start, tuple(found), named)", "key = (tuple(found), named)")
    ),
    Fault(
        "memory-forgets-what-was-unknown",
        Edit(
            SCALAR,
            "key = (start, tuple(found), named)",
            "key = (start, tuple(tuple(codes for codes, _ in one) for one in found), named)",
        ),
        SCALAR_TESTS,
    ),
    # --- unknown values and several jurisdictions ----------------------------------------------------------------
    Fault(
        "reference-unknown-is-base",
        Edit(
            REFERENCE,
            'if rule == "base" else [None, *all_values(catalog, name)]',
            "if rule else [None, *all_values(catalog, name)]",
        ),
    ),
    Fault("unknown-is-base", Edit(COMPILER, '{"strictest": everything,', '{"strictest": (nothing,),')),
    Fault(
        "unknown-subdivision-ranges-over-all",
        Edit(
            RANGES,
            "return step.unknown if country is None else step.within[country], True",
            "return step.unknown, True",
        ),
    ),
    Fault("no-path-is-unknown", Edit(RANGES, "        return NO_PATH\n", "        return None\n")),
    Fault("reference-last-jurisdiction-decides", Edit(REFERENCE, "best = min(verdicts,", "best = min(verdicts[::-1],")),
    Fault("last-jurisdiction-decides", Edit(JOINED, "min(verdicts, key", "min(reversed(list(verdicts)), key")),
    Fault("mildest-jurisdiction-wins", Edit(JOINED, "min(verdicts, key", "max(verdicts, key")),
    Fault(
        "jurisdictions-in-the-order-of-the-request",
        Edit(
            RANGES,
            "texts = sorted({name for name in given if isinstance(name, str)})",
            "texts = list(dict.fromkeys(name for name in given if isinstance(name, str)))",
        ),
    ),
    Fault(
        "joined-cuts-of-the-first-cell-only",
        Edit(
            JOINED,
            "{cut for _, cell in placed for cut in cell.cuts}",
            "{cut for _, cell in placed[:1] for cut in cell.cuts}",
        ),
    ),
    Fault(
        "batch-takes-equal-values-for-one",
        Edit(BATCH, "places.setdefault((type(value), value), len(values))", "places.setdefault(value, len(values))"),
        BATCH_TESTS,
    ),
)


def noticed_by(fault: Fault | None) -> str | None:
    """Return the first test that fails on a copy with the fault, or None if all of them pass."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        _copy(root)
        ASLEEP.apply(root)
        if fault is not None:
            fault.edit.apply(root)
        tests = (*VECTORS, *SCALAR_TESTS, *BATCH_TESTS, *ARRAYS) if fault is None else fault.tests
        return _first_failure(root, tests)


def _copy(root: Path) -> None:
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name)
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, root / name)


def _first_failure(root: Path, tests: tuple[str, ...]) -> str | None:
    # What the caller's own test run has set, for coverage or for workers, is not for these.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST", "PYTHON"))}
    environment = {**own, "HYPOTHESIS_PROFILE": "faults", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-rf", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=_LONGEST_RUN_S
    )
    failed = _FIRST_FAILURE.search(done.stdout)
    if (done.returncode, failed is None) not in ((0, True), (1, False)):
        message = f"the tests of the copy did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise RuntimeError(message)
    return failed and failed[1]


def main(names: list[str]) -> int:
    """Seed the faults and say which test notices each; return how many none did."""
    unknown = set(names) - {fault.name for fault in FAULTS}
    if unknown:
        sys.exit(f"no such fault: {', '.join(sorted(unknown))}")
    chosen = [fault for fault in FAULTS if not names or fault.name in names]
    misfits = [misfit for edit in (ASLEEP, *(fault.edit for fault in chosen)) if (misfit := edit.misfit())]
    if misfits:
        sys.exit("\n".join(misfits))
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = pool.map(noticed_by, [None, *chosen])
        broken = next(answers)
        if broken is not None:
            sys.exit(f"without any fault, {broken} fails already")
        slipped = 0
        for fault, test in zip(chosen, answers, strict=True):
            slipped += test is None
            sys.stdout.write(f"{fault.name:45} {test or 'SLIPPED THROUGH'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} faults, {len(chosen) - slipped} noticed\n")
    return slipped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
