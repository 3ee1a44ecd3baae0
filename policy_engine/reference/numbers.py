"""Numbers from outside: what is one, and what is none."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy_engine.vocabulary import InvalidClass


def read_fact(value: object) -> bool | None:
    """Return a fact that is true or false, NumPy's too; None for whatever else, of which nothing is known."""
    if isinstance(value, bool):
        return value
    if getattr(getattr(value, "dtype", None), "kind", None) == "b" and getattr(value, "ndim", None) == 0:
        return bool(value)
    return None


def read_number(value: object) -> float | InvalidClass:
    """Return *value* rounded to binary64, or why it is no number. Text and booleans are not coerced.

    NumPy's numbers and `Decimal` are numbers; dates, durations and arrays of NumPy are not.
    """
    if type(value) is float:
        return value if math.isfinite(value) else "not_finite"
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        return "wrong_type"
    if getattr(getattr(value, "dtype", None), "kind", "f") not in "iuf":
        return "wrong_type"
    try:
        number = float(value)
    except (OverflowError, ValueError):
        # more than binary64 holds, or a signalling NaN
        return "not_finite"
    except TypeError:
        # a type that calls itself a number and has none
        return "wrong_type"
    return number if math.isfinite(number) else "not_finite"
