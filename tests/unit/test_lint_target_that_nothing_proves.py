"""Targets of exactly 1 and of exactly 0, with and without a confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import after_in
from tests.support.policies import POLICY

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "at least 1": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 1, "
                    "confidence: 0.95}\n"
                ),
            )
        ],
        [
            (
                "16:49: PE244 no sample proves that `precision` is exactly 1 with a confidence of 0.95: "
                "where not one fails among however many cases, the next may be the first / write a "
                "number that can be proven, such as 0.99, or leave `confidence` out to ask it of the "
                "sample alone"
            )
        ],
    ),
    "at most 0": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: false_positive_rate, band: block, "
                    "at_most: 0, confidence: 0.9}\n"
                ),
            )
        ],
        [
            (
                "16:58: PE244 no sample proves that `false_positive_rate` is exactly 0 with a confidence "
                "of 0.9: where there is not one among however many cases, the next may be the first / "
                "write a number that can be proven, such as 0.01, or leave `confidence` out to ask it of "
                "the sample alone"
            )
        ],
    ),
    "a bound of an objective": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\nobjective: {block: {maximise: recall, subject_to: {precision: "
                    "{at_least: 1, confidence: 0.95}}}}\n"
                ),
            )
        ],
        [
            (
                "15:74: PE244 no sample proves that `precision` is exactly 1 with a confidence of 0.95: "
                "where not one fails among however many cases, the next may be the first / write a "
                "number that can be proven, such as 0.99, or leave `confidence` out to ask it of the "
                "sample alone"
            )
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "of the sample alone": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 1}\n  - "
                    "{measure: false_positive_rate, band: block, at_most: 0}\n"
                ),
            )
        ],
    ),
    "just below 1": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 0.9999, "
                    "confidence: 0.95}\n"
                ),
            )
        ],
    ),
    "just above 0": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: false_positive_rate, band: block, "
                    "at_most: 0.0001, confidence: 0.95}\n"
                ),
            )
        ],
    ),
    "no proportion": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                "on_invalid: review\ntargets:\n  - {measure: f1, band: block, at_least: 1, confidence: 0.95}\n",
            )
        ],
    ),
    "bounds of an objective": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\nobjective: {block: {maximise: recall, subject_to: {precision: "
                    "{at_least: 1}, recall: {at_least: 0.5, confidence: 0.9}}}}\n"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_no_sample_proves_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_what_some_sample_proves_is_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
