"""What a text means that a shell or a CSV file hands over, where every value is text."""

from __future__ import annotations

import json
import re
from typing import Any

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:[nN][aA][nN]|[iI][nN][fF])")
_INFINITY = re.compile(r"[+-]?infinity", re.ASCII | re.IGNORECASE)
_DIGITS_OF_FLOAT = 400
"""A whole number of more digits is beyond binary64."""


class RepeatedKeyError(ValueError):
    """A JSON object names a key twice: which of the two values is meant, nobody can say."""


def number_or_text(text: str) -> float | str:
    """Return the number that *text* spells, else the text itself.

    `nan` and the infinities are numbers, which policies then call not finite. Blanks, thousands separators,
    decimal commas and digits of other scripts make a text.

    >>> number_or_text("0.95"), number_or_text("-inf"), number_or_text("0,95")
    (0.95, -inf, '0,95')
    """
    return float(text) if _NUMBER.fullmatch(text) or _INFINITY.fullmatch(text) else text


def score_of(text: str) -> Any:  # noqa: ANN401 - a score may be anything
    """Return the score that an argument spells: a number, any other JSON value, else the text itself.

    >>> score_of("0.9"), score_of("true"), score_of('"0.9"'), score_of("high")
    (0.9, True, '0.9', 'high')
    """
    number = number_or_text(text)
    if not isinstance(number, str):
        return number
    try:
        value = read_json(text)
    except ValueError:
        return text
    # Blanks around a number make a text of it, as they do in a CSV file
    return text if type(value) in (int, float) else value


def read_json(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a JSON text. NaN and the infinities are taken as numbers.

    Raises `ValueError` for what is no JSON, is nested too deeply, or names a key twice in one object.
    """
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_int=_integer)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    twice = next(name for name in names if names.count(name) > 1)
    raise RepeatedKeyError(f"the key `{twice[:60]}` stands there twice")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _DIGITS_OF_FLOAT else float(digits)
