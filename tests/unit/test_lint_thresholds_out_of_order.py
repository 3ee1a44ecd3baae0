"""Thresholds out of order: in the base, in an override, where two overrides meet, in space and in time."""

from __future__ import annotations

import pytest

from tests.support.kinds import LABELS, NUMBER, SCORES, after_in
from tests.support.policies import Edit, after, instead, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "base": (
        [("at_least: 0.55", "at_least: 0.95")],
        [
            (
                "12:30: PE201 `block` (0.9, base) is below `review` (0.95, base): every score that reaches `review`, "
                "such as 0.95, is already `block` / give `review` a threshold below 0.9"
            ),
        ],
    ),
    "equal in the base": (
        [("at_least: 0.55", "at_least: 0.90")],
        [
            (
                "12:30: PE201 `block` (0.9, base) is not above `review` (0.9, base): every score that reaches "
                "`review`, such as 0.9, is already `block` / give `review` a threshold below 0.9, or give "
                "`block` a threshold above 0.9"
            ),
        ],
    ),
    "override above the base": (
        [
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {review: 0.92}, because: x}",
            )
        ],
        [
            (
                "17:70: PE201 `block` (0.9, base) is below `review` (0.92, override `big`) for amount 1000 and "
                "above: every score that reaches `review`, such as 0.92, is already `block` / in override "
                "`big`, give `review` a threshold below 0.9, or also give `block` a threshold above 0.92"
            ),
        ],
    ),
    "upper of an override below the base": (
        [
            instead(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {block: 0.5}}",
            )
        ],
        [
            (
                "16:69: PE201 `block` (0.5, override `big`) is below `review` (0.55, base) for amount 1000 and "
                "above: every score that reaches `review`, such as 0.55, is already `block` / in override "
                "`big`, give `block` a threshold above 0.55, or also give `review` a threshold below 0.5"
            ),
        ],
    ),
    "both in one override": (
        [
            instead(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {block: 0.5, review: 0.5}}",
            )
        ],
        [
            (
                "16:82: PE201 `block` (0.5, override `big`) is not above `review` (0.5, override `big`) for "
                "amount 1000 and above: every score that reaches `review`, such as 0.5, is already `block` / in "
                "override `big`, give `review` a threshold below 0.5, or give `block` a threshold above 0.5"
            ),
        ],
    ),
    "narrower inside a wider one": (
        [
            plus(
                "{id: de, when: {jurisdiction: DE}, thresholds: {review: 0.95}, because: x}",
            )
        ],
        [
            (
                "17:61: PE201 `block` (0.93, override `eu`) is below `review` (0.95, override `de`) for DE: "
                "every score that reaches `review`, such as 0.95, is already `block` / in override `de`, give "
                "`review` a threshold below 0.93, or also give `block` a threshold above 0.95"
            ),
        ],
    ),
    "where two meet": (
        [
            instead(
                "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.60}}",
                "{id: gold, when: {tier: gold}, thresholds: {review: 0.70}, because: x}",
            )
        ],
        [
            (
                "17:57: PE201 `block` (0.6, override `eu`) is below `review` (0.7, override `gold`) for EU, "
                "gold: every score that reaches `review`, such as 0.7, is already `block` / add an override for "
                "where they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: "
                "{block: 0.6, review: 0.55}}`"
            ),
        ],
    ),
    "where two meet in time": (
        [
            instead(
                (
                    "{id: eu, when: {jurisdiction: [DE, US]}, thresholds: {block: 0.60}, effective: {until: "
                    "2027-01-01T00:00:00Z}}"
                ),
                (
                    "{id: gold, when: {tier: [gold, platinum], amount: {below: 1000}}, thresholds: {review: 0.70}, "
                    "because: x, effective: {from: 2026-10-01T00:00:00Z}}"
                ),
            )
        ],
        [
            (
                "17:92: PE201 `block` (0.6, override `eu`) is below `review` (0.7, override `gold`) for DE, "
                "gold, amount below 100, from 2026-10-01T00:00:00Z: every score that reaches `review`, such as "
                "0.7, is already `block` / add an override for where they meet, such as `- {id: eu-gold, when: "
                "{jurisdiction: [DE, US], tier: [gold, platinum], amount: {below: 1000}}, thresholds: {block: "
                "0.6, review: 0.55}, effective: {from: 2026-10-01T00:00:00Z, until: 2027-01-01T00:00:00Z}}`"
            ),
        ],
    ),
    "an inner window": (
        [
            instead(
                "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: x}",
                (
                    "{id: autumn, when: {jurisdiction: EU}, thresholds: {block: 0.5}, effective: {from: "
                    "2026-09-01T00:00:00Z, until: 2026-12-01T00:00:00Z}}"
                ),
            )
        ],
        [
            (
                "17:64: PE201 `block` (0.5, override `autumn`) is below `review` (0.55, base) for EU, from "
                "2026-09-01T00:00:00Z: every score that reaches `review`, such as 0.55, is already `block` / in "
                "override `autumn`, give `block` a threshold above 0.55, or also give `review` a threshold "
                "below 0.5"
            ),
        ],
    ),
    "safer, where two meet": (
        [
            ("higher_is: riskier", "higher_is: safer"),
            ("on_invalid: review", "on_invalid: allow"),
            instead(
                "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.60}, because: x}",
                "{id: gold, when: {tier: gold}, thresholds: {review: 0.70}}",
            ),
        ],
        [
            (
                "17:57: PE201 `block` (0.6, override `eu`) is below `review` (0.7, override `gold`) for EU, "
                "gold: every score that reaches `review`, such as 0.7, is already `block` / add an override for "
                "where they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: "
                "{block: 0.9, review: 0.7}}`"
            ),
        ],
    ),
    "no room above": (
        [("at_least: 0.55", "at_least: 1.0")],
        [
            (
                "12:30: PE201 `block` (0.9, base) is below `review` (1, base): every score that reaches "
                "`review`, such as 1, is already `block` / give `review` a threshold below 0.9"
            ),
        ],
    ),
    "an open range": (
        [("kind: probability", "kind: number\n  range: [null, null]"), ("at_least: 0.55", "at_least: 0.95")],
        [
            (
                "13:30: PE201 `block` (0.9, base) is below `review` (0.95, base): every score that reaches `review`, "
                "such as 0.95, is already `block` / give `review` a threshold below 0.9"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "just in order": [("at_least: 0.55", "at_least: 0.8999999999999999")],
    "they do not meet in time": [
        instead(
            ("{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.60}, effective: {until: 2027-01-01T00:00:00Z}}"),
            (
                "{id: gold, when: {tier: gold}, thresholds: {review: 0.70}, because: x, effective: {from: "
                "2027-01-01T00:00:00Z}}"
            ),
        )
    ],
    "an emptied band is no part": [
        instead(
            "{id: big, when: {amount: {at_least: 1000}}, thresholds: {block: never, review: 0.95}, because: x}",
        )
    ],
    "below always nothing counts": [
        instead(
            "{id: big, when: {amount: {at_least: 1000}}, thresholds: {block: always, review: 0.95}, because: x}",
        )
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_thresholds_are_told_where_they_are_out_of_order_once_for_each_cause(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "the base of one": (
        SCORES,
        [("manual: 0.50, pass: 0.80", "manual: 0.80, pass: 0.50"), ("pass: 0.85", "pass: 0.9")],
        [
            (
                "11:64: PE201 `pass` (0.5, base) is below `manual` (0.8, base) for score face: every score "
                "that reaches `manual`, such as 0.8, is already `pass` / give `manual` a threshold below "
                "0.5, or give `pass` a threshold above 0.8"
            ),
        ],
    ),
    "an override of one": (
        SCORES,
        [("{pass: 0.85}", "{pass: 0.45}, because: x")],
        [
            (
                "20:72: PE201 `pass` (0.45, override `eu`) is below `manual` (0.5, base) for EU, score face: "
                "every score that reaches `manual`, such as 0.5, is already `pass` / in override `eu`, give "
                "`pass` a threshold above 0.5, or also give `manual` a threshold below 0.45"
            ),
        ],
    ),
    "where two meet": (
        SCORES,
        [
            (
                "{pass: 0.85}}",
                ("{pass: 0.85}}\n  - {id: gold, when: {tier: gold, score: face}, thresholds: {manual: 0.90}}"),
            )
        ],
        [
            (
                "21:70: PE201 `pass` (0.8, base) is below `manual` (0.9, override `gold`) for gold, score "
                "face: every score that reaches `manual`, such as 0.9, is already `pass` / in override "
                "`gold`, give `manual` a threshold below 0.8"
            ),
        ],
    ),
    "two overrides on all scores": (
        SCORES,
        [
            (
                "pass: 0.85}}",
                (
                    "pass: 0.85}}\n  - {id: us, when: {jurisdiction: US, score: [face, document]}, thresholds: "
                    "{pass: 0.7}, because: x}\n  - {id: gold, when: {tier: gold, score: [face, document]}, "
                    "thresholds: {manual: 0.75}}"
                ),
            )
        ],
        [
            (
                "22:82: PE201 `pass` (0.7, override `us`) is below `manual` (0.75, override `gold`) for US, "
                "gold, score document: every score that reaches `manual`, such as 0.75, is already `pass` / "
                "add an override for where they meet, such as `- {id: us-gold-document, when: {jurisdiction: "
                "US, tier: gold, score: document}, thresholds: {pass: 0.9, manual: 0.75}}`"
            ),
            (
                "22:82: PE201 `pass` (0.7, override `us`) is below `manual` (0.75, override `gold`) for US, "
                "gold, score face: every score that reaches `manual`, such as 0.75, is already `pass` / add "
                "an override for where they meet, such as `- {id: us-gold-face, when: {jurisdiction: US, "
                "tier: gold, score: face}, thresholds: {pass: 0.8, manual: 0.75}}`"
            ),
        ],
    ),
    "float32": (
        NUMBER,
        [("kind: probability", "kind: probability, type: float32"), ("at_least: 0.55", "at_least: 0.8999999999")],
        [
            (
                "9:30: PE201 `block` (0.8999999761581421, base) is not above `review` (0.8999999761581421, "
                "base), as float32 holds them: every score that reaches `review`, such as "
                "0.8999999761581421, is already `block` / give `review` a threshold below "
                "0.8999999761581421, or give `block` a threshold above 0.8999999761581421"
            ),
        ],
    ),
    "a label": (
        LABELS,
        [("remove: 0.8}", "remove: 0.4}")],
        [
            (
                "14:77: PE201 `remove` (0.4, override `spam`) is below `review` (0.5, base) for model "
                "version v4, label spam: every score that reaches `review`, such as 0.5, is already `remove` "
                "/ in override `spam`, give `remove` a threshold above 0.5, or also give `review` a "
                "threshold below 0.4"
            ),
        ],
    ),
}

SILENT_IN_OTHER_KINDS: dict[str, tuple[str, list[Edit]]] = {
    "float32 that still tells them apart": (
        NUMBER,
        [("kind: probability", "kind: probability, type: float32"), ("at_least: 0.55", "at_least: 0.8999999")],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_each_score_has_a_ladder_of_its_own(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT_IN_OTHER_KINDS)
def test_near_misses_in_other_kinds_are_not_told(case: str) -> None:
    base, edits = SILENT_IN_OTHER_KINDS[case]
    assert after_in(base, *edits) == []
