"""Jurisdictions that lie in undeclared ones."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after_in_catalog

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "parent": (
        [("DE: {in: EU}", "DE: {in: [EU, EEA]}"), ("US-CA: {in: US}", "US-CA: {in: USA}")],
        [
            "catalog.yaml:4:17: PE208 `DE` lies in `EEA`, which is not declared / add `EEA: {}` to `jurisdictions`",
            (
                "catalog.yaml:8:15: PE208 `US-CA` lies in `USA`, which is not declared / did you mean `US`? if "
                "not, add `USA: {}` to `jurisdictions`"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_parent_that_is_not_declared_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after_in_catalog(*edits) == told
