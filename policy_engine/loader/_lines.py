"""Offsets in a text as lines and columns, counted as editors count them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from policy_engine.diagnostics import Span

_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text, found when first asked for."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        """Take the text without looking at it: most texts are never asked about."""
        self._text = text
        self._starts: list[int] = []

    def span(self, start: int, end: int) -> Span:
        """Return the stretch from offset *start* to *end*, without the white space that it ends with."""
        text = self._text
        start = min(start, len(text))
        end = max(start, start + len(text[start:end].rstrip()))
        line, column = self._place(start)
        end_line, end_column = self._place(end)
        return Span(line, column, end_line, end_column)

    def line(self, offset: int) -> int:
        """Return the number of the line that *offset* stands in."""
        return self._place(offset)[0]

    def _place(self, offset: int) -> tuple[int, int]:
        if not self._starts:
            self._starts = [0, *(found.end() for found in _LINE_BREAK.finditer(self._text))]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
