"""Which findings are asked for: `--select` and `--ignore`, by codes, beginnings of codes, and names of rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import click

from policy_engine.cli._project import SETTINGS
from policy_engine.diagnostics import Report, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policy_engine.cli._project import Project


class Selection(NamedTuple):
    """Beginnings of codes. The longer of two that fit a code decides; of equals, the one that is ignored."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]

    def has(self, code: str) -> bool:
        """Say whether findings with *code* are asked for."""
        wanted = _longest(self.select, code) if self.select else 0
        return wanted is not None and wanted > (_longest(self.ignore, code) or -1)

    def of(self, report: Report) -> Report:
        """Return the report with the findings that are asked for alone."""
        return replace(report, diagnostics=tuple(one for one in report.diagnostics if self.has(one.code)))


def selection_of(select: Sequence[str], ignore: Sequence[str], said: Project) -> Selection:
    """Return what options say, several codes in one or in several, and where they say nothing, what the project *said*.

    Raises `click.UsageError` for what no rule has, and for a text that names none.
    """
    return Selection(
        _codes(select, "--select") or _codes(said.select, f"{SETTINGS} select"),
        _codes(ignore, "--ignore") or _codes(said.ignore, f"{SETTINGS} ignore"),
    )


def left_out(whole: Report, selected: Report) -> str | None:
    """Return what was found and not asked for, in words; None where that is nothing."""
    from policy_engine.reporting.as_text import counts_of

    errors, warnings = whole.errors - selected.errors, whole.warnings - selected.warnings
    if not errors + warnings:
        return None
    counts = counts_of(errors, warnings)
    more = ": the policies cannot be used before every error is mended" if errors else ""
    return f"left out by --select and --ignore: {counts}{more}"


def _longest(beginnings: Iterable[str], code: str) -> int | None:
    return max((len(one) for one in beginnings if code.startswith(one)), default=None)


def _codes(said: Sequence[str], option: str) -> tuple[str, ...]:
    if not all(one.strip(" ,") for one in said):
        raise click.UsageError(f"{option} names no code: `policy-engine rule` lists them")
    texts = [text.strip() for one in said for text in one.split(",") if text.strip()]
    return tuple(_code(text, option) for text in texts)


def _code(text: str, option: str) -> str:
    from policy_engine.validator import ALL_RULES

    by_name = {rule.name: rule.code for rule in ALL_RULES}
    beginning = by_name.get(text, text.upper())
    if any(rule.code.startswith(beginning) for rule in ALL_RULES):
        return beginning
    # Of two codes, the nearer one is no likelier
    near = None if text.upper().startswith("PE") else nearest(text, by_name)
    hint = "`policy-engine rule` lists them" if near is None else f"did you mean `{near}`?"
    raise click.UsageError(f"{option}: no rule has the code or name `{text[:60]}`: {hint}")
