"""An escalation path that ends in a band which the policy that uses it does not have: the case would get none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.escalating import endings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    bands = subject.policy.band_names
    for one in endings(subject):
        if one.path.when_exhausted not in bands:
            yield Finding(
                f"`{one.name}` ends in `{one.path.when_exhausted}`, which is no band of this policy",
                f"name a path that ends with `hold` or in a band of this policy; "
                f"{did_you_mean(one.path.when_exhausted, bands)}",
                one.place,
            )


RULE = Rule(
    "PE302",
    "path-ends-in-unknown-band",
    "names",
    "a band escalates to a path that ends in a band which the policy does not have",
    _check,
)
