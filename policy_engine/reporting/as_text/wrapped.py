"""Sentences over as many lines as they take."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

_COLUMNS: Final = 80


def wrapped(text: str) -> list[str]:
    """Return the lines of a text, those behind the first indented; a word that is longer than a line stays whole."""
    return wrap(text, _COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
