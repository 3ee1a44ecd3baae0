"""Text from policies and requests, made safe to show: a terminal obeys nothing in it."""

from __future__ import annotations

import unicodedata

_WIDE = frozenset("WF")
_CUT = "…"


def printable(text: str) -> str:
    r"""Return *text* with every character that cannot be seen spelled as an escape, line breaks too.

    >>> printable("gold" + chr(27) + "[2J" + chr(0x202E))
    'gold\\x1b[2J\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


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
