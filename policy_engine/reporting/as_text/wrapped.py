"""Sentences over as many lines as they take."""

from __future__ import annotations

from textwrap import wrap
from typing import Final

COLUMNS: Final = 80


def wrapped(text: str) -> list[str]:
    """Return the lines of a text, those behind the first indented by two more; a longer word stays whole."""
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return wrap(text, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
