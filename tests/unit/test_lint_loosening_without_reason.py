"""Overrides that make a cell milder, that make it stricter, and those that say why."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, instead, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "a threshold": (
        [(", because: fewer refusals", "")],
        [
            (
                "16:10: PE402 `eu` makes `block` milder for EU: 0.93 instead of 0.9 (base), and does not say why / "
                'to the override `eu`, add `because: "..."`, the reason why it is milder there'
            ),
        ],
    ),
    "on_invalid milder": (
        [
            ("on_invalid: review", "on_invalid: block"),
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, on_invalid: {missing: review}}",
            ),
        ],
        [
            (
                "17:10: PE402 `big` makes `on_invalid` for `missing` milder for amount 1000 and above: review "
                'instead of block (base), and does not say why / to the override `big`, add `because: "..."`, the '
                "reason why it is milder there"
            ),
        ],
    ),
    "shadows a stricter one": (
        [
            plus(
                "{id: gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: 0.80}}",
                "{id: de-gold, when: {jurisdiction: DE, tier: gold}, thresholds: {block: 0.85}}",
            )
        ],
        [
            (
                "18:10: PE402 `de-gold` makes `block` milder for DE, gold: 0.85 instead of 0.8 (override `gold`), "
                'and does not say why / to the override `de-gold`, add `because: "..."`, the reason why it is '
                "milder there"
            ),
        ],
    ),
    "never": (
        [
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {review: never}}",
            )
        ],
        [
            (
                "17:10: PE402 `big` makes `review` milder for amount 1000 and above: never instead of 0.55 (base), "
                'and does not say why / to the override `big`, add `because: "..."`, the reason why it is milder '
                "there"
            ),
        ],
    ),
    "safer always": (
        [
            ("higher_is: riskier", "higher_is: safer"),
            ("on_invalid: review", "on_invalid: allow"),
            instead(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {block: always}}",
            ),
        ],
        [
            (
                "16:10: PE402 `big` makes `block` milder for amount 1000 and above: always instead of 0.9 (base), "
                'and does not say why / to the override `big`, add `because: "..."`, the reason why it is milder '
                "there"
            ),
        ],
    ),
    "loser of a tie that shadows": (
        [
            ("on_invalid: review", "on_invalid: review\nties: strictest"),
            instead(
                "{id: all, when: {jurisdiction: EU}, thresholds: {block: 0.6}}",
                "{id: de, when: {jurisdiction: DE}, thresholds: {block: 0.8}}",
                "{id: gold, when: {tier: gold}, thresholds: {block: 0.7}}",
            ),
        ],
        [
            (
                "18:10: PE402 `de` makes `block` milder for DE: 0.8 instead of 0.6 (override `all`), and does not "
                'say why / to the override `de`, add `because: "..."`, the reason why it is milder there'
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "stricter": [("{block: 0.93}, because: fewer refusals", "{block: 0.89}")],
    "as mild as before": [
        plus(
            "{id: big, when: {amount: {at_least: 1000}}, on_invalid: {missing: review}}",
        )
    ],
    "it says why": [
        plus(
            "{id: big, when: {tier: gold}, thresholds: {review: 0.6}, because: they are known}",
        )
    ],
    "always": [
        plus(
            "{id: big, when: {amount: {at_least: 1000}}, thresholds: {review: always}}",
        )
    ],
    "safer higher is stricter": [
        ("higher_is: riskier", "higher_is: safer"),
        ("on_invalid: review", "on_invalid: allow"),
        (", because: fewer refusals", ""),
    ],
    "reasons need none": [
        instead(
            "{id: big, when: {amount: {at_least: 1000}}, reasons: {block: [A]}}",
        )
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_an_override_that_makes_a_cell_milder_has_to_say_why(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []
