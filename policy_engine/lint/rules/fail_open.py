"""Bad input, or a case that is not clear, that ends in a mild band, and no word why that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.places import place_of_held
from policy_engine.lint.subjects import cell_of, is_tied
from policy_engine.model import classes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Lead, Policy, Scale
    from policy_engine.resolution import Cell
    from policy_engine.vocabulary import InvalidClass

_WITHOUT_A_WORD = "and `fail_open_because` does not say why"
_MEND = 'add `fail_open_because: "..."` at the top level with the reason'


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    policy = cells.policy
    if policy.fail_open_because is not None:
        return
    yield from _unknowns(policy)
    yield from _ambiguous(policy)
    yield from _samples(policy)
    open_at: dict[Path, tuple[Cell, list[InvalidClass]]] = {}
    for cell in cells.simplest_first:
        for invalid in cell.scale.on_invalid:
            if _is_open(policy, cell, invalid):
                found = open_at.setdefault(place_of_held(cells, cell, ("on_invalid", invalid)), (cell, []))
                if invalid not in found[1]:
                    found[1].append(invalid)
    for path, (cell, classes) in open_at.items():
        yield _invalid(cells, path, cell, classes)


def _unknowns(policy: Policy) -> Iterator[Finding]:
    for name, rule in policy.unknown.items():
        if rule == "base":
            yield Finding(
                f"`unknown: {{{name}: base}}` decides a case whose `{name}` is not known as if no override named it, "
                f"{_WITHOUT_A_WORD}",
                f"{_MEND}, or write `{name}: strictest`",
                ("unknown", name),
            )
    if policy.unknown_label == "base":
        yield Finding(
            f"`unknown_label: base` decides a label that is not listed as if no override named one, {_WITHOUT_A_WORD}",
            f"{_MEND}, or write `unknown_label: strictest`",
            ("unknown_label",),
        )


def _ambiguous(policy: Policy) -> Iterator[Finding]:
    leads: list[tuple[Lead | None, Path]] = [(policy.lead, ("lead",))]
    leads += [(one.lead, ("overrides", i, "lead")) for i, one in enumerate(policy.overrides)]
    for lead, path in leads:
        if lead is None or lead.otherwise is None:
            continue
        strictest = min(lead.bands, key=policy.strictness.__getitem__)
        if policy.strictness[lead.otherwise] > policy.strictness[strictest]:
            yield Finding(
                f"a case that is not clear is `{lead.otherwise}` and not `{strictest}`, which is stricter, "
                f"{_WITHOUT_A_WORD}",
                f"write `{strictest}`; if `{lead.otherwise}` is right, {_MEND}",
                (*path, "otherwise"),
            )


def _samples(policy: Policy) -> Iterator[Finding]:
    for i, sample in enumerate(policy.samples):
        if policy.strictness[sample.to] > policy.strictness[sample.of]:
            yield Finding(
                f"the sample `{sample.id}` sends cases of `{sample.of}` to `{sample.to}`, which is milder, "
                f"{_WITHOUT_A_WORD}",
                f"{_MEND}, or delete the sample",
                ("samples", i, "to"),
            )


def _is_open(policy: Policy, cell: Cell, invalid: InvalidClass) -> bool:
    band = cell.on_invalid(invalid).value
    is_mild = policy.strictness[band] > 0 and cell.escalate(band).value is None
    return is_mild and not is_tied(cell, ("on_invalid", invalid))


def _invalid(cells: PolicyInCells, path: Path, cell: Cell, classes: list[InvalidClass]) -> Finding:
    held = cell.on_invalid(classes[0])
    strictest = cells.policy.by_strictness[0]
    escalating = [name for name in cells.policy.band_names if cell.escalate(name).value is not None]
    closed = " or ".join(f"`{name}`" for name in dict.fromkeys([strictest, *escalating]))
    return Finding(
        f"{_in_words(cell.scale, classes)} is `{held.value}`{cells.where(cell, [held.source])}, which is neither the "
        f"strictest band, `{strictest}`, nor escalates, {_WITHOUT_A_WORD}",
        f"write {closed}; if `{held.value}` is right, {_MEND}",
        path,
        cell=cell_of(cell),
    )


def _in_words(scale: Scale, classes: list[InvalidClass]) -> str:
    noun = "label" if scale.score.kind == "labels" else "score"
    name = "" if scale.name is None else f" `{scale.name}`"
    if len(classes) == len(classes_of(scale.score.kind)):
        return f"an invalid {noun}{name}"
    return f"a {noun}{name} that is {_named(classes)}"


def _named(classes: list[InvalidClass]) -> str:
    *others, last = [f"`{name}`" for name in classes]
    return f"{', '.join(others)} or {last}" if others else last


RULE = Rule(
    "PE401",
    "fail-open",
    "cells",
    "bad input, or a case that is not clear, ends in a mild band without a reason",
    _check,
)
