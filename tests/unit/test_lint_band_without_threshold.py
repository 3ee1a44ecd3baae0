"""Bands without a threshold, and a last band with one."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "misplaced": (
        [("at_least: 0.55, ", ""), ("{name: allow}", "{name: allow, at_least: 0.1}")],
        [
            (
                "12:5: PE214 `review` has no threshold but stands above `allow`: every score that comes to it "
                "would stop there / move `review` to the end of `bands`, below `allow`"
            ),
        ],
    ),
    "none in the middle": (
        [("at_least: 0.55, ", "")],
        [
            (
                "12:5: PE214 `review` has no threshold, and only the last band can do without / give it "
                "`at_least`, a number below 0.9"
            ),
        ],
    ),
    "none at the top": (
        [("at_least: 0.90, ", "")],
        [
            (
                "11:5: PE214 `block` has no threshold, and only the last band can do without / give it "
                "`at_least`, a number above 0.55"
            ),
        ],
    ),
    "none at all": (
        [("at_least: 0.90, ", ""), ("at_least: 0.55, ", "")],
        [
            "11:5: PE214 `block` has no threshold, and only the last band can do without / give it `at_least`",
            "12:5: PE214 `review` has no threshold, and only the last band can do without / give it `at_least`",
        ],
    ),
    "one at the end": (
        [("{name: allow}", "{name: allow, at_least: 0.1}")],
        [
            (
                "13:29: PE214 `allow` is the last band and has a threshold: a score below 0.1 would have no "
                "band / delete `at_least: 0.1` here, or add the band that takes the rest below it, such as `- "
                "{name: rest}`"
            ),
        ],
    ),
    "all wrong": (
        [("at_least: 0.90, ", ""), ("at_least: 0.55, ", ""), ("{name: allow}", "{name: allow, at_least: 0.1}")],
        [
            (
                "11:5: PE214 `block` has no threshold, and only the last band can do without / give it "
                "`at_least`, a number above 0.1"
            ),
            (
                "12:5: PE214 `review` has no threshold, and only the last band can do without / give it "
                "`at_least`, a number above 0.1"
            ),
            (
                "13:29: PE214 `allow` is the last band and has a threshold: a score below 0.1 would have no "
                "band / delete `at_least: 0.1` here, or add the band that takes the rest below it, such as `- "
                "{name: rest}`"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_ladder_that_is_no_ladder_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told
