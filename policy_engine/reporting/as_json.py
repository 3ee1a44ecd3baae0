"""Findings and results as JSON. Nothing in it is obeyed by a terminal: what cannot be seen is escaped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import orjson

from policy_engine.model import Guardrail, KnockOut, format_instant
from policy_engine.printable import printable_json
from policy_engine.reporting.timeline import as_plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.diagnostics import Diagnostic, Report
    from policy_engine.engine import Decision
    from policy_engine.model import Policy
    from policy_engine.reporting.coverage import Coverage, Missing
    from policy_engine.reporting.effective import EffectiveCell, EffectivePolicy
    from policy_engine.reporting.own_tests import OwnTest, OwnTests
    from policy_engine.reporting.timeline import Change, FieldChange, Timeline
    from policy_engine.resolution import Safeguard, Settled


_BLANKS: Final = bytes.maketrans(b"\t\r\n", b"   ")


def as_json(value: Any, *, indent: bool = True) -> bytes:  # noqa: ANN401 - any JSON value
    """Return *value* as JSON in UTF-8: indented over several lines, or one compact line, with its end."""
    option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS | (orjson.OPT_INDENT_2 if indent else 0)
    try:
        return _printable(orjson.dumps(value, option=option))
    except TypeError:
        # Half of a surrogate pair, as in the name of a file that is not UTF-8, has no bytes, but it has an escape
        separators = None if indent else (",", ":")
        text = json.dumps(value, indent=2 if indent else None, separators=separators, allow_nan=False, default=_refuse)
        return f"{text}\n".encode()


def _refuse(value: object) -> Any:  # noqa: ANN401 - it returns nothing
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _printable(text: bytes) -> bytes:
    # Most of what is printed needs no second look, nor a decoding
    if text.isascii() and b"\x7f" not in text:
        return text
    return printable_json(text.decode()).encode()


def findings_as_json(report: Report) -> bytes:
    """Return every finding with its place, and how many there are."""
    return as_json(
        {
            "findings": [finding(found) for found in report.diagnostics],
            "errors": report.errors,
            "warnings": report.warnings,
            "files": len(report.files),
            "waived": [{**finding(one.finding), "reason": one.reason} for one in report.waived],
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


def decision_as_json(decision: Decision, *, explain: bool = False, indent: bool = False) -> bytes:
    """Return a decision, with its explanation if asked for."""
    if explain or indent:
        return as_json(decision.to_dict() | ({"explanation": decision.explain()} if explain else {}), indent=indent)
    return _printable(decision.to_json()) + b"\n"


def record_as_json(stream: str, payload: bytes) -> bytes:
    """Return a record of a log with the stream that it stands in, as one line without its end.

    The payload is JSON already, and stays what was written: no number of it is read and spelled anew. Between its
    values may stand blanks that end a line on some terminal, but not in what a log's own writer leaves.
    """
    return b'{"stream":"%b","record":%b}' % (stream.encode("ascii"), _printable(payload.translate(_BLANKS)))


def own_tests_as_json(tests: OwnTests, beside: Mapping[str, Any] | None = None) -> bytes:
    """Return every test with its place and what came of it, and the findings that are no failing test.

    What was looked at *beside* them comes under its own keys.
    """
    failing = {id(one.finding) for one in tests.run}
    return as_json(
        {
            "tests": [_own_test(one) for one in tests.run],
            "passed": len(tests.run) - tests.failed,
            "failed": tests.failed,
            "not_run": list(tests.not_run),
            "findings": [finding(found) for found in tests.report.diagnostics if id(found) not in failing],
            **(beside or {}),
        }
    )


def _own_test(test: OwnTest) -> dict[str, Any]:
    return {
        "file": test.file,
        "line": test.span.line,
        "column": test.span.column,
        "use_case": test.use_case,
        "name": test.name,
        "passed": test.passes,
        "finding": None if test.finding is None else finding(test.finding),
    }


def coverage_of_policy(found: Coverage) -> dict[str, Any]:
    """Return what the tests of a policy reach as plain values, with the place of everything that none of them does."""
    return {
        **which_policy(found.file, found.policy),
        **{
            kind: {"reached": one.reached, "of": one.of, "missing": [_missing(found, each) for each in one.missing]}
            for kind, one in found.kinds.items()
        },
        "reached": found.reached,
        "of": found.of,
        "percent": found.percent,
    }


def which_policy(file: str, policy: Policy) -> dict[str, Any]:
    """Return which policy of a set something is about."""
    return {"file": file, "use_case": policy.use_case, "version": policy.version, "is_candidate": bool(policy.stage)}


def _missing(found: Coverage, one: Missing) -> dict[str, Any]:
    place = {"file": found.file, "line": one.span.line, "column": one.span.column, "message": one.message}
    if isinstance(one.what, str):
        return {"name": one.what, **place}
    return {
        "of_score": one.what.of_score,
        "band": one.what.band,
        "threshold": one.what.threshold,
        "threshold_from": one.what.source,
        "side": "on" if one.what.is_on else "below",
        "score": one.what.score,
        **place,
    }


def policies_as_json(policies: Sequence[Policy]) -> bytes:
    """Return a list of policies."""
    return as_json([_head(policy) for policy in policies])


def cells_as_json(shown: EffectivePolicy) -> bytes:
    """Return what holds in each cell, and where every value came from."""
    policy = shown.policy
    return as_json(
        {
            **_head(policy),
            "at": format_instant(shown.at),
            "changes_at": [format_instant(instant) for instant in shown.changes],
            "candidates": [
                {key: value for key, value in _head(one).items() if key in ("version", "effective", "stage")}
                for one in shown.candidates
            ],
            **policy.model_dump(
                mode="json", by_alias=True, include={"knock_outs", "tunable", "samples"}, exclude_none=True
            ),
            "guardrails": [_safeguard(one) for one in shown.resolved.safeguards if isinstance(one.of, Guardrail)],
            "cells": [_cell(one, policy.band_names) for one in shown.cells],
        }
    )


def _head(policy: Policy) -> dict[str, Any]:
    return {
        "use_case": policy.use_case,
        "version": policy.version,
        "owner": policy.owner,
        "description": policy.description,
        "effective": policy.effective.model_dump(mode="json", by_alias=True),
        "stage": None if policy.stage is None else policy.stage.model_dump(mode="json", exclude_none=True),
        **policy.model_dump(mode="json", by_alias=True, include={"score", "scores"}, exclude_none=True),
        "bands": policy.band_names,
    }


def _cell(one: EffectiveCell, bands: Sequence[str]) -> dict[str, Any]:
    thresholds = {band: cell for band in bands if (cell := one.cell.threshold(band)) is not None}
    return {
        "where": one.where,
        "values": one.values,
        "ranges": one.ranges,
        "score": one.cell.scale.name,
        "overrides": one.cell.matched,
        "knock_outs": [safeguard.id for safeguard in one.cell.safeguards if isinstance(safeguard.of, KnockOut)],
        "guardrails": [safeguard.id for safeguard in one.cell.safeguards if isinstance(safeguard.of, Guardrail)],
        "thresholds": {band: {"value": cell.value, "from": cell.source} for band, cell in thresholds.items()},
        "on_invalid": {name: _settled(one.cell.on_invalid(name)) for name in one.cell.scale.on_invalid},
        "lead": _settled(one.cell.lead),
        "highlight": {band: _settled(one.cell.highlight(band)) for band in bands},
        "escalate": {band: _settled(one.cell.escalate(band)) for band in bands},
        "reasons": {band: _settled(one.cell.reasons(band)) for band in bands},
        "attributes": {band: one.cell.attributes(band) for band in bands},
    }


def _settled(settled: Settled) -> dict[str, Any]:
    return {"value": as_plain(settled.value), "from": settled.source}


def _safeguard(safeguard: Safeguard) -> dict[str, Any]:
    return safeguard.of.model_dump(mode="json", by_alias=True, exclude_none=True)


def timeline_as_json(found: Timeline) -> bytes:
    """Return every change of a use case: the events, the keys of the policy that differ, and what differs where."""
    return as_json({"use_case": found.use_case, "changes": [_change(one) for one in found.changes]})


def _change(change: Change) -> dict[str, Any]:
    return {
        "at": format_instant(change.at),
        "events": [event._asdict() for event in change.events],
        "before": change.before,
        "after": change.after,
        "candidate": change.is_candidate,
        "keys": [_field(one) for one in change.keys],
        "cells": [
            {"where": cell.where, "values": cell.values, "fields": [_field(one) for one in cell.fields]}
            for cell in change.cells
        ],
    }


def _field(change: FieldChange) -> dict[str, Any]:
    return {
        "field": list(change.field),
        "before": as_plain(change.before),
        "after": as_plain(change.after),
        "direction": change.direction,
    }
