"""Conditions on numbers, on the cuts and off them."""

from __future__ import annotations

import pytest

from tests.support.kinds import NUMBER, after_in
from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "off the cuts": (
        [
            plus(
                "{id: g, when: {amount: {at_least: 99.5, below: 1001}}, reasons: {block: [A]}}",
            )
        ],
        [
            (
                "17:39: PE207 99.5 is no cut of `amount` / write `100`, the nearest, or in the catalog write `cuts: "
                "[99.5, 100, 1000]` for `amount`"
            ),
            (
                "17:52: PE207 1001 is no cut of `amount` / write `1000`, the nearest, or in the catalog write `cuts: "
                "[100, 1000, 1001]` for `amount`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "on the cuts": [
        plus(
            "{id: g, when: {amount: {at_least: 100.0, below: 1e3}}, reasons: {block: [A]}}",
        )
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_number_between_two_cuts_is_told_with_the_nearest_one(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "between two cuts": (
        NUMBER,
        [("jurisdiction: EU}", "amount: {at_least: 500}}")],
        [
            (
                "13:59: PE207 500 is no cut of `amount` / write `100`, the nearest, or in the catalog write "
                "`cuts: [100, 500, 1000]` for `amount`"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_a_knock_out_stands_on_cuts_too(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told
