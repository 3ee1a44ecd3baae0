"""A band for which a guardrail wants a person, that escalates to nobody, or to a path at whose end nobody decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.guarding import because_of, where_both, written_there
from policy_engine.lint.places import place_of_held
from policy_engine.lint.subjects import cell_of
from policy_engine.lint.ways import WaysIn
from policy_engine.model import HOLD, Guardrail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.lint.ways import OuterCell, Way


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    """Look at every cell under such a guardrail, for each band that a case of it can get.

    That is also one which only another cell reaches: a request that names several jurisdictions, or leaves a value
    out, ranges over both, and who gets the case is then what the guarded one says.
    """
    if _are_all_decided_by_persons(cells):
        return
    ways_in = WaysIn(cells)
    told: set[tuple[str, Path]] = set()
    for outer, ways in ways_in.of_each:
        for guardrail in outer.guardrails:
            if guardrail.require == "person":
                for band in cells.policy.bands_under(guardrail):
                    if band in ways_in.anywhere:
                        own = next((way for way in ways if way.band == band), None)
                        for found in _of_band(cells, guardrail, band, outer, own or ways_in.anywhere[band]):
                            if (guardrail.id, found.path) not in told:
                                told.add((guardrail.id, found.path))
                                yield found


def _are_all_decided_by_persons(cells: PolicyInCells) -> bool:
    """Say whether no band that such a guardrail speaks of can end without a person: then no way there matters."""
    people = {
        one: cells.policy.bands_under(one.of)
        for one in cells.resolved.safeguards
        if isinstance(one.of, Guardrail) and one.of.require == "person"
    }
    paths = cells.catalog.escalation_paths
    held = {
        cell.escalate(band).value
        for cell in cells.resolved.cells
        for one in cell.safeguards
        for band in people.get(one, ())
    }
    return all(path is not None and paths[path].when_exhausted == HOLD for path in held)


def _of_band(cells: PolicyInCells, guardrail: Guardrail, band: str, outer: OuterCell, way: Way) -> Iterator[Finding]:
    for cell in outer.cells:
        held = cell.escalate(band)
        where = where_both(cells, cell, guardrail, [held.source])
        if held.value is None:
            by = way.words
            if way.cell not in outer.cells:
                by += " elsewhere, of a request that names both or leaves open which it is"
            yield Finding(
                f"`{band}` can be the outcome{where}, by {by}, and escalates to nobody there: the guardrail "
                f"`{guardrail.id}` wants a person for it{because_of(guardrail)}",
                written_there(guardrail, held.source, _mend(cells, guardrail, band)),
                ("bands", cells.policy.band_names.index(band), "name"),
                cell=cell_of(cell),
                witness=way.witness,
            )
        elif (end := cells.catalog.escalation_paths[held.value].when_exhausted) != HOLD:
            yield Finding(
                f"`{band}` escalates to `{held.value}`{where}, which ends in `{end}` when nobody takes the case: the "
                f"guardrail `{guardrail.id}` wants a person to decide, and no time-out{because_of(guardrail)}",
                f"let `{band}` go to a path that ends with `hold`, or let `{held.value}` end so in the catalog",
                place_of_held(cells, cell, ("escalate", band)),
                cell=cell_of(cell),
            )


def _mend(cells: PolicyInCells, guardrail: Guardrail, band: str) -> str:
    paths = cells.catalog.escalation_paths
    path = next((name for name, one in paths.items() if one.when_exhausted == HOLD), "a path")
    is_everywhere = not any(name != "use_case" for name in guardrail.when)
    return f"give the band `{band}` `escalate: {path}`" if is_everywhere else f"write `escalate: {{{band}: {path}}}`"


RULE = Rule(
    "PE410",
    "decided-without-person",
    "cells",
    "a band that a guardrail wants a person for escalates to nobody, or to a path that decides by itself",
    _check,
)
