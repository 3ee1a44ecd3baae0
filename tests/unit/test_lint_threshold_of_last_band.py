"""Overrides that set a threshold for the last band."""

from __future__ import annotations

import pytest

from tests.support.kinds import SCORES, after_in
from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "objective": (
        [("overrides:", "objective: {review: {maximise: recall}, allow: {maximise: recall}}\noverrides:")],
        [
            (
                "15:41: PE217 `allow` is the last band: it takes every score that reaches no other, so it has no "
                "threshold to tune / give `review` the objective instead: a score below it is `allow`"
            ),
        ],
    ),
    "override": (
        [
            plus(
                "{id: big, when: {amount: {at_least: 1000}}, thresholds: {allow: 0.1}}",
            )
        ],
        [
            (
                "17:62: PE217 `allow` is the last band: it takes every score that reaches no other, so it has "
                "no threshold to set / set the threshold of `review` instead: a score below it is `allow`"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_threshold_for_the_last_band_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "the mildest if riskier": (
        SCORES,
        [("{reject: 90, manual: 50}", "{reject: 90, manual: 50, pass: 10}")],
        [
            (
                "16:42: PE217 `pass` is the mildest band, and the score `risk` is `riskier` where it is "
                "higher: what reaches no threshold is `pass`, so it has none itself / delete it"
            ),
        ],
    ),
    "the strictest if safer": (
        SCORES,
        [("{manual: 0.50, pass: 0.80}", "{reject: 0.1, manual: 0.50, pass: 0.80}")],
        [
            (
                "11:56: PE217 `reject` is the strictest band, and the score `face` is `safer` where it is "
                "higher: what reaches no threshold is `reject`, so it has none itself / delete it"
            ),
        ],
    ),
    "alone": (
        SCORES,
        [("{reject: 90, manual: 50}", "{pass: 10}")],
        [
            (
                "16:18: PE217 `pass` is the mildest band, and the score `risk` is `riskier` where it is "
                "higher: what reaches no threshold is `pass`, so it has none itself / give the threshold to "
                "another band, such as `reject`"
            ),
        ],
    ),
    "an objective that no score can be tuned for": (
        SCORES,
        [
            ("manual: 0.60, pass", "pass"),
            ("manual: 0.50, pass", "pass"),
            (", manual: 50", ""),
            ("overrides:", "objective: {manual: {maximise: recall}}\noverrides:"),
        ],
        [
            (
                "19:13: PE217 no score names a threshold of `manual`, so it has none to tune / give the "
                "objective to a band that has one, which is `reject` or `pass`"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_what_reaches_no_threshold_of_a_score_has_none(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told
