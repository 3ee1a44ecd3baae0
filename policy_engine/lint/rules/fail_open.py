"""Bad input that ends in a band that is neither the strictest nor escalates, and no word why that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.subjects import cell_of, is_tied
from policy_engine.resolution import place_of
from policy_engine.vocabulary import BASE, INVALID_CLASSES, OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Policy
    from policy_engine.resolution import Cell
    from policy_engine.vocabulary import InvalidClass

_MEND = 'add `fail_open_because: "..."` at the top level with the reason'


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    policy = cells.policy
    if policy.fail_open_because is not None:
        return
    for name, rule in policy.unknown.items():
        if rule == "base":
            yield _unknown(name)
    open_at: dict[Path, tuple[Cell, list[InvalidClass]]] = {}
    for cell in cells.simplest_first:
        for invalid in INVALID_CLASSES[:-1]:
            if _is_open(policy, cell, invalid):
                found = open_at.setdefault(_place(cells, cell, invalid), (cell, []))
                if invalid not in found[1]:
                    found[1].append(invalid)
    for path, (cell, classes) in open_at.items():
        yield _invalid(cells, path, cell, classes)


def _unknown(name: str) -> Finding:
    return Finding(
        f"`unknown: {{{name}: base}}` decides a case whose `{name}` is not known as if no override named it, "
        "and `fail_open_because` does not say why",
        f"{_MEND}, or write `{name}: strictest`",
        ("unknown", name),
    )


def _is_open(policy: Policy, cell: Cell, invalid: InvalidClass) -> bool:
    band = cell.on_invalid(invalid).value
    if policy.strictness[band] == 0 or is_tied(cell, ("on_invalid", invalid)):
        return False
    return cell.escalate(band).value is None


def _place(cells: PolicyInCells, cell: Cell, invalid: InvalidClass) -> Path:
    source = cell.on_invalid(invalid).source
    if source != BASE:
        reach = cells.by_id[source]
        return place_of(reach.override, reach.index, ("on_invalid", invalid))
    written = cells.policy.on_invalid
    if not isinstance(written, dict):
        return ("on_invalid",)
    return ("on_invalid", invalid if invalid in written else OTHERWISE)


def _invalid(cells: PolicyInCells, path: Path, cell: Cell, classes: list[InvalidClass]) -> Finding:
    held = cell.on_invalid(classes[0])
    words = "an invalid score" if len(classes) == len(INVALID_CLASSES[:-1]) else f"a score that is {_named(classes)}"
    strictest = min(cells.policy.strictness, key=cells.policy.strictness.__getitem__)
    escalating = [name for name in cells.policy.band_names if cell.escalate(name).value is not None]
    closed = " or ".join(f"`{name}`" for name in dict.fromkeys([strictest, *escalating]))
    return Finding(
        f"{words} is `{held.value}`{cells.where(cell, [held.source])}, which is neither the strictest band, "
        f"`{strictest}`, nor escalates, and `fail_open_because` does not say why",
        f"write {closed}; if `{held.value}` is right, {_MEND}",
        path,
        cell=cell_of(cell),
    )


def _named(classes: list[InvalidClass]) -> str:
    *others, last = [f"`{name}`" for name in classes]
    return f"{', '.join(others)} or {last}" if others else last


RULE = Rule(
    "PE401",
    "fail-open",
    "cells",
    "bad input or an unknown value ends in a mild band without a reason",
    _check,
)
