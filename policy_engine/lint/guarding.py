"""Guardrails in words: where one holds, why, and where to write what mends a breach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine import printable
from policy_engine.lint.flow import as_written, quoted
from policy_engine.vocabulary import BASE, SCORE, USE_CASE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Guardrail
    from policy_engine.model.conditions import Condition
    from policy_engine.resolution import Cell


def because_of(guardrail: Guardrail) -> str:
    """Return the guardrail's reason as the end of a message; nothing where it gives none."""
    return "" if guardrail.because is None else f": {printable.in_short(guardrail.because)}"


def where_both(cells: PolicyInCells, cell: Cell, guardrail: Guardrail, sources: Iterable[str | None] = ()) -> str:
    """Return " for EU, gold": the cell in words, as far as the guardrail or the overrides *sources* name dimensions."""
    named = set(guardrail.when).union(*(cells.by_id[one].override.when for one in sources if one in cells.by_id))
    return cells.in_words(cell, named)


def written_there(guardrail: Guardrail, source: str | None, mend: str, score: str | None = None) -> str:
    """Return *mend* with where to write it: in an override for where the guardrail holds, unless one says it.

    Where it is about one of several scores, the override is for that *score* alone.
    """
    when: dict[str, Condition] = {name: value for name, value in guardrail.when.items() if name != USE_CASE}
    if when and score is not None:
        when[SCORE] = score
    if source is None:
        return mend
    if source == BASE:
        return f"in an override for `{as_written(when)}`, {mend}" if when else mend
    narrower = f", or in a narrower one for `{as_written(when)}`" if when else ""
    return f"in the override {quoted(source)}{narrower}, {mend}"
