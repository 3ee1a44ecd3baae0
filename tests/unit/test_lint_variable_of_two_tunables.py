"""Environment variables that give one number, and those that give two: within a policy, and in two of them."""

from __future__ import annotations

from tests.support.kinds import CLASSES, SCORES
from tests.support.policies import CATALOG, POLICY, Edit, edited, findings

_ON_INVALID = "on_invalid: review\n"
_BLOCK: Edit = (_ON_INVALID, f"{_ON_INVALID}tunable: {{block: {{env: LEVEL, within: [0.8, 0.95]}}}}\n")
_NEXT: tuple[Edit, ...] = (
    ("from: 2026-07-01T00:00:00Z", "from: 2026-08-01T00:00:00Z"),
    ("version: 7", "version: 8"),
)
_FIRST: Edit = ("{from: 2026-07-01T00:00:00Z}", "{from: 2026-07-01T00:00:00Z, until: 2026-08-01T00:00:00Z}")
_POSSIBLE: Edit = (
    "on_invalid: refer\n",
    "on_invalid: refer\ntunable: {possible: {env: LEVEL, within: [0.4, 0.5]}}\n",
)


def test_two_numbers_of_one_policy_are_told_at_the_second() -> None:
    within = "{env: LEVEL, within: [0.75, 0.95]}"
    both = f"tunable:\n  document.pass: {within}\n  face.pass: {within}\n"
    policy = edited(SCORES, ("overrides:\n", f"{both}overrides:\n"))
    assert findings(policy, CATALOG) == [
        (
            "21:20: PE240 the environment variable `LEVEL` sets `face.pass` here, and `document.pass` as well: "
            "whoever moves one of them moves the other / give `face.pass` a variable of its own"
        )
    ]


def test_numbers_of_two_use_cases_are_told_with_the_other_file() -> None:
    found = findings(edited(CLASSES, _POSSIBLE), CATALOG, other=edited(POLICY, _BLOCK))
    assert found == [
        (
            "13:27: PE240 the environment variable `LEVEL` sets `possible` here, and `block` in `other.yaml` as well: "
            "whoever moves one of them moves the other / give `possible` a variable of its own"
        )
    ]


def test_two_numbers_of_one_use_case_are_told() -> None:
    tuned: Edit = (_ON_INVALID, f"{_ON_INVALID}tunable: {{review: {{env: LEVEL, within: [0.5, 0.6]}}}}\n")
    found = findings(edited(POLICY, *_NEXT, tuned), CATALOG, other=edited(POLICY, _FIRST, _BLOCK))
    assert [line.partition(" / ")[0].partition(" ")[2][:60] for line in found] == [
        "PE240 the environment variable `LEVEL` sets `review` here, a"
    ]


def test_a_successor_takes_the_same_number_from_the_same_variable() -> None:
    assert findings(edited(POLICY, *_NEXT, _BLOCK), CATALOG, other=edited(POLICY, _FIRST, _BLOCK)) == []


def test_so_does_a_candidate() -> None:
    stage: Edit = ("version: 7\n", "version: 8\nstage: {shadow: {until: 2027-01-01T00:00:00Z}}\n")
    assert findings(edited(POLICY, stage, _BLOCK), CATALOG, other=edited(POLICY, _BLOCK)) == []


def test_two_variables_are_two() -> None:
    other: Edit = (_ON_INVALID, f"{_ON_INVALID}tunable: {{block: {{env: BLOCK, within: [0.8, 0.95]}}}}\n")
    assert findings(edited(CLASSES, _POSSIBLE), CATALOG, other=edited(POLICY, other)) == []


def test_differing_bounds_in_one_policy_are_one_finding() -> None:
    both: Edit = (
        _ON_INVALID,
        f"{_ON_INVALID}tunable: {{block: {{env: X, within: [0.8, 0.95]}}, review: {{env: X, within: [0.5, 0.6]}}}}\n",
    )
    assert [line.partition(" ")[2][:5] for line in findings(edited(POLICY, both))] == ["PE237"]


def test_a_name_that_is_no_number_is_another_finding() -> None:
    both: Edit = (
        _ON_INVALID,
        f"{_ON_INVALID}tunable: {{block: {{env: X, within: [0.8, 0.95]}}, blok: {{env: X, within: [0.8, 0.95]}}}}\n",
    )
    assert [line.partition(" ")[2][:5] for line in findings(edited(POLICY, both))] == ["PE236"]
