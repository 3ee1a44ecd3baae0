"""A policy without any test: an edit that decides otherwise than was meant passes unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyUnderTest


def _check(subject: PolicyUnderTest) -> Iterator[Finding]:
    policy = subject.policy
    if policy.tests:
        return
    is_written = "tests" in policy.model_fields_set
    path: Path = ("tests",) if is_written else ("use_case",)
    yield Finding(
        f"`{policy.use_case}` has no test: nobody would notice an edit that decides otherwise than was meant",
        "add `tests`: for each band a case that is to end in it, such as "
        f"`- {{given: {{score: ...}}, expect: {{outcome: {policy.by_strictness[0]}}}}}`",
        path,
        "key",
    )


RULE = Rule(
    "PE505",
    "policy-without-tests",
    "tests",
    "a policy has no test",
    _check,
    "warning",
)
