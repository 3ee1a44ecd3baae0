"""Keys that only another kind of score has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import CLASSES, LABELS, NUMBER, SCORES, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "lead": (
        NUMBER,
        [("on_invalid: review", "on_invalid: review\nlead: {ratio: 1.5, bands: [block]}")],
        [
            (
                "12:1: PE226 `lead` is about the first and the second of several classes, and this score is "
                "of kind `probability` / delete it, or write `kind: classes` if that is what the model "
                "returns"
            ),
        ],
    ),
    "lead and highlight of an override": (
        LABELS,
        [
            (
                "thresholds: {remove: 0.8}",
                ("thresholds: {remove: 0.8}, lead: {ratio: 2, bands: [keep]}, highlight: {keep: {above: 0.5}}"),
            )
        ],
        [
            (
                "14:83: PE226 `lead` is about the first and the second of several classes, and this score is "
                "of kind `labels` / delete it, or write `kind: classes` if that is what the model returns"
            ),
            (
                "14:116: PE226 `highlight` is about which of several classes are shown, and this score is of "
                "kind `labels` / delete it, or write `kind: classes` if that is what the model returns"
            ),
        ],
    ),
    "highlight": (
        NUMBER,
        [("{name: allow}", "{name: allow, highlight: {above: 0.25}}")],
        [
            (
                "10:19: PE226 `highlight` is about which of several classes are shown, and this score is of "
                "kind `probability` / delete it, or write `kind: classes` if that is what the model returns"
            ),
        ],
    ),
    "highlight of several scores": (
        SCORES,
        [("{name: pass}]", "{name: pass, highlight: {above: 0.25}}]")],
        [
            (
                "6:113: PE226 `highlight` is about which of several classes are shown, and this policy has "
                "several `scores` / delete it"
            ),
        ],
    ),
    "unknown_label": (
        CLASSES,
        [("on_invalid: refer", "on_invalid: refer\nunknown_label: base")],
        [
            (
                "13:1: PE226 `unknown_label` is about labels that are not listed, and this score is of kind "
                "`classes` / delete it, or write `kind: labels` if that is what the model returns"
            ),
        ],
    ),
    "no candidates": (
        NUMBER,
        [("on_invalid: review", "on_invalid: {no_candidates: block, otherwise: review}")],
        [
            (
                "11:14: PE226 only the kind `classes` can have `no_candidates`, and this score is of kind "
                "`probability` / delete it: a score that is left out is `missing`"
            ),
        ],
    ),
    "no candidates of a score": (
        SCORES,
        [("on_invalid: reject", "on_invalid: {no_candidates: reject, otherwise: reject}")],
        [
            (
                "18:18: PE226 only the kind `classes` can have `no_candidates`, and this policy has several "
                "`scores` / delete it: a score that is left out is `missing`"
            ),
        ],
    ),
    "no candidates in an override": (
        LABELS,
        [("thresholds: {remove: 0.8}", "on_invalid: {no_candidates: remove}")],
        [
            (
                "14:69: PE226 only the kind `classes` can have `no_candidates`, and this score is of kind "
                "`labels` / delete it: a score that is left out is `missing`"
            ),
        ],
    ),
    "at_least beside scores": (
        SCORES,
        [("{name: manual, escalate", "{name: manual, at_least: 0.5, escalate")],
        [
            (
                "6:78: PE226 `manual` has the threshold 0.5, and of several `scores` each has thresholds of "
                "its own / delete it here, and write it under the score that it is about, such as "
                "`document`: `thresholds: {manual: 0.5}`"
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "classes": (CLASSES, [("on_invalid: refer", "on_invalid: {no_candidates: refer, otherwise: refer}")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_key_of_another_kind_is_told_where_it_stands(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
