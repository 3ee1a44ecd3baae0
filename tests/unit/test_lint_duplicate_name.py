"""Bands and overrides of one name."""

from __future__ import annotations

import pytest

from tests.support.kinds import NUMBER, after_in
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


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "knock-outs": (
        NUMBER,
        [("id: cap", "id: sdn")],
        [
            ("14:10: PE213 `sdn` is already the id of a knock-out above / give this one another id, such as `sdn-2`"),
        ],
    ),
    "samples": (
        NUMBER,
        [("samples:", "samples:\n  - {id: qa, of: allow, percent: 1, to: block, by: subject, salt: x}")],
        [
            ("17:10: PE213 `qa` is already the id of a sample above / give this one another id, such as `qa-2`"),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_knock_outs_and_samples_of_one_id_are_told(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told
