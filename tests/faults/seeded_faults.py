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
VERDICTS: Final = ("tests/unit/test_engine_verdicts.py",)
SHAPES: Final = ("tests/property/test_batches_in_any_shape.py",)
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


NUMBERS, READING, VALUES, HOLDING, JUDGING, CALLS, DECIDING = (
    f"reference/{name}.py" for name in ("numbers", "reading", "values", "holding", "judging", "calls", "deciding")
)
SCALAR, CASE, FINISHING, LIVE, RANGES, COMPILER = (
    "evaluator/scalar.py",
    "evaluator/case.py",
    "evaluator/finishing.py",
    "evaluator/live.py",
    "evaluator/ranges.py",
    "compiler/compile.py",
)
IN_ROWS, MEMBERS, CODED, STRETCHES, SHORT_TEXTS = (
    f"evaluator/{name}.py" for name in ("numbers_in_rows", "members_in_rows", "coded", "stretches", "short_texts")
)

ASLEEP: Final = Edit(COMPILER, "    confirm(table, catalog)\n", "")

FAULTS: Final = (
    # --- the score -----------------------------------------------------------------------------------------------
    Fault("reference-above-instead-of-at-least", Edit(JUDGING, "if signal >= value:", "if signal > value:")),
    Fault(
        "scalar-above-instead-of-at-least",
        Edit(CASE, "bisect_right(self.cuts[member], signal)", "sum(cut < signal for cut in self.cuts[member])"),
    ),
    Fault(
        "batch-above-instead-of-at-least",
        Edit(IN_ROWS, "numbers >= cuts.take(combinations)", "numbers > cuts.take(combinations)"),
    ),
    Fault(
        "no-guard-against-nan",
        Edit(NUMBERS, 'return number if math.isfinite(number) else "not_finite"', "return number"),
    ),
    Fault(
        "batch-without-guard-against-nan",
        Edit(IN_ROWS, "found[~np.isfinite(numbers)]", "found[numbers != numbers]"),
        BATCH_TESTS,
    ),
    Fault(
        "batch-compares-invalid-scores",
        Edit(IN_ROWS, "places = np.where(classes == _VALID, places, classes)", "places = places"),
    ),
    Fault(
        "look-up-out-of-range",
        Edit(
            IN_ROWS,
            "not (scores.min() >= buckets.low and scores.max() <= buckets.high)",
            "bool(np.isnan(scores).any())",
        ),
        VERDICTS,
    ),
    Fault("look-up-of-bad-input", Edit(IN_ROWS, "codes[rows][is_bad] = UNKNOWN", "codes[rows][is_bad] += 0"), VERDICTS),
    Fault(
        "bucket-of-the-cut-below-is-known",
        Edit(STRETCHES, "after + 1 : max(before, 0)]", "max(after, 0) : max(before, 0)]"),
        SHAPES,
    ),
    Fault(
        "bucket-of-the-cut-above-is-known",
        Edit(STRETCHES, "after + 1 : max(before, 0)]", "after + 1 : max(before + 1, 0)]"),
        SHAPES,
    ),
    Fault("chunk-ends-a-row-early", Edit(IN_ROWS, "slice(at, at + CHUNK)", "slice(at, at + CHUNK - 1)"), SHAPES),
    Fault(
        "null-is-not-a-number",
        Edit(IN_ROWS, 'np.where(is_null, _CODE["missing"], _VALID)', 'np.where(is_null, _CODE["not_finite"], _VALID)'),
        BATCH_TESTS,
    ),
    Fault(
        "first-half-of-a-text-is-enough",
        Edit(SHORT_TEXTS, "        is_other |= self.second.take(places) != second\n", ""),
        ("tests/unit/test_evaluator_short_texts.py",),
    ),
    Fault(
        "batch-leads-above-the-ratio", Edit(MEMBERS, "(first >= ratio * second)", "(first > ratio * second)"), VERDICTS
    ),
    Fault("boolean-is-a-number", Edit(NUMBERS, "isinstance(value, bool) or not", "not")),
    Fault("text-is-coerced", Edit(NUMBERS, "(value, (Real, Decimal))", "(value, (Real, Decimal, str))")),
    Fault("duration-is-a-number", Edit(NUMBERS, 'not in "iuf"', 'not in "iufm"')),
    Fault("zero-is-missing", Edit(SCALAR, "        if score is None:", "        if not score:")),
    Fault(
        "reference-zero-is-missing",
        Edit(
            READING,
            '    if given is None:\n        return "missing"\n',
            '    if not given:\n        return "missing"\n',
        ),
    ),
    Fault("low-end-is-out-of-range", Edit(READING, "if score.low <= rounded <=", "if score.low < rounded <=")),
    Fault(
        "batch-high-end-is-out-of-range",
        Edit(IN_ROWS, "(numbers <= score.high)", "(numbers < score.high)"),
    ),
    Fault(
        "missing-before-wrong-model",
        Edit(
            SCALAR, "if not self.admits(model, version):", "if score is not None and not self.admits(model, version):"
        ),
    ),
    Fault(
        "pre-releases-do-not-count",
        Edit("model/versions.py", "contains(read, prereleases=True)", "contains(read, prereleases=False)"),
    ),
    Fault(
        "version-left-out-is-admitted",
        Edit(
            "model/versions.py",
            "        if not isinstance(version, str):\n",
            "        if version is None:\n            return None\n        if not isinstance(version, str):\n",
        ),
    ),
    Fault(
        "batch-rounds-to-float32",
        Edit(CODED, "given.astype(np.float64, copy=False)", "given.astype(np.float32).astype(np.float64)"),
        ARRAYS,
    ),
    # --- which threshold holds -----------------------------------------------------------------------------------
    Fault(
        "reference-tie-by-order-of-file",
        Edit(
            HOLDING,
            'sorted(matcher.id for matcher in matching if matcher.kind == "override")',
            '[one.id for one in self.policy.overrides if Matcher("override", one.id) in matching]',
        ),
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
        Edit("resolution/fields.py", "return number if scale.is_riskier else -number", "return number"),
    ),
    Fault(
        "reference-inner-window-ignored",
        Edit(
            HOLDING,
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
            HOLDING,
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
    Fault("never-ends-the-ladder", Edit(JUDGING, "            continue\n", "            break\n")),
    Fault(
        "always-has-no-effect",
        Edit("resolution/ladder.py", 'if value == "always":', 'if value == "ever":'),
    ),
    Fault(
        "number-on-a-cut-lies-below",
        Edit(RANGES, "bisect_right(step.cuts, number)", "sum(cut < number for cut in step.cuts)"),
    ),
    # --- when ----------------------------------------------------------------------------------------------------
    Fault(
        "reference-window-closed-at-its-end",
        Edit(HOLDING, "return window[0] <= at < window[1]", "return window[0] <= at <= window[1]"),
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
        Edit(LIVE, "policy.table.begin <= at < policy.table.end", "policy.table.begin <= at <= policy.table.end"),
    ),
    Fault("memory-forgets-the-instant", Edit(SCALAR, "key = (start, found, named,", "key = (found, named,")),
    Fault(
        "memory-forgets-what-was-unknown",
        Edit(
            SCALAR,
            "key = (start, found, named,",
            "key = (start, tuple(tuple(codes[:2] for codes in one) for one in found), named,",
        ),
        SCALAR_TESTS,
    ),
    # --- unknown values and several jurisdictions ----------------------------------------------------------------
    Fault(
        "reference-unknown-is-base",
        Edit(VALUES, '([None] if rule == "base" else everything)', "([None] if rule else everything)"),
    ),
    Fault("unknown-is-base", Edit(COMPILER, '{"strictest": everything,', '{"strictest": alone,')),
    Fault(
        "unknown-subdivision-ranges-over-all",
        Edit(
            RANGES,
            "return Ranged(step.within[country], step.within[country], is_unknown=True)",
            "return Ranged(step.unknown, step.possible, is_unknown=True)",
        ),
    ),
    Fault("no-path-is-unknown", Edit(RANGES, "        return NO_PATH\n", "        return None\n")),
    Fault(
        "reference-last-jurisdiction-decides",
        Edit(DECIDING, "(asking or reached or case.judged)[0]", "(asking or reached or case.judged)[-1]"),
    ),
    Fault(
        "last-jurisdiction-decides",
        Edit(CASE, "(asking or reached or case.judged)[0]", "(asking or reached or case.judged)[-1]"),
    ),
    Fault("mildest-jurisdiction-wins", Edit(CASE, "best = min(outcomes, key", "best = max(outcomes, key")),
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
        Edit(CASE, "{cut for cell in own for cut in cell.cuts}", "{cut for cell in own[:1] for cut in cell.cuts}"),
    ),
    Fault(
        "batch-takes-equal-values-for-one",
        Edit(CODED, "self._places.setdefault((type(value), value), ", "self._places.setdefault(value, "),
        BATCH_TESTS,
    ),
    # --- classes, labels, several scores -------------------------------------------------------------------------
    Fault(
        "first-of-equal-classes-by-order",
        Edit(READING, "key=lambda one: (-one.score, one.label)", "key=lambda one: -one.score"),
    ),
    Fault(
        "absent-class-is-no-runner-up",
        Edit(READING, "for label in score.labels or () if label not in given_labels]", "for label in ()]"),
    ),
    Fault("margin-is-the-top", Edit(READING, 'first - second if score.signal == "margin" else first', "first")),
    Fault(
        "last-bad-class-counts",
        Edit(READING, "for invalid in INVALID_CLASSES:", "for invalid in INVALID_CLASSES[::-1]:"),
    ),
    Fault("label-twice-is-the-last", Edit(READING, "(is_faulty or counts[label] > 1)", "is_faulty")),
    Fault("empty-classes-are-missing", Edit(READING, '"no_candidates", version', '"missing", version')),
    Fault(
        "undeclared-label-is-base",
        Edit(VALUES, 'if policy.unknown_label == "base" else', 'if policy.unknown_label != "error" else'),
    ),
    Fault("lead-needs-more-than-the-ratio", Edit(JUDGING, "first >= ratio * second", "first > ratio * second")),
    Fault("equal-firsts-stand-alone", Edit(JUDGING, " and first > second", "")),
    Fault(
        "lead-everywhere",
        Edit(JUDGING, "if lead is not None and outcome in lead.bands else", "if lead is not None else"),
    ),
    Fault(
        "lead-slot-of-the-smallest-ratio",
        Edit(CASE, "bisect_left(self.ratios, cell.lead.ratio) < slots[-1]", "slots[-1] > 0"),
    ),
    Fault(
        "highlight-on-the-cut",
        Edit(
            FINISHING,
            "sum(one.score > highlight.above for one in given)",
            "sum(one.score >= highlight.above for one in given)",
        ),
    ),
    Fault(
        "highlight-fills-in-absent-ones",
        Edit(FINISHING, "given = [one for one in ranking if one.is_given]", "given = list(ranking)"),
    ),
    Fault(
        "reference-highlight-without-cap",
        Edit(DECIDING, "many if highlight.cap is None else min(many, highlight.cap)", "many"),
    ),
    Fault("mildest-member-wins", Edit(CASE, "joined = min((min(", "joined = max((min(")),
    Fault(
        "what-is-left-is-the-other-end",
        Edit(
            "model/policy.py",
            'if score.higher_is == "riskier" else self.band_names[::-1]\n        return (*',
            'if score.higher_is != "riskier" else self.band_names[::-1]\n        return (*',
        ),
    ),
    Fault(
        "float32-after-the-range",
        Edit(READING, "rounded if score.low <= rounded <= score.high", "rounded if score.low <= number <= score.high"),
    ),
    Fault(
        "thresholds-stay-float64",
        Edit("resolution/fields.py", "        return scale.score.rounded(value)\n", "        return value\n"),
    ),
    # --- knock-outs, guardrails, reasons, tunables, samples ------------------------------------------------------
    Fault(
        "caps-ignored",
        Edit(CASE, "capped = max(joined, max(caps, key=rank), key=rank) if caps else joined", "capped = joined"),
    ),
    Fault("strictest-cap-wins", Edit(DECIDING, "max(outcome, max(caps, key", "max(outcome, min(caps, key")),
    Fault(
        "fact-left-out-is-not-met",
        Edit(SCALAR, "one.at_least is not None if known.get(name) is None", "False if known.get(name) is None"),
    ),
    Fault("fact-left-out-is-met", Edit(DECIDING, "if_not_known=one.at_least is not None", "if_not_known=True")),
    Fault(
        "text-is-a-fact",
        Edit(
            NUMBERS,
            "    if isinstance(value, bool):\n        return value\n",
            "    if isinstance(value, (bool, str)):\n        return bool(value)\n",
        ),
    ),
    Fault(
        "closed-band-goes-stricter-first",
        Edit(CASE, "(*bands[place:], *bands[:place][::-1])", "(*bands[: place + 1][::-1], *bands[place:])"),
    ),
    Fault(
        "guardrails-of-possible-values-forgotten",
        Edit(CASE, "for outer in possible for band in outer", "for outer in judged for band in outer"),
    ),
    Fault(
        "person-only-where-reached",
        Edit(
            CASE,
            "for one in case.possible if outcome in one",
            "for one in case.judged if one.outcome == outcome and outcome in one",
        ),
    ),
    Fault(
        "else-by-the-first-cell-alone",
        Edit(
            CASE,
            "self._details(case, outcome)[0], *(one for one in case.judged if one.outcome == outcome)]",
            "self._details(case, outcome)[0]]",
        ),
    ),
    Fault(
        "else-by-the-first-member-alone",
        Edit(CASE, "for given in _all_given(cell, band):", "for given in _all_given(cell, band)[:1]:"),
    ),
    Fault(
        "stricter-else-of-another-cell-forgotten", Edit(CASE, "if rank[one.instead] < rank[cell.outcome]", "if False")
    ),
    Fault("else-below-a-floor", Edit(CASE, "band == outcome or self._is_below_a_floor(band)", "band == outcome")),
    Fault(
        "else-also-where-raised",
        Edit(CASE, "isinstance(reasons, CaseReasons) and not cell.is_raised", "isinstance(reasons, CaseReasons)"),
    ),
    Fault(
        "probability-of-the-first-sample-alone",
        Edit("drawing.py", "share *= 1 - percent / 100", "share *= 1"),
    ),
    Fault(
        "reasons-in-the-order-of-the-policy",
        Edit(
            "model/bands.py",
            "known = dict.fromkeys(code for code in codes if isinstance(code, str) and code in self.of)",
            "known = dict.fromkeys(code for code in self.of if code in codes)",
        ),
    ),
    Fault(
        "call-replaces-never",
        Edit(
            "evaluator/calls.py",
            "of.score == scale.name and not isinstance(thresholds[str(of.band)][0], str)",
            "of.score == scale.name",
        ),
    ),
    Fault(
        "call-may-loosen",
        Edit(CALLS, "policy.tunable[name].tighten_only is False", "policy.tunable[name].tighten_only is not True"),
    ),
    Fault(
        "call-clamped",
        Edit(CALLS, "return number if low <= number <= high else None", "return min(max(number, low), high)"),
    ),
    Fault("some-of-a-call-applies", Edit(SCALAR, "applied = {} if refused else numbers", "applied = numbers")),
    Fault(
        "environment-over-overrides",
        Edit(
            "resolution/settle.py",
            "        if not relevant:\n",
            '        if not relevant or (field in self._base and self._base[field].source == "env"):\n',
        ),
    ),
    Fault(
        "sample-of-what-was-raised",
        Edit(CASE, "        if any(one.is_raised for one in case.judged):\n            return ()\n", ""),
    ),
    Fault("sample-beyond-its-end", Edit(FINISHING, "request.at >= sample.until", "request.at > sample.until")),
    Fault(
        "lots-without-the-use-case", Edit("drawing.py", "for part in (salt, use_case, key)", "for part in (salt, key)")
    ),
    Fault(
        "model-version-of-a-wrong-model",
        Edit(SCALAR, 'if self._has_versions and signal != "wrong_model":', "if self._has_versions:"),
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
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-rf", "-p", "no:cacheprovider"]
    command += ["-p", "pytest_timeout", *tests]
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
