"""What tables of segments share: names that fit, and a note where a segment fares far worse than another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.measures import FOUR_FIFTHS
from policy_engine.printable import printable
from policy_engine.reporting.as_text.table import table, width_of
from policy_engine.reporting.columns import columns_of, cut_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NOTHING: Final = "-"
_LONGEST_VALUE: Final = 30
_COLUMNS: Final = 80


def segment_name(values: Mapping[str, Any]) -> str:
    """Return what a segment is called: its columns with their values.

    >>> segment_name({"sex": "female", "age": None})
    'sex female, age (none)'
    """
    return printable(", ".join(f"{key} {_value(value)}" for key, value in values.items()))


def _value(value: Any) -> str:  # noqa: ANN401 - whatever stands in a column
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "(none)" if value is None else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def named_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table of rows with a name each; where they are too wide, each name on a line of its own."""
    if width_of(rows) <= _COLUMNS:
        return table(rows, right=range(1, len(rows[0])))
    numbers = table([("", *row[1:]) for row in rows], right=range(1, len(rows[0])))
    names = [cut_to(row[0], _COLUMNS) for row in rows]
    return [numbers[0], *(line for pair in zip(names[1:], numbers[1:], strict=True) for line in pair)]


def impact_as_text(ratio: float | None) -> str:
    """Return an adverse impact ratio, or that there is none."""
    return NOTHING if ratio is None else f"{ratio:.3f}"


def note_on_impact(ratios: Iterable[float | None], favoured: str = "who are not flagged") -> list[str]:
    """Return what the ratios are, where one of them asks for a reason; *favoured* says who fares better.

    >>> note_on_impact([1.0, 0.81, None])
    []
    """
    if all(one is None or one >= FOUR_FIFTHS for one in ratios):
        return []
    whose, over = f"impact: the share of those {favoured},", "over the greatest such share;"
    lines = [f"{whose} {over}"] if columns_of(whose) + columns_of(over) < _COLUMNS else [whose, f"  {over}"]
    return [*lines, f"  one below {FOUR_FIFTHS} (four fifths) asks for a reason"]
