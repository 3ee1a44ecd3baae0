"""A candidate with no live policy beside it as long as it lasts: it decides nothing, and nobody would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Rule
from policy_engine.model import format_instant
from policy_engine.resolution import windows_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import SitedPolicy
    from policy_engine.model import Policy


def _check(policies: Sequence[SitedPolicy]) -> Iterator[Finding]:
    live = [one.policy for one in policies if one.policy.stage is None]
    for place, one in enumerate(policies):
        # A candidate's file that is checked by itself says nothing of the live policies, which lie elsewhere
        if one.policy.stage is not None and live:
            yield from _never_deciding(one.policy, live, place)


def _never_deciding(candidate: Policy, live: Sequence[Policy], place: int) -> Iterator[Finding]:
    begin, end = candidate.window
    beside = [one for one in live if one.use_case == candidate.use_case]
    if not beside:
        yield Finding(
            f"`{candidate.use_case}` has no live policy for this candidate to decide beside",
            did_you_mean(candidate.use_case, {one.use_case for one in live}),
            ("use_case",),
            of=place,
        )
    elif begin < end and not any(windows_overlap((begin, end), one.window) for one in beside):
        yield Finding(
            f"no policy of `{candidate.use_case}` is live while this candidate lasts, from {format_instant(begin)} "
            f"until {format_instant(end)}",
            "give it a window in which one is live: a candidate decides only beside a live policy",
            ("stage",),
            of=place,
        )


RULE = Rule(
    "PE422",
    "candidate-that-never-decides",
    "whole",
    "a candidate has no live policy beside it as long as it lasts",
    _check,
    "warning",
)
