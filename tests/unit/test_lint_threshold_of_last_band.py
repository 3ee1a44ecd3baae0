"""Overrides that set a threshold for the last band."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "objective": (
        [("overrides:", "objective: {review: {maximise: recall}, allow: {maximise: recall}}\noverrides:")],
        [
            (
                "15:41: PE217 `allow` is the last band: it takes every score that reaches no other, so it has no "
                "threshold to tune / give `review` the objective instead: a score below it is `allow`"
            ),
        ],
    ),
    "override": (
        [
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {allow: 0.1}}",
            )
        ],
        [
            (
                "17:62: PE217 `allow` is the last band: it takes every score that reaches no other, so it has "
                "no threshold to set / set the threshold of `review` instead: a score below it is `allow`"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_threshold_for_the_last_band_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told
