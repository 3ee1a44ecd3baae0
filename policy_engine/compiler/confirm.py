"""The reference has the last word: a table that decides otherwise at any cut is not handed out."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from policy_engine import reference
from policy_engine.exceptions import MiscompiledError
from policy_engine.model import CaseReasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.compiler.table import CompiledCell, PolicyTable
    from policy_engine.model import Catalog, Scale
    from policy_engine.resolution import Cell
    from policy_engine.vocabulary import InvalidClass


_ANSWER = ("band", "threshold", "source", "next threshold")


def confirm(table: PolicyTable, catalog: Catalog) -> None:
    """Ask the reference about every cell; raise `MiscompiledError` at the first difference.

    It is asked about every cut, its two float neighbours, the ends of the range, every class of bad input, what
    goes with each band, and which knock-outs and guardrails hold.
    """
    meaning = reference.Meaning(table.policy, catalog, table.environment)
    for compiled, cell in zip(table.cells, table.resolved.cells, strict=True):
        (matchers,) = meaning.holding.matching(_ranges(table, cell, meaning), cell.since)
        if _safeguards(compiled) != _safeguards_meant(meaning, matchers):
            raise _miscompiled(table, cell, "knock-outs and guardrails")
        held = meaning.holding.what_holds(cell.scale, matchers)
        scores: list[float | InvalidClass] = [*_telling_scores(cell.scale, compiled), *cell.scale.on_invalid]
        for score in scores:
            # the lead is held in step by property tests: here the first class stands alone
            reading = reference.Reading(cell.scale.name, score, None, (reference.Ranked("", math.inf, is_given=True),))
            meant = reference.judge(cell.scale, held, reading)
            made = _compiled(compiled, score)
            wanted = (meant.band, meant.threshold, meant.threshold_from, meant.next_threshold)
            if made != wanted:
                what, given, asked = next(one for one in zip(_ANSWER, made, wanted, strict=True) if one[1] != one[2])
                raise _miscompiled(table, cell, f"score {score!r} has the {what} {given!r}, not {asked!r}")
        if compiled.lead != held["lead",][0] or _details_held(table, held) != _details(compiled):
            raise _miscompiled(table, cell, "what goes with a band")


def _miscompiled(table: PolicyTable, cell: Cell, what: str) -> MiscompiledError:
    use_case = table.policy.use_case
    return MiscompiledError(
        f"`{use_case}` was compiled wrongly where {cell.matched} hold: {what}; please report this as a bug"
    )


def _compiled(cell: CompiledCell, score: float | InvalidClass) -> tuple[str, float | None, str | None, float | None]:
    if isinstance(score, str):
        return cell.by_class[score], None, None, None
    place = bisect_right(cell.cuts, score)
    rung = cell.rungs[place]
    above = cell.cuts[place] if place < len(cell.cuts) else None
    return rung.band, rung.threshold, rung.source, above


def _safeguards(cell: CompiledCell) -> tuple[set[str], set[str], set[str]]:
    return {one.id for one in cell.knock_outs}, {*cell.closed}, {*cell.asking}


def _safeguards_meant(
    meaning: reference.Meaning, matchers: frozenset[reference.Matcher]
) -> tuple[set[str], set[str], set[str]]:
    knock_outs = {one.id for one in matchers if one.kind == "knock_out"}
    return knock_outs, meaning.bands_under("never", matchers), meaning.bands_under("person", matchers)


def _details(cell: CompiledCell) -> dict[str, Any]:
    return {
        band: (one.escalate, _as_told(one.reasons), dict(one.attributes), one.highlight)
        for band, one in cell.details.items()
    }


def _details_held(table: PolicyTable, held: reference.Held) -> dict[str, Any]:
    found = {}
    for band in table.policy.band_names:
        attributes = {field[2]: value for field, (value, _) in held.items() if field[:2] == ("attributes", band)}
        highlight = held["highlight", band][0]
        if highlight is not None:
            above = table.policy.scales[0].score.rounded(highlight.above)
            highlight = highlight.model_copy(update={"above": above})
        found[band] = (held["escalate", band][0], _as_told(held["reasons", band][0]), attributes, highlight)
    return found


def _as_told(reasons: Any) -> Any:  # noqa: ANN401 - codes, or where to take them from
    return reasons if isinstance(reasons, CaseReasons) else tuple(reasons)


def _telling_scores(scale: Scale, cell: CompiledCell) -> Iterator[float]:
    low, high = scale.score.signal_low, scale.score.signal_high
    near = {
        score
        for cut in (*cell.cuts, low, high)
        for score in (math.nextafter(cut, -math.inf), cut, math.nextafter(cut, math.inf))
    }
    return (score for score in sorted(near) if low <= score <= high and math.isfinite(score))


def _ranges(table: PolicyTable, cell: Cell, meaning: reference.Meaning) -> reference.Ranges:
    """Return the cell's example in the reference's own terms: numbers by the place of their interval.

    Which of several scores it is says the scale; the reference has a dimension for it only where an override names it.
    """
    found: reference.Ranges = {}
    for step in table.steps:
        value = cell.example[step.name]
        if step.name in meaning.holding.matching_value:
            found[step.name] = [step.values.index(value) if step.cuts and value is not None else value]
    return found
