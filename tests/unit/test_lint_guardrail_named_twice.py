"""Two guardrails of one id."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after_in_catalog

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "twice": (
        [
            (
                "effects:",
                (
                    "guardrails:\n  - {id: g, bands: [block], when: {tier: gold}, require: person}\n  - {id: "
                    "g, bands: [block], when: {tier: gold}, require: person}\neffects:"
                ),
            )
        ],
        [
            (
                "catalog.yaml:14:10: PE229 `g` is already the id of a guardrail above / give this one "
                "another id, such as `g-2`"
            ),
        ],
    ),
    "the next id is taken": (
        [
            (
                "effects:",
                (
                    "guardrails:\n  - {id: g, bands: [block], when: {tier: gold}, require: person}\n  - {id: "
                    "g-2, bands: [block], when: {tier: gold}, require: person}\n  - {id: g, bands: [block], "
                    "when: {tier: gold}, require: person}\neffects:"
                ),
            )
        ],
        [
            (
                "catalog.yaml:15:10: PE229 `g` is already the id of a guardrail above / give this one "
                "another id, such as `g-3`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "two ids": [
        (
            "effects:",
            (
                "guardrails:\n  - {id: g, bands: [block], when: {tier: gold}, require: person}\n  - {id: "
                "h, bands: [block], when: {tier: gold}, require: person}\neffects:"
            ),
        )
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_the_second_guardrail_of_one_id_is_told_with_one_that_is_free(case: str) -> None:
    edits, told = FOUND[case]
    assert after_in_catalog(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after_in_catalog(*SILENT[case]) == []
