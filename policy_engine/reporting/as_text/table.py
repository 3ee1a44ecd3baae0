"""Tables of text: columns as wide as their content, numbers to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.reporting.columns import columns_of, padded

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "  "


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Return the lines of a table. The columns whose places are in *right* stand to the right.

    >>> table([("band", "cases"), ("review", "12")], right=[1])
    ['band    cases', 'review     12']
    """
    widths = [max(columns_of(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [_GAP.join(_cells(row, widths, right)).rstrip() for row in rows]


def _cells(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> list[str]:
    return [
        " " * (width - columns_of(cell)) + cell if place in right else padded(cell, width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def width_of(rows: Sequence[Sequence[str]]) -> int:
    """Return how wide the table of *rows* is."""
    return max(columns_of(line) for line in table(rows))
