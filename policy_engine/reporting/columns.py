"""How many columns of a terminal a text takes, and text made to take so many."""

from __future__ import annotations

import unicodedata

_WIDE = frozenset("WF")
_CUT = "…"


def columns_of(text: str) -> int:
    """Return how many columns of a terminal printable *text* takes.

    >>> columns_of("für"), columns_of("日本")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(_columns_of_char(char) for char in text)


def cut_to(text: str, columns: int) -> str:
    """Return printable *text*, cut off with an ellipsis where it takes more than *columns*.

    >>> cut_to("a gold customer", 7)
    'a gold…'
    """
    if columns_of(text) <= columns:
        return text
    kept = ""
    for char in text:
        if columns_of(kept + char) >= columns:
            break
        kept += char
    return kept.rstrip() + _CUT


def padded(text: str, columns: int) -> str:
    """Return *text* with blanks up to *columns*."""
    return text + " " * (columns - columns_of(text))


def _columns_of_char(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1
