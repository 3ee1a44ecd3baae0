"""Bands and overrides of one name."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "bands": (
        [("name: review", "name: block")],
        [
            (
                "12:12: PE213 `block` is already the name of a band above / give this one another name, such as "
                "`block-2`"
            ),
        ],
    ),
    "overrides": (
        [
            plus(
                "{id: eu-2, when: {tier: gold}, reasons: {block: [A]}}",
                "{id: eu, when: {tier: gold}, reasons: {review: [A]}}",
            )
        ],
        [
            "18:10: PE213 `eu` is already the id of an override above / give this one another id, such as `eu-3`",
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_second_band_or_override_of_one_name_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told
