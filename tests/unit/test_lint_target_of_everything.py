"""Targets of the last band, and of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "riskier": (
        NUMBER,
        [("samples:", "targets:\n  - {measure: recall, band: allow, at_least: 0.5}\nsamples:")],
        [
            (
                "16:29: PE230 `recall` is of a band and every one above it, and `allow` is the last: "
                "these are all cases, whatever the thresholds are / name a band above it, such as `review`"
            ),
        ],
    ),
    "safer": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                "on_invalid: refer\ntargets:\n  - {measure: precision, band: refer, at_least: 0.5}",
            )
        ],
        [
            (
                "14:32: PE230 `precision` is of a band and every one above it, and `refer` is the last: "
                "these are all cases, whatever the thresholds are / name a band above it, such as `possible`"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "a share": (NUMBER, [("samples:", "targets:\n  - {measure: share, band: allow, at_least: 0.5}\nsamples:")]),
    "the next": (NUMBER, [("samples:", "targets:\n  - {measure: recall, band: review, at_least: 0.5}\nsamples:")]),
    "the first, where it is the mildest": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                "on_invalid: refer\ntargets:\n  - {measure: precision, band: confident, at_least: 0.5}",
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_target_of_all_cases_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
