"""Evidence that is none of this policy: of another use case, or of no form that says which thresholds it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.evidence import Unfit, thresholds_for
from policy_engine.lint.flow import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyWithEvidence


def _check(subject: PolicyWithEvidence) -> Iterator[Finding]:
    if subject.trouble is not None:
        return
    found = thresholds_for(subject.policy, subject.told)
    if isinstance(found, Unfit):
        named = quoted(subject.policy.evidence or "")
        yield Finding(f"{named} is no evidence of this policy: {found.why}", found.mend, ("evidence",))


RULE = Rule(
    "PE434",
    "evidence-of-something-else",
    "evidence",
    "the evidence of a policy is of another use case, or of another form",
    _check,
    "warning",
)
