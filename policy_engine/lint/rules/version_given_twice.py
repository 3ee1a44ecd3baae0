"""Two policies of one use case with one version that are not the same: the log could not say which one decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.subjects import in_time_by_use_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.lint.subjects import SitedPolicy


def _check(policies: Sequence[SitedPolicy]) -> Iterator[Finding]:
    for in_time in in_time_by_use_case(policies):
        yield from _repeated(policies, in_time)


def _repeated(policies: Sequence[SitedPolicy], in_time: list[int]) -> Iterator[Finding]:
    """Yield a finding for each policy that differs from the earliest one of its version."""
    taken = {policies[place].policy.version for place in in_time}
    first: dict[int, SitedPolicy] = {}
    for place in in_time:
        this = policies[place]
        other = first.setdefault(this.policy.version, this)
        if other is not this and other.policy.digest != this.policy.digest:
            free = this.policy.version + 1
            while free in taken:
                free += 1
            taken.add(free)
            yield Finding(
                f"version {this.policy.version} of `{this.policy.use_case}` is also that of `{other.file}`, "
                "which differs from this one",
                f"give this one version {free}",
                ("version",),
                of=place,
            )


RULE = Rule(
    "PE405",
    "version-given-twice",
    "set",
    "two policies of one use case have one version and differ",
    _check,
)
