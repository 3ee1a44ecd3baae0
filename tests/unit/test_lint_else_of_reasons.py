"""Where a case without a known code goes: one band milder at most, and not nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "itself": (
        NUMBER,
        [
            (
                "{name: block, at_least: 0.90,",
                "{name: block, at_least: 0.90, reasons: {from: reason_codes, of: [R1], else: block},",
            )
        ],
        [
            ("8:81: PE426 a case of `block` that comes with no known code would be `block` again / write `review`"),
        ],
    ),
    "two bands milder": (
        NUMBER,
        [
            (
                "{name: block, at_least: 0.90,",
                "{name: block, at_least: 0.90, reasons: {from: reason_codes, of: [R1], else: allow},",
            )
        ],
        [
            ("8:81: PE426 `allow` is 2 bands milder than `block`, and `else` may be one band milder / write `review`"),
        ],
    ),
    "of the mildest": (
        NUMBER,
        [("{name: allow}", "{name: allow, reasons: {from: reason_codes, of: [R1], else: allow}}")],
        [
            (
                "10:65: PE426 a case of `allow` that comes with no known code would be `allow` again / write "
                "`review` or `block`"
            ),
        ],
    ),
    "of an override": (
        NUMBER,
        [
            (
                "knock_outs:",
                (
                    "overrides:\n  - {id: eu, when: {jurisdiction: EU}, reasons: {block: {from: reason_codes, of: "
                    "[R1], else: allow}}}\nknock_outs:"
                ),
            )
        ],
        [
            ("13:94: PE426 `allow` is 2 bands milder than `block`, and `else` may be one band milder / write `review`"),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "one band milder": (
        NUMBER,
        [
            (
                "{name: block, at_least: 0.90,",
                "{name: block, at_least: 0.90, reasons: {from: reason_codes, of: [R1], else: review},",
            )
        ],
    ),
    "a stricter one": (
        NUMBER,
        [("{name: allow}", "{name: allow, reasons: {from: reason_codes, of: [R1], else: review}}")],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_an_else_that_leads_nowhere_or_too_far_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
