"""A sample that sends cases to the band that they have already: nothing would come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    for i, sample in enumerate(policy.samples):
        if sample.of == sample.to:
            others = [f"`{name}`" for name in policy.by_strictness if name != sample.of]
            yield Finding(
                f"the sample `{sample.id}` sends cases of `{sample.of}` to `{sample.to}`, where they are already",
                f"write {either(others)}, or delete the sample",
                ("samples", i, "to"),
            )


RULE = Rule(
    "PE233",
    "sample-of-itself",
    "policy",
    "a sample sends cases to the band that they have already",
    _check,
)
