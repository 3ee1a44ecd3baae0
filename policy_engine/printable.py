"""Text from policies, requests and file names, made safe to show: a terminal obeys nothing in it."""

from __future__ import annotations

import re

_LONGEST_QUOTE = 60
_NOT_ASCII = re.compile("[^ -~\n]")


def printable(text: str) -> str:
    r"""Return *text* with every character that cannot be seen spelled as an escape, line breaks too.

    >>> printable("gold" + chr(27) + "[2J" + chr(0x202E))
    'gold\\x1b[2J\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def printable_json(text: str) -> str:
    r"""Return JSON with every character that cannot be seen escaped; it means the same. Its line breaks stay.

    >>> printable_json('"a\u202eb ü"')
    '"a\\u202eb ü"'
    """
    return _NOT_ASCII.sub(_as_json, text)


def in_short(text: str) -> str:
    """Return *text*, cut off with an ellipsis where it is longer than one quotes."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"


def quoted(text: str) -> str:
    r"""Return the reader's own words in backticks: long ones cut, and nothing in them that a terminal obeys.

    >>> quoted("de-gold"), quoted(""), quoted(chr(27) + "[2J"), quoted("`")
    ('`de-gold`', '`""`', '`\\x1b[2J`', "`'`")
    """
    inside = printable(in_short(text)).replace("`", "'")
    return f"`{inside}`" if text else '`""`'


def _as_json(found: re.Match[str]) -> str:
    char = found[0]
    if char.isprintable():
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))
