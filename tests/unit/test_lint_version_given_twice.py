"""Policies of one use case that have one version and are not the same."""

from __future__ import annotations

from tests.support.policies import CATALOG, POLICY, edited, findings

FROM = "from: 2026-07-01T00:00:00Z"
UNTIL = f"{FROM}, until: 2026-09-01T00:00:00Z"
EARLY = edited(POLICY, (FROM, UNTIL))
LATE = edited(POLICY, (FROM, "from: 2026-09-01T00:00:00Z"), ("0.55", "0.5"))


def _of_version(number: int, text: str = LATE) -> str:
    return edited(text, ("version: 7", f"version: {number}"))


def test_a_version_is_one_policy() -> None:
    told = (
        "second.yaml:3:10: PE405 version 7 of `card-fraud` is also that of `policy.yaml`, which differs from this one "
        "/ give this one version 8"
    )
    assert findings(EARLY, CATALOG, second=LATE) == [told]
    assert findings(EARLY, CATALOG, second=_of_version(8)) == []


def test_the_later_one_gets_the_next_version_that_is_free() -> None:
    third = edited(_of_version(8), ("from: 2026-09", "from: 2027-09"))
    fourth = edited(LATE, ("from: 2026-09", "from: 2025-09"), ("Z}", "Z, until: 2026-07-01T00:00:00Z}"))
    second = edited(LATE, ("Z}", "Z, until: 2027-09-01T00:00:00Z}"))
    found = findings(EARLY, CATALOG, second=second, third=third, fourth=fourth)
    assert [(line.partition(" PE405 ")[0], line.rpartition(" ")[2]) for line in found] == [
        ("3:10:", "9"),
        ("second.yaml:3:10:", "10"),
    ]
    assert all("that of `fourth.yaml`" in line for line in found)
    mended = {"second": _of_version(10, second), "third": third, "fourth": fourth}
    assert findings(_of_version(9, EARLY), CATALOG, **mended) == []


def test_one_policy_in_two_files_is_told_of_once() -> None:
    assert [line.split()[1] for line in findings(POLICY, CATALOG, second=f"# again\n{POLICY}")] == ["PE403"]


def test_other_use_cases_have_versions_of_their_own() -> None:
    assert findings(POLICY, CATALOG, second=edited(LATE, ("card-fraud", "card-testing"))) == []


def test_a_candidate_of_the_version_of_a_live_policy_is_told_of_whenever_it_begins() -> None:
    stage = "stage: {shadow: {until: 2026-09-01T00:00:00Z}}\nscore:"
    early = edited(POLICY, (FROM, "from: 2026-06-01T00:00:00Z"), ("score:", stage))
    found = findings(POLICY, CATALOG, candidate=early)
    assert [line.partition(" version ")[0] for line in found] == ["candidate.yaml:3:10: PE405"]
