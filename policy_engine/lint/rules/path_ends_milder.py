"""An escalation path that ends in a milder band than it got, and no word why nobody has to look at such a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.escalating import endings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    strictness = subject.policy.strictness
    for one in endings(subject):
        end = one.path.when_exhausted
        is_known = end in strictness and one.band in strictness
        if is_known and strictness[end] > strictness[one.band] and one.path.because is None:
            yield Finding(
                f"`{one.band}` escalates to `{one.name}`, which ends in `{end}` when nobody takes the case: that is "
                "milder, and the path does not say why",
                f'in the catalog, let `{one.name}` end with `when_exhausted: hold`, or add `because: "..."` to it',
                one.place,
            )


RULE = Rule(
    "PE304",
    "path-ends-milder",
    "names",
    "a band escalates to a path that ends in a milder band without a reason",
    _check,
)
