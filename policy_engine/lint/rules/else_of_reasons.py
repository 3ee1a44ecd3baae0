"""Where a case without a known reason code goes: it may not stay, and not fall by more than one band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import either
from policy_engine.lint.reasons import of_the_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    strictness = policy.strictness
    for band, reasons, path in of_the_case(policy):
        if band not in strictness or reasons.else_ not in strictness:
            continue
        # Strictness is a rank, so that the difference counts the bands
        milder = strictness[reasons.else_] - strictness[band]
        if milder == 0:
            message = f"a case of `{band}` that comes with no known code would be `{band}` again"
        elif milder > 1:
            message = f"`{reasons.else_}` is {milder} bands milder than `{band}`, and `else` may be one band milder"
        else:
            continue
        fitting = [name for name in policy.by_strictness[: strictness[band] + 2] if name != band]
        yield Finding(message, f"write {either([f'`{name}`' for name in fitting[::-1]])}", (*path, "else"))


RULE = Rule(
    "PE426",
    "else-of-reasons",
    "policy",
    "the `else` of a band's reasons is the band itself, or more than one band milder",
    _check,
)
