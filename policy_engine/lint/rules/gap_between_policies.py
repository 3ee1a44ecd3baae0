"""A time between two policies of a use case in which none is live: every case of then is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.subjects import live_in_time_by_use_case
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import SitedPolicy


def _check(policies: Sequence[SitedPolicy]) -> Iterator[Finding]:
    for in_time in live_in_time_by_use_case(policies):
        last = in_time[0]
        for place in in_time[1:]:
            if policies[last].policy.window[1] < policies[place].policy.window[0]:
                yield _gap(policies[last], policies[place], place)
            last = max(last, place, key=lambda one: policies[one].policy.window[1])


def _gap(earlier: SitedPolicy, later: SitedPolicy, place: int) -> Finding:
    other = f"`{earlier.file}`, line {earlier.line}"
    end = format_instant(earlier.policy.window[1])
    begin = format_instant(later.policy.effective.from_)
    return Finding(
        f"no policy of `{later.policy.use_case}` is live from {end} until {begin}: every case of then is refused",
        f"write `from: {end}` here, or `until: {begin}` in the `effective` of {other}",
        ("effective",),
        of=place,
    )


RULE = Rule(
    "PE423",
    "gap-between-policies",
    "whole",
    "between two policies of a use case there is a time in which none is live",
    _check,
    "warning",
)
