"""Classes of bad input that `on_invalid` leaves open."""

from __future__ import annotations

import pytest

from tests.support.kinds import CLASSES, SCORES, after_in
from tests.support.policies import Edit, after, plus

EVERY = "{wrong_model: block, missing: block, wrong_type: block, not_finite: block, out_of_range: "
FOUND: dict[str, tuple[Edit, str]] = {
    "one class named": (
        ("on_invalid: review", "on_invalid: {missing: review}"),
        (
            "14:1: PE218 `on_invalid` names no band for `wrong_model`, `wrong_type`, `not_finite` and "
            "`out_of_range` / add `otherwise: block` to it, the band of every class that is not named"
        ),
    ),
    "all but one": (
        ("on_invalid: review", f"on_invalid: {EVERY.removesuffix(', out_of_range: ')}}}"),
        (
            "14:1: PE218 `on_invalid` names no band for `out_of_range` / add `otherwise: block` to it, the band of "
            "every class that is not named"
        ),
    ),
}
SILENT: dict[str, Edit] = {
    "all of them": ("on_invalid: review", f"on_invalid: {EVERY}review}}"),
    "otherwise": ("on_invalid: review", "on_invalid: {missing: review, otherwise: block}"),
    "an override may leave them open": plus("{id: gold, when: {tier: gold}, on_invalid: {missing: block}}"),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_class_without_a_band_is_told_with_the_strictest_one(case: str) -> None:
    edit, told = FOUND[case]
    assert after(edit) == [told]


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after(SILENT[case]) == []


# --- other kinds of score, and other keys ----------------------------------------------------------------------------

OF_OTHER_KINDS: dict[str, tuple[str, list[Edit], list[str]]] = {
    "classes": (
        CLASSES,
        [
            (
                "on_invalid: refer",
                (
                    "on_invalid: {wrong_model: refer, missing: refer, wrong_type: refer, not_finite: refer, "
                    "out_of_range: refer}"
                ),
            )
        ],
        [
            (
                "12:1: PE218 `on_invalid` names no band for `no_candidates` / add `otherwise: refer` to it, "
                "the band of every class that is not named"
            ),
        ],
    ),
    "one of several scores": (
        SCORES,
        [("on_invalid: reject", "on_invalid: {missing: reject}")],
        [
            (
                "18:5: PE218 `on_invalid` of the score `risk` names no band for `wrong_model`, `wrong_type`, "
                "`not_finite` and `out_of_range` / add `otherwise: reject` to it, the band of every class "
                "that is not named"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", OF_OTHER_KINDS)
def test_each_score_and_each_kind_has_its_classes(case: str) -> None:
    base, edits, told = OF_OTHER_KINDS[case]
    assert after_in(base, *edits) == told
