"""Sentences over as many lines as they take."""

from __future__ import annotations

from textwrap import fill, wrap
from typing import TYPE_CHECKING, Final

from policy_engine.printable import printable
from policy_engine.reporting.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS: Final = 80


def wrapped(text: str) -> list[str]:
    """Return the lines of a text, those behind the first indented by two more; a longer word stays whole."""
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return wrap(text, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def wrapped_lines(lines: Iterable[str], columns: int, *, hanging: int = 2) -> list[str]:
    """Return printable *lines*, those that are too long broken at blanks and indented by *hanging* more columns."""
    return [part for line in lines for part in _wrapped_line(printable(line), columns, hanging)]


def _wrapped_line(line: str, columns: int, hanging: int) -> list[str]:
    if columns_of(line) <= columns:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()) + hanging)
    return wrap(line, columns, subsequent_indent=indent, break_on_hyphens=False)


def wrapped_text(text: str, indent: str, columns: int | None) -> str:
    """Return *text* broken at blanks, further lines after *indent*, where it is wider than *columns*."""
    if columns is None or columns_of(text) <= columns:
        return text
    return fill(
        text, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
