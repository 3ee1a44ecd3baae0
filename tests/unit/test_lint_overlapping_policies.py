"""Policies of one use case that are live at the same instant, and those that only touch."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, edited, findings

JULY = "from: 2026-07-01T00:00:00Z"
NEXT = ("version: 7", "version: 8")
PAIRS: dict[str, tuple[str, str, str]] = {
    "both go on for ever": (
        JULY,
        "from: 2026-09-01T00:00:00Z",
        (
            "second.yaml:5:12: PE403 two policies of `card-fraud` are live from 2026-09-01T00:00:00Z on: this one and "
            "that of `policy.yaml`, line 5 / write `until: 2026-09-01T00:00:00Z` in the `effective` of `policy.yaml`, "
            "line 5"
        ),
    ),
    "the first ends a second too late": (
        f"{JULY}, until: 2026-09-01T00:00:01Z",
        "from: 2026-09-01T00:00:00Z",
        (
            "second.yaml:5:12: PE403 two policies of `card-fraud` are live from 2026-09-01T00:00:00Z on until "
            "2026-09-01T00:00:01Z: this one and that of `policy.yaml`, line 5 / write `until: 2026-09-01T00:00:00Z` in "
            "the `effective` of `policy.yaml`, line 5"
        ),
    ),
    "the first file holds the later one": (
        JULY,
        "from: 2026-01-01T00:00:00Z",
        (
            "5:12: PE403 two policies of `card-fraud` are live from 2026-07-01T00:00:00Z on: this one and that of "
            "`second.yaml`, line 5 / write `until: 2026-07-01T00:00:00Z` in the `effective` of `second.yaml`, line 5"
        ),
    ),
    "they begin together": (
        JULY,
        f"{JULY}, until: 2027-07-01T00:00:00Z",
        (
            "5:12: PE403 two policies of `card-fraud` are live from 2026-07-01T00:00:00Z on until "
            "2027-07-01T00:00:00Z: this one and that of `second.yaml`, line 5 / write `from: "
            "2027-07-01T00:00:00Z`, or delete one (versions 8, 7)"
        ),
    ),
    "they touch": (f"{JULY}, until: 2026-09-01T00:00:00Z", "from: 2026-09-01T00:00:00Z", ""),
    "a gap between them": (
        f"{JULY}, until: 2026-08-01T00:00:00Z",
        "from: 2026-09-01T00:00:00Z",
        (
            "second.yaml:5:12: PE423 no policy of `card-fraud` is live from 2026-08-01T00:00:00Z until "
            "2026-09-01T00:00:00Z: every case of then is refused / write `from: 2026-08-01T00:00:00Z` here, or `until: "
            "2026-09-01T00:00:00Z` in the `effective` of `policy.yaml`, line 5"
        ),
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_policies_of_one_use_case_may_touch_but_not_overlap(case: str) -> None:
    first, second, told = PAIRS[case]
    assert findings(edited(POLICY, (JULY, first)), CATALOG, second=edited(POLICY, (JULY, second), NEXT)) == (
        [told] if told else []
    )


def test_policies_of_other_use_cases_may_overlap() -> None:
    assert findings(POLICY, CATALOG, second=edited(POLICY, ("card-fraud", "card-testing"))) == []


def test_a_long_one_is_held_against_all_that_begin_while_it_is_live() -> None:
    year, autumn, winter = "2026-01-01", "2026-09-01", "2026-12-01"
    windows = {
        "long": f"from: {year}T00:00:00Z, until: 2027-01-01T00:00:00Z",
        "short": f"from: {autumn}T00:00:00Z, until: 2026-10-01T00:00:00Z",
        "late": f"from: {winter}T00:00:00Z",
    }
    texts = {
        name: edited(POLICY, (JULY, window), ("version: 7", f"version: {number}"))
        for number, (name, window) in enumerate(windows.items(), 1)
    }
    found = findings(edited(POLICY, ("card-fraud", "other")), CATALOG, **texts)
    assert [line.partition(" two policies")[0] for line in found] == ["late.yaml:5:12: PE403", "short.yaml:5:12: PE403"]
    assert all("that of `long.yaml`, line 5" in line for line in found)


def test_what_is_advised_where_they_begin_together_keeps_both() -> None:
    first, until = JULY, f"{JULY}, until: 2027-07-01T00:00:00Z"
    second = edited(POLICY, NEXT)
    (found,) = findings(POLICY, CATALOG, second=second)
    assert found.endswith(
        " / choose an instant after 2026-07-01T00:00:00Z, and write it as `from` here and as `until` in the "
        "`effective` of `policy.yaml`, line 5; or delete one (versions 7, 8)"
    )
    ended, begun = edited(POLICY, (first, until)), edited(second, (first, "from: 2027-07-01T00:00:00Z"))
    assert findings(ended, CATALOG, second=begun) == []
    (found,) = findings(ended, CATALOG, second=second)
    assert " / write `from: 2027-07-01T00:00:00Z`, or delete one" in found
