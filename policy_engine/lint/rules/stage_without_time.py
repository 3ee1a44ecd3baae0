"""A candidate whose stage ends before the policy begins: it is a candidate at no instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    begin, end = policy.window
    if policy.stage is not None and begin >= end:
        kind = "shadow" if policy.stage.shadow is not None else "canary"
        yield Finding(
            f"this candidate ends before it begins: `effective` says from {format_instant(begin)} on",
            f"write an instant after {format_instant(begin)}, or an earlier `from` in `effective`",
            ("stage", kind, "until"),
        )


RULE = Rule("PE427", "stage-without-time", "policy", "the stage of a candidate ends before the policy begins", _check)
