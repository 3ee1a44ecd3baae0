"""An `else` that is stricter than what a higher score gets: the higher score would be decided more mildly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.reasons import of_the_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    strictness = policy.strictness
    milder_else = {
        band
        for band, reasons, _ in of_the_case(policy)
        if strictness.get(reasons.else_, 0) > strictness.get(band, len(strictness))
    }
    for band, reasons, path in of_the_case(policy):
        instead = reasons.else_
        if band not in strictness or instead not in strictness or strictness[instead] >= strictness[band]:
            continue
        overtaken = next((one for one in policy.by_strictness[strictness[instead] + 1 : strictness[band]]), None)
        if overtaken is None and instead in milder_else:
            overtaken = instead
        if overtaken is not None:
            yield Finding(
                f"a case of `{band}` that comes with no known code goes to `{instead}`, and one that scores stricter, "
                f"as `{overtaken}`, may be decided more mildly than it",
                f"write the next stricter band, which has no `else` that is milder, or one band milder than `{band}`",
                (*path, "else"),
            )


RULE = Rule(
    "PE428",
    "else-overtakes",
    "policy",
    "the `else` of a band's reasons is stricter than what stricter scores get",
    _check,
    "warning",
)
