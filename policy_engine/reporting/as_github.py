"""Findings as workflow commands, which GitHub Actions shows beside the lines that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.printable import printable

if TYPE_CHECKING:
    from policy_engine.diagnostics import Diagnostic, Report, Span
    from policy_engine.reporting.repository import Repository

_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def findings_as_github(report: Report, repository: Repository) -> bytes:
    """Return one command a finding, each on a line of its own."""
    return "".join(f"{_command(found, repository)}\n" for found in report.diagnostics).encode()


def _command(found: Diagnostic, repository: Repository) -> str:
    named = {"file": repository.path_of(found.file), **_place(found.span), "title": found.code}
    properties = ",".join(f"{name}={printable(str(value)).translate(_PROPERTY)}" for name, value in named.items())
    told = printable(found.message) + (f"\nhelp: {printable(found.help)}" if found.help else "")
    return f"::{found.severity} {properties}::{told.translate(_DATA)}"


def _place(span: Span) -> dict[str, int]:
    lines = {"line": span.line, "endLine": span.end_line}
    # GitHub knows columns of one line only: with another endLine it takes none
    columns = {"col": span.column, "endColumn": span.end_column} if span.line == span.end_line else {}
    return lines | columns
