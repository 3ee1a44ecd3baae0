"""A lead with a range that begins below 0, and at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "the policy": (
        CLASSES,
        [("kind: classes", "kind: classes, range: [-1, 1]")],
        [
            (
                "11:1: PE232 the range begins at -1, and a `lead` compares ratios, which say nothing of "
                "scores below 0 / delete it, or write a `range` that begins at 0 if the model never goes "
                "below"
            ),
        ],
    ),
    "an override": (
        CLASSES,
        [
            ("kind: classes", "kind: classes, range: [-1, 1]"),
            (
                "lead: {ratio: 1.5, bands: [confident], otherwise: possible}",
                "overrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 2, bands: [confident]}}",
            ),
        ],
        [
            (
                "12:40: PE232 the range begins at -1, and a `lead` compares ratios, which say nothing of "
                "scores below 0 / delete it, or write a `range` that begins at 0 if the model never goes "
                "below"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "from 0 on": (CLASSES, [("kind: classes", "kind: classes, range: [0, 5]")]),
    "no lead": (
        CLASSES,
        [
            ("kind: classes", "kind: classes, range: [-1, 1]"),
            ("lead: {ratio: 1.5, bands: [confident], otherwise: possible}\n", ""),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_lead_below_zero_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
