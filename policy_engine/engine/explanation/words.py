"""How values, places and sources are put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.engine.plain import plain
from policy_engine.printable import printable
from policy_engine.resolution import format_number
from policy_engine.vocabulary import BASE, FROM_ENVIRONMENT, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.engine.retrace import Place


MOST_LISTED: Final = 20
"""So many members, labels or values are listed; the decision itself has all."""


def listed(items: Iterable[str], between: str = ", ", *, of: int | None = None) -> str:
    """Return the first items in a row, and how many more there are *of* all, where these are not all.

    >>> listed("abc"), listed(map(str, range(22)))[-18:]
    ('a, b, c', ' 18, 19 and 2 more')
    """
    every = list(items)
    more = (len(every) if of is None else of) - MOST_LISTED
    return between.join(every[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def source_in_words(source: str | None) -> str:
    """Return where a value of a cell came from."""
    words = {BASE: "the policy's base", FROM_ENVIRONMENT: "the environment", None: "the policy"}
    return words.get(source, f"override `{source}`")


def place_in_words(place: Place) -> str:
    """Return the values of a cell by their dimensions."""
    values = [f"{name} {value or 'unknown'}" for name, value in place.values.items()]
    if JURISDICTION not in place.values and place.jurisdiction is not None:
        values.insert(0, f"{JURISDICTION} {cut_off(place.jurisdiction)}")
    return ", ".join(values)


def in_words(value: object) -> str:
    """Return what a request gives, as people write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return listed(map(cut_off, value), " and ")
    return cut_off(value)


def cut_off(value: object) -> str:
    """Return the beginning of a text from outside, safe to show."""
    # As JSON would hold it: text of what is nested without end has none
    return printable(str(plain(value))[:60])
