"""Jurisdictions that lie in undeclared ones."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after_in_catalog

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "parent": (
        [("DE: {in: EU}", "DE: {in: [EU, EEA]}"), ("US-CA: {in: US}", "US-CA: {in: USA}")],
        [
            (
                "catalog.yaml:4:17: PE208 `DE` lies in `EEA`, which is not declared / add `EEA: {}` under "
                "`jurisdictions`"
            ),
            (
                "catalog.yaml:8:15: PE208 `US-CA` lies in `USA`, which is not declared / did you mean `US`? if not, "
                "add `USA: {}` under `jurisdictions`"
            ),
        ],
    ),
    "a country": (
        [
            ("DE: {in: EU}", "DE: {in: CH}"),
            ("FR: {in: EU}", "FR: {in: CA}"),
            ("US-CA: {in: US}", "US-CA: {in: GB-ENG}"),
        ],
        [
            (
                "catalog.yaml:4:12: PE208 `DE` lies in `CH`, which is not declared / `CH` is Switzerland: add `CH: "
                "{}` under `jurisdictions`"
            ),
            (
                "catalog.yaml:6:12: PE208 `FR` lies in `CA`, which is not declared / `CA` is Canada: add `CA: {}` "
                "under `jurisdictions`"
            ),
            (
                "catalog.yaml:8:15: PE208 `US-CA` lies in `GB-ENG`, which is not declared / did you mean `US`? if "
                "not, add `GB-ENG: {}` under `jurisdictions`"
            ),
        ],
    ),
    "near another": (
        [("FR: {in: EU}", "GB-ENG: {}\n  FR: {in: GB-EAY}")],
        [
            (
                "catalog.yaml:7:12: PE208 `FR` lies in `GB-EAY`, which is not declared / `GB-EAY` is East Ayrshire: "
                "add `GB-EAY: {}` under `jurisdictions`; or did you mean `GB-ENG`?"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_parent_that_is_not_declared_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after_in_catalog(*edits) == told
