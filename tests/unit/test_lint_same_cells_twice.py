"""Overrides that match the same cells and set the same field at the same instant."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, instead, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "the same twice": (
        [
            plus(
                "{id: europe, when: {jurisdiction: [EU]}, thresholds: {block: 0.93}, because: x}",
            )
        ],
        [
            (
                "17:66: PE212 `eu` and `europe` match exactly the same cases and both set the threshold of `block` / "
                "keep one: delete `europe`, or take the threshold of `block` out of one of them"
            ),
        ],
    ),
    "spelled by its parts": (
        [
            instead(
                "{id: eu, when: {jurisdiction: [EU]}, thresholds: {block: 0.93}, because: x}",
                "{id: europe, when: {jurisdiction: [EU, DE, FR]}, thresholds: {block: 0.94}, because: x}",
            )
        ],
        [
            (
                "17:74: PE212 `eu` and `europe` match exactly the same cases, since `DE` lies in `EU` and `FR` lies "
                "in `EU`, and both set the threshold of `block` / keep one: delete `europe`, or take the threshold "
                "of `block` out of one of them"
            ),
        ],
    ),
    "a stretch and a list": (
        [
            instead(
                "{id: a, when: {tier: [gold, platinum], amount: {below: 100}}, reasons: {block: [A]}}",
                "{id: b, when: {amount: {below: 100}, tier: [platinum, gold]}, reasons: {block: [B]}}",
            )
        ],
        [
            (
                "17:84: PE212 `a` and `b` match exactly the same cases and both set the reasons of `block` / keep "
                "one: delete `b`, or take the reasons of `block` out of one of them"
            ),
        ],
    ),
    "windows that overlap": (
        [
            instead(
                "{id: a, when: {tier: gold}, on_invalid: block, effective: {until: 2026-10-01T00:00:00Z}}",
                "{id: b, when: {tier: gold}, on_invalid: block, effective: {from: 2026-09-01T00:00:00Z}}",
            )
        ],
        [
            (
                "17:45: PE212 `a` and `b` match exactly the same cases and both set `on_invalid` for `wrong_model` "
                "from 2026-09-01T00:00:00Z on / write `until: 2026-09-01T00:00:00Z` in the `effective` of `a`"
            ),
        ],
    ),
    "other windows of one cell": (
        [
            instead(
                (
                    "{id: a, when: {tier: gold}, attributes: {block: {lane: a}}, effective: {from: "
                    "2026-09-01T00:00:00Z, until: 2026-10-01T00:00:00Z}}"
                ),
                (
                    "{id: b, when: {tier: gold}, attributes: {block: {lane: b}}, effective: {from: "
                    "2026-08-01T00:00:00Z, until: 2026-09-15T00:00:00Z}}"
                ),
            )
        ],
        [
            (
                "17:60: PE212 `a` and `b` match exactly the same cases and both set the attribute `lane` of `block` "
                "from 2026-09-01T00:00:00Z on / write `until: 2026-09-01T00:00:00Z` in the `effective` of `b`"
            ),
        ],
    ),
    "three": (
        [
            instead(
                "{id: a, when: {tier: gold}, reasons: {block: [A]}}",
                "{id: b, when: {tier: gold}, reasons: {block: [B]}}",
                "{id: c, when: {tier: [gold]}, reasons: {block: [C]}}",
            )
        ],
        [
            (
                "17:50: PE212 `a` and `b` match exactly the same cases and both set the reasons of `block` / keep "
                "one: delete `b`, or take the reasons of `block` out of one of them"
            ),
            (
                "18:52: PE212 `a` and `c` match exactly the same cases and both set the reasons of `block` / keep "
                "one: delete `c`, or take the reasons of `block` out of one of them"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "windows that touch": [
        instead(
            "{id: a, when: {tier: gold}, on_invalid: block, effective: {until: 2026-09-01T00:00:00Z}}",
            "{id: b, when: {tier: gold}, on_invalid: block, effective: {from: 2026-09-01T00:00:00Z}}",
        )
    ],
    "one window inside": [
        instead(
            "{id: a, when: {tier: gold}, on_invalid: block}",
            "{id: b, when: {tier: gold}, on_invalid: review, effective: {from: 2026-09-01T00:00:00Z}, because: x}",
        )
    ],
    "other fields": [
        plus(
            "{id: europe, when: {jurisdiction: EU}, thresholds: {review: 0.5}}",
        )
    ],
    "all values is not naming none": [
        instead(
            "{id: a, when: {tier: [standard, gold, platinum]}, reasons: {block: [A]}}",
            "{id: b, when: {jurisdiction: EU}, reasons: {review: [A]}}",
        )
    ],
    "one matches nothing": [
        instead(
            "{id: a, when: {amount: {at_least: 1000}}, reasons: {block: [A]}}",
        )
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_two_overrides_for_the_same_cells_are_told_however_spelled(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []
