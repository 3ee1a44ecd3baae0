"""Bands that no score reaches, with thresholds at and just over the lowest score."""

from __future__ import annotations

import pytest

from policy_engine.lint import PolicyInCells
from policy_engine.lint.rules.unreachable_band import RULE
from policy_engine.resolution import resolve
from tests.support.kinds import CLASSES, NUMBER, SCORES, WITH_FACTS, after_in
from tests.support.plain import catalog_with, override, policy_with
from tests.support.policies import Edit, after, edited, findings, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "lowest score taken": (
        [("at_least: 0.55", "at_least: 0")],
        [
            (
                "13:12: PE210 no score reaches `allow`: 0 is the lowest possible score, and from there on it is "
                "`review` / give `review` a threshold above 0, or delete the band `allow`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "just above the lowest": [("at_least: 0.55", "at_least: 5e-324")],
    "reached in one cell": [
        ("at_least: 0.55", "at_least: 0"),
        plus(
            "{id: us, when: {jurisdiction: US}, thresholds: {review: 0.2}, because: x}",
        ),
    ],
    "two at once": [
        ("at_least: 0.90", "at_least: 0.0"),
        ("  - {name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}\n", ""),
        ("on_invalid: review", "on_invalid: block"),
    ],
    "emptied in every cell": [
        (
            "{jurisdiction: EU}, thresholds: {block: 0.93}",
            "{tier: [standard, gold, platinum]}, thresholds: {block: 0.93, review: 0.1}",
        ),
        ("at_least: 0.55", "at_least: 0"),
    ],
    "no lowest score": [
        ("kind: probability", "kind: number\n  range: [null, 1]"),
        ("at_least: 0.55", "at_least: -1e300"),
    ],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_band_that_no_score_reaches_is_told_with_the_one_that_takes_its_scores(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(*SILENT[case]) == []


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "taken in one of several scores": (
        SCORES,
        [
            ("manual: 0.60", "manual: 0"),
            ("manual: 0.50", "manual: 0"),
            ("reject: 90, ", ""),
            ("on_invalid: reject", "on_invalid: manual"),
        ],
        [
            (
                "6:16: PE210 no score reaches `reject`: 0 is the lowest possible score of `document`, and "
                "from there on it is `manual` / give `manual` a threshold above 0, or delete the band "
                "`reject`"
            ),
        ],
    ),
    "named by no score": (
        SCORES,
        [("{name: pass}]", "{name: hold}, {name: pass}]")],
        [
            (
                "6:107: PE210 nothing leads to `hold`: none of the scores names it, and neither bad input "
                "nor a knock-out ends there / name it under `thresholds` of `document`, `face` or `risk`, or "
                "delete the band `hold`"
            ),
        ],
    ),
    "milder than what one score gives": (
        SCORES,
        [("manual: 50", "manual: 0")],
        [
            (
                "6:107: PE210 no case gets `pass`: the score `risk` never gives a milder band than `manual`, "
                "and the strictest band wins / under `scores`, `risk`, give `manual` a threshold above 0, or "
                "delete the band `pass`"
            ),
        ],
    ),
    "classes": (
        CLASSES,
        [("at_least: 0.444", "at_least: 0")],
        [
            (
                "10:12: PE210 no score reaches `refer`: 0 is the lowest possible score, and from there on it "
                "is `possible` / give `possible` a threshold above 0, or delete the band `refer`"
            ),
        ],
    ),
    "margin": (
        CLASSES,
        [
            ("kind: classes", "kind: classes, signal: margin, range: [1, 2]"),
            ("above: 0.25", "above: 1.25"),
            ("at_least: 0.444", "at_least: 0"),
        ],
        [
            (
                "10:12: PE210 no score reaches `refer`: 0 is the lowest possible score, and from there on it "
                "is `possible` / give `possible` a threshold above 0, or delete the band `refer`"
            ),
        ],
    ),
}

SILENT_IN_OTHER_KINDS: dict[str, tuple[str, list[Edit]]] = {
    "a knock-out gives it": (
        NUMBER,
        [
            ("at_least: 0.55", "at_least: 0"),
            ("at_most: review", "at_most: allow"),
            ("of: allow", "of: review"),
            ("to: review", "to: block"),
        ],
    ),
    "bad input of one of several scores": (
        SCORES,
        [
            ("{name: pass}]", "{name: hold}, {name: pass}]"),
            ("on_invalid: reject", "on_invalid: {missing: hold, otherwise: reject}"),
            ("overrides:", "fail_open_because: x\noverrides:"),
        ],
    ),
    "bad input of an override": (
        SCORES,
        [
            ("{name: pass}]", "{name: hold}, {name: pass}]"),
            ("{pass: 0.85}}", "{pass: 0.85}, on_invalid: {missing: hold}, because: x}"),
            ("overrides:", "fail_open_because: x\noverrides:"),
        ],
    ),
    "the lead gives it": (
        CLASSES,
        [
            ("{name: refer", "{name: ask, at_least: 0}\n  - {name: refer"),
            ("otherwise: possible", "otherwise: ask"),
            (
                "on_invalid: refer",
                ("on_invalid: ask\nknock_outs:\n  - {id: k, when: {vip: true}, at_least: refer}\nfail_open_because: x"),
            ),
        ],
    ),
    "else gives it": (
        NUMBER,
        [
            ("at_least: 0.55", "at_least: 0"),
            (
                "at_least: 0, escalate: fraud-ops",
                "at_least: 0, escalate: fraud-ops, reasons: {from: reason_codes, of: [R1], else: allow}",
            ),
            (
                "  - {id: qa, of: allow, percent: 1, to: review, by: subject, salt: qa-2026}\n",
                "  - {id: qa, of: review, percent: 1, to: block, by: subject, salt: qa-2026}\n",
            ),
        ],
    ),
    "a sample gives it": (
        NUMBER,
        [
            ("at_least: 0.55", "at_least: 0"),
            ("of: allow", "of: review"),
            ("to: review", "to: allow"),
            ("on_invalid: review", "on_invalid: review\nfail_open_because: x"),
        ],
    ),
    "a tunable lifts what takes its scores": (
        NUMBER,
        [
            ("at_least: 0.55", "at_least: 0"),
            ("samples:", "tunable: {review: {env: REVIEW, within: [0, 0.6]}}\nsamples:"),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_a_band_is_reached_by_any_score_or_by_another_way(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT_IN_OTHER_KINDS)
def test_near_misses_in_other_kinds_are_not_told(case: str) -> None:
    base, edits = SILENT_IN_OTHER_KINDS[case]
    assert after_in(base, *edits) == []


def test_a_band_that_an_exhausted_path_ends_in_is_reached() -> None:
    taken = edited(NUMBER, ("at_least: 0.55", "at_least: 0"), ("of: allow", "of: review"), ("to: review", "to: block"))
    told = [line.partition(" / ")[0] for line in findings(taken, WITH_FACTS)]
    assert told == [
        "10:12: PE210 no score reaches `allow`: 0 is the lowest possible score, and from there on it is `review`"
    ]
    within = "fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]"
    ends = edited(WITH_FACTS, (within, f"{within}, when_exhausted: allow, because: x"))
    assert findings(taken, ends) == []


def test_a_band_that_overrides_close_in_every_cell_is_told() -> None:
    policy = policy_with(
        score=None,
        scores={
            "face": {
                "kind": "probability",
                "higher_is": "safer",
                "model": {"name": "face"},
                "thresholds": {"pass": 0.75},
                "on_invalid": "reject",
            }
        },
        bands=[{"name": "reject"}, {"name": "pass"}],
        on_invalid=None,
        overrides=[override("o", {"score": "face"}, thresholds={"pass": "never"})],
    )
    catalog = catalog_with()
    (found,) = RULE.check(PolicyInCells(resolve(policy, catalog), catalog))
    assert found.message == (
        "no score of `face` reaches `pass`: overrides close it, or all below another band, wherever they hold"
    )
