"""A lead where scores may be below 0: twice such a score is less than it, so that a ratio says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    if policy.score is None or policy.kind != "classes" or policy.score.low >= 0:
        return
    paths: list[Path] = [("lead",)] if policy.lead is not None else []
    paths += [("overrides", i, "lead") for i, one in enumerate(policy.overrides) if one.lead is not None]
    for path in paths:
        yield Finding(
            f"the range begins at {format_number(policy.score.low)}, and a `lead` compares ratios, "
            "which say nothing of scores below 0",
            "delete it, or write a `range` that begins at 0 if the model never goes below",
            path,
            "key",
        )


RULE = Rule(
    "PE232",
    "lead-below-zero",
    "policy",
    "a `lead` is asked for where scores may be below 0",
    _check,
)
