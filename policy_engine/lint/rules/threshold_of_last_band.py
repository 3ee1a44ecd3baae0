"""A threshold set or tuned for the last band, which has none: it takes what reaches no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    *above, last = policy.band_names
    if last in (policy.objective or {}):
        yield Finding(
            f"`{last}` is the last band: it takes every score that reaches no other, so it has no threshold to tune",
            f"give `{above[-1]}` the objective instead: a score below it is `{last}`",
            ("objective", last),
            "key",
        )
    for i, override in enumerate(policy.overrides):
        if last in (override.thresholds or {}):
            yield Finding(
                f"`{last}` is the last band: it takes every score that reaches no other, so it has no threshold to set",
                f"set the threshold of `{above[-1]}` instead: a score below it is `{last}`",
                ("overrides", i, "thresholds", last),
                "key",
            )


RULE = Rule(
    "PE217",
    "threshold-of-last-band",
    "policy",
    "a threshold is set or tuned for the last band, which has none",
    _check,
)
