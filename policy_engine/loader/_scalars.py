"""What an unquoted scalar means: the YAML 1.2 core schema and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import Final

Scalar = str | int | float | bool | None


class NotFinite:
    """The type of `NOT_FINITE`: a number that binary64 cannot hold."""


NOT_FINITE: Final = NotFinite()

FIRST_OF_NOT_TEXT: Final = frozenset("+-.0123456789~nNtTfF") | {""}
"""The first characters of what may be other than text; everything else is text without a closer look."""

_WORDS: Final[dict[str, bool | None]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER: Final = re.compile(
    r"(?P<decimal>[-+]?[0-9]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|0o(?P<octal>[0-7]+)"
    r"|0x(?P<hexadecimal>[0-9a-fA-F]+)"
    r"|(?P<infinite>[-+]?(?:\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN)"
)
_BASES: Final = {"decimal": 10, "octal": 8, "hexadecimal": 16}
_MOST_DIGITS: Final = 400
"""Binary64 ends below 10**309, and `int` takes quadratic time: more digits are refused unread."""


def meaning(text: str) -> Scalar | NotFinite:
    """Return what the unquoted scalar *text* stands for.

    `010` is ten; `NO`, `1_000` and a date are text.

    >>> [meaning(text) for text in ("010", "0x1F", "5e-1", "NO", "1_000", "~")]
    [10, 31, 0.5, 'NO', '1_000', None]
    """
    return _short(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Scalar | NotFinite:
    if text in _WORDS:
        return _WORDS[text]
    found = _NUMBER.fullmatch(text)
    if found is None:
        return text
    kind = str(found.lastgroup)
    if kind == "infinite":
        return NOT_FINITE
    if kind == "float":
        number = float(text)
        return number if isfinite(number) else NOT_FINITE
    return _whole_number(found[kind], _BASES[kind])


# The same few numbers stand all over a set of policies; remembering them saves a tenth of the reading.
_SHORT: Final = 32
_short: Final = lru_cache(maxsize=4096)(_read)


def _whole_number(digits: str, base: int) -> int | NotFinite:
    if len(digits) > _MOST_DIGITS:
        return NOT_FINITE
    number = int(digits, base)
    try:
        float(number)
    except OverflowError:
        return NOT_FINITE
    return number
