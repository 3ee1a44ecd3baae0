"""Thresholds outside the score's range, at and just over its ends."""

from __future__ import annotations

import pytest

from tests.support.kinds import CLASSES, NUMBER, SCORES, after_in
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


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "one of several": (
        SCORES,
        [("manual: 0.50, pass: 0.80", "manual: 0.50, pass: 80")],
        [
            (
                "11:76: PE202 80, the threshold of `pass`, is above the range of the score `face`, [0, 1]: "
                "not even the highest score, 1, is `pass` / write `0.8` if 80 is meant in per cent"
            ),
        ],
    ),
    "another": (
        SCORES,
        [("reject: 90", "reject: 101")],
        [
            (
                "16:26: PE202 101, the threshold of `reject`, is above the range of the score `risk`, [0, "
                "100]: not even the highest score, 100, is `reject` / write a number from 0 to 100"
            ),
        ],
    ),
    "an override": (
        SCORES,
        [("pass: 0.85", "pass: 1.5")],
        [
            (
                "20:72: PE202 1.5, the threshold of `pass`, is above the range of the score `face`, [0, 1]: "
                "not even the highest score, 1, is `pass` / write a number from 0 to 1, or `never` if no "
                "score is to reach it here"
            ),
        ],
    ),
    "margin": (
        CLASSES,
        [("kind: classes", "kind: classes, range: [0.5, 1], signal: margin"), ("above: 0.25", "above: 0.5")],
        [
            (
                "8:33: PE202 0.815, the threshold of `confident`, is above the range of the margin, [0, "
                "0.5]: not even the highest score, 0.5, is `confident` / write a number from 0 to 0.5"
            ),
        ],
    ),
    "classes": (
        CLASSES,
        [("at_least: 0.815", "at_least: 8.15")],
        [
            (
                "8:33: PE202 8.15, the threshold of `confident`, is above the score's range [0, 1]: not even "
                "the highest score, 1, is `confident` / write `0.0815` if 8.15 is meant in per cent"
            ),
        ],
    ),
    "more than float32 holds": (
        NUMBER,
        [("kind: probability", "kind: number, range: [0, null], type: float32"), ("0.90", "1e300")],
        [
            (
                "8:29: PE202 1e+300, the threshold of `block`, is more than float32 holds / write a number "
                "up to 3.4e+38, or leave out `type: float32` if the model computes in float64"
            ),
        ],
    ),
}

SILENT_IN_OTHER_KINDS: dict[str, tuple[str, list[Edit]]] = {
    "float32 rounds it onto the end": (
        NUMBER,
        [("kind: probability", "kind: probability, type: float32"), ("at_least: 0.90", "at_least: 1.00000001")],
    ),
    "the highest margin": (
        CLASSES,
        [
            ("kind: classes", "kind: classes, range: [0.5, 1], signal: margin"),
            ("at_least: 0.815", "at_least: 0.5"),
            ("above: 0.25", "above: 0.5"),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_each_score_has_a_range_of_its_own(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT_IN_OTHER_KINDS)
def test_near_misses_in_other_kinds_are_not_told(case: str) -> None:
    base, edits = SILENT_IN_OTHER_KINDS[case]
    assert after_in(base, *edits) == []
