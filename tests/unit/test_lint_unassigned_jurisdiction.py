"""Jurisdictions named like ISO 3166 codes."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after_in_catalog

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "codes": (
        [("FR: {in: EU}", "FX: {in: EU}"), ("US-CA", "US-ZZ")],
        [
            (
                "catalog.yaml:6:3: PE209 `FX` is shaped like the ISO 3166 code of a country, but no such code is "
                "assigned / did you mean `FI` (Finland), `FJ` (Fiji) or `FK` (Falkland Islands (Malvinas))? a group "
                "of your own has a name of another shape, such as `FX-group`"
            ),
            (
                "catalog.yaml:8:3: PE209 `US-ZZ` is shaped like the ISO 3166 code of a part of a country, but no "
                "such code is assigned / did you mean `US-AZ` (Arizona)? a group of your own has a name of another "
                "shape, such as `US-ZZ-group`"
            ),
        ],
    ),
    "lone": (
        [("US-CA", "QQ-1")],
        [
            (
                "catalog.yaml:8:3: PE209 `QQ-1` is shaped like the ISO 3166 code of a part of a country, but no "
                "such code is assigned / a group of your own has a name of another shape, such as `QQ-1-group`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "fine": [("FR: {in: EU}", "UK: {}\n  XK: {}\n  EEA: {}\n  latin-america: {}\n  GB-ENG: {}\n  AT-9: {}\n  DEU: {}")],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_code_that_nobody_assigned_is_told_with_codes_that_look_like_it(case: str) -> None:
    edits, told = FOUND[case]
    assert after_in_catalog(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after_in_catalog(*SILENT[case]) == []
