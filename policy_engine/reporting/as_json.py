"""Findings and results as JSON. Nothing in it is obeyed by a terminal: what cannot be seen is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from policy_engine.diagnostics import Diagnostic, Report
    from policy_engine.engine import Decision

_NOT_ASCII = re.compile("[^ -~\n]")


def as_json(value: Any, *, indent: bool = True) -> bytes:  # noqa: ANN401 - any JSON value
    """Return *value* as JSON in UTF-8: indented over several lines, or one compact line, with its end."""
    option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS | (orjson.OPT_INDENT_2 if indent else 0)
    return visible(orjson.dumps(value, option=option))


def visible(text: bytes) -> bytes:
    r"""Return JSON with the characters escaped that a terminal obeys or nobody sees; it means the same.

    >>> visible('"a\u202eb ü"'.encode()).decode()
    '"a\\u202eb ü"'
    """
    if text.isascii() and b"\x7f" not in text:
        return text
    return _NOT_ASCII.sub(_escaped, text.decode()).encode()


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if char.isprintable():
        return char
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def findings_as_json(report: Report) -> bytes:
    """Return every finding with its place, and how many there are."""
    return as_json(
        {
            "findings": [finding(found) for found in report.diagnostics],
            "errors": report.errors,
            "warnings": report.warnings,
            "files": len(report.files),
        }
    )


def finding(found: Diagnostic) -> dict[str, Any]:
    """Return one finding as plain values."""
    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.file,
        "line": found.span.line,
        "column": found.span.column,
        "end_line": found.span.end_line,
        "end_column": found.span.end_column,
        "message": found.message,
        "help": found.help,
        "cell": None if found.cell is None else dict(found.cell),
        "witness": found.witness,
    }


def decision_as_json(decision: Decision, *, explain: bool = False) -> dict[str, Any]:
    """Return a decision as plain values, with its explanation if asked for."""
    return decision.to_dict() | ({"explanation": decision.explain()} if explain else {})
