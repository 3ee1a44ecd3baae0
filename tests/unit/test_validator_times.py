"""What to do about instants and durations that do not read."""

from __future__ import annotations

import pytest

from policy_engine.model.instants import parse_duration, parse_instant
from policy_engine.validator._times import mend_duration, mend_instant
from tests.support.policies import after, after_in_catalog

FORM = "write it in the form of `2026-07-01T00:00:00Z`: a date, `T`, a time, and `Z` or an offset as in `+01:00`"
INSTANTS = {
    "2026-12-31T24:00:00Z": "write `2027-01-01T00:00:00Z`",
    "2026-12-31T24:00:00": "write `2027-01-01T00:00:00Z`",
    "2026-12-31T24:00:00+01:00": "write `2027-01-01T00:00:00+01:00`",
    "9999-12-31T24:00:00Z": FORM,
    "2026-12-31T24:00:01Z": "there is no hour 24: write one from 00 to 23",
    "2026-12-31T23:60:00Z": "there is no minute 60: write one from 00 to 59",
    "2026-12-31T23:59:60Z": "there is no second 60: write one from 00 to 59",
    "2026-02-29": "February 2026 has 28 days: write a day from 01 to 28",
    "2028-02-30T00:00:00Z": "February 2028 has 29 days: write a day from 01 to 29",
    "2026-13-01T00:00:00Z": "there is no month 13: write one from 01 to 12",
    "0000-01-01T00:00:00Z": "there is no year 0000: write a year from 0001 on",
    "2026-07-01T00:00:00+00:99": "there is no offset +00:99: its hours go from 00 to 23, its minutes from 00 to 59",
    "2026-07-01T00:00:00+24:00": "there is no offset +24:00: its hours go from 00 to 23, its minutes from 00 to 59",
    "2026-07-01T00:00:00+0100": "write `2026-07-01T00:00:00+01:00`",
    "2026-07-01T00:00+01:00": "write `2026-07-01T00:00:00+01:00`",
    "2026-07-01T00:00:00.1234567Z": FORM,
    " 2026-07-01 ": "write `2026-07-01T00:00:00Z`",
    "tomorrow": FORM,
}
SOME = "write one such as `PT30M`, `PT8H` or `P1D`"
DURATIONS = {
    "P1M": "months have no fixed length: write `P30D`",
    "p2y": "years have no fixed length: write `P730D`",
    "P1Y6M": "months and years have no fixed length: write `P545D`",
    "PT1.5H": "write `PT90M`",
    "PT0,5M": "write `PT30S`",
    "P1DT1.25H": "write `P1DT75M`",
    "PT0.001M": SOME,
    "30m": "write `PT30M`",
    "90 sec": "write `PT90S`",
    "2h": "write `PT2H`",
    "2 hrs": "write `PT2H`",
    "1d": "write `P1D`",
    "2 Weeks": "write `P2W`",
    "pt30m": "write `PT30M`",
    "3 months": SOME,
    "soon": SOME,
    "PT0S": SOME,
    "P": SOME,
    "P0M": SOME,
    "999999d": SOME,
}


@pytest.mark.parametrize("text", INSTANTS)
def test_an_instant_is_mended_where_it_is_sure_what_was_meant(text: str) -> None:
    assert mend_instant(text) == INSTANTS[text]
    with pytest.raises((ValueError, OverflowError)):
        parse_instant(text)


@pytest.mark.parametrize("text", DURATIONS)
def test_so_is_a_duration(text: str) -> None:
    assert mend_duration(text) == DURATIONS[text]
    with pytest.raises((ValueError, OverflowError)):
        parse_duration(text)


def test_offsets_up_to_the_last_minute_of_a_day_are_read() -> None:
    assert parse_instant("2026-07-01T23:59:00+23:59") == parse_instant("2026-07-01T00:00:00Z")
    assert parse_instant("2026-07-01T00:00:00-23:59") == parse_instant("2026-07-01T23:59:00Z")


def test_both_are_told_at_their_places() -> None:
    (instant,) = after(("2026-07-01T00:00:00Z", "2026-07-01T00:00:00+24:00"))
    (duration,) = after_in_catalog(("PT30M", "PT1.5H"))
    assert instant.startswith("5:19: PE104 `2026-07-01T00:00:00+24:00` is not")
    assert duration.startswith("catalog.yaml:14:53: PE104 `PT1.5H` is not")
    assert duration.endswith(" / write `PT90M`")
