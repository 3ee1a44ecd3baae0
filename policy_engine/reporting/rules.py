"""Rules for people: all of them in a list, and the page about one as the documentation has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policy_engine._resources import rules_folder
from policy_engine.reporting.as_text.wrapped import wrapped_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.diagnostics import RuleInfo

_FAMILIES: Final = {
    "PE0": "the file",
    "PE1": "its keys and values",
    "PE2": "bands, cells and overrides",
    "PE3": "escalation",
    "PE4": "governance: guardrails, reasons, dates, roll-out",
    "PE5": "the policy's own tests",
}
_INDENT: Final = " " * 9
_INSTRUCTION = re.compile(r"^<!-- (?:file|change): (.*?) -->\n", re.MULTILINE)
"""A comment of a page, which says of what file the block below it is, or an edit."""


def rules_as_text(rules: Iterable[RuleInfo], wrap: int | None = None) -> str:
    """Return two lines for each rule, by family; more where *wrap* says how wide lines may be."""
    lines: list[str] = []
    family = ""
    for one in rules:
        if one.code[:3] != family:
            family = one.code[:3]
            lines += [*([""] if lines else []), f"{family}xx  {_FAMILIES[family]}"]
        lines.append(f"  {one.code}  {'warning  ' if one.severity == 'warning' else ''}{one.name}")
        lines.append(wrapped_text(f"{_INDENT}{one.summary}", _INDENT, wrap))
    return "\n".join([*lines, ""])


def page_about(rule: RuleInfo) -> str:
    """Return the page about a rule: what it finds, why, and an example with its mend, each block with its file."""
    text = (rules_folder() / f"{rule.code}.md").read_text(encoding="utf-8")
    return _INSTRUCTION.sub(r"`\1`:\n\n", text)
