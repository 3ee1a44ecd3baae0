"""An override whose window has ended: a reader would take it to hold."""

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
    for place, override in enumerate(subject.policy.overrides):
        until = None if override.effective is None else override.effective.until
        if until is not None and until <= subject.at:
            yield Finding(
                f"the override `{override.id}` ended at {format_instant(until)}: it holds nowhere any more",
                f"delete the override `{override.id}`, or write a later `until` and a new `version`",
                ("overrides", place, "effective", "until"),
            )


RULE = Rule(
    "PE431",
    "override-that-has-ended",
    "time",
    "the window of an override has ended",
    _check,
    "warning",
)
