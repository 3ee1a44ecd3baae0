"""Lots that nobody could be drawn in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "misspelt": (
        NUMBER,
        [("by: subject", "by: subjct")],
        [
            "16:53: PE225 `subjct` is neither `subject` nor a dimension / did you mean `subject`?",
        ],
    ),
    "nothing near": (
        NUMBER,
        [("by: subject", "by: customer")],
        [
            (
                "16:53: PE225 `customer` is neither `subject` nor a dimension / write one that is known "
                "here: `subject`, `tier`"
            ),
        ],
    ),
    "a number": (
        NUMBER,
        [("by: subject", "by: amount")],
        [
            (
                "16:53: PE225 `amount` is a number, and lots are drawn by a text / write one that is known "
                "here: `subject`, `tier`"
            ),
        ],
    ),
    "a jurisdiction": (
        NUMBER,
        [("by: subject", "by: jurisdiction")],
        [
            (
                "16:53: PE225 a case may name several values of `jurisdiction`, and lots are drawn by one "
                "text / write one that is known here: `subject`, `tier`"
            ),
        ],
    ),
    "a path": (
        NUMBER,
        [("by: subject", "by: escalation_path")],
        [
            (
                "16:53: PE225 `escalation_path` says nothing of whom the case is about, so lots cannot be "
                "drawn by it / write one that is known here: `subject`, `tier`"
            ),
        ],
    ),
    "a canary": (
        NUMBER,
        [
            (
                "score: {kind",
                ("stage: {canary: {percent: 5, by: score, salt: s, until: 2027-01-01T00:00:00Z}}\nscore: {kind"),
            )
        ],
        [
            (
                "6:34: PE225 `score` says nothing of whom the case is about, so lots cannot be drawn by it / "
                "write one that is known here: `subject`, `tier`"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "a dimension with values": (NUMBER, [("by: subject", "by: tier")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_draw_by_what_is_no_text_of_the_case_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
