"""Which override won a field that several set, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.engine.explanation.words import cut_off
from policy_engine.model import CaseReasons, Highlight, Lead
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policy_engine.resolution import Cell, Field, Reach


def contests(cell: Cell, matched: Sequence[Reach], *, but: Iterable[Field] = ()) -> Iterator[str]:
    """Yield, for each field on which several overrides differ, who won and why; those in *but* are left out."""
    by_id = {one.id: one for one in matched}
    for field, settled in cell.settled.items():
        winner = by_id.get(settled.source)
        if winner is None or field in but:
            continue
        for loser in matched:
            if loser is not winner and field in loser.fields and loser.fields[field] != winner.fields[field]:
                what, other = _field_in_words(field), _value_in_words(loser.fields[field])
                yield f"  {what}: `{winner.id}` holds and not `{loser.id}`{other}: {_why(winner, loser)}"


def _why(winner: Reach, loser: Reach) -> str:
    if winner.same_cells_as(loser):
        return "both match the same cells, and its window is the inner one"
    if winner.is_narrower_than(loser):
        return "it is narrower"
    return "neither is narrower, and the stricter holds"


def _field_in_words(field: Field) -> str:
    kind, *names = field
    return f"`{names[0]}`" if kind == "thresholds" else f"{kind} `{'.'.join(names)}`" if names else f"`{kind}`"


def _value_in_words(value: Any) -> str:  # noqa: ANN401 - a field may hold anything
    if isinstance(value, str):
        return f" ({cut_off(value)})"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f" ({format_number(value)})"
    if isinstance(value, Lead):
        return f" (ratio {format_number(value.ratio)})"
    if isinstance(value, Highlight):
        return f" (above {format_number(value.above)})"
    if isinstance(value, tuple) and value:
        return f" ({', '.join(map(str, value))})"
    return " (those of the case)" if isinstance(value, CaseReasons) else ""
