"""Values that their dimension does not have, and conditions of the wrong kind."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "jurisdiction": (
        [("jurisdiction: EU}", "jurisdiction: [EU, DE-BW]}")],
        [
            (
                "16:40: PE206 `DE-BW` is no value of `jurisdiction` / `DE-BW` is Baden-Württemberg: add `DE-BW: {in: "
                "DE}` under `jurisdictions` in the catalog; or did you mean `DE-BY`?"
            ),
        ],
    ),
    "group": (
        [("jurisdiction: EU}", "jurisdiction: EEA}")],
        [
            (
                "16:35: PE206 `EEA` is no value of `jurisdiction` / write one that is known here: `DE`, `DE-BY`, "
                "`EU`, `FR`, `US`, `US-CA`; or add `EEA: {}` under `jurisdictions` in the catalog"
            ),
        ],
    ),
    "tier": (
        [
            plus(
                "{id: g, when: {tier: glod}, reasons: {block: [A]}}",
            )
        ],
        [
            (
                "17:26: PE206 `glod` is no value of `tier` / did you mean `gold`? if not, add `glod` to the values "
                "of `tier` under `dimensions` in the catalog"
            ),
        ],
    ),
    "path": (
        [
            plus(
                "{id: g, when: {escalation_path: night}, reasons: {block: [A]}}",
            )
        ],
        [
            (
                "17:37: PE206 `night` is no value of `escalation_path` / write one that is known here: "
                "`fraud-disputes`, `fraud-ops`, `none`; or add `night: {levels: [{to: queue:name, within: PT8H}]}` "
                "under `escalation_paths` in the catalog"
            ),
        ],
    ),
    "number for values": (
        [
            plus(
                "{id: g, when: {tier: {at_least: 5}}, reasons: {block: [A]}}",
            )
        ],
        [
            (
                "17:26: PE206 `tier` has values, not numbers / name one of them, or several as a list; known "
                "here: `gold`, `platinum`, `standard`"
            ),
        ],
    ),
    "value for numbers": (
        [
            plus(
                "{id: g, when: {amount: below 100}, reasons: {block: [A]}}",
                "{id: h, when: {amount: 1000 and above}, reasons: {block: [A]}}",
                "{id: i, when: {amount: 100 up to 1000}, reasons: {block: [A]}}",
                "{id: j, when: {amount: [big]}, reasons: {block: [A]}}",
            )
        ],
        [
            "17:28: PE206 `amount` is a number: `below 100` is not a stretch of it / write `{below: 100}`",
            "18:28: PE206 `amount` is a number: `1000 and above` is not a stretch of it / write `{at_least: 1000}`",
            (
                "19:28: PE206 `amount` is a number: `100 up to 1000` is not a stretch of it / write `{at_least: "
                "100, below: 1000}`"
            ),
            "20:28: PE206 `amount` is a number: `[big]` is not a stretch of it / write `{at_least: 100}`",
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "path none": [
        plus(
            "{id: g, when: {escalation_path: none}, reasons: {block: [A]}}",
        )
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_value_that_its_dimension_does_not_have_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []
