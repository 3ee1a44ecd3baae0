"""Two policies of one use case that are live at one instant: nobody could say which decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.subjects import live_in_time_by_use_case
from policy_engine.model import END_OF_TIME, format_instant
from policy_engine.resolution import windows_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import SitedPolicy


def _check(policies: Sequence[SitedPolicy]) -> Iterator[Finding]:
    for in_time in live_in_time_by_use_case(policies):
        yield from _overlaps(policies, in_time)


def _overlaps(policies: Sequence[SitedPolicy], in_time: list[int]) -> Iterator[Finding]:
    """Yield a finding for each policy that begins while one before it is live: the one that is live the longest."""
    longest = in_time[0]
    for place in in_time[1:]:
        if windows_overlap(policies[longest].policy.window, policies[place].policy.window):
            yield _overlap(policies[longest], policies[place], place)
        longest = max(longest, place, key=lambda one: policies[one].policy.window[1])


def _overlap(earlier: SitedPolicy, later: SitedPolicy, place: int) -> Finding:
    other = f"`{earlier.file}`, line {earlier.line}"
    begin = format_instant(later.policy.effective.from_)
    ends = [one.policy.window[1] for one in (earlier, later)]
    until = "" if min(ends) == END_OF_TIME else f" until {format_instant(min(ends))}"
    same_start = earlier.policy.effective.from_ == later.policy.effective.from_
    mend = (
        _one_after_the_other(earlier, later, other)
        if same_start
        else f"write `until: {begin}` in the `effective` of {other}"
    )
    return Finding(
        f"two policies of `{later.policy.use_case}` are live from {begin} on{until}: this one and that of {other}",
        mend,
        ("effective",),
        of=place,
    )


def _one_after_the_other(earlier: SitedPolicy, later: SitedPolicy, other: str) -> str:
    """Return how both can be kept though they begin together. The earlier one does not end after the later."""
    delete = f"or delete one (versions {earlier.policy.version}, {later.policy.version})"
    end, last = (one.policy.window[1] for one in (earlier, later))
    if end < last:
        return f"write `from: {format_instant(end)}`, {delete}"
    return (
        f"choose an instant after {format_instant(later.policy.effective.from_)}, and write it as `from` here "
        f"and as `until` in the `effective` of {other}; {delete}"
    )


RULE = Rule(
    "PE403",
    "overlapping-policies",
    "set",
    "two policies of one use case are live at the same instant",
    _check,
)
