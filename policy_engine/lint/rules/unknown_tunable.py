"""A tunable that is no number of the policy: a misspelt one would move nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    for name in policy.tunable:
        if name not in policy.tunable_numbers:
            yield Finding(
                f"`{name}` is no number of this policy that could be tuned{_why(policy, name)}",
                did_you_mean(name, policy.tunable_numbers),
                ("tunable", name),
                "key",
            )


def _why(policy: Policy, name: str) -> str:
    if policy.scores is not None and name in policy.band_names:
        return ", of which each score has its own"
    if name in policy.band_names:
        return ", as the last band has no threshold"
    if name == "lead.ratio":
        return ", as it has no `lead`"
    band = name.removesuffix(".highlight.above")
    return f", as `{band}` has no `highlight`" if name != band and band in policy.band_names else ""


RULE = Rule(
    "PE236",
    "unknown-tunable",
    "policy",
    "a tunable is no number of the policy",
    _check,
)
