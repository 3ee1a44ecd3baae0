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
    for safeguard in cells.resolved.safeguards:
        if isinstance(safeguard.of, KnockOut):
            if safeguard.is_empty:
                yield from _never(safeguard.of, safeguard.index)
            elif not safeguard.of.reasons:
                yield from _idle(cells.policy, safeguard.of, safeguard.index)


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
    strictest, next_to_it, *_ = policy.by_strictness
    *_, next_to_mildest, mildest = policy.by_strictness
    if knock_out.at_least == mildest:
        yield Finding(
            f"`{knock_out.id}` changes nothing: every case is at least `{mildest}`, the mildest band",
            f"write a stricter band, such as `{next_to_mildest}`, or `at_most` in place of `at_least`, "
            "or delete the knock-out",
            ("knock_outs", index, "at_least"),
        )
    if knock_out.at_most == strictest:
        yield Finding(
            f"`{knock_out.id}` changes nothing: every case is at most `{strictest}`, the strictest band",
            f"write a milder band, such as `{next_to_it}`, or `at_least` in place of `at_most`, "
            "or delete the knock-out",
            ("knock_outs", index, "at_most"),
        )


RULE = Rule(
    "PE228",
    "knock-out-without-effect",
    "cells",
    "a knock-out never matches, or changes nothing where it does",
    _check,
    may_be_waived=True,
)
