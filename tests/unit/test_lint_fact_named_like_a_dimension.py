"""Facts with a name that is taken."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after_in_catalog

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "a dimension": (
        [("effects:", "facts: [vip, tier]\neffects:")],
        [
            (
                "catalog.yaml:12:14: PE223 the fact `tier` is also the name of a dimension: in a knock-out "
                "it could mean either / give the fact another name, such as `is_tier`"
            ),
        ],
    ),
    "a key of requests": (
        [("effects:", "facts: [score]\neffects:")],
        [
            (
                "catalog.yaml:12:9: PE223 the fact `score` has a name that requests or decisions use for "
                "something else: in a knock-out it could mean either / give the fact another name, such as "
                "`is_score`"
            ),
        ],
    ),
}

SILENT: dict[str, list[Edit]] = {
    "free": [("effects:", "facts: [vip, scored]\neffects:")],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_fact_with_a_taken_name_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after_in_catalog(*edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    assert after_in_catalog(*SILENT[case]) == []
