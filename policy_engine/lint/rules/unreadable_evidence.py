"""Evidence that cannot be read: how the thresholds were chosen, nobody can look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyWithEvidence


def _check(subject: PolicyWithEvidence) -> Iterator[Finding]:
    if subject.trouble is not None:
        why, mend = subject.trouble
        named = quoted(subject.policy.evidence or "")
        yield Finding(f"the evidence {named} cannot be read: {why}", mend, ("evidence",))


RULE = Rule(
    "PE433",
    "unreadable-evidence",
    "evidence",
    "the file that a policy names as its evidence is not there, or cannot be read",
    _check,
    "warning",
)
