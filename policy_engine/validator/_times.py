"""Instants and durations that do not read: what is wrong with them, and what was meant where that is sure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from policy_engine.model.instants import parse_duration, parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable

_INSTANT: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_FORM: Final = (
    "write it in the form of `2026-07-01T00:00:00Z`: a date, `T`, a time, and `Z` or an offset as in `+01:00`"
)
_MIDNIGHT: Final = 24
_LAST: Final = {"hour": 23, "minute": 59, "second": 59}

_UNITS: Final = {"s": "PT{}S", "m": "PT{}M", "h": "PT{}H", "d": "P{}D", "w": "P{}W"}
_PLAIN: Final = re.compile(
    r"([0-9]+) *(?:(s)(?:ec(?:ond)?s?)?|(m)(?:in(?:ute)?s?)?|(h)(?:(?:ou)?rs?)?|(d)(?:ays?)?|(w)(?:eeks?)?)"
)
_DECIMAL: Final = re.compile(
    r"(?P<before>P(?:[0-9]+W)?(?:[0-9]+D)?)T(?P<number>[0-9]{1,6}[.,][0-9]{1,3})(?P<unit>[HM])"
)
_MONTHS: Final = re.compile(r"P(?:([0-9]{1,3})Y)?(?:([0-9]{1,3})M)?")


def mend_instant(text: str) -> str:
    """Return what to do about an instant that does not read.

    >>> mend_instant("2026-12-31T24:00:00Z"), mend_instant("2026-02-30T00:00:00Z")
    ('write `2027-01-01T00:00:00Z`', 'February 2026 has 28 days: write a day from 01 to 28')
    """
    text = text.strip()
    found = _INSTANT.fullmatch(text)
    if found is None:
        return _FORM
    wrong = _wrong_date(found) or _wrong_time(found)
    if wrong is not None:
        return wrong
    meant = meant_instant(text)
    return _FORM if meant is None else f"write `{meant}`"


def meant_instant(text: str) -> str | None:
    """Return the instant that a text is, or would be with the offset or the time that it lacks: that of UTC.

    >>> meant_instant("2026-03-01"), meant_instant("2026-03-01T00:00:00Z"), meant_instant("March")
    ('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', None)
    """
    tries = (
        text,
        f"{text}Z",
        f"{text}:00Z",
        f"{text}T00:00:00Z",
        f"{text[:-2]}:{text[-2:]}",
        f"{text[:16]}:00{text[16:]}",
    )
    return next((one for one in tries if _reads(parse_instant, one)), None)


def _wrong_date(found: re.Match[str]) -> str | None:
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    if year < date.min.year:
        return "there is no year 0000: write a year from 0001 on"
    if not 1 <= month <= 12:  # noqa: PLR2004 - the months of a year
        return f"there is no month {found['month']}: write one from 01 to 12"
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        return f"{date(year, month, 1):%B} {found['year']} has {days} days: write a day from 01 to {days}"
    return None


def _wrong_time(found: re.Match[str]) -> str | None:
    hour, minute, second = found["hour"], found["minute"], found["second"]
    if hour is not None and int(hour) == _MIDNIGHT and int(minute) == int(second or 0) == 0:
        next_day = date(int(found["year"]), int(found["month"]), int(found["day"])).toordinal() + 1
        midnight = f"{date.fromordinal(next_day)}T00:00:00" if next_day <= date.max.toordinal() else ""
        meant = f"{midnight}{found['offset'] or 'Z'}"
        return f"write `{meant}`" if _reads(parse_instant, meant) else _FORM
    for unit, last in _LAST.items():
        number = found[unit]
        if number is not None and int(number) > last:
            return f"there is no {unit} {number}: write one from 00 to {last}"
    offset = found["offset"]
    if offset is not None and offset[1:] and (int(offset[1:3]) > _LAST["hour"] or int(offset[-2:]) > _LAST["minute"]):
        return f"there is no offset {offset}: its hours go from 00 to 23, its minutes from 00 to 59"
    return None


def mend_duration(text: str) -> str:
    """Return what to do about a duration that does not read.

    >>> mend_duration("30 minutes"), mend_duration("PT1.5H"), mend_duration("soon")
    ('write `PT30M`', 'write `PT90M`', 'write one such as `PT30M`, `PT8H` or `P1D`')
    """
    text = text.strip()
    months, decimal, plain = (
        _MONTHS.fullmatch(text.upper()),
        _DECIMAL.fullmatch(text.upper()),
        _PLAIN.fullmatch(text.lower()),
    )
    days = 365 * int(months[1] or 0) + 30 * int(months[2] or 0) if months else 0
    if months is not None and days:
        unit = "months and years have" if months[1] and months[2] else "years have" if months[1] else "months have"
        return f"{unit} no fixed length: write `P{days}D`"
    meant = text.upper()
    if plain is not None:
        meant = _UNITS[text.lower()[plain.start(plain.lastindex or 0)]].format(plain[1])
    elif decimal is not None:
        meant = _in_smaller_units(decimal)
    return f"write `{meant}`" if _reads(parse_duration, meant) else "write one such as `PT30M`, `PT8H` or `P1D`"


def _in_smaller_units(decimal: re.Match[str]) -> str:
    """Return `PT1.5H` in whole minutes, and in whole seconds where these do not do; empty where no unit does."""
    whole, _, part = decimal["number"].replace(",", ".").partition(".")
    thousandths = timedelta(milliseconds=int(whole) * 1000 + int(part.ljust(3, "0")))
    seconds = thousandths * (3600 if decimal["unit"] == "H" else 60) / timedelta(seconds=1)
    for size, unit in ((60, "M"), (1, "S")):
        if seconds % size == 0:
            return f"{decimal['before']}T{int(seconds // size)}{unit}"
    return ""


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except (ValueError, OverflowError):
        return False
    return True
