"""A policy without any test where others have some: an edit that decides otherwise than was meant passes unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyUnderTest


def _check(subject: PolicyUnderTest) -> Iterator[Finding]:
    policy = subject.policy
    # A set in which nothing is tested is being tried out, or tested elsewhere: there is no need to say so of each
    if policy.tests or not subject.is_any_tested:
        return
    is_written = "tests" in policy.model_fields_set
    path: Path = ("tests",) if is_written else ("use_case",)
    yield Finding(
        f"`{policy.use_case}` has no test, though others here have: nobody would notice an edit that decides otherwise "
        "than was meant",
        "add `tests`: for each band a case that is to end in it, such as "
        f"`- {{given: {{score: ...}}, expect: {{outcome: {policy.by_strictness[0]}}}}}`",
        path,
        "key",
    )


RULE = Rule(
    "PE505",
    "policy-without-tests",
    "tests",
    "a policy has no test, and others of its set have some",
    _check,
    "warning",
)
