"""Values that their dimension does not have, and conditions of the wrong kind."""

from __future__ import annotations

import pytest

from tests.support.kinds import LABELS, NUMBER, SCORES, after_in
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


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "a label": (
        LABELS,
        [("label: spam,", "label: spamm,")],
        [
            "14:30: PE206 `spamm` is no value of `label` / did you mean `spam`?",
        ],
    ),
    "a version": (
        LABELS,
        [("model_version: v4", "model_version: v5")],
        [
            "14:51: PE206 `v5` is no value of `model_version` / write one that is known here: `v4`",
        ],
    ),
    "a version of another score": (
        SCORES,
        [
            (
                "{pass: 0.85}}",
                ("{pass: 0.85}}\n  - {id: v, when: {model_version: v4, score: face}, thresholds: {pass: 0.9}}"),
            )
        ],
        [
            ("21:35: PE206 `v4` is no value of `model_version` / delete it: the model of that score names no versions"),
        ],
    ),
    "a score": (
        SCORES,
        [("score: face}", "score: fase}")],
        [
            "20:46: PE206 `fase` is no value of `score` / did you mean `face`?",
        ],
    ),
    "a jurisdiction of a knock-out": (
        NUMBER,
        [("jurisdiction: EU}", "jurisdiction: [EU, XX]}")],
        [
            (
                "13:59: PE206 `XX` is no value of `jurisdiction` / write one that is known here: `DE`, "
                "`DE-BY`, `EU`, `FR`, `US`, `US-CA`; or add `XX: {}` under `jurisdictions` in the catalog"
            ),
        ],
    ),
    "a tier of a knock-out": (
        NUMBER,
        [("jurisdiction: EU}", "tier: glod}")],
        [
            (
                "13:46: PE206 `glod` is no value of `tier` / did you mean `gold`? if not, add `glod` to the "
                "values of `tier` under `dimensions` in the catalog"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_values_of_the_policy_s_own_dimensions_and_of_knock_outs_are_known(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told
