"""One decision for people."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from policy_engine.printable import printable
from policy_engine.reporting.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.engine import Decision


def explanation_as_text(decision: Decision, columns: int) -> str:
    """Return why the decision is what it is, and how it is found again."""
    recorded = "recorded in the log" if decision.audited else "recorded in no log"
    lines = [*decision.explain().split("\n"), "", f"decision {decision.decision_id}, {recorded}"]
    return "\n".join([*wrapped(lines, columns), ""])


def wrapped(lines: Iterable[str], columns: int, *, hanging: int = 2) -> list[str]:
    """Return printable *lines*, those that are too long broken at blanks and indented by *hanging* more columns."""
    return [part for line in lines for part in _wrapped(printable(line), columns, hanging)]


def _wrapped(line: str, columns: int, hanging: int) -> list[str]:
    if columns_of(line) <= columns:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + hanging)
    return textwrap.wrap(line, columns, subsequent_indent=indent, break_on_hyphens=False)
