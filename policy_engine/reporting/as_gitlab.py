"""Findings as a Code Quality report, which GitLab shows in a merge request: what is new in it, and what is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.printable import printable
from policy_engine.reporting.as_json import as_json
from policy_engine.reporting.fingerprints import marked

if TYPE_CHECKING:
    from policy_engine.diagnostics import Report, Severity
    from policy_engine.reporting.fingerprints import Marked
    from policy_engine.reporting.repository import Repository

_SEVERITIES: Final[dict[Severity, str]] = {"error": "major", "warning": "minor"}
"""In GitLab's words, which are info, minor, major, critical and blocker."""


def findings_as_gitlab(report: Report, repository: Repository) -> bytes:
    """Return a list of all findings, empty where there are none."""
    return as_json([_issue(one, repository) for one in marked(report, repository) if one.waived is None])


def _issue(one: Marked, repository: Repository) -> dict[str, Any]:
    found = one.finding
    return {
        # A merge request shows nothing but the description and the place
        "description": printable(f"{found.code} {found.message}" + (f"; help: {found.help}" if found.help else "")),
        "check_name": printable(found.code),
        "fingerprint": one.fingerprint,
        "severity": _SEVERITIES[found.severity],
        "location": {
            "path": repository.path_of(found.file),
            "lines": {"begin": found.span.line, "end": found.span.end_line},
        },
    }
