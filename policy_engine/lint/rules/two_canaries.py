"""Two canaries of one use case at one instant: a subject that both draw can be decided by one only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.subjects import in_time_by_use_case
from policy_engine.model import format_instant
from policy_engine.resolution import windows_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import SitedPolicy
    from policy_engine.model import Policy


def _check(policies: Sequence[SitedPolicy]) -> Iterator[Finding]:
    for in_time in in_time_by_use_case(policies):
        longest: int | None = None
        for place in in_time:
            this = policies[place]
            if not _is_canary(this.policy):
                continue
            if longest is not None and windows_overlap(*(policies[one].policy.window for one in (longest, place))):
                yield _two(policies[longest], this, place)
            if longest is None or this.policy.window[1] > policies[longest].policy.window[1]:
                longest = place


def _is_canary(policy: Policy) -> bool:
    return policy.stage is not None and policy.stage.canary is not None


def _two(earlier: SitedPolicy, later: SitedPolicy, place: int) -> Finding:
    other = f"`{earlier.file}`, line {earlier.line}"
    begin, end = later.policy.window
    until = min(end, earlier.policy.window[1])
    return Finding(
        f"two canaries of `{later.policy.use_case}` decide from {format_instant(begin)} on until "
        f"{format_instant(until)}: this one and that of {other}",
        "make this one a `shadow`, or have one begin when the other has ended; a canary decides until its `until`",
        ("stage",),
        "key",
        of=place,
    )


RULE = Rule("PE421", "two-canaries", "set", "two canaries of one use case decide at the same instant", _check)
