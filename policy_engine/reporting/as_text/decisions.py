"""One decision for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.reporting.as_text.wrapped import wrapped_lines

if TYPE_CHECKING:
    from policy_engine.engine import Decision


def explanation_as_text(decision: Decision, columns: int) -> str:
    """Return why the decision is what it is, and how it is found again."""
    recorded = "recorded in the log" if decision.audited else "recorded in no log"
    lines = [*decision.explain().split("\n"), "", f"decision {decision.decision_id}, {recorded}"]
    return "\n".join([*wrapped_lines(lines, columns), ""])
