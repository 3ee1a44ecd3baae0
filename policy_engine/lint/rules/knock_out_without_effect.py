"""A knock-out that never matches, or that changes nothing where it does: a reader would take it to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import as_written
from policy_engine.model import KnockOut, NumberCondition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Policy


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    for clause in cells.resolved.clauses:
        if isinstance(clause.of, KnockOut):
            if clause.is_empty:
                yield from _never(clause.of, clause.index)
            elif not clause.of.reasons:
                yield from _idle(cells.policy, clause.of, clause.index)


def _never(knock_out: KnockOut, index: int) -> Iterator[Finding]:
    for name, condition in knock_out.when.items():
        if isinstance(condition, NumberCondition) and condition.at_least is not None and condition.below is not None:
            low, high = condition.at_least, condition.below
            if low >= high:
                turned = {"at_least": high, "below": low} if low != high else {"at_least": low}
                yield Finding(
                    f"`{knock_out.id}` never matches: no number is both at least {as_written(low)} "
                    f"and below {as_written(high)}",
                    f"write `{as_written(turned)}`",
                    ("knock_outs", index, "when", name),
                )


def _idle(policy: Policy, knock_out: KnockOut, index: int) -> Iterator[Finding]:
    mildest, strictest = policy.by_strictness[-1], policy.by_strictness[0]
    for key, band, end, other in (
        ("at_least", mildest, "mildest", "at_most"),
        ("at_most", strictest, "strictest", "at_least"),
    ):
        if getattr(knock_out, key) == band:
            others = policy.by_strictness[:-1] if key == "at_least" else policy.by_strictness[1:]
            near = others[-1] if key == "at_least" else others[0]
            yield Finding(
                f"`{knock_out.id}` changes nothing: every case is {key.replace('_', ' ')} `{band}`, the {end} band",
                f"write a {'stricter' if key == 'at_least' else 'milder'} band, such as `{near}`, "
                f"or `{other}` in place of `{key}`, or delete the knock-out",
                ("knock_outs", index, key),
            )


RULE = Rule(
    "PE228",
    "knock-out-without-effect",
    "cells",
    "a knock-out never matches, or changes nothing where it does",
    _check,
)
