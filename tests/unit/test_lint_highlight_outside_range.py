"""Cuts of a highlight at, just inside and just outside the ends of the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "above": (
        CLASSES,
        [("above: 0.25", "above: 1.01")],
        [
            (
                "9:58: PE227 1.01, the cut of the highlight of `possible`, is above 1, the highest possible "
                "score: no class is above it / write a number from 0 to 1"
            ),
        ],
    ),
    "below": (
        CLASSES,
        [("above: 0.25", "above: -0.1")],
        [
            (
                "9:58: PE227 -0.1, the cut of the highlight of `possible`, is below 0, the lowest possible "
                "score: every class is above it / write a number from 0 to 1"
            ),
        ],
    ),
    "in per cent": (
        CLASSES,
        [("above: 0.25", "above: 25")],
        [
            (
                "9:58: PE227 25, the cut of the highlight of `possible`, is above 1, the highest possible "
                "score: no class is above it / write a number from 0 to 1"
            ),
        ],
    ),
    "of an override": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, highlight: {possible: "
                    "{above: 2}}}"
                ),
            )
        ],
        [
            (
                "14:70: PE227 2, the cut of the highlight of `possible`, is above 1, the highest possible "
                "score: no class is above it / write a number from 0 to 1"
            ),
        ],
    ),
    "no highest score": (
        CLASSES,
        [("kind: classes", "kind: classes, range: [0, null]"), ("above: 0.25", "above: -1")],
        [
            (
                "9:58: PE227 -1, the cut of the highlight of `possible`, is below 0, the lowest possible "
                "score: every class is above it / write a number from 0"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "the highest score": (CLASSES, [("above: 0.25", "above: 1")]),
    "the lowest score": (CLASSES, [("above: 0.25", "above: 0")]),
    "float32 at the end": (
        CLASSES,
        [("kind: classes", "kind: classes, type: float32"), ("above: 0.25", "above: 1.00000001")],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_cut_outside_the_range_is_told_with_what_it_would_show(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert not any("PE227" in line for line in after_in(base, *edits))
