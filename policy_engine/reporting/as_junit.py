"""Findings and the policies' own tests as JUnit XML, which most CI systems read: one test suite a file."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy_engine.diagnostics import Diagnostic, Report
    from policy_engine.reporting.own_tests import OwnTests


class _Case(NamedTuple):
    """One test case: `kind` is the element that says what came of it, None where it passed with nothing to tell."""

    name: str
    kind: str | None = None
    type: str = ""
    message: str = ""
    text: str = ""


def findings_as_junit(report: Report, *, strict: bool = False) -> bytes:
    """Return a failure for every error, and a test that passed for every file without findings.

    A warning is a test that passed and says so in its output; if *strict* it is a failure, too.
    """
    suites: dict[str, list[_Case]] = {file: [] for file in report.files}
    for found in report.diagnostics:
        suites.setdefault(found.file, []).append(_case(found, "failure" if strict else "system-out"))
    return _written("policy-engine validate", {file: cases or [_Case("no findings")] for file, cases in suites.items()})


def own_tests_as_junit(tests: OwnTests) -> bytes:
    """Return every test of the policies. What else is wrong is an error, and tests that were not run are skipped."""
    failing = {id(one.finding) for one in tests.run}
    suites: dict[str, list[_Case]] = {file: [] for file in sorted([*tests.report.tested, *tests.not_run])}
    for file, run in groupby(tests.run, key=lambda one: one.file):
        suites[file] = [_Case(one.name) if one.finding is None else _failure(one.name, one.finding) for one in run]
    for file in tests.not_run:
        suites[file].append(_Case("tests", "skipped", "not run", "not run: see the findings"))
    for found in tests.report.diagnostics:
        if id(found) not in failing:
            suites.setdefault(found.file, []).append(_case(found, "system-out", "error"))
    return _written("policy-engine test", suites)


def _case(found: Diagnostic, of_warning: str, of_error: str = "failure") -> _Case:
    name = f"{found.code} at line {found.span.line}, column {found.span.column}"
    return _failure(name, found, of_warning if found.severity == "warning" else of_error)


def _failure(name: str, found: Diagnostic, kind: str = "failure") -> _Case:
    warning = "warning: " if found.severity == "warning" else ""
    place = f"{found.file}:{found.span.line}:{found.span.column}:"
    lines = [f"{place} {found.code} {warning}{found.message}", *([f"help: {found.help}"] if found.help else [])]
    return _Case(name, kind, found.code, f"{warning}{found.message}", "\n".join(map(printable, lines)))


def _written(name: str, suites: Mapping[str, list[_Case]]) -> bytes:
    every = [case for cases in suites.values() for case in cases]
    root = ET.Element("testsuites", {"name": name, **_counts(every)})
    for file, cases in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": printable(file), **_counts(cases)})
        suite.set("skipped", _count(cases, "skipped"))
        for case, own in zip(cases, _apart([printable(case.name) for case in cases]), strict=True):
            _add(suite, case, {"classname": printable(file), "name": own})
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _apart(names: Iterable[str]) -> Iterator[str]:
    """Yield each name, with a number where it was there before: some readers take one of several for all of them."""
    met: Counter[str] = Counter()
    for name in names:
        own = name
        while own in met:
            met[name] += 1
            own = f"{name} ({met[name]})"
        met[own] += 1
        yield own


def _add(suite: ET.Element, case: _Case, attributes: dict[str, str]) -> None:
    element = ET.SubElement(suite, "testcase", attributes)
    if case.kind is None:
        return
    told = {"type": printable(case.type), "message": printable(case.message)} if case.kind != "system-out" else {}
    ET.SubElement(element, case.kind, told).text = case.text or None


def _counts(cases: Iterable[_Case]) -> dict[str, str]:
    cases = list(cases)
    return {"tests": str(len(cases)), "failures": _count(cases, "failure"), "errors": _count(cases, "error")}


def _count(cases: Iterable[_Case], kind: str) -> str:
    return str(sum(case.kind == kind for case in cases))
