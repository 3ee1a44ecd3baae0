"""A live policy whose `until` has passed: nothing that it says holds any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyAtInstant


def _check(subject: PolicyAtInstant) -> Iterator[Finding]:
    until = subject.policy.effective.until
    if subject.policy.stage is None and until is not None and until <= subject.at:
        yield Finding(
            f"this policy ended at {format_instant(until)}: no case is decided by it any more",
            "delete the file, which version control keeps, or write a later `until` and a new `version`",
            ("effective", "until"),
        )


RULE = Rule(
    "PE429",
    "policy-that-has-ended",
    "time",
    "the end of a policy has passed",
    _check,
    "warning",
)
