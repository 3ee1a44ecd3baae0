"""Overrides that say what holds anyway, and those that differ by one value, in one cell, or at one instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, LABELS, NUMBER, SCORES, after_in
from tests.support.policies import POLICY

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "the base again": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: 0.9}}\n",
            )
        ],
        [
            (
                "17:10: PE234 `us` changes nothing: wherever it matches, without it as well the "
                "threshold of `block` is 0.9 (base) / delete the override `us`, or write what is to be "
                "different there"
            )
        ],
    ),
    "a wider override again": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                "because: fewer refusals}\n  - {id: de, when: {jurisdiction: DE}, thresholds: {block: 0.93}}\n",
            )
        ],
        [
            (
                "17:10: PE234 `de` changes nothing: wherever it matches, without it as well the "
                "threshold of `block` is 0.93 (override `eu`) / delete the override `de`, or write what "
                "is to be different there"
            )
        ],
    ),
    "several fields": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: "
                    "0.9, review: 0.55}, escalate: {block: fraud-disputes}, reasons: {block: [FR01]}}\n"
                ),
            )
        ],
        [
            (
                "17:10: PE234 `us` changes nothing: wherever it matches, without it as well the "
                "threshold of `block` is 0.9 (base), the threshold of `review` is 0.55 (base), "
                "`escalate` of `block` is fraud-disputes (base), and 1 more is the same / delete the "
                "override `us`, or write what is to be different there"
            )
        ],
    ),
    "an attribute of the base": (
        POLICY,
        [
            ("reasons: [FR02]}", "reasons: [FR02], attributes: {hold: {for: [1, two]}}}"),
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, attributes: "
                    "{review: {hold: {for: [1, two]}}}}\n"
                ),
            ),
        ],
        [
            (
                "17:10: PE234 `us` changes nothing: wherever it matches, without it as well the "
                "attribute `hold` of `review` is {for: [1, two]} (base) / delete the override `us`, or "
                "write what is to be different there"
            )
        ],
    ),
    "bad input": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, on_invalid: review}\n",
            )
        ],
        [
            (
                "17:10: PE234 `us` changes nothing: wherever it matches, without it as well `on_invalid` "
                "for `wrong_model` is review (base), `on_invalid` for `missing` is review (base), "
                "`on_invalid` for `wrong_type` is review (base), and 2 more are the same / delete the "
                "override `us`, or write what is to be different there"
            )
        ],
    ),
    "one in float32": (
        POLICY,
        [
            ("kind: probability\n", "kind: probability\n  type: float32\n"),
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: "
                    "0.9000000001}}\n"
                ),
            ),
        ],
        [
            (
                "18:10: PE234 `us` changes nothing: wherever it matches, without it as well the "
                "threshold of `block` is 0.8999999761581421 (base) / delete the override `us`, or write "
                "what is to be different there"
            )
        ],
    ),
    "as strict as the stricter of two that meet": (
        POLICY,
        [
            ("on_invalid: review\n", "on_invalid: review\nties: strictest\n"),
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: gold, when: {tier: gold}, thresholds: {block: "
                    "0.85}}\n  - {id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: "
                    "0.85}}\n"
                ),
            ),
        ],
        [
            (
                "19:10: PE234 `eu-gold` changes nothing: wherever it matches, without it as well the "
                "threshold of `block` is 0.85 (override `gold`) / delete the override `eu-gold`, or "
                "write what is to be different there"
            )
        ],
    ),
    "the environment moves what an override replaces": (
        POLICY,
        [
            ("on_invalid: review\n", "on_invalid: review\ntunable:\n  block: {env: BLOCK, within: [0.8, 0.95]}\n"),
            (
                "because: fewer refusals}\n",
                "because: fewer refusals}\n  - {id: de, when: {jurisdiction: DE}, thresholds: {block: 0.93}}\n",
            ),
        ],
        [
            (
                "19:10: PE234 `de` changes nothing: wherever it matches, without it as well the "
                "threshold of `block` is 0.93 (override `eu`) / delete the override `de`, or write what "
                "is to be different there"
            )
        ],
    ),
    "a call moves both alike": (
        POLICY,
        [
            ("on_invalid: review\n", "on_invalid: review\ntunable:\n  block: {per_call: true, within: [0.8, 0.95]}\n"),
            (
                "because: fewer refusals}\n",
                "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: 0.9}}\n",
            ),
        ],
        [
            (
                "19:10: PE234 `us` changes nothing: wherever it matches, without it as well the "
                "threshold of `block` is 0.9 (base) / delete the override `us`, or write what is to be "
                "different there"
            )
        ],
    ),
    "lead": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, lead: {ratio: "
                    "1.5, bands: [confident], otherwise: possible}}\n"
                ),
            )
        ],
        [
            (
                "14:10: PE234 `eu` changes nothing: wherever it matches, without it as well `lead` is "
                "{ratio: 1.5, bands: [confident], otherwise: possible} (base) / delete the override "
                "`eu`, or write what is to be different there"
            )
        ],
    ),
    "of one score": (
        SCORES,
        [
            (
                "{pass: 0.85}}\n",
                "{pass: 0.85}}\n  - {id: us, when: {jurisdiction: US, score: face}, thresholds: {pass: 0.8}}\n",
            )
        ],
        [
            (
                "21:10: PE234 `us` changes nothing: wherever it matches, without it as well the "
                "threshold of `pass` is 0.8 (base) / delete the override `us`, or write what is to be "
                "different there"
            )
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "just above": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: "
                    "0.9000000000000001}, because: x}\n"
                ),
            )
        ],
    ),
    "just below": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: "
                    "0.8999999999999999}}\n"
                ),
            )
        ],
    ),
    "one field of two": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: "
                    "0.9, review: 0.54}}\n"
                ),
            )
        ],
    ),
    "in one cell of many": (
        POLICY,
        [
            ("on_invalid: review\n", "on_invalid: review\nties: strictest\n"),
            (
                "because: fewer refusals}\n",
                "because: fewer refusals}\n  - {id: gold, when: {tier: gold}, thresholds: {block: 0.9}}\n",
            ),
        ],
    ),
    "as strict as the stricter of three": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: gold, when: {tier: gold}, thresholds: {block: "
                    "0.85}}\n  - {id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: "
                    "0.93}, because: x}\n"
                ),
            )
        ],
    ),
    "in a window inside another": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: june, when: {jurisdiction: EU}, thresholds: "
                    "{block: 0.9}, effective: {from: 2027-06-01T00:00:00Z, until: 2027-07-01T00:00:00Z}}\n"
                ),
            )
        ],
    ),
    "the environment may move the base": (
        POLICY,
        [
            ("on_invalid: review\n", "on_invalid: review\ntunable:\n  block: {env: BLOCK, within: [0.8, 0.95]}\n"),
            (
                "because: fewer refusals}\n",
                "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, thresholds: {block: 0.9}}\n",
            ),
        ],
    ),
    "the environment may move the cut": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\ntunable: {possible.highlight.above: {env: CUT, within: [0.1, "
                    "0.3]}}\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, highlight: {possible: "
                    "{above: 0.25, floor: 1, cap: 3}}}\n"
                ),
            )
        ],
    ),
    "the environment may move the ratio": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\ntunable: {lead.ratio: {env: RATIO, within: [1, 3]}}\noverrides:\n  "
                    "- {id: eu, when: {jurisdiction: EU}, lead: {ratio: 1.5, bands: [confident], "
                    "otherwise: possible}}\n"
                ),
            )
        ],
    ),
    "the environment may move the threshold of a score": (
        SCORES,
        [
            (
                "overrides:\n",
                (
                    "tunable: {face.pass: {env: FACE, within: [0.7, 0.84]}}\noverrides:\n  - {id: us, "
                    "when: {jurisdiction: US, score: face}, thresholds: {pass: 0.8}}\n"
                ),
            )
        ],
    ),
    "1 is not true": (
        POLICY,
        [
            ("reasons: [FR02]}", "reasons: [FR02], attributes: {hold: 1}}"),
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, attributes: "
                    "{review: {hold: true}}}\n"
                ),
            ),
        ],
    ),
    "an attribute that nothing else sets": (
        POLICY,
        [
            (
                "because: fewer refusals}\n",
                (
                    "because: fewer refusals}\n  - {id: us, when: {jurisdiction: US}, attributes: "
                    "{review: {hold: true}}}\n"
                ),
            )
        ],
    ),
    "other classes shown": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, highlight: "
                    "{possible: {above: 0.25, floor: 1, cap: 2}}}\n"
                ),
            )
        ],
    ),
    "one score of several": (
        SCORES,
        [
            (
                "{pass: 0.85}}\n",
                ("{pass: 0.85}}\n  - {id: us, when: {jurisdiction: US}, thresholds: {manual: 0.6}, because: x}\n"),
            )
        ],
    ),
    "of a label": (LABELS, []),
    "of no override": (NUMBER, []),
}


@pytest.mark.parametrize("case", FOUND)
def test_an_override_that_changes_nothing_is_told_with_what_holds_anyway(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_an_override_that_changes_anything_anywhere_is_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []


def test_of_a_candidate_that_never_decides_nothing_of_the_kind_is_told() -> None:
    never = ("version: 7\n", "version: 7\nstage: {shadow: {until: 2026-06-01T00:00:00Z}}\n")
    assert not any("PE234" in line for line in after_in(POLICY, never))
