"""Shares that add up to 1, to a little more, and to a little less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import after_in
from tests.support.policies import POLICY

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "a little more": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_least: 0.3}\n  - "
                    "{measure: share, band: review, at_least: 0.3}\n  - {measure: share, band: allow, "
                    "between: [0.4000001, 0.5]}\n"
                ),
            )
        ],
        [
            (
                "18:45: PE241 these shares cannot all be kept: at least `block` 0.3, `review` 0.3, "
                "`allow` 0.4000001, in sum 1.0000001, which is more than 1: each case gets one band / "
                "lower some of them, so that their sum is 1 at most"
            )
        ],
    ),
    "the higher of two ends of one band": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_least: 0.2}\n  - "
                    "{measure: share, band: block, at_least: 0.6}\n  - {measure: share, band: allow, "
                    "at_least: 0.5}\n"
                ),
            )
        ],
        [
            (
                "18:45: PE241 these shares cannot all be kept: at least `block` 0.6, `allow` 0.5, in sum "
                "1.1, which is more than 1: each case gets one band / lower some of them, so that their "
                "sum is 1 at most"
            )
        ],
    ),
    "a little less": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_most: 0.1}\n  - "
                    "{measure: share, band: review, between: [0.1, 0.2]}\n  - {measure: share, band: "
                    "allow, at_most: 0.6999999}\n"
                ),
            )
        ],
        [
            (
                "18:44: PE241 these shares cannot all be kept: at most `block` 0.1, `review` 0.2, "
                "`allow` 0.6999999, in sum 0.9999999, which is less than 1: each case gets one of these "
                "bands / raise some of them, so that their sum is at least 1"
            )
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "exactly all, in binary a little more": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_least: 0.1}\n  - "
                    "{measure: share, band: review, at_least: 0.2}\n  - {measure: share, band: allow, "
                    "at_least: 0.7}\n"
                ),
            )
        ],
    ),
    "exactly all from above": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_most: 0.1}\n  - "
                    "{measure: share, band: review, at_most: 0.2}\n  - {measure: share, band: allow, "
                    "at_most: 0.7}\n"
                ),
            )
        ],
    ),
    "a band without a bound takes the rest": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_most: 0.1}\n  - "
                    "{measure: share, band: allow, at_most: 0.2}\n"
                ),
            )
        ],
    ),
    "one band twice": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_least: 0.6}\n  - "
                    "{measure: share, band: block, at_least: 0.7}\n"
                ),
            )
        ],
    ),
    "another measure": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: recall, band: block, at_least: 0.9}\n  - "
                    "{measure: recall, band: review, at_least: 0.9}\n"
                ),
            )
        ],
    ),
    "bounds of the other end": (
        POLICY,
        [
            (
                "on_invalid: review\n",
                (
                    "on_invalid: review\ntargets:\n  - {measure: share, band: block, at_most: 0.9}\n  - "
                    "{measure: share, band: review, at_most: 0.9}\n"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_shares_that_cannot_all_be_kept_are_told_with_their_sum(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_shares_that_some_result_keeps_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
