"""An override that never applies: a reader would take it to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import as_written
from policy_engine.model import NumberCondition, format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Reach


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    begin, end = cells.policy.window
    if begin >= end:
        # A candidate that never decides has a finding of its own
        return
    in_effect = {one.source for cell in cells.resolved.cells for one in cell.settled.values()}
    for reach in cells.resolved.overrides:
        if reach.id in in_effect:
            continue
        found = _outside(cells, reach) or _empty(reach) or _hidden(cells, reach)
        if found is not None:
            yield found


def _outside(cells: PolicyInCells, reach: Reach) -> Finding | None:
    """Return the finding about an override whose window shares no instant with the policy's."""
    begin, end = cells.policy.window
    window = reach.override.effective
    if window is None or reach.window[0] < reach.window[1]:
        return None
    too_late = window.from_ is not None and window.from_ >= end
    edge = format_instant(end if too_late else begin)
    when, key = ("until", "from") if too_late else ("from", "until")
    side = "only begins when the policy has ended" if too_late else "has ended before the policy begins"
    bound = "before" if too_late else "after"
    return Finding(
        f"`{reach.id}` never applies: it {side}, and the policy is effective {when} {edge}",
        f"write an instant {bound} {edge}, or delete the override",
        ("overrides", reach.index, "effective", key),
    )


def _empty(reach: Reach) -> Finding | None:
    """Return the finding about an override that matches no value of some dimension."""
    for name, condition in reach.override.when.items():
        if reach.sets[name] or not isinstance(condition, NumberCondition):
            continue
        low, high = condition.at_least, condition.below
        path: Path = ("overrides", reach.index, "when", name)
        turned = {"at_least": high, "below": low} if low != high else {"at_least": low}
        return Finding(
            f"`{reach.id}` never applies: no number is both at least {as_written(low)} and below {as_written(high)}",
            f"write `{as_written(turned)}`",
            path,
        )
    return None


def _hidden(cells: PolicyInCells, reach: Reach) -> Finding | None:
    """Return the finding about an override of which narrower ones take every field in every cell."""
    narrower = [one for one in cells.resolved.overrides if one.is_narrower_than(reach)]
    takers: dict[str, None] = {}
    for cell in cells.resolved.cells:
        if reach.id not in cell.matched:
            continue
        for field in reach.fields:
            if field not in cell.settled:
                continue
            taker = next((one.id for one in narrower if field in one.fields and one.id in cell.matched), None)
            if taker is None:
                return None
            takers[taker] = None
    names = " and ".join(f"`{name}`" for name in takers)
    return Finding(
        f"`{reach.id}` never applies: wherever it matches, {names} {_does(takers)} narrower and set what it sets",
        f"delete `{reach.id}`, or take away from {names} what `{reach.id}` is meant to decide",
        ("overrides", reach.index, "id"),
    )


def _does(names: dict[str, None]) -> str:
    return "is" if len(names) == 1 else "are"


RULE = Rule(
    "PE211",
    "override-without-effect",
    "cells",
    "an override never applies",
    _check,
    may_be_waived=True,
)
