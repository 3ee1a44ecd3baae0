"""A knock-out that no test meets: whether it still decides what it was written for, nobody would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import in_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyUnderTest


def _check(subject: PolicyUnderTest) -> Iterator[Finding]:
    policy = subject.policy
    if not policy.tests:
        return
    for place, knock_out in enumerate(policy.knock_outs):
        if knock_out.id not in subject.reached.knock_outs:
            yield Finding(
                f"no test reaches the knock-out `{knock_out.id}`",
                f"to `tests`, add a case for `{in_short(knock_out.when)}`, and how it is to be decided",
                ("knock_outs", place, "id"),
            )


RULE = Rule(
    "PE504",
    "knock-out-without-test",
    "tests",
    "a knock-out matches in no test of its policy",
    _check,
    "warning",
)
