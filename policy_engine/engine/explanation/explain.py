"""The explanation of a decision: its parts, in the order in which they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.engine.explanation.beside import float32, highlight, knock_outs, tuned
from policy_engine.engine.explanation.case import lead, members, what_was_not_known, where
from policy_engine.engine.explanation.consequences import candidates, escalation, reasons_and_attributes, whose_details
from policy_engine.engine.explanation.thresholds import thresholds
from policy_engine.engine.explanation.told import Told
from policy_engine.engine.explanation.way import way
from policy_engine.engine.retrace import retrace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.decision import Decision

_PARTS = (
    what_was_not_known,
    members,
    lead,
    thresholds,
    knock_outs,
    highlight,
    tuned,
    float32,
    whose_details,
    escalation,
    reasons_and_attributes,
    candidates,
)
"""Each yields some lines, or none."""


def explain(decision: Decision, table: PolicyTable) -> str:
    """Return the explanation: some lines of text, the outcome first. It is worked out anew, and may take its time."""
    return "\n".join(_lines(Told(decision, table, retrace(decision.request, decision.verdict, table))))


def _lines(told: Told) -> Iterator[str]:
    *before, last = way(told)
    yield f"`{told.verdict.outcome}`: {last.why}"
    yield where(told)
    for place, stop in enumerate(before):
        yield f"{'then' if place else 'at first'} `{stop.band}`: {stop.why}"
    for part in _PARTS:
        yield from part(told)
