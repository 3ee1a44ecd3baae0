"""Classes of bad input that `on_invalid` leaves open."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

EVERY = "{wrong_model: block, missing: block, wrong_type: block, not_finite: block, out_of_range: "
FOUND: dict[str, tuple[Edit, str]] = {
    "one class named": (
        ("on_invalid: review", "on_invalid: {missing: review}"),
        (
            "14:1: PE218 `on_invalid` names no band for `wrong_model` and `wrong_type` and `not_finite` and "
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
