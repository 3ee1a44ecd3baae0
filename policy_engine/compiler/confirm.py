"""The reference has the last word: a table that decides otherwise at any cut is not handed out."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from policy_engine import reference
from policy_engine.exceptions import MiscompiledError
from policy_engine.vocabulary import INVALID_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.compiler.table import CompiledCell, PolicyTable
    from policy_engine.model import Catalog, Policy, Verdict
    from policy_engine.resolution import Cell
    from policy_engine.vocabulary import InvalidClass


def confirm(table: PolicyTable, catalog: Catalog) -> None:
    """Ask the reference about every cell; raise `MiscompiledError` at the first difference.

    It is asked about every cut, its two float neighbours, the ends of the range, and every class of bad input.
    """
    meaning = reference.Meaning(table.policy, catalog)
    for compiled, cell in zip(table.cells, table.resolved.cells, strict=True):
        (matching,) = meaning.matching(_ranges(table, cell), cell.since)
        held = meaning.what_holds(matching)
        for score in (*_telling_scores(table.policy, compiled), *INVALID_CLASSES[:-1]):
            meant = reference.judge(table.policy, held, score)
            made = _compiled(compiled, score)
            if made != meant:
                message = (
                    f"`{table.policy.use_case}` was compiled wrongly where {cell.matched} hold: score {score!r} "
                    f"gives {made.outcome!r}, not {meant.outcome!r}; please report this as a bug"
                )
                raise MiscompiledError(message)


def _compiled(cell: CompiledCell, score: float | InvalidClass) -> Verdict:
    if isinstance(score, str):
        return cell.by_class[score]
    return cell.by_score[bisect_right(cell.cuts, score)]


def _telling_scores(policy: Policy, cell: CompiledCell) -> Iterator[float]:
    near = {
        score
        for cut in (*cell.cuts, policy.score.low, policy.score.high)
        for score in (math.nextafter(cut, -math.inf), cut, math.nextafter(cut, math.inf))
    }
    return (score for score in sorted(near) if policy.score.low <= score <= policy.score.high and math.isfinite(score))


def _ranges(table: PolicyTable, cell: Cell) -> reference.Ranges:
    """Return the cell's example in the reference's own terms: numbers by the place of their interval."""
    found: reference.Ranges = {}
    for step in table.steps:
        value = cell.example[step.name]
        found[step.name] = [step.values.index(value) if step.cuts and value is not None else value]
    return found
