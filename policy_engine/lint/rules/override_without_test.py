"""An override that plays a part in no test: whether it still does what it was written for, nobody would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import in_short
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyUnderTest
    from policy_engine.model import Override


def _check(subject: PolicyUnderTest) -> Iterator[Finding]:
    policy = subject.policy
    if not policy.tests:
        return
    for place, override in enumerate(policy.overrides):
        if override.id not in subject.reached.overrides:
            yield Finding(
                f"no test reaches the override `{override.id}`",
                f"to `tests`, add a case for `{in_short(override.when)}`{_when(override)}, and how it is to be decided",
                ("overrides", place, "id"),
            )


def _when(override: Override) -> str:
    """Return from when or until when the case may be, where the override has a window of its own."""
    if override.effective is None:
        return ""
    if override.effective.from_ is not None:
        return f" with `at: {format_instant(override.effective.from_)}`"
    return "" if override.effective.until is None else f", before {format_instant(override.effective.until)}"


RULE = Rule(
    "PE503",
    "override-without-test",
    "tests",
    "an override gives nothing in any cell of any test of its policy",
    _check,
    "warning",
)
