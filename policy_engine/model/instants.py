"""Instants, windows and durations. Time always comes from outside, and always with its offset."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_DURATION = re.compile(
    r"P(?=[0-9T])(?:(?P<weeks>[0-9]{1,4})W)?(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,8})S)?)?"
)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
"""When a window ends that names no end."""


def to_nanoseconds(instant: datetime) -> int:
    """Return the nanoseconds from 1970 to an instant, as clocks give them."""
    return (instant - _EPOCH) // _MICROSECOND * 1_000


def from_nanoseconds(ns: int) -> datetime:
    """Return the instant so many nanoseconds after 1970; what is smaller than a microsecond is cut off."""
    return _EPOCH + ns // 1_000 * _MICROSECOND


def parse_instant(text: str) -> datetime:
    """Return the instant that an RFC 3339 *text* names, in UTC.

    Raises `ValueError` where the text has no offset, no seconds, or names no real date.

    >>> parse_instant("2027-02-01T01:00:00+01:00").isoformat()
    '2027-02-01T00:00:00+00:00'
    """
    if not _INSTANT.fullmatch(text):
        message = f"not an instant with an offset: {text[:60]!r}"
        raise ValueError(message)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def as_instant(given: object) -> datetime | None:
    """Return the instant that a caller gave, in UTC: a `datetime` with an offset, or text; None for what is none."""
    if isinstance(given, datetime) and given.tzinfo is UTC:
        return given
    # Beyond the ends of the calendar, another offset overflows
    with suppress(OverflowError, ValueError):
        if isinstance(given, datetime) and given.utcoffset() is not None:
            return given.astimezone(UTC)
        if isinstance(given, str):
            return parse_instant(given)
    return None


def format_instant(instant: datetime) -> str:
    """Return *instant* in UTC as RFC 3339 with as many decimals as it needs.

    >>> format_instant(parse_instant("2027-02-01T01:00:00+01:00"))
    '2027-02-01T00:00:00Z'
    """
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.isoformat().removesuffix("+00:00") + "Z"


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> timedelta:
    """Return the length that an ISO 8601 *text* of weeks, days, hours, minutes and seconds names.

    Months and years are refused: their length depends on the day they start on.

    >>> parse_duration("P1DT2H")
    datetime.timedelta(days=1, seconds=7200)
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        message = f"not a duration: {text[:60]!r}"
        raise ValueError(message)
    length = timedelta(**{unit: int(number) for unit, number in found.groupdict().items() if number})
    if not length:
        message = f"an empty duration: {text[:60]!r}"
        raise ValueError(message)
    return length


def _instant_from_text(value: Any) -> datetime:  # noqa: ANN401 - anything may stand in a file
    if isinstance(value, datetime):
        return value
    try:
        return parse_instant(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("instant", "is not an instant with an offset, such as 2026-07-01T00:00:00Z") from None


def _checked_duration(value: str) -> str:
    try:
        parse_duration(value)
    except (ValueError, OverflowError):
        raise PydanticCustomError("duration", "is not a duration such as PT30M, PT8H or P1D") from None
    return value


Instant = Annotated[
    datetime,
    BeforeValidator(_instant_from_text),
    PlainSerializer(format_instant, return_type=str),
    # no `format`: editors that check it say twice what is wrong, and have rules of their own
    WithJsonSchema({"type": "string", "pattern": f"^({_INSTANT.pattern})$"}),
]
"""An instant, written in RFC 3339 with an offset, kept in UTC."""

_DURATION_ANYWHERE = re.sub(r"\?P<[a-z]+>", "", _DURATION.pattern)
"""The same without named groups, whose spelling other languages do not share."""

Duration = Annotated[
    str,
    AfterValidator(_checked_duration),
    Field(json_schema_extra={"pattern": f"^{_DURATION_ANYWHERE}$"}),
]
"""A length of time as ISO 8601 writes it, without months and years."""


class Window(Written):
    """From when, and until when, something holds. The first instant belongs to it, the last does not."""

    from_: Instant | None = Field(default=None, alias="from")
    """The first instant at which it holds; without it, it has always held."""
    until: Instant | None = None
    """The first instant at which it no longer holds; without it, it has no end."""

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.from_ is None and self.until is None:
            raise PydanticCustomError("empty_window", "says neither `from` nor `until`")
        if self.from_ is not None and self.until is not None and self.from_ >= self.until:
            raise PydanticCustomError("empty_window", "ends before it begins, so it never holds")
        return self


class PolicyWindow(Window):
    """When a policy is live. Its beginning is required: a policy that always held was never reviewed."""

    from_: Instant = Field(alias="from")
    """The first instant at which the policy is live."""
