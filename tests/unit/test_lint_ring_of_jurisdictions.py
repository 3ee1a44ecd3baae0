"""Jurisdictions that lie in each other."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after_in_catalog

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "itself": (
        [("EU: {}", "EU: {in: EU}")],
        [
            "catalog.yaml:3:12: PE216 `EU` lies in itself: EU in EU / write `EU: {}`",
        ],
    ),
    "closed by one of several": (
        [("EU: {}", "EU: {in: DE}"), ("DE: {in: EU}", "DE: {in: [US, EU]}")],
        [
            (
                "catalog.yaml:3:12: PE216 `EU` lies in itself: EU in DE in EU / write `EU: {}`: the wider `EU` does "
                "not lie in the narrower `DE`"
            ),
        ],
    ),
    "groups": (
        [("EU: {}", "EU: {}\n  A: {in: [C, EU]}\n  B: {in: [A, C]}\n  C: {in: [US, B, EU]}")],
        [
            (
                "catalog.yaml:5:12: PE216 `A` lies in itself: A in C in B in A / break the ring at one of its steps: "
                "write `B: {in: C}`, `A: {in: EU}` or `C: {in: [US, EU]}`"
            ),
            (
                "catalog.yaml:5:15: PE216 `C` lies in itself: C in B in C / break the ring at one of its steps: "
                "write `B: {in: A}` or `C: {in: [US, EU]}`"
            ),
        ],
    ),
    "three": (
        [("EU: {}", "EU: {in: [US, DE-BY]}")],
        [
            (
                "catalog.yaml:3:17: PE216 `EU` lies in itself: EU in DE-BY in DE in EU / write `EU: {in: US}`: the "
                "wider `EU` does not lie in the narrower `DE-BY`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "two ways up": [("DE: {in: EU}", "DE: {in: [EU, US]}"), ("FR: {in: EU}", "FR: {in: [DE, EU]}")],
    "no ring": [("DE-BY: {in: DE}", "DE-BY: {in: [DE, EU]}")],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_ring_is_told_once_with_its_steps(case: str) -> None:
    edits, told = FOUND[case]
    assert after_in_catalog(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after_in_catalog(*SILENT[case]) == []
