"""P-values for people: two digits, and no more zeros than anybody reads."""

from __future__ import annotations

from typing import Final

_SMALLEST: Final = 0.0001


def p_value_as_text(p_value: float) -> str:
    """Return a p-value as it stands in a sentence.

    >>> p_value_as_text(0.0312), p_value_as_text(1e-9)
    ('p = 0.031', 'p < 0.0001')
    """
    short = short_p_value(p_value)
    return f"p {short}" if short.startswith("<") else f"p = {short}"


def short_p_value(p_value: float) -> str:
    """Return a p-value as it stands in a table.

    >>> short_p_value(0.0312), short_p_value(1e-9)
    ('0.031', '< 0.0001')
    """
    return f"< {_SMALLEST}" if p_value < _SMALLEST else f"{p_value:.2g}"
