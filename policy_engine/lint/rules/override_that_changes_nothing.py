"""An override that changes nothing: wherever it matches, all that it sets holds without it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import in_short
from policy_engine.lint.subjects import field_in_words, is_tied, source_in_words
from policy_engine.lint.tuning import moves_with_environment
from policy_engine.resolution import is_same_value
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.resolution import Cell, Field, Reach, Settled

_MOST_NAMED = 3


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    # One that gives nothing anywhere never applies, which is a finding of its own
    in_effect = {one.source for cell in cells.resolved.cells for one in cell.settled.values()}
    for reach in cells.resolved.overrides:
        if reach.id in in_effect:
            held = _held_without(cells, reach)
            if held is not None:
                yield _finding(reach, held)


def _held_without(cells: PolicyInCells, reach: Reach) -> dict[Field, Settled] | None:
    """Return what holds without the override of each field that it sets; None where something would be different."""
    without = ~cells.mask([reach.id])
    held: dict[Field, Settled] = {}
    for cell in cells.by_override[reach.id]:
        for field in reach.fields:
            if field not in cell.settled:
                continue
            otherwise, tie = cells.settler_of(cell).settle(field, cell.mask & without)
            if otherwise is None or tie is not None or _may_differ(cells, cell, field, otherwise):
                return None
            held.setdefault(field, otherwise)
    return held


def _may_differ(cells: PolicyInCells, cell: Cell, field: Field, otherwise: Settled) -> bool:
    if is_tied(cell, field) or not is_same_value(field, cell.settled[field].value, otherwise.value):
        return True
    # The environment may move the base away from what the override says
    return otherwise.source == BASE and moves_with_environment(cells.policy, cell.scale, field)


def _finding(reach: Reach, held: dict[Field, Settled]) -> Finding:
    said = [
        f"{field_in_words(field)} is {in_short(one.value)} ({source_in_words(one.source)})"
        for field, one in list(held.items())[:_MOST_NAMED]
    ]
    more = len(held) - len(said)
    others = f", and {more} more {'is' if more == 1 else 'are'} the same" if more else ""
    return Finding(
        f"`{reach.id}` changes nothing: wherever it matches, without it as well {', '.join(said)}{others}",
        f"delete the override `{reach.id}`, or write what is to be different there",
        ("overrides", reach.index, "id"),
    )


RULE = Rule(
    "PE234",
    "override-that-changes-nothing",
    "sound",
    "all that an override sets holds without it, too, wherever it matches",
    _check,
    "warning",
)
