"""What a text means that a shell or a CSV file hands over, where every value is text."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from policy_engine.diagnostics import first_repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:[nN][aA][nN]|[iI][nN][fF])")
_INFINITY = re.compile(r"[+-]?infinity", re.ASCII | re.IGNORECASE)
_BETWEEN_CODES = re.compile(r"[\s,;]+")
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


def scores_of(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a score may be anything
    """Return the score that arguments spell: one of `score_of`, or several that each say NAME=SCORE.

    Raises `ValueError` where there are several and one of them has no name, or a name that another has.

    >>> scores_of(["0.9"]), scores_of(["document=0.8", "face=0.7"])
    (0.9, {'document': 0.8, 'face': 0.7})
    """
    if len(texts) == 1:
        whole = score_of(texts[0])
        if not (whole == texts[0] and "=" in texts[0]):
            return whole
    return {name: score_of(score) for name, score in by_name(texts, "SCORE").items()}


def by_name(texts: Iterable[str], what: str) -> dict[str, str]:
    """Return what follows the last `=` of each text by what stands before it.

    Raises `ValueError` for a text without a name, and for a name that is there twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, said = text.rpartition("=")
        if not sign or not name:
            message = f"NAME={what}, not `{text}`"
            raise ValueError(message)
        if name in found:
            message = f"one {what} for each name, and `{name}` has two"
            raise ValueError(message)
        found[name] = said
    return found


def codes_of(text: str) -> list[str]:
    """Return the codes that a text lists, between blanks, commas or semicolons.

    >>> codes_of("R07, R01;R02")
    ['R07', 'R01', 'R02']
    """
    return [code for code in _BETWEEN_CODES.split(text) if code]


def boolean_or_text(text: str) -> bool | str:
    """Return true or false where *text* spells it, in JSON's letters or Python's, else the text itself.

    >>> boolean_or_text("true"), boolean_or_text("False"), boolean_or_text("1")
    (True, False, '1')
    """
    return {"true": True, "false": False}.get(text.lower(), text)


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
    twice = first_repeated(name for name, _ in pairs)
    raise RepeatedKeyError(f"the key `{str(twice)[:60]}` stands there twice")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _DIGITS_OF_FLOAT else float(digits)
