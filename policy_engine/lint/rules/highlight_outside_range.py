"""A highlight whose cut lies outside the scores' range: it would show every class, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Highlight, Policy


def _check(policy: Policy) -> Iterator[Finding]:
    if policy.score is None or policy.kind != "classes":
        return
    low, high = policy.score.low, policy.score.high
    for band, highlight, path in _highlights(policy):
        above = policy.score.rounded(highlight.above)
        if low <= above <= high:
            continue
        side, end, effect = ("above", high, "no class is") if above > high else ("below", low, "every class is")
        between = f"from {format_number(low)}" + (f" to {format_number(high)}" if high < float("inf") else "")
        yield Finding(
            f"{format_number(highlight.above)}, the cut of the highlight of `{band}`, is {side} {format_number(end)}, "
            f"the {'highest' if side == 'above' else 'lowest'} possible score: {effect} above it",
            f"write a number {between}",
            (*path, "above"),
        )


def _highlights(policy: Policy) -> Iterator[tuple[str, Highlight, Path]]:
    for i, band in enumerate(policy.bands):
        if band.highlight is not None:
            yield band.name, band.highlight, ("bands", i, "highlight")
    for i, override in enumerate(policy.overrides):
        for name, highlight in (override.highlight or {}).items():
            yield name, highlight, ("overrides", i, "highlight", name)


RULE = Rule(
    "PE227",
    "highlight-outside-range",
    "policy",
    "the cut of a highlight lies outside the scores' range",
    _check,
)
