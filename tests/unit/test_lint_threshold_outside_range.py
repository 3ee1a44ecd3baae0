"""Thresholds outside the score's range, at and just over its ends."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "above": (
        [("block: 0.93", "block: 1.0000000000000002")],
        [
            (
                "16:60: PE202 1.0000000000000002, the threshold of `block`, is above the score's range [0, 1]: "
                "not even the highest score, 1, is `block` / write a number from 0 to 1, or `never` if no score "
                "is to reach it here"
            ),
        ],
    ),
    "per cent": (
        [("at_least: 0.55", "at_least: 55.5")],
        [
            (
                "12:30: PE202 55.5, the threshold of `review`, is above the score's range [0, 1]: not even the "
                "highest score, 1, is `review` / write `0.555` if 55.5 is meant in per cent"
            ),
        ],
    ),
    "below, base": (
        [("at_least: 0.55", "at_least: -0.1")],
        [
            (
                "12:30: PE202 -0.1, the threshold of `review`, is below the score's range [0, 1]: even the "
                "lowest score, 0, is `review` / write a number from 0 to 1"
            ),
        ],
    ),
    "below, override": (
        [
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {review: -0.1}}",
            )
        ],
        [
            (
                "17:70: PE202 -0.1, the threshold of `review`, is below the score's range [0, 1]: even the "
                "lowest score, 0, is `review` / write a number from 0 to 1, or `always` if every score is to "
                "reach it here"
            ),
        ],
    ),
    "number": (
        [
            ("kind: probability", "kind: number\n  range: [300, null]"),
            ("at_least: 0.90", "at_least: 700"),
            ("at_least: 0.55", "at_least: 299"),
            ("{block: 0.93}", "{block: 800}"),
        ],
        [
            (
                "13:30: PE202 299, the threshold of `review`, is below the score's range [300, null]: even the "
                "lowest score, 300, is `review` / write a number from 300"
            ),
        ],
    ),
    "number, open below": (
        [("kind: probability", "kind: number\n  range: [null, 10]"), ("block: 0.93", "block: 11")],
        [
            (
                "17:60: PE202 11, the threshold of `block`, is above the score's range [null, 10]: not even the "
                "highest score, 10, is `block` / write a number up to 10, or `never` if no score is to reach it "
                "here"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "the ends are inside": [("block: 0.93", "block: 1")],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_threshold_outside_the_range_is_told_with_the_score_that_shows_it(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []
