"""Bounds of a tunable that do not fit: outside the score's range, or without the file's own number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Policy, TunableNumber


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    """Look beside the cells: a number outside its bounds must not hide that it is out of order there."""
    policy = cells.policy
    by_variable: dict[str, str] = {}
    for name, tunable in policy.tunable.items():
        of = policy.tunable_numbers.get(name)
        if of is None:
            continue
        yield from _of_number(policy, name, of)
        if tunable.env is not None:
            first = by_variable.setdefault(tunable.env, name)
            if policy.tunable[first].within != tunable.within:
                yield Finding(
                    f"the environment variable `{tunable.env}` gives `{first}` as well, between other bounds: a number "
                    "that one of them takes may be refused by the other",
                    f"give both the same `within`, or `{name}` a variable of its own",
                    ("tunable", name, "env"),
                )


def _of_number(policy: Policy, name: str, of: TunableNumber) -> Iterator[Finding]:
    own, low, high = _own_and_ends(policy, of)
    rounded = policy.scale_of(of.score).score.rounded if of.kind != "lead" else float
    begin, end = map(rounded, policy.tunable[name].within)
    path = ("tunable", name, "within")
    shown = f"{format_number(policy.tunable[name].within[0])} to {format_number(policy.tunable[name].within[1])}"
    if begin < low or end > high:
        what = "a ratio is 1 at least" if of.kind == "lead" else f"its scores go {_stretch(low, high)}"
        yield Finding(f"`{name}` may be tuned from {shown}, but {what}", "let the bounds lie inside", path)
    elif low <= own <= high and not begin <= own <= end:
        yield Finding(
            f"`{name}` is {format_number(own)} in this file, outside the bounds that it has as a tunable, {shown}",
            f"let `within` hold {format_number(own)}, or write a number from {shown} in the file",
            path,
        )


def _own_and_ends(policy: Policy, of: TunableNumber) -> tuple[float, float, float]:
    """Return the file's number, and between what it may lie at all."""
    if of.kind == "lead":
        return (1.0 if policy.lead is None else policy.lead.ratio), 1.0, math.inf
    scale = policy.scale_of(of.score)
    if of.kind == "thresholds":
        return scale.thresholds[str(of.band)], scale.score.signal_low, scale.score.signal_high
    highlight = policy.band(str(of.band)).highlight
    own = scale.score.low if highlight is None else scale.score.rounded(highlight.above)
    return own, scale.score.low, scale.score.high


def _stretch(low: float, high: float) -> str:
    ends = [f"from {format_number(low)}"] if math.isfinite(low) else []
    ends += [f"up to {format_number(high)}"] if math.isfinite(high) else []
    return " ".join(ends)


RULE = Rule(
    "PE237",
    "bounds-of-tunable",
    "cells",
    "a tunable's bounds leave the score's range, or do not hold the file's own number",
    _check,
)
