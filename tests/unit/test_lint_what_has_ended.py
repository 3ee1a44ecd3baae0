"""What is over at an instant: just before its end, on it, and after; and never where no instant is asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from policy_engine.validator import check
from tests.support.policies import CATALOG, POLICY, Edit, edited, line, loaded

_FROM = "{from: 2026-07-01T00:00:00Z}"
_END = "2027-01-01T00:00:00Z"
_ON_INVALID = "on_invalid: review\n"
AT = datetime(2027, 1, 1, tzinfo=UTC)

ENDED: dict[str, tuple[list[Edit], str]] = {
    "a policy": (
        [(_FROM, f"{_FROM[:-1]}, until: {_END}}}")],
        (
            "5:48: PE429 this policy ended at 2027-01-01T00:00:00Z: no case is decided by it any more / delete the "
            "file, which version control keeps, or write a later `until` and a new `version`"
        ),
    ),
    "a shadow": (
        [("version: 7\n", f"version: 7\nstage: {{shadow: {{until: {_END}}}}}\n")],
        (
            "4:25: PE430 this candidate, a shadow, ended at 2027-01-01T00:00:00Z: it decides nothing any more / "
            "delete the file, or write a later `until`; to make it the live policy, take `stage` away and let the one "
            "before it end where this one begins"
        ),
    ),
    "a canary": (
        [
            (
                "version: 7\n",
                f"version: 7\nstage: {{canary: {{percent: 5, by: subject, salt: s, until: {_END}}}}}\n",
            )
        ],
        (
            "4:59: PE430 this candidate, a canary, ended at 2027-01-01T00:00:00Z: it decides nothing any more / "
            "delete the file, or write a later `until`; to make it the live policy, take `stage` away and let the one "
            "before it end where this one begins"
        ),
    ),
    "a candidate whose policy ends before its stage": (
        [
            ("version: 7\n", "version: 7\nstage: {shadow: {until: 2028-01-01T00:00:00Z}}\n"),
            (_FROM, f"{_FROM[:-1]}, until: {_END}}}"),
        ],
        (
            "6:48: PE430 this candidate, a shadow, ended at 2027-01-01T00:00:00Z: it decides nothing any more / "
            "delete the file, or write a later `until`; to make it the live policy, take `stage` away and let the one "
            "before it end where this one begins"
        ),
    ),
    "an override": (
        [("because: fewer refusals}", f"because: fewer refusals, effective: {{until: {_END}}}}}")],
        (
            "16:111: PE431 the override `eu` ended at 2027-01-01T00:00:00Z: it holds nowhere any more / delete the "
            "override `eu`, or write a later `until` and a new `version`"
        ),
    ),
    "a sample": (
        [
            (
                _ON_INVALID,
                (
                    f"{_ON_INVALID}samples:\n"
                    f"  - {{id: qa, of: allow, percent: 1, to: review, by: subject, salt: s, until: {_END}}}\n"
                ),
            )
        ],
        (
            "16:78: PE432 the sample `qa` ended at 2027-01-01T00:00:00Z: nobody is drawn any more / delete the sample "
            "`qa`, or write a later `until` and a new `version`"
        ),
    ),
}


def _found(edits: list[Edit], now: datetime | None) -> list[str]:
    read = loaded({"policy.yaml": edited(POLICY, *edits), "catalog.yaml": CATALOG})
    about_others = {"PE422", "PE424"}  # nothing live beside a candidate, and no successor
    return [line(one) for one in check(read, now=now).report.diagnostics if one.code not in about_others]


@pytest.mark.parametrize("case", ENDED)
def test_what_ends_at_the_instant_is_over(case: str) -> None:
    edits, told = ENDED[case]
    assert _found(edits, AT) == [told]
    assert _found(edits, AT + timedelta(days=1000)) == [told]


@pytest.mark.parametrize("case", ENDED)
def test_just_before_it_is_not(case: str) -> None:
    edits, _ = ENDED[case]
    assert _found(edits, AT - timedelta(microseconds=1)) == []


@pytest.mark.parametrize("case", ENDED)
def test_where_no_instant_is_asked_about_nothing_is_over(case: str) -> None:
    edits, _ = ENDED[case]
    assert _found(edits, None) == []


def test_of_a_policy_that_has_ended_nothing_else_is_told() -> None:
    edits = [*ENDED["a policy"][0], *ENDED["an override"][0], *ENDED["a sample"][0]]
    assert [told.split(" ")[1] for told in _found(edits, AT)] == ["PE429"]


def test_where_nothing_ends_nothing_is_over() -> None:
    starts: Edit = ("because: fewer refusals}", "because: fewer refusals, effective: {from: 2026-08-01T00:00:00Z}}")
    sample: Edit = (
        _ON_INVALID,
        f"{_ON_INVALID}samples: [{{id: qa, of: allow, percent: 1, to: review, by: subject, salt: s}}]\n",
    )
    assert _found([starts, sample], datetime.max.replace(tzinfo=UTC)) == []


def test_of_a_policy_with_errors_only_these_are_told() -> None:
    edits = [*ENDED["an override"][0], ("at_least: 0.55", "at_least: 5")]
    assert [told.split(" ")[1] for told in _found(edits, AT)] == ["PE202"]
