"""The policies' own tests, for people: what fails at length, what passes in a line a policy."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from policy_engine.printable import printable
from policy_engine.reporting.as_text.findings import counted, findings_as_text
from policy_engine.reporting.as_text.paint import PLAIN, Paint
from policy_engine.reporting.as_text.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.reporting.own_tests import OwnTest, OwnTests


def own_tests_as_text(tests: OwnTests, *, paint: Paint = PLAIN, wrap: int | None = None) -> str:
    """Return the findings, failing tests among them, then what came of each policy's tests."""
    rows = [*_rows(tests)]
    lines = [_painted(line, row[-1], paint) for line, row in zip(table(rows) if rows else [], rows, strict=True)]
    return findings_as_text(tests.report, paint=paint, wrap=wrap) + "".join(f"{line}\n" for line in lines)


def _rows(tests: OwnTests) -> Iterator[list[str]]:
    by_file = {file: list(found) for file, found in groupby(tests.run, key=lambda one: one.file)}
    for file in sorted([*tests.report.tested, *tests.not_run]):
        if file in tests.not_run:
            yield [printable(file), "", "not run: see the findings"]
        else:
            yield [printable(file), counted(len(by_file.get(file, ())), "test"), _verdict(by_file.get(file, []))]


def _verdict(run: list[OwnTest]) -> str:
    failed = sum(not one.passes for one in run)
    if failed:
        return f"{failed:,} failed"
    return "passed" if run else "nothing is promised"


def _painted(line: str, verdict: str, paint: Paint) -> str:
    colour = paint.good if verdict == "passed" else paint.faint if verdict.startswith("nothing") else paint.error
    return line.removesuffix(verdict) + colour(verdict)


def summary_of_tests(tests: OwnTests) -> str:
    """Return what came of all tests in one line."""
    parts = [counted(len(tests.run), "test"), f"{tests.failed:,} failed" if tests.failed else "none failed"]
    if tests.not_run:
        parts.append(f"those of {counted(len(tests.not_run), 'policy', 'policies')} not run")
    others = len(tests.report.diagnostics) - tests.failed
    if others:
        parts.append(counted(others, "other finding"))
    return ", ".join(parts)
