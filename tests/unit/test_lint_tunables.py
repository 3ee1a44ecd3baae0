"""Tunables: what they name, between what bounds, and what may come of it."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, plus

Case = tuple[list[Edit], list[Edit]]
"""Edits of the catalog, and of the policy."""

ON_INVALID = "on_invalid: review\n"

FOUND: dict[str, tuple[Case, str]] = {
    "a name: misspelt": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  blok: {per_call: true, within: [0.8, 0.9]}\n")]),
        "16:3: PE236 `blok` is no number of this policy that could be tuned / did you mean `block`?",
    ),
    "a name: last band": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  allow: {per_call: true, within: [0.1, 0.2]}\n")]),
        (
            "16:3: PE236 `allow` is no number of this policy that could be tuned, as the last band has no "
            "threshold / known here: `block`, `review`"
        ),
    ),
    "a name: no lead": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  lead.ratio: {per_call: true, within: [1, 2]}\n")]),
        (
            "16:3: PE236 `lead.ratio` is no number of this policy that could be tuned, as it has no `lead` /"
            " known here: `block`, `review`"
        ),
    ),
    "a name: no highlight": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  block.highlight.above: {per_call: true, within: [0.1, 0.2]}\n")]),
        (
            "16:3: PE236 `block.highlight.above` is no number of this policy that could be tuned, as `block`"
            " has no `highlight` / known here: `block`, `review`"
        ),
    ),
    "bounds: above the range": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.8, 1.1]}\n")]),
        (
            "16:35: PE237 `block` may be tuned from 0.8 to 1.1, but its scores go from 0 up to 1 / let the "
            "bounds lie inside"
        ),
    ),
    "bounds: without its own": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.91, 0.95]}\n")]),
        (
            "16:35: PE237 `block` is 0.9 in this file, outside the bounds that it has as a tunable, 0.91 to "
            "0.95 / let `within` hold 0.9, or write a number from 0.91 to 0.95 in the file"
        ),
    ),
    "bounds: one variable": (
        (
            [],
            [
                (
                    ON_INVALID,
                    ON_INVALID
                    + "tunable:\n  block: {env: X, within: [0.8, 0.95]}\n  review: {env: X, within: [0.5, 0.6]}\n",
                )
            ],
        ),
        (
            "17:17: PE237 the environment variable `X` gives `block` as well, between other bounds: a number"
            " that one of them takes may be refused by the other / give both the same `within`, or `review` "
            "a variable of its own"
        ),
    ),
    "a reason: no reason": (
        (
            [],
            [
                (
                    ON_INVALID,
                    ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.8, 0.95], tighten_only: false}\n",
                )
            ],
        ),
        (
            "16:62: PE238 a request may make `block` milder for itself, and `because` does not say why that "
            'is right / add `because: "..."` to `block` with the reason, or leave out `tighten_only: false`'
        ),
    ),
    "a ladder: two bands": (
        (
            [],
            [
                (
                    ON_INVALID,
                    ON_INVALID
                    + "tunable:\n  block: {env: X, within: [0.5, 0.95]}\n  review: {env: Y, within: [0.3, 0.6]}\n",
                )
            ],
        ),
        (
            "17:28: PE239 `review` may be tuned to 0.6 and `block` may be tuned to 0.5: then every score "
            "that reaches `review`, such as 0.6, is already `block` / choose the bounds of `review` and "
            "`block` so that `review` stays below `block` wherever they hold"
        ),
    ),
    "a ladder: one and the file": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.55, 0.95]}\n")]),
        (
            "16:35: PE239 `review` is 0.55 (base) and `block` may be tuned to 0.55: then every score that "
            "reaches `review`, such as 0.55, is already `block` / choose the bounds of `block` so that "
            "`review` stays below `block` wherever they hold"
        ),
    ),
    "a ladder: in an override's cells": (
        (
            [],
            [
                (ON_INVALID, ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.75, 0.95]}\n"),
                plus("{id: gold, when: {tier: gold}, thresholds: {review: 0.8}, because: x}"),
            ],
        ),
        (
            "16:35: PE239 `review` is 0.8 (override `gold`) and `block` may be tuned to 0.75 for gold: then "
            "every score that reaches `review`, such as 0.8, is already `block` / choose the bounds of "
            "`block` so that `review` stays below `block` wherever they hold"
        ),
    ),
    "a ladder: raised by a variable": (
        ([], [(ON_INVALID, ON_INVALID + "tunable:\n  review: {env: X, within: [0.5, 0.9]}\n")]),
        (
            "16:28: PE239 `review` may be tuned to 0.9 and `block` is 0.9 (base): then every score that "
            "reaches `review`, such as 0.9, is already `block` / choose the bounds of `review` so that "
            "`review` stays below `block` wherever they hold"
        ),
    ),
}

SILENT: dict[str, Case] = {
    "bounds: on its own": ([], [(ON_INVALID, ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.9, 1]}\n")]),
    "a reason: a reason": (
        [],
        [
            (
                ON_INVALID,
                ON_INVALID
                + "tunable:\n  block: {per_call: true, within: [0.8, 0.95], tighten_only: false, because: x}\n",
            )
        ],
    ),
    "a reason: a variable": (
        [],
        [(ON_INVALID, ON_INVALID + "tunable:\n  block: {env: X, within: [0.8, 0.95], tighten_only: false}\n")],
    ),
    "a ladder: just clear": (
        [],
        [(ON_INVALID, ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.5500000000000002, 0.95]}\n")],
    ),
    "a ladder: a bound that may not be asked for": (
        [],
        [(ON_INVALID, ON_INVALID + "tunable:\n  review: {per_call: true, within: [0.3, 0.95]}\n")],
    ),
    "a ladder: a variable under an override": (
        [],
        [
            (ON_INVALID, ON_INVALID + "tunable:\n  block: {env: X, within: [0.6, 0.95]}\n"),
            plus("{id: fr, when: {jurisdiction: FR}, thresholds: {review: 0.7, block: 0.8}, because: x}"),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_tunable_that_does_not_fit_is_told_with_what_would(case: str) -> None:
    (of_catalog, of_policy), told = FOUND[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == [told]


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_of_tunables_are_not_told(case: str) -> None:
    of_catalog, of_policy = SILENT[case]
    assert findings(edited(POLICY, *of_policy), edited(CATALOG, *of_catalog)) == []


def test_a_number_outside_its_bounds_does_not_hide_that_it_is_out_of_order() -> None:
    tunable = (ON_INVALID, ON_INVALID + "tunable:\n  block: {per_call: true, within: [0.8, 0.95]}\n")
    found = findings(edited(POLICY, ("name: block, at_least: 0.90", "name: block, at_least: 0.40"), tunable))
    assert [line.split()[1] for line in found if "PE2" in line] == ["PE201", "PE237"]
