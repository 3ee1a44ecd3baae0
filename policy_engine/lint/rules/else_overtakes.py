"""An `else` that is stricter than what a higher score gets: the higher score would be decided more mildly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import either
from policy_engine.lint.reasons import of_the_case

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

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
                _mend(policy, band, milder_else),
                (*path, "else"),
            )


def _mend(policy: Policy, band: str, milder_else: Collection[str]) -> str:
    fitting = [f"`{one}`" for one in _fitting(policy, band, milder_else)]
    if fitting:
        return f"write {either(fitting)}"
    return (
        f"let the `else` of `{policy.by_strictness[policy.strictness[band] - 1]}` lead no milder, and write that band"
    )


def _fitting(policy: Policy, band: str, milder_else: Collection[str]) -> Iterator[str]:
    """Yield the bands beside *band* that no score overtakes: the next stricter one, and the next milder one."""
    place = policy.strictness[band]
    if place and policy.by_strictness[place - 1] not in milder_else:
        yield policy.by_strictness[place - 1]
    yield from policy.by_strictness[place + 1 : place + 2]


RULE = Rule(
    "PE428",
    "else-overtakes",
    "policy",
    "the `else` of a band's reasons is stricter than what stricter scores get",
    _check,
    "warning",
)
