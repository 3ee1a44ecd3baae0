"""A use case whose last policy ends, and none follows: every case from then on is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.subjects import live_in_time_by_use_case
from policy_engine.model import END_OF_TIME, format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import SitedPolicy


def _check(policies: Sequence[SitedPolicy]) -> Iterator[Finding]:
    for in_time in live_in_time_by_use_case(policies):
        last = max(in_time, key=lambda place: policies[place].policy.window[1])
        policy = policies[last].policy
        end = policy.window[1]
        if end != END_OF_TIME:
            yield Finding(
                f"no policy of `{policy.use_case}` is live from {format_instant(end)} on: every case is refused then",
                "leave `until` out, or write the policy that follows this one",
                ("effective", "until"),
                of=last,
            )


RULE = Rule(
    "PE424",
    "end-without-successor",
    "whole",
    "the last policy of a use case ends, and none follows",
    _check,
    "warning",
)
