"""Cells with the numbers that a request gives for itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policy_engine.resolution import rungs_of
from policy_engine.vocabulary import FROM_CALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.compiler import CompiledCell
    from policy_engine.model import Policy


def retuned(policy: Policy, score: str | None, cell: CompiledCell, numbers: Mapping[str, float]) -> CompiledCell:
    """Return *cell* with these numbers, by the names that they have in `tunable`; `never` and `always` stay."""
    thresholds, details, lead = dict(cell.thresholds), dict(cell.details), cell.lead
    scale = policy.scale_of(score)
    for name, number in numbers.items():
        of = policy.tunable_numbers[name]
        if of.kind == "lead":
            lead = None if lead is None else lead.model_copy(update={"ratio": number})
        elif of.kind == "highlight":
            one = details[str(of.band)]
            if one.highlight is not None:
                highlight = one.highlight.model_copy(update={"above": number})
                details[str(of.band)] = replace(one, highlight=highlight)
        elif of.score == scale.name and not isinstance(thresholds[str(of.band)][0], str):
            thresholds[str(of.band)] = (number, FROM_CALL)
    rungs = rungs_of(scale, thresholds)
    cuts = tuple(rung.threshold for rung in rungs if rung.threshold is not None)
    return replace(cell, cuts=cuts, rungs=rungs, thresholds=thresholds, details=details, lead=lead)
