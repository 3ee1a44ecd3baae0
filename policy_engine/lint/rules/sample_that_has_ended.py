"""A sample whose `until` has passed: nobody is drawn any more, and no more unbiased labels come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyAtInstant


def _check(subject: PolicyAtInstant) -> Iterator[Finding]:
    # Once the whole policy has ended, that is the finding
    if subject.policy.window[1] <= subject.at:
        return
    for place, sample in enumerate(subject.policy.samples):
        if sample.until is not None and sample.until <= subject.at:
            yield Finding(
                f"the sample `{sample.id}` ended at {format_instant(sample.until)}: nobody is drawn any more",
                f"delete the sample `{sample.id}`, or write a later `until` and a new `version`",
                ("samples", place, "until"),
            )


RULE = Rule(
    "PE432",
    "sample-that-has-ended",
    "time",
    "the end of a sample has passed",
    _check,
    "warning",
)
