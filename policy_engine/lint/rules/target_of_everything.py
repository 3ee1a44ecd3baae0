"""A target that is measured of the mildest band and every stricter one: of all cases, whatever the thresholds are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    mildest, near = policy.by_strictness[-1], policy.by_strictness[-2]
    for i, target in enumerate(policy.targets):
        if target.measure != "share" and target.band == mildest:
            yield Finding(
                f"`{target.measure}` is of a band and every stricter one, and `{mildest}` is the mildest: "
                "these are all cases, whatever the thresholds are",
                f"name a stricter band, such as `{near}`",
                ("targets", i, "band"),
            )


RULE = Rule(
    "PE230",
    "target-of-everything",
    "policy",
    "a target is measured of the mildest band and every stricter one, which is of all cases",
    _check,
)
