"""A band that a `never` guardrail closes, and a way that leads there all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.guarding import because_of, where_both, written_there
from policy_engine.lint.subjects import cell_of
from policy_engine.lint.ways import WaysIn
from policy_engine.vocabulary import USE_CASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint._rule import Path
    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.lint.ways import Way
    from policy_engine.model import Guardrail


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    """Look at each cell by itself, then at the time-outs of all that it may be together with.

    Where a case ranges over several cells, a closed band gives way to the next when the case is decided. A path that
    ends later knows nothing of that.
    """
    ways_in = WaysIn(cells)
    if not ways_in.closed_anywhere:
        return
    told: set[tuple[str, Path]] = set()
    for outer, ways in ways_in.of_each:
        never = [one for one in outer.guardrails if one.require == "never"]
        for guardrail in never:
            bands = cells.policy.bands_under(guardrail)
            for way in ways:
                if way.band in bands and (guardrail.id, way.path) not in told:
                    told.add((guardrail.id, way.path))
                    yield _finding(cells, guardrail, way)
    places = {path for _, path in told}
    for way in ways_in.of_time_outs:
        if way.band in ways_in.closed_anywhere and way.path not in places:
            places.add(way.path)
            yield _later(_closing(cells, way.band), way)


def _finding(cells: PolicyInCells, guardrail: Guardrail, way: Way) -> Finding:
    return Finding(
        f"`{way.band}` can be reached{where_both(cells, way.cell, guardrail, [way.source])} by {way.words}, and the "
        f"guardrail `{guardrail.id}` lets nothing lead there{because_of(guardrail)}",
        _mend(guardrail, way),
        way.path,
        cell=cell_of(way.cell),
        witness=way.witness,
    )


def _mend(guardrail: Guardrail, way: Way) -> str:
    if way.witness is not None and guardrail.when.keys() <= {USE_CASE}:
        return f"take `{way.band}` out of the policy, as no case may get it; or say in the guardrail `when` it holds"
    # Only of a score's own way is there an example of a score
    score = None if way.witness is None else way.cell.scale.name
    return written_there(guardrail, way.source, way.mend, score)


def _closing(cells: PolicyInCells, band: str) -> Guardrail:
    concerned = (one for one in cells.catalog.guardrails if cells.policy.is_concerned_by(one))
    return next(one for one in concerned if one.require == "never" and band in cells.policy.bands_under(one))


def _later(guardrail: Guardrail, way: Way) -> Finding:
    return Finding(
        f"`{way.band}` can be reached by {way.words}, also by a case that is partly under the guardrail "
        f"`{guardrail.id}`, which lets nothing lead there{because_of(guardrail)}",
        way.mend,
        way.path,
        cell=cell_of(way.cell),
    )


RULE = Rule(
    "PE408",
    "closed-band-reached",
    "cells",
    "some way leads into a band that a guardrail closes",
    _check,
)
