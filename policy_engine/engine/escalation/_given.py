"""Values of a mapping that came from outside, and instants as JSON has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import as_instant, format_instant

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


def instant_or_null(instant: datetime | None) -> str | None:
    """Return an instant as JSON has it."""
    return None if instant is None else format_instant(instant)


def mapping_of(given: object, what: str) -> Mapping[str, Any]:
    """Return what was given if it is a mapping; raise `InvalidRequestError` that names it as *what* otherwise."""
    if not isinstance(given, Mapping):
        raise InvalidRequestError(f"{what} must be a mapping")
    return given


def refuse_others(given: Mapping[str, Any], known: Collection[str], what: str) -> None:
    """Raise `InvalidRequestError` for a key that nobody knows."""
    unknown = sorted(str(key) for key in given if key not in known)
    if unknown:
        raise InvalidRequestError(f"unknown key `{unknown[0][:60]}` of {what}")


def text_of(given: Mapping[str, Any], key: str, what: str) -> str:
    """Return the text under a key; raise `InvalidRequestError` where there is none."""
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidRequestError(f"`{key}` of {what} must be text")
    return value


def instant_of(given: Mapping[str, Any], key: str, what: str) -> datetime:
    """Return the instant under a key, in UTC: a `datetime` with a time zone, or text.

    Raises `InvalidRequestError` where there is none.
    """
    instant = as_instant(given.get(key))
    if instant is None:
        raise InvalidRequestError(f"`{key}` of {what} is not an instant with an offset, such as 2026-07-01T00:00:00Z")
    return instant
