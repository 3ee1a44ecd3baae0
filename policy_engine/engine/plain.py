"""Whatever a caller gave, as JSON can say it: for decisions and records, which must hold any input at all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any

from policy_engine.reference import read_number

_DEEPEST = 16
_NAMES = {math.inf: "Infinity", -math.inf: "-Infinity"}


def plain(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any value, any JSON value
    """Return *value* as JSON can hold it.

    Whole numbers stay whole, beyond 64 bits as text; all others become binary64. Those that are not finite
    become the texts `NaN`, `Infinity` and `-Infinity`; what is no JSON value, or nested deeper than 16, becomes
    `<object>`.

    >>> plain({"a": [float("nan"), (1, None)]})
    {'a': ['NaN', [1, None]]}
    """
    # What requests are made of comes first: whole files of them pass through here
    kind = type(value)
    if kind is str and value.isascii():
        return value
    if value is None or kind is bool or (kind is float and math.isfinite(value)):
        return value
    if isinstance(value, str):
        return _text(value)
    if depth < _DEEPEST:
        if isinstance(value, Mapping):
            return _mapping(value, depth + 1)
        if isinstance(value, (list, tuple)):
            return [plain(item, depth + 1) for item in value]
        if isinstance(value, (set, frozenset)):
            return sorted((plain(item, depth + 1) for item in value), key=str)
    return _number(value)


def _text(value: str) -> str:
    """Return text that UTF-8 can hold: a lone surrogate is written as its escape."""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def _mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    """Return a mapping with keys that are text. A key that is none never takes the place of one that is."""
    texts = {_text(key): plain(item, depth) for key, item in value.items() if isinstance(key, str)}
    for key, item in value.items():
        if not isinstance(key, str):
            name = str(plain(key))
            while name in texts:
                name += "'"
            texts[name] = plain(item, depth)
    return texts


def _number(value: object) -> int | float | str:
    number = read_number(value)
    if isinstance(number, str):
        return "<object>" if number == "wrong_type" else _not_finite(value)
    if not isinstance(value, Integral):
        return number
    whole = int(value)
    return whole if -(2**63) <= whole < 2**64 else str(whole)


def _not_finite(value: Any) -> str:  # noqa: ANN401 - any number
    try:
        return _NAMES.get(float(value), "NaN")
    except OverflowError:
        return "Infinity" if value > 0 else "-Infinity"
    except ValueError:
        return "NaN"
