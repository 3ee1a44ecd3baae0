"""Bands that are named and do not exist."""

from __future__ import annotations

import pytest

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
