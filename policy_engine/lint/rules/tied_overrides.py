"""Overrides that meet, neither narrower, and differ: the policy does not say what holds where both match."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import as_written, in_short
from policy_engine.lint.meeting import keeps_order, override_for_meeting
from policy_engine.lint.subjects import cell_of, field_in_words
from policy_engine.resolution import has_strictness, looseness, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Scale
    from policy_engine.resolution import Cell, Field

_Pair = tuple[str, str]
_Tied = tuple[str, str, "str | None"]
"""Two that tie; and the score in which they do, where several scores have not all the same strict end."""
_LONGEST = 60


def _check(cells: PolicyInCells) -> Iterator[Finding]:
    tied: dict[_Tied, tuple[Cell, dict[Field, None]]] = {}
    has_two_strict_ends = len({scale.is_riskier for scale in cells.policy.scales}) > 1
    for cell in cells.simplest_first:
        for tie in cell.ties:
            # Two that match the very same cells have a finding of their own.
            if not cells.by_id[tie.one].same_cells_as(cells.by_id[tie.other]):
                score = cell.scale.name if has_two_strict_ends and tie.field[0] == "thresholds" else None
                tied.setdefault((tie.one, tie.other, score), (cell, {}))[1][tie.field] = None
    for (one, other, score), (cell, fields) in tied.items():
        in_common = {key[:2]: set(theirs) & set(fields) for key, (_, theirs) in tied.items() if key[2] == score}
        third = _third((one, other), in_common)
        yield _tie(cells, (one, other), cell, list(fields), third, None if score is None else cell.scale)


def _third(pair: _Pair, in_common: dict[_Pair, set[Field]]) -> str | None:
    """Return an override that ties with both of the pair on a field on which they tie, or None."""
    one, other = (
        {(set(others) - {name}).pop() for others, fields in in_common.items() if fields and name in others}
        for name in pair
    )
    return min(one & other, default=None)


def _tie(
    cells: PolicyInCells, pair: _Pair, cell: Cell, fields: list[Field], third: str | None, scale: Scale | None
) -> Finding:
    one, other = (cells.by_id[name] for name in pair)
    later = max(one, other, key=lambda reach: reach.index)
    first = fields[0]
    shown = [in_short(reach.fields[first]) for reach in (one, other)]
    if shown[0] == shown[1]:
        # `1` and `1.0` differ as attributes.
        shown = [json.dumps(reach.fields[first])[:_LONGEST] for reach in (one, other)]
    values = [f"`{reach.id}` ({text})" for reach, text in zip((one, other), shown, strict=True)]
    differ = " and ".join(field_in_words(field) for field in fields)
    return Finding(
        f"{' and '.join(values)} meet{cells.where(cell, pair, is_of_scale=scale is not None)}, and differ in {differ}: "
        "neither is narrower, so the policy does not say which holds",
        _mend(cells, pair, {field: _strictest_first(cells, cell, pair, field) for field in fields}, third, scale),
        place_of(later.override, later.index, first),
        cell=cell_of(cell),
        # Waived, the stricter holds: of what knows no strictness, the order of ids would decide
        must_be_mended=not all(has_strictness(field) for field in fields),
    )


def _mend(
    cells: PolicyInCells, pair: _Pair, ranked: dict[Field, list[Any]], third: str | None, scale: Scale | None
) -> str:
    fields = list(ranked)
    chosen = {field: values[0] for field, values in ranked.items()}
    is_strictest = keeps_order(cells, pair, chosen, scale)
    if not is_strictest:
        # The stricter threshold would lie beyond that of another band, so the milder one may be what fits.
        chosen |= {field: values[1] for field, values in ranked.items() if field[0] == "thresholds"}
        if not keeps_order(cells, pair, chosen, scale):
            return "add an override for where they meet, with thresholds that fall from band to band"
    why = _why(ranked) if is_strictest else "with thresholds that fall from band to band"
    mend = f"add an override for where they meet, such as `{override_for_meeting(cells, pair, chosen, scale)}`, {why}"
    if is_strictest and cells.policy.ties != "strictest" and all(has_strictness(field) for field in fields):
        kind = "threshold" if fields[0][0] == "thresholds" else "band"
        if third is not None:
            # An override for each pair would leave open what holds where all three meet.
            return (
                f"write `ties: strictest` at the top level, so that the stricter {kind} always holds: "
                f"`{third}` ties with both of them as well"
            )
        return f"{mend}, or write `ties: strictest` at the top level, so that the stricter {kind} always holds"
    return mend


def _strictest_first(cells: PolicyInCells, cell: Cell, pair: _Pair, field: Field) -> list[Any]:
    values = [cells.by_id[name].fields[field] for name in pair]
    if not has_strictness(field):
        return values
    return sorted(values, key=lambda value: looseness(cells.policy, cell.scale, field, value))


def _why(ranked: dict[Field, list[Any]]) -> str:
    """Return why the values that are shown were chosen, and what else might be right."""
    strict = [has_strictness(field) for field in ranked]
    if all(strict):
        return "with the stricter of the two" if len(ranked) == 1 else "with the stricter of each two"
    if any(strict):
        return "with the stricter of two where one is stricter, else the value of either"
    ((kind, *_), (one, other)), *others = ranked.items()
    if others or kind != "reasons" or not (isinstance(one, tuple) and isinstance(other, tuple)):
        return "with the value of either"
    both = as_written(list(dict.fromkeys([*one, *other])))
    return f"with the reasons of either, or of both as `{both}`"


RULE = Rule(
    "PE203",
    "tied-overrides",
    "ties",
    "overrides meet, neither is narrower, and they differ",
    _check,
    may_be_waived=True,
)
