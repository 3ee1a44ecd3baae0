"""Overrides that make a cell milder, that make it stricter, and those that say why."""

from __future__ import annotations

import pytest

from tests.support.kinds import CLASSES, LABELS, SCORES, after_in
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
            "{id: big, when: {amount: {at_least: 1000}}, on_invalid: {missing: review}, reasons: {block: [A]}}",
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


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "riskier of several": (
        SCORES,
        [("{pass: 0.85}}", "{pass: 0.85}}\n  - {id: gold, when: {tier: gold, score: risk}, thresholds: {reject: 95}}")],
        [
            (
                "21:10: PE402 `gold` makes `reject` milder for gold, score risk: 95 instead of 90 (base), "
                'and does not say why / to the override `gold`, add `because: "..."`, the reason why it is '
                "milder there"
            ),
        ],
    ),
    "safer of several": (
        SCORES,
        [("pass: 0.85", "pass: 0.75")],
        [
            (
                "20:10: PE402 `eu` makes `pass` milder for EU, score face: 0.75 instead of 0.8 (base), and "
                'does not say why / to the override `eu`, add `because: "..."`, the reason why it is milder '
                "there"
            ),
        ],
    ),
    "a label": (
        LABELS,
        [("remove: 0.8", "remove: 0.95")],
        [
            (
                "14:10: PE402 `spam` makes `remove` milder for model version v4, label spam: 0.95 instead of "
                '0.9 (base), and does not say why / to the override `spam`, add `because: "..."`, the reason '
                "why it is milder there"
            ),
        ],
    ),
    "no candidates": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\nfail_open_because: x\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, "
                    "on_invalid: {no_candidates: possible}}"
                ),
            )
        ],
        [
            (
                "15:10: PE402 `eu` makes `on_invalid` for `no_candidates` milder for EU: possible instead of "
                'refer (base), and does not say why / to the override `eu`, add `because: "..."`, the reason '
                "why it is milder there"
            ),
        ],
    ),
    "a lower ratio": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 1.1, "
                    "bands: [confident], otherwise: possible}}"
                ),
            )
        ],
        [
            (
                "14:10: PE402 `eu` makes `lead` milder for EU: {ratio: 1.1, bands: [confident], otherwise: "
                "possible} instead of {ratio: 1.5, bands: [confident], otherwise: possible} (base), and does "
                'not say why / to the override `eu`, add `because: "..."`, the reason why it is milder there'
            ),
        ],
    ),
    "no otherwise": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 1.5, "
                    "bands: [confident]}}"
                ),
            )
        ],
        [
            (
                "14:10: PE402 `eu` makes `lead` milder for EU: {ratio: 1.5, bands: [confident]} instead of "
                "{ratio: 1.5, bands: [confident], otherwise: possible} (base), and does not say why / to the "
                'override `eu`, add `because: "..."`, the reason why it is milder there'
            ),
        ],
    ),
    "a milder otherwise": (
        CLASSES,
        [
            ("otherwise: possible}", "otherwise: refer}"),
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 1.5, "
                    "bands: [confident], otherwise: possible}}"
                ),
            ),
        ],
        [
            (
                "14:10: PE402 `eu` makes `lead` milder for EU: {ratio: 1.5, bands: [confident], otherwise: "
                "possible} instead of {ratio: 1.5, bands: [confident], otherwise: refer} (base), and does "
                'not say why / to the override `eu`, add `because: "..."`, the reason why it is milder there'
            ),
        ],
    ),
    "more cases get a milder otherwise": (
        CLASSES,
        [
            (
                "lead: {ratio: 1.5, bands: [confident], otherwise: possible}\non_invalid: refer",
                (
                    "fail_open_because: x\nlead: {ratio: 1.5, bands: [refer], otherwise: possible}\non_invalid: "
                    "refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 2, bands: [refer], "
                    "otherwise: possible}}"
                ),
            )
        ],
        [
            (
                "15:10: PE402 `eu` makes `lead` milder for EU: {ratio: 2, bands: [refer], otherwise: "
                "possible} instead of {ratio: 1.5, bands: [refer], otherwise: possible} (base), and does not "
                'say why / to the override `eu`, add `because: "..."`, the reason why it is milder there'
            ),
        ],
    ),
}

SILENT_IN_OTHER_KINDS: dict[str, tuple[str, list[Edit]]] = {
    "a stricter lead": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 2, bands: "
                    "[confident, possible], otherwise: refer}}"
                ),
            )
        ],
    ),
    "more cases are ambiguous and keep their band": (
        CLASSES,
        [
            (", otherwise: possible", ""),
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 1, bands: "
                    "[confident]}}"
                ),
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_each_score_and_the_lead_can_be_loosened(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT_IN_OTHER_KINDS)
def test_near_misses_in_other_kinds_are_not_told(case: str) -> None:
    base, edits = SILENT_IN_OTHER_KINDS[case]
    assert after_in(base, *edits) == []
