"""Bands that no score reaches, with thresholds at and just over the lowest score."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "lowest score taken": (
        [("at_least: 0.55", "at_least: 0")],
        [
            (
                "13:12: PE210 no score reaches `allow`: 0 is the lowest possible score, and from there on it is "
                "`review` / give `review` a threshold above 0, or delete the band `allow`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "just above the lowest": [("at_least: 0.55", "at_least: 5e-324")],
    "reached in one cell": [
        ("at_least: 0.55", "at_least: 0"),
        plus(
            "{id: us, when: {jurisdiction: US}, thresholds: {review: 0.2}, because: x}",
        ),
    ],
    "two at once": [
        ("at_least: 0.90", "at_least: 0.0"),
        ("  - {name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}\n", ""),
        ("on_invalid: review", "on_invalid: block"),
    ],
    "emptied in every cell": [
        (
            "{jurisdiction: EU}, thresholds: {block: 0.93}",
            "{tier: [standard, gold, platinum]}, thresholds: {block: 0.93, review: 0.1}",
        ),
        ("at_least: 0.55", "at_least: 0"),
    ],
    "no lowest score": [
        ("kind: probability", "kind: number\n  range: [null, 1]"),
        ("at_least: 0.55", "at_least: -1e300"),
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_band_that_no_score_reaches_is_told_with_the_one_that_takes_its_scores(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []
