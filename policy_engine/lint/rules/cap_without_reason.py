"""A knock-out that caps how strict a case may get, and no word why that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    for i, knock_out in enumerate(policy.knock_outs):
        if knock_out.at_most is not None and knock_out.fail_open_because is None:
            yield Finding(
                f"`{knock_out.id}` makes a case at most `{knock_out.at_most}` whatever its score is, "
                "and does not say why",
                f'to the knock-out `{knock_out.id}`, add `fail_open_because: "..."` with the reason',
                ("knock_outs", i, "at_most"),
                "key",
            )


RULE = Rule(
    "PE425",
    "cap-without-reason",
    "policy",
    "a knock-out caps how strict a case may get and does not say why",
    _check,
)
