"""Targets at the end of what their measure can be, and just inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import after_in
from tests.support.policies import POLICY

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "at least 0": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 0}\n",
            )
        ],
        [
            (
                "16:49: PE243 every result keeps this target: `precision` is always from 0 to 1 / write "
                "the number that is promised, or delete the target"
            )
        ],
    ),
    "at most 1": (
        POLICY,
        [("on_invalid: review\n", "on_invalid: review\ntargets:\n  - {measure: share, band: review, at_most: 1}\n")],
        [
            (
                "16:45: PE243 every result keeps this target: `share` is always from 0 to 1 / write the "
                "number that is promised, or delete the target"
            )
        ],
    ),
    "between all": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                "on_invalid: review\ntargets:\n  - {measure: share, band: review, between: [0, 1]}\n",
            )
        ],
        [
            (
                "16:46: PE243 every result keeps this target: `share` is always from 0 to 1 / write the "
                "number that is promised, or delete the target"
            )
        ],
    ),
    "at most 1 of what may be negative": (
        POLICY,
        [("on_invalid: review\n", "on_invalid: review\ntargets:\n  - {measure: mcc, band: block, at_most: 1}\n")],
        [
            (
                "16:42: PE243 every result keeps this target: `mcc` is always 1 at most / write the "
                "number that is promised, or delete the target"
            )
        ],
    ),
    "a bound of an objective": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                ("on_invalid: review\nobjective: {block: {maximise: recall, subject_to: {recall: {at_least: 0}}}}\n"),
            )
        ],
        [
            (
                "15:71: PE243 every threshold keeps this bound: `recall` is always from 0 to 1 / write "
                "the number that is required, or delete the bound"
            )
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "just above 0": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                "on_invalid: review\ntargets:\n  - {measure: precision, band: block, at_least: 0.0001}\n",
            )
        ],
    ),
    "just below 1": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                "on_invalid: review\ntargets:\n  - {measure: share, band: review, at_most: 0.9999}\n",
            )
        ],
    ),
    "from 0": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                "on_invalid: review\ntargets:\n  - {measure: share, band: review, between: [0, 0.5]}\n",
            )
        ],
    ),
    "to 1": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                "on_invalid: review\ntargets:\n  - {measure: share, band: review, between: [0.5, 1]}\n",
            )
        ],
    ),
    "at least 0 of what may be negative": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: net_benefit, band: block, at_least: 0}\n  "
                    "- {measure: mcc, band: block, between: [0, 1]}\n"
                ),
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
                    "{at_least: 0.5}}}}\n"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_target_that_every_result_keeps_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_a_target_that_some_result_breaks_is_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
