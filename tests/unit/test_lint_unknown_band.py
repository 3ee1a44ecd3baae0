"""Bands that are named and do not exist."""

from __future__ import annotations

import pytest

from tests.support.kinds import CLASSES, NUMBER, SCORES, after_in
from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "on_invalid": (
        [("on_invalid: review", "on_invalid: reveiw")],
        [
            "14:13: PE204 `reveiw` is no band of this policy / did you mean `review`?",
        ],
    ),
    "classes": (
        [("on_invalid: review", "on_invalid: {missing: blok, otherwise: review}")],
        [
            "14:23: PE204 `blok` is no band of this policy / did you mean `block`?",
        ],
    ),
    "override": (
        [
            plus(
                (
                    "{id: big, when: {amount: {at_least: 1000}}, thresholds: {rview: 0.4}, escalate: {blocks: "
                    "fraud-ops}, reasons: {zzz: [A]}, attributes: {alow: {a: 1}}, on_invalid: {missing: blck}}"
                ),
            )
        ],
        [
            "17:62: PE204 `rview` is no band of this policy / did you mean `review`?",
            "17:86: PE204 `blocks` is no band of this policy / did you mean `block`?",
            "17:116: PE204 `zzz` is no band of this policy / known here: `allow`, `block`, `review`",
            "17:140: PE204 `alow` is no band of this policy / did you mean `allow`?",
            "17:177: PE204 `blck` is no band of this policy / did you mean `block`?",
        ],
    ),
    "test and objective": (
        [
            (
                "overrides:",
                (
                    "tests:\n  - {given: {score: 1}, expect: {outcome: deny}}\nobjective: {reviews: {maximise: "
                    "recall}}\noverrides:"
                ),
            )
        ],
        [
            "16:43: PE204 `deny` is no band of this policy / known here: `allow`, `block`, `review`",
            "17:13: PE204 `reviews` is no band of this policy / did you mean `review`?",
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_band_that_the_policy_does_not_have_is_told_wherever_it_is_named(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "knock-outs and samples": (
        NUMBER,
        [
            ("at_least: block}", "at_least: blok}"),
            ("at_most: review", "at_most: reveiw"),
            ("of: allow", "of: alow"),
            ("to: review", "to: reviews"),
        ],
        [
            "13:69: PE204 `blok` is no band of this policy / did you mean `block`?",
            "14:43: PE204 `reveiw` is no band of this policy / did you mean `review`?",
            "16:18: PE204 `alow` is no band of this policy / did you mean `allow`?",
            "16:40: PE204 `reviews` is no band of this policy / did you mean `review`?",
        ],
    ),
    "lead": (
        CLASSES,
        [("bands: [confident], otherwise: possible", "bands: [confidant], otherwise: posible")],
        [
            "11:28: PE204 `confidant` is no band of this policy / did you mean `confident`?",
            "11:51: PE204 `posible` is no band of this policy / did you mean `possible`?",
        ],
    ),
    "reasons of the case": (
        NUMBER,
        [
            (
                "{name: block, at_least: 0.90,",
                "{name: block, at_least: 0.90, reasons: {from: reason_codes, of: [R1], else: reviw},",
            )
        ],
        [
            "8:81: PE204 `reviw` is no band of this policy / did you mean `review`?",
        ],
    ),
    "several scores": (
        SCORES,
        [
            ("thresholds: {reject: 90, manual: 50}", "thresholds: {rejct: 90, manual: 50}"),
            ("on_invalid: reject", "on_invalid: {missing: manuall, otherwise: reject}"),
        ],
        [
            "16:18: PE204 `rejct` is no band of this policy / did you mean `reject`?",
            "18:27: PE204 `manuall` is no band of this policy / did you mean `manual`?",
        ],
    ),
    "an override": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, highlight: {posible: "
                    "{above: 0.5}}, lead: {ratio: 2, bands: [refr]}, reasons: {refer: {from: reason_codes, of: "
                    "[R1], else: refar}}}"
                ),
            )
        ],
        [
            "14:52: PE204 `posible` is no band of this policy / did you mean `possible`?",
            "14:101: PE204 `refr` is no band of this policy / did you mean `refer`?",
            "14:163: PE204 `refar` is no band of this policy / did you mean `refer`?",
        ],
    ),
    "targets": (
        NUMBER,
        [("samples:", "targets:\n  - {measure: share, band: alow, at_least: 0.5}\nsamples:")],
        [
            "16:28: PE204 `alow` is no band of this policy / did you mean `allow`?",
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_a_band_is_told_in_every_key_of_every_kind_of_score(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told
