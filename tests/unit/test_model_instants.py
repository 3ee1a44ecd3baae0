"""Instants, windows and durations: what is read, what is refused, and how they are written again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from policy_engine.model import PolicyWindow, Window, format_instant, parse_duration, parse_instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-07-01T00:00:00Z", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-07-01t00:00:00z", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-07-01 00:00:00Z", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-07-01T02:00:00+02:00", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-06-30T18:30:00-05:30", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-07-01T00:00:00.5Z", datetime(2026, 7, 1, microsecond=500_000, tzinfo=UTC)),
        ("2026-07-01T00:00:00.000001Z", datetime(2026, 7, 1, microsecond=1, tzinfo=UTC)),
        ("2024-02-29T23:59:59-00:00", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01",
        "2026-07-01T00:00Z",
        "2026-07-01T00:00:00",
        "2026-07-01T00:00:00.1234567Z",
        "2026-07-01T00:00:00+0200",
        "2026-07-01T00:00:00 Z",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-07-01T25:00:00Z",
        "2026-07-01T00:00:60Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٦-07-01T00:00:00Z",
        "now",
        "",
    ],
)
def test_what_is_no_instant_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 7, 1, tzinfo=UTC), "2026-07-01T00:00:00Z"),
        (datetime(2026, 7, 1, microsecond=500_000, tzinfo=UTC), "2026-07-01T00:00:00.500000Z"),
        (parse_instant("2026-07-01T02:00:00+02:00"), "2026-07-01T00:00:00Z"),
    ],
)
def test_an_instant_is_written_in_utc_with_the_decimals_that_it_needs(instant: datetime, text: str) -> None:
    assert format_instant(instant) == text
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT30M", timedelta(minutes=30)),
        ("P1D", timedelta(days=1)),
        ("P2W", timedelta(weeks=2)),
        ("P1W1DT1H1M1S", timedelta(weeks=1, days=1, hours=1, minutes=1, seconds=1)),
        ("PT0H1S", timedelta(seconds=1)),
    ],
)
def test_a_duration_is_read(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "1D", "PT30", "P1M", "P1Y", "PT1.5H", "-PT1H", "PT0S", "P0D", "pt1h", "PT1H ", "P123456D"],
)
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


def test_windows_are_written_as_they_are_read() -> None:
    window = Window.model_validate({"from": "2026-07-01T02:00:00+02:00", "until": datetime(2027, 1, 1, tzinfo=UTC)})
    assert window.model_dump(mode="json", by_alias=True) == {
        "from": "2026-07-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({}, "says neither `from` nor `until`"),
        ({"from": "2026-07-01T00:00:00Z", "until": "2026-07-01T00:00:00Z"}, "ends before it begins"),
        ({"from": "2026-07-01T00:00:00Z", "until": "2026-07-01T00:00:00+01:00"}, "ends before it begins"),
        ({"from": "2026-07-01"}, "is not an instant with an offset"),
        ({"from": 2026}, "is not an instant with an offset"),
        ({"since": "2026-07-01T00:00:00Z"}, "since"),
    ],
    ids=repr,
)
def test_a_window_is_refused(written: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Window.model_validate(written)


def test_an_override_may_leave_out_either_end_of_its_window_and_a_policy_only_the_last() -> None:
    assert Window.model_validate({"until": "2026-07-01T00:00:00Z"}).from_ is None
    assert Window.model_validate({"from": "2026-07-01T00:00:00Z"}).until is None
    assert PolicyWindow.model_validate({"from": "2026-07-01T00:00:00Z"}).until is None
    with pytest.raises(ValidationError, match="from"):
        PolicyWindow.model_validate({"until": "2026-07-01T00:00:00Z"})
