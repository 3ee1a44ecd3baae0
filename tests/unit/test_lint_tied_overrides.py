"""Overrides that meet and differ: what is told of them, and what settles them."""

from __future__ import annotations

import pytest

from tests.support.kinds import CLASSES, NUMBER, SCORES, after_in
from tests.support.policies import Edit, after, instead, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "words for thresholds": (
        [
            instead(
                "{id: eu, when: {jurisdiction: EU}, thresholds: {block: always}}",
                "{id: gold, when: {tier: gold}, thresholds: {block: never}, because: x}",
            )
        ],
        [
            (
                "17:56: PE203 `eu` (always) and `gold` (never) meet for EU, gold, and differ in the threshold of "
                "`block`: neither is narrower, so the policy does not say which holds / add an override for where "
                "they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: "
                "always}}`, with the stricter of the two, or write `ties: strictest` at the top level, so that the "
                "stricter threshold always holds"
            ),
        ],
    ),
    "several attributes": (
        [
            instead(
                "{id: eu, when: {jurisdiction: EU}, attributes: {block: {a: 1, b: 1}}}",
                "{id: gold, when: {tier: gold}, attributes: {block: {a: 2, b: 2}}}",
            )
        ],
        [
            (
                "17:60: PE203 `eu` (1) and `gold` (2) meet for EU, gold, and differ in the attribute `a` of `block` "
                "and the attribute `b` of `block`: neither is narrower, so the policy does not say which holds / add "
                "an override for where they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, "
                "attributes: {block: {a: 1, b: 1}}}`, with the value of either"
            ),
        ],
    ),
    "several thresholds": (
        [
            instead(
                "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.8, review: 0.5}}",
                "{id: gold, when: {tier: gold}, thresholds: {block: 0.7, review: 0.4}}",
            )
        ],
        [
            (
                "17:56: PE203 `eu` (0.8) and `gold` (0.7) meet for EU, gold, and differ in the threshold of `block` "
                "and the threshold of `review`: neither is narrower, so the policy does not say which holds / add an "
                "override for where they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, "
                "thresholds: {block: 0.7, review: 0.4}}`, with the stricter of each two, or write `ties: strictest` "
                "at the top level, so that the stricter threshold always holds"
            ),
        ],
    ),
    "thresholds": (
        [
            plus(
                "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
            )
        ],
        [
            (
                "17:56: PE203 `eu` (0.93) and `gold` (0.95) meet for EU, gold, and differ in the threshold of "
                "`block`: neither is narrower, so the policy does not say which holds / add an override for where "
                "they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: "
                "0.93}}`, with the stricter of the two, or write `ties: strictest` at the top level, so that the "
                "stricter threshold always holds"
            ),
        ],
    ),
    "reasons under strictest": (
        [
            ("on_invalid: review", "on_invalid: review\nties: strictest"),
            instead(
                "{id: eu, when: {jurisdiction: EU}, reasons: {block: [A]}}",
                "{id: gold, when: {tier: gold}, reasons: {block: [B]}}",
            ),
        ],
        [
            (
                "18:53: PE203 `eu` ([A]) and `gold` ([B]) meet for EU, gold, and differ in the reasons of `block`: "
                "neither is narrower, so the policy does not say which holds / add an override for where they meet, "
                "such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, reasons: {block: [A]}}`, with the "
                "reasons of either, or of both as `[A, B]`"
            ),
        ],
    ),
    "on_invalid": (
        [
            instead(
                "{id: eu, when: {jurisdiction: EU}, on_invalid: {missing: block}}",
                "{id: gold, when: {tier: gold}, on_invalid: {otherwise: review}}",
            )
        ],
        [
            (
                "17:60: PE203 `eu` (block) and `gold` (review) meet for EU, gold, and differ in `on_invalid` for "
                "`missing`: neither is narrower, so the policy does not say which holds / add an override for where "
                "they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, on_invalid: {missing: "
                "block}}`, with the stricter of the two, or write `ties: strictest` at the top level, so that the "
                "stricter band always holds"
            ),
        ],
    ),
    "several fields": (
        [
            instead(
                (
                    "{id: eu, when: {jurisdiction: EU}, escalate: {block: fraud-ops}, attributes: {block: {lane: "
                    "a}}, thresholds: {review: 0.5}}"
                ),
                (
                    "{id: gold, when: {tier: [gold, platinum], amount: {at_least: 100, below: 1000}}, escalate: "
                    "{block: fraud-disputes}, attributes: {block: {lane: b}}, thresholds: {review: 0.4}}"
                ),
            )
        ],
        [
            (
                "17:104: PE203 `eu` (fraud-ops) and `gold` (fraud-disputes) meet for EU, gold, amount 100 up to "
                "1000, and differ in `escalate` of `block` and the threshold of `review` and the attribute `lane` of "
                "`block`: neither is narrower, so the policy does not say which holds / add an override for where "
                "they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: [gold, platinum], amount: "
                "{at_least: 100, below: 1000}}, escalate: {block: fraud-ops}, thresholds: {review: 0.4}, attributes: "
                "{block: {lane: a}}}`, with the stricter of two where one is stricter, else the value of either"
            ),
        ],
    ),
    "together for a month": (
        [
            instead(
                (
                    "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: x, effective: {until: "
                    "2026-10-01T00:00:00Z}}"
                ),
                (
                    "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x, effective: {from: "
                    "2026-09-01T00:00:00Z}}"
                ),
            )
        ],
        [
            (
                "17:56: PE203 `eu` (0.93) and `gold` (0.95) meet for EU, gold, from 2026-09-01T00:00:00Z, and differ "
                "in the threshold of `block`: neither is narrower, so the policy does not say which holds / add an "
                "override for where they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, "
                "thresholds: {block: 0.93}, effective: {from: 2026-09-01T00:00:00Z, until: 2026-10-01T00:00:00Z}}`, "
                "with the stricter of the two, or write `ties: strictest` at the top level, so that the stricter "
                "threshold always holds"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "equal values": [
        plus(
            "{id: gold, when: {tier: gold}, thresholds: {block: 0.93}, because: x}",
        )
    ],
    "other bands": [
        plus(
            "{id: gold, when: {tier: gold}, thresholds: {review: 0.5}}",
        )
    ],
    "a narrower one settles it": [
        plus(
            "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
            "{id: both, when: {jurisdiction: EU, tier: gold}, thresholds: {block: 0.94}, because: x}",
        )
    ],
    "strictest": [
        ("on_invalid: review", "on_invalid: review\nties: strictest"),
        plus(
            "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
        ),
    ],
    "apart in time": [
        instead(
            (
                "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: x, effective: {until: "
                "2026-09-01T00:00:00Z}}"
            ),
            (
                "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x, effective: {from: "
                "2026-09-01T00:00:00Z}}"
            ),
        )
    ],
    "apart in space": [
        instead(
            "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: x}",
            "{id: us, when: {jurisdiction: US}, thresholds: {block: 0.95}, because: x}",
        )
    ],
}


def test_a_whole_number_and_a_decimal_are_shown_apart() -> None:
    (found,) = after(
        instead(
            "{id: eu, when: {jurisdiction: EU}, attributes: {block: {k: 1}}}",
            "{id: gold, when: {tier: gold}, attributes: {block: {k: 1.0}}}",
        )
    )
    assert "`eu` (1) and `gold` (1.0) meet for EU, gold" in found


@pytest.mark.parametrize("case", FOUND)
def test_a_tie_names_both_overrides_and_the_override_that_settles_it(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []


THREE = instead(
    "{id: eu, when: {jurisdiction: EU}, thresholds: {review: 0.5}}",
    "{id: gold, when: {tier: gold}, thresholds: {review: 0.45}}",
    "{id: big, when: {amount: {at_least: 1000}}, thresholds: {review: 0.4}}",
)


def test_where_three_tie_the_help_is_one_edit_that_settles_all() -> None:
    found = after(THREE)
    assert [line.split(" / ")[1] for line in found] == [
        "write `ties: strictest` at the top level, so that the stricter threshold always holds: "
        f"`{third}` ties with both of them as well"
        for third in ("big", "gold", "eu")
    ]
    assert after(THREE, ("on_invalid: review\n", "on_invalid: review\nties: strictest\n")) == []


def test_two_that_each_tie_with_a_third_but_not_with_each_other_are_told_apart() -> None:
    found = after(
        instead(
            "{id: big, when: {amount: {at_least: 1000}}, thresholds: {review: 0.4}}",
            "{id: gold, when: {tier: gold}, thresholds: {review: 0.5}}",
            "{id: platinum, when: {tier: platinum}, thresholds: {review: 0.45}}",
        )
    )
    assert [line.split(" / ")[1].split(", such as")[0] for line in found] == ["add an override for where they meet"] * 2


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "a threshold with one strict end": (
        SCORES,
        [("{pass: 0.85}}", "{pass: 0.85}}\n  - {id: gold, when: {tier: gold, score: face}, thresholds: {pass: 0.82}}")],
        [
            (
                "21:68: PE203 `eu` (0.85) and `gold` (0.82) meet for EU, gold, score face, and differ in the "
                "threshold of `pass`: neither is narrower, so the policy does not say which holds / add an "
                "override for where they meet, such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold, "
                "score: face}, thresholds: {pass: 0.85}}`, with the stricter of the two, or write `ties: "
                "strictest` at the top level, so that the stricter threshold always holds"
            ),
        ],
    ),
    "a threshold with two strict ends": (
        SCORES,
        [
            (
                "{jurisdiction: EU, score: face}, thresholds: {pass: 0.85}}",
                (
                    "{jurisdiction: EU}, thresholds: {manual: 0.7}, because: x}\n  - {id: gold, when: {tier: "
                    "gold}, thresholds: {manual: 0.75}, because: x}"
                ),
            )
        ],
        [
            (
                "21:57: PE203 `eu` (0.7) and `gold` (0.75) meet for EU, gold, score document, and differ in "
                "the threshold of `manual`: neither is narrower, so the policy does not say which holds / "
                "add an override for where they meet, such as `- {id: eu-gold-document, when: {jurisdiction: "
                "EU, tier: gold, score: document}, thresholds: {manual: 0.75}}`, with the stricter of the "
                "two, or write `ties: strictest` at the top level, so that the stricter threshold always "
                "holds"
            ),
            (
                "21:57: PE203 `eu` (0.7) and `gold` (0.75) meet for EU, gold, score face, and differ in the "
                "threshold of `manual`: neither is narrower, so the policy does not say which holds / add an "
                "override for where they meet, such as `- {id: eu-gold-face, when: {jurisdiction: EU, tier: "
                "gold, score: face}, thresholds: {manual: 0.75}}`, with the stricter of the two, or write "
                "`ties: strictest` at the top level, so that the stricter threshold always holds"
            ),
            (
                "21:57: PE203 `eu` (0.7) and `gold` (0.75) meet for EU, gold, score risk, and differ in the "
                "threshold of `manual`: neither is narrower, so the policy does not say which holds / add an "
                "override for where they meet, such as `- {id: eu-gold-risk, when: {jurisdiction: EU, tier: "
                "gold, score: risk}, thresholds: {manual: 0.7}}`, with the stricter of the two, or write "
                "`ties: strictest` at the top level, so that the stricter threshold always holds"
            ),
        ],
    ),
    "highlight": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, highlight: {possible: "
                    "{above: 0.5}}}\n  - {id: gold, when: {tier: gold}, highlight: {possible: {above: 0.5, cap: "
                    "2}}}"
                ),
            )
        ],
        [
            (
                "15:58: PE203 `eu` ({above: 0.5}) and `gold` ({above: 0.5, cap: 2}) meet for EU, gold, and "
                "differ in `highlight` of `possible`: neither is narrower, so the policy does not say which "
                "holds / add an override for where they meet, such as `- {id: eu-gold, when: {jurisdiction: "
                "EU, tier: gold}, highlight: {possible: {above: 0.5}}}`, with the value of either"
            ),
        ],
    ),
    "lead": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: 2, bands: "
                    "[confident], otherwise: refer}}\n  - {id: gold, when: {tier: gold}, lead: {ratio: 3, bands: "
                    "[confident], otherwise: refer}}"
                ),
            )
        ],
        [
            (
                "15:42: PE203 `eu` ({ratio: 2, bands: [confident], otherwise: refer}) and `gold` ({ratio: 3, "
                "bands: [confident], otherwise: refer}) meet for EU, gold, and differ in `lead`: neither is "
                "narrower, so the policy does not say which holds / add an override for where they meet, "
                "such as `- {id: eu-gold, when: {jurisdiction: EU, tier: gold}, lead: {ratio: 2, bands: "
                "[confident], otherwise: refer}}`, with the value of either"
            ),
        ],
    ),
    "reasons of the case": (
        NUMBER,
        [
            (
                "knock_outs:",
                (
                    "overrides:\n  - {id: eu, when: {jurisdiction: EU}, reasons: {block: {from: reason_codes, of: "
                    "[R1], else: review}}, because: x}\n  - {id: gold, when: {tier: gold}, reasons: {block: "
                    "[R1]}}\nknock_outs:"
                ),
            )
        ],
        [
            (
                "14:53: PE203 `eu` ({from: reason_codes, of: [R1], else: review}) and `gold` ([R1]) meet for "
                "EU, gold, and differ in the reasons of `block`: neither is narrower, so the policy does not "
                "say which holds / add an override for where they meet, such as `- {id: eu-gold, when: "
                "{jurisdiction: EU, tier: gold}, reasons: {block: {from: reason_codes, of: [R1], else: "
                "review}}}`, with the value of either"
            ),
        ],
    ),
}

SILENT_IN_OTHER_KINDS: dict[str, tuple[str, list[Edit]]] = {
    "each of its own score": (
        SCORES,
        [
            (
                "{pass: 0.85}}",
                ("{pass: 0.85}}\n  - {id: gold, when: {tier: gold, score: document}, thresholds: {pass: 0.95}}"),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_ties_of_several_scores_and_of_what_classes_show_are_told(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT_IN_OTHER_KINDS)
def test_near_misses_in_other_kinds_are_not_told(case: str) -> None:
    base, edits = SILENT_IN_OTHER_KINDS[case]
    assert after_in(base, *edits) == []
