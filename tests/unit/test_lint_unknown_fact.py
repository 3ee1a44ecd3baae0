"""Facts that nobody declared, and dimensions that are taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "misspelt": (
        NUMBER,
        [("sanctioned: true", "sanctionned: true")],
        [
            (
                "13:22: PE222 `sanctionned` is no fact / did you mean `sanctioned`? if not, add "
                "`sanctionned` to `facts` in the catalog"
            ),
        ],
    ),
    "nothing near": (
        NUMBER,
        [("sanctioned: true", "bankrupt: true")],
        [
            (
                "13:22: PE222 `bankrupt` is no fact / write one that is known here: `sanctioned`, `vip`; or "
                "add `bankrupt` to `facts` in the catalog"
            ),
        ],
    ),
    "a dimension that is true": (
        NUMBER,
        [("sanctioned: true", "tier: true")],
        [
            (
                "13:28: PE222 `tier` is a dimension, and only a fact is true or false / name one of its "
                "values, or several as a list; known here: `gold`, `platinum`, `standard`"
            ),
        ],
    ),
    "a number that is true": (
        NUMBER,
        [("sanctioned: true", "amount: true")],
        [
            (
                "13:30: PE222 `amount` is a dimension, and only a fact is true or false / write a stretch of "
                "it, such as `{at_least: 100}`"
            ),
        ],
    ),
    "a jurisdiction that is false": (
        NUMBER,
        [("jurisdiction: EU}", "jurisdiction: false}")],
        [
            (
                "13:54: PE222 `jurisdiction` is a dimension, and only a fact is true or false / name one of "
                "its values, or several as a list; known here: `DE`, `DE-BY`, `EU`, `FR`, `US`, `US-CA`"
            ),
        ],
    ),
    "a fact that is a text": (
        NUMBER,
        [("vip: true", 'vip: "yes"')],
        [
            "14:27: PE222 `vip` is a fact, which is true or false / write `true` or `false`",
        ],
    ),
    "a fact that is a list": (
        NUMBER,
        [("vip: true", 'vip: ["yes"]')],
        [
            "14:27: PE222 `vip` is a fact, which is true or false / write `true` or `false`",
        ],
    ),
    "in a test": (
        NUMBER,
        [("samples:", ("tests:\n  - {given: {score: 0.6, facts: {vipp: true}}, expect: {outcome: review}}\nsamples:"))],
        [
            ("16:34: PE222 `vipp` is no fact / did you mean `vip`? if not, add `vipp` to `facts` in the catalog"),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "false": (NUMBER, [("vip: true", "vip: false")]),
    "facts of a test": (
        NUMBER,
        [
            (
                "samples:",
                (
                    "tests:\n  - {given: {score: 0.6, facts: {vip: false, sanctioned: false}}, expect: {outcome: "
                    "review}}\nsamples:"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_fact_that_is_none_is_told_with_what_was_likely_meant(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
