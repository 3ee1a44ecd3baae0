"""Cuts of a highlight on the threshold of their band, just above it, and wherever a tunable may bring the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "just above": (
        CLASSES,
        [("above: 0.25", "above: 0.44400000000000006")],
        [
            (
                "9:58: PE235 0.44400000000000006, the cut of the highlight of `possible`, is above its "
                "threshold, 0.444 (base): of a case that just reaches `possible`, even the first class "
                "is only filled in / write 0.444 or less, or give `possible` a higher threshold"
            )
        ],
    ),
    "nothing is filled in": (
        CLASSES,
        [("above: 0.25, floor: 1, cap: 3", "above: 0.5")],
        [
            (
                "9:58: PE235 0.5, the cut of the highlight of `possible`, is above its threshold, 0.444 "
                "(base): of a case that just reaches `possible`, even the first class is not shown / "
                "write 0.444 or less, or give `possible` a higher threshold"
            )
        ],
    ),
    "higher is riskier": (
        CLASSES,
        [
            ("higher_is: safer", "higher_is: riskier"),
            ("above: 0.25", "above: 0.5"),
            ("on_invalid: refer", "on_invalid: confident"),
            (", otherwise: possible", ""),
        ],
        [
            (
                "9:58: PE235 0.5, the cut of the highlight of `possible`, is above its threshold, 0.444 "
                "(base): of a case that just reaches `possible`, even the first class is only filled in "
                "/ write 0.444 or less, or give `possible` a higher threshold"
            )
        ],
    ),
    "of an override": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, highlight: "
                    "{possible: {above: 0.6}}}\n"
                ),
            )
        ],
        [
            (
                "14:70: PE235 0.6, the cut of the highlight of `possible`, is above its threshold, 0.444 "
                "(base) for EU: of a case that just reaches `possible`, even the first class is not "
                "shown / write 0.444 or less, or give `possible` a higher threshold"
            )
        ],
    ),
    "a threshold of an override": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, thresholds: "
                    "{possible: 0.2}, because: x}\n"
                ),
            )
        ],
        [
            (
                "9:58: PE235 0.25, the cut of the highlight of `possible`, is above its threshold, 0.2 "
                "(override `eu`) for EU: of a case that just reaches `possible`, even the first class is "
                "only filled in / write 0.2 or less, or give `possible` a higher threshold"
            )
        ],
    ),
    "a cut of one override and a threshold of another": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, thresholds: "
                    "{possible: 0.3}, because: x}\n  - {id: gold, when: {tier: gold}, highlight: "
                    "{possible: {above: 0.4}}}\n"
                ),
            )
        ],
        [
            (
                "15:66: PE235 0.4, the cut of the highlight of `possible`, is above its threshold, 0.3 "
                "(override `eu`) for EU, gold: of a case that just reaches `possible`, even the first "
                "class is not shown / write 0.3 or less, or give `possible` a higher threshold"
            )
        ],
    ),
    "a tuned cut": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                "on_invalid: refer\ntunable: {possible.highlight.above: {env: CUT, within: [0.1, 0.5]}}\n",
            )
        ],
        [
            (
                "9:58: PE235 the cut of the highlight of `possible`, which may be tuned to 0.5, is above "
                "its threshold, 0.444 (base): of a case that just reaches `possible`, even the first "
                "class is only filled in / let `within` of `possible.highlight.above` end at 0.444, or "
                "give `possible` a higher threshold"
            )
        ],
    ),
    "a threshold that a call lowers": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\ntunable: {possible: {per_call: true, within: [0.2, 0.5], "
                    "tighten_only: false, because: x}}\n"
                ),
            )
        ],
        [
            (
                "9:58: PE235 0.25, the cut of the highlight of `possible`, is above its threshold, which "
                "may be tuned to 0.2 (base): of a case that just reaches `possible`, even the first "
                "class is only filled in / write 0.2 or less, or let `within` of `possible` begin higher"
            )
        ],
    ),
    "both tuned": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\ntunable:\n  possible: {env: LOW, within: [0.3, 0.5]}\n  "
                    "possible.highlight.above: {env: CUT, within: [0.2, 0.35]}\n"
                ),
            )
        ],
        [
            (
                "9:58: PE235 the cut of the highlight of `possible`, which may be tuned to 0.35, is "
                "above its threshold, which may be tuned to 0.3 (base): of a case that just reaches "
                "`possible`, even the first class is only filled in / let `within` of "
                "`possible.highlight.above` end at 0.3, or let that of `possible` begin higher"
            )
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "on the threshold": (CLASSES, [("above: 0.25", "above: 0.444")]),
    "one in float32": (
        CLASSES,
        [("kind: classes", "kind: classes, type: float32"), ("above: 0.25", "above: 0.4440000001")],
    ),
    "of the last band": (CLASSES, [("escalate: fraud-ops}", "escalate: fraud-ops, highlight: {above: 0.9}}")]),
    "of a band that takes everything there": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, thresholds: "
                    "{possible: always}, highlight: {possible: {above: 0.6}}, because: x}\n"
                ),
            )
        ],
    ),
    "of a band that is empty there": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, thresholds: "
                    "{possible: never}, highlight: {possible: {above: 0.6}}}\n"
                ),
            )
        ],
    ),
    "the margin is another number": (
        CLASSES,
        [("higher_is: safer", "signal: margin, higher_is: safer"), ("above: 0.25", "above: 0.6")],
    ),
    "bounds that meet": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\ntunable:\n  possible: {env: LOW, within: [0.3, 0.5]}\n  "
                    "possible.highlight.above: {env: CUT, within: [0.2, 0.3]}\n"
                ),
            )
        ],
    ),
    "a call that only tightens": (
        CLASSES,
        [("on_invalid: refer\n", "on_invalid: refer\ntunable: {possible: {per_call: true, within: [0.2, 0.5]}}\n")],
    ),
    "the environment does not move an override's cut": (
        CLASSES,
        [
            (
                "on_invalid: refer\n",
                (
                    "on_invalid: refer\ntunable: {possible.highlight.above: {env: CUT, within: [0.1, "
                    "0.4]}}\noverrides:\n  - {id: eu, when: {jurisdiction: EU}, thresholds: {possible: "
                    "0.4}, highlight: {possible: {above: 0.3}}, because: x}\n  - {id: us, when: "
                    "{jurisdiction: US}, highlight: {possible: {above: 0.3}}}\n"
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_cut_above_the_threshold_of_its_band_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []


def test_where_one_variable_gives_both_numbers_neither_moves_without_the_other() -> None:
    within = "{env: BOTH, within: [0.2, 0.5]}"
    both = (
        "on_invalid: refer\n",
        f"on_invalid: refer\ntunable:\n  possible: {within}\n  possible.highlight.above: {within}\n",
    )
    assert [line.split(" ")[1] for line in after_in(CLASSES, both)] == ["PE240"]
