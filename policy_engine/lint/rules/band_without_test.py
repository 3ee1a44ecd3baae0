"""A band that is the outcome of no test: whether any case still gets it, nobody would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.resolution import format_number, ladder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyUnderTest
    from policy_engine.model import Policy


def _check(subject: PolicyUnderTest) -> Iterator[Finding]:
    policy = subject.policy
    if not policy.tests:
        return
    for place, band in enumerate(policy.band_names):
        if band not in subject.reached.bands and not _is_for_other_numbers(subject, band):
            yield Finding(
                f"no test reaches the band `{band}`",
                f"to `tests`, add a case that is to end in `{band}`{_for_example(policy, band)}",
                ("bands", place, "name"),
            )


def _is_for_other_numbers(subject: PolicyUnderTest, band: str) -> bool:
    """Say whether scores reach the band only once a tunable moves a threshold: tests run with the file's numbers."""
    if not subject.policy.tunable:
        return False
    for cell in subject.resolved.cells:
        low = cell.scale.score.signal_low
        rungs = ladder(cell)
        lowest = max(
            (place for place, one in enumerate(rungs) if one.threshold is not None and one.threshold <= low), default=0
        )
        if any(one.band == band for one in rungs[lowest:]):
            return False
    return True


def _for_example(policy: Policy, band: str) -> str:
    """Return a score that may do, where a score is one number."""
    if policy.kind not in ("probability", "number"):
        return ""
    threshold = policy.scales[0].thresholds.get(band)
    return "" if threshold is None else f", such as one with the score {format_number(threshold)}"


RULE = Rule(
    "PE502",
    "band-without-test",
    "tests",
    "a band is the outcome of no test of its policy",
    _check,
    "warning",
)
