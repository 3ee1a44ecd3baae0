"""Thresholds that an override sets where some score names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import SCORES, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "that score alone": (
        SCORES,
        [
            (
                "score: face}, thresholds: {pass: 0.85}",
                (
                    "score: face}, thresholds: {pass: 0.85}}\n  - {id: us, when: {jurisdiction: US, score: risk}, "
                    "thresholds: {pass: 5}"
                ),
            )
        ],
        [
            (
                "21:66: PE221 the score `risk` names no threshold of `pass`, and the override `us` sets one "
                "for it / delete the override"
            ),
        ],
    ),
    "the last band of the score": (
        SCORES,
        [("score: face}, thresholds: {pass: 0.85}", "score: face}, thresholds: {pass: 0.85, reject: 0.2}")],
        [
            (
                "20:78: PE221 the score `face` names no threshold of `reject`, and the override `eu` sets "
                "one for it / delete it"
            ),
        ],
    ),
    "all scores": (
        SCORES,
        [(", score: face}, thresholds: {pass", "}, thresholds: {pass")],
        [
            (
                "20:53: PE221 the score `risk` names no threshold of `pass`, and the override `eu` sets one "
                "for it / add `score: [document, face]` to its `when`"
            ),
        ],
    ),
    "some of those named": (
        SCORES,
        [("score: face}", "score: [face, risk]}")],
        [
            (
                "20:74: PE221 the score `risk` names no threshold of `pass`, and the override `eu` sets one "
                "for it / write `score: face` in its `when`"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "scores that name it": (
        SCORES,
        [("score: face}, thresholds: {pass: 0.85}", "score: [face, document]}, thresholds: {pass: 0.95}")],
    ),
    "all name it": (SCORES, [(", score: face}, thresholds: {pass: 0.85", "}, thresholds: {manual: 0.7")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_threshold_that_some_score_does_not_name_is_told_with_the_scores_that_do(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
