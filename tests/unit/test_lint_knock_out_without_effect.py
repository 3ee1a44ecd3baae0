"""Knock-outs that never match, and that change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "turned stretch": (
        NUMBER,
        [("jurisdiction: EU}", "amount: {at_least: 1000, below: 100}}")],
        [
            (
                "13:48: PE228 `sdn` never matches: no number is both at least 1000 and below 100 / write "
                "`{at_least: 100, below: 1000}`"
            ),
        ],
    ),
    "empty stretch": (
        NUMBER,
        [("jurisdiction: EU}", "amount: {at_least: 100, below: 100}}")],
        [
            (
                "13:48: PE228 `sdn` never matches: no number is both at least 100 and below 100 / write "
                "`{at_least: 100}`"
            ),
        ],
    ),
    "at least the mildest": (
        NUMBER,
        [("at_least: block", "at_least: allow")],
        [
            (
                "13:69: PE228 `sdn` changes nothing: every case is at least `allow`, the mildest band / "
                "write a stricter band, such as `review`, or `at_most` in place of `at_least`, or delete the "
                "knock-out"
            ),
        ],
    ),
    "at most the strictest": (
        NUMBER,
        [("at_most: review", "at_most: block")],
        [
            (
                "14:43: PE228 `cap` changes nothing: every case is at most `block`, the strictest band / "
                "write a milder band, such as `review`, or `at_least` in place of `at_most`, or delete the "
                "knock-out"
            ),
        ],
    ),
    "safer": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                "on_invalid: refer\nknock_outs:\n  - {id: all, when: {vip: true}, at_least: confident}",
            )
        ],
        [
            (
                "14:44: PE228 `all` changes nothing: every case is at least `confident`, the mildest band / "
                "write a stricter band, such as `possible`, or `at_most` in place of `at_least`, or delete "
                "the knock-out"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "one value": (NUMBER, [("jurisdiction: EU}", "amount: {at_least: 100, below: 1000}}")]),
    "reasons ride along": (NUMBER, [("at_least: block", "at_least: allow, reasons: [S1]")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_knock_out_in_vain_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
