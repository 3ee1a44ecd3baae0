"""How values, places and sources are put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.engine.plain import plain
from policy_engine.printable import printable
from policy_engine.resolution import format_number
from policy_engine.vocabulary import BASE, FROM_ENVIRONMENT, JURISDICTION

if TYPE_CHECKING:
    from policy_engine.engine.retrace import Place


def source_in_words(source: str | None) -> str:
    """Return where a value of a cell came from."""
    words = {BASE: "the policy's base", FROM_ENVIRONMENT: "the environment", None: "the policy"}
    return words.get(source, f"override `{source}`")


def place_in_words(place: Place) -> str:
    """Return the values of a cell by their dimensions."""
    values = [f"{name} {value or 'unknown'}" for name, value in place.values.items()]
    if JURISDICTION not in place.values and place.jurisdiction is not None:
        values.insert(0, f"{JURISDICTION} {short(place.jurisdiction)}")
    return ", ".join(values)


def shown(value: object) -> str:
    """Return what a request gives, as people write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return " and ".join(short(item) for item in value)
    return short(value)


def short(value: object) -> str:
    """Return the beginning of a text from outside, safe to show."""
    # As JSON would hold it: text of what is nested without end has none
    return printable(str(plain(value))[:60])
