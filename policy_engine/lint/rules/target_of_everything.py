"""A target that is measured of the last band and every one above it: of all cases, whatever the thresholds are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    last, near = policy.band_names[-1], policy.band_names[-2]
    for i, target in enumerate(policy.targets):
        if target.measure != "share" and target.band == last:
            yield Finding(
                f"`{target.measure}` is of a band and every one above it, and `{last}` is the last: "
                "these are all cases, whatever the thresholds are",
                f"name a band above it, such as `{near}`",
                ("targets", i, "band"),
            )


RULE = Rule(
    "PE230",
    "target-of-everything",
    "policy",
    "a target is measured of the last band and every one above it, which is of all cases",
    _check,
)
