"""Candidates and live policies in time: two canaries, candidates beside nothing, gaps and ends of a use case."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, checked, edited, findings

FROM = "from: 2026-07-01T00:00:00Z"


def live(begin: str = "2026-07-01", end: str | None = None, version: int = 7) -> str:
    until = "" if end is None else f", until: {end}T00:00:00Z"
    return edited(POLICY, (FROM, f"from: {begin}T00:00:00Z{until}"), ("version: 7", f"version: {version}"))


def canary(begin: str, end: str, version: int) -> str:
    return staged("canary: {percent: 5, by: subject, salt: s, ", begin, end, version)


def shadow(begin: str, end: str, version: int) -> str:
    return staged("shadow: {", begin, end, version)


def staged(kind: str, begin: str, end: str, version: int) -> str:
    stage = f"stage: {{{kind}until: {end}T00:00:00Z}}}}\nscore:"
    return edited(live(begin, version=version), ("score:", stage))


def test_candidates_may_overlap_with_the_live_policy_and_with_each_other() -> None:
    others = {
        "a": canary("2026-08-01", "2026-09-01", 8),
        "b": canary("2026-09-01", "2026-10-01", 9),
        "c": shadow("2026-08-01", "2026-10-01", 10),
        "d": shadow("2026-08-01", "2026-10-01", 11),
    }
    assert findings(POLICY, CATALOG, **others) == []


@pytest.mark.parametrize("begin", ["2026-08-01", "2026-08-31"])
def test_two_canaries_at_one_instant_are_told_of(begin: str) -> None:
    later = canary(begin, "2026-10-01", 9)
    assert findings(POLICY, CATALOG, a=canary("2026-08-01", "2026-09-01", 8), b=later) == [
        (
            f"b.yaml:6:1: PE421 two canaries of `card-fraud` decide from {begin}T00:00:00Z on until "
            "2026-09-01T00:00:00Z: this one and that of `a.yaml`, line 5 / make this one a `shadow`, or have one "
            "begin when the other has ended; a canary decides until its `until`"
        )
    ]


def test_a_long_canary_is_held_against_all_that_begin_while_it_lasts() -> None:
    found = findings(
        POLICY,
        CATALOG,
        a=canary("2026-08-01", "2026-12-01", 8),
        b=canary("2026-08-02", "2026-08-03", 9),
        c=shadow("2026-08-02", "2026-11-03", 10),
        d=canary("2026-11-01", "2026-12-01", 11),
    )
    assert [line.partition(" two")[0] for line in found] == ["b.yaml:6:1: PE421", "d.yaml:6:1: PE421"]


@pytest.mark.parametrize(
    ("candidate", "told"),
    [
        (shadow("2026-08-01", "2026-09-01", 8), []),
        (
            shadow("2026-05-01", "2026-07-01", 8),
            [
                (
                    "next.yaml:6:8: PE422 no policy of `card-fraud` is live while this candidate lasts, from "
                    "2026-05-01T00:00:00Z until 2026-07-01T00:00:00Z / give it a window in which one is live: a "
                    "candidate decides only beside a live policy"
                )
            ],
        ),
        (
            shadow("2026-09-01", "2026-08-01", 8),
            [
                (
                    "next.yaml:6:25: PE427 this candidate ends before it begins: `effective` says from "
                    "2026-09-01T00:00:00Z on / write an instant after 2026-09-01T00:00:00Z, or an earlier `from` "
                    "in `effective`"
                )
            ],
        ),
        (
            edited(shadow("2026-08-01", "2026-09-01", 8), ("card-fraud", "card-fruad")),
            [
                (
                    "next.yaml:2:11: PE422 `card-fruad` has no live policy for this candidate to decide beside / did "
                    "you mean `card-fraud`?"
                )
            ],
        ),
    ],
)
def test_a_candidate_that_never_decides_is_told_of(candidate: str, told: list[str]) -> None:
    assert findings(POLICY, CATALOG, next=candidate) == told


def test_a_candidate_that_is_checked_by_itself_may_have_its_live_policy_elsewhere() -> None:
    assert findings(shadow("2026-08-01", "2026-09-01", 8)) == []


def test_a_use_case_that_ends_without_a_successor_is_told_of() -> None:
    told = [
        (
            "5:48: PE424 no policy of `card-fraud` is live from 2026-09-01T00:00:00Z on: every case is refused then / "
            "leave `until` out, or write the policy that follows this one"
        )
    ]
    assert findings(live(end="2026-09-01")) == told
    assert findings(live(end="2026-09-01"), CATALOG, second=live("2026-09-01", version=8)) == []
    # a candidate is no successor
    candidate = shadow("2026-08-01", "2026-12-01", 8)
    assert findings(live(end="2026-09-01"), CATALOG, second=candidate) == told


def test_of_several_policies_only_the_last_one_that_ends_is_told_of() -> None:
    later = {"second": live("2026-09-01", "2026-10-01", 8), "third": live("2026-10-01", "2026-11-01", 9)}
    assert [line.partition(" no")[0] for line in findings(live(end="2026-09-01"), CATALOG, **later)] == [
        "third.yaml:5:48: PE424"
    ]


def test_gaps_and_ends_are_warnings_and_keep_nothing_from_being_loaded() -> None:
    policies, report = checked(live(end="2026-08-01"), CATALOG, second=live("2026-09-01", "2026-10-01", 8))
    assert [(one.code, one.severity) for one in report.diagnostics] == [("PE423", "warning"), ("PE424", "warning")]
    assert policies is not None


def test_of_what_is_not_there_nothing_is_told_while_a_file_cannot_be_read() -> None:
    _, report = checked(live(end="2026-08-01"), CATALOG, second=live("2026-08-01", version=8) + "bandz: 1\n")
    assert [one.code for one in report.diagnostics if one.severity == "warning"] == []
