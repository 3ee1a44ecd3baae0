"""Findings as SARIF 2.1.0, which code scanning and editors read."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from policy_engine import __version__
from policy_engine.diagnostics import RuleInfo
from policy_engine.printable import printable
from policy_engine.reporting.as_json import as_json
from policy_engine.reporting.fingerprints import marked
from policy_engine.reporting.repository import STDIN
from policy_engine.validator import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.diagnostics import Diagnostic, Report, Span
    from policy_engine.reporting.fingerprints import Marked
    from policy_engine.reporting.repository import Repository

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
"""Where a repository was checked out: code scanning knows it by this name, and a log need not say where it was."""

_FINGERPRINT: Final = "policyEngineFinding/v1"


def findings_as_sarif(report: Report, repository: Repository) -> bytes:
    """Return a log with one run: the rules that found something, by code, and every finding.

    What a comment in its file answers for is suppressed there, with the comment's reason.
    """
    every = marked(report, repository)
    codes = sorted({one.finding.code for one in every})
    places = {code: place for place, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {
                "name": "policy-engine",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(_known(code)) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, places[one.finding.code], repository) for one in every],
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _known(code: str) -> RuleInfo:
    """Return what a code stands for; of one that no registry has, the code is all that is known."""
    return BY_CODE.get(code) or RuleInfo(code, code, code)


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": printable(rule.code),
        "name": printable(rule.name),
        "shortDescription": _text([rule.summary]),
        "fullDescription": _text([rule.summary]),
        "help": _text([rule.summary, f"`policy-engine rule {rule.code}` says why it matters"]),
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(one: Marked, rule: int, repository: Repository) -> dict[str, Any]:
    found = one.finding
    location = {"artifactLocation": _artifact(found.file, repository), "region": _region(found.span)}
    properties = _properties(found)
    return {
        "ruleId": printable(found.code),
        "ruleIndex": rule,
        "level": found.severity,
        "message": _text([found.message, f"help: {found.help}"] if found.help else [found.message]),
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {_FINGERPRINT: one.fingerprint},
        **({} if one.waived is None else {"suppressions": [_suppression(one.waived)]}),
        **({"properties": properties} if properties else {}),
    }


def _suppression(reason: str) -> dict[str, str]:
    return {"kind": "inSource", "justification": printable(reason)}


def _text(lines: Iterable[str]) -> dict[str, str]:
    # In a message of SARIF, `[words](address)` is a link: what a policy says must not become one
    return {"text": "\n".join(printable(line).replace("](", "] (") for line in lines)}


def _artifact(file: str, repository: Repository) -> dict[str, str]:
    inside = repository.path_inside(file)
    if inside is not None:
        return {"uri": quote(inside), "uriBaseId": _ROOT}
    return {"uri": _address(file, repository)}


def _address(file: str, repository: Repository) -> str:
    """Return the address of a file outside the repository, which nothing can be relative to."""
    if file == STDIN:
        return quote(file)
    path = repository.whole_path(file).as_posix()
    return f"file://{'' if path.startswith('/') else '/'}{quote(path, safe='/:')}"


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _properties(found: Diagnostic) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    if found.cell is not None:
        properties["cell"] = {printable(name): printable(value) for name, value in found.cell.items()}
    # JSON has no infinities
    if found.witness is not None and isfinite(found.witness):
        properties["witness"] = found.witness
    return properties
