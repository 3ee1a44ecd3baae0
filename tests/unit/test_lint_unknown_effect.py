"""Effects that are named and do not exist."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "effect": (
        [("effect: adverse", "effect: advers")],
        [
            (
                "11:43: PE404 `advers` is no effect / did you mean `adverse`? if not, add `advers` to `effects` in "
                "the catalog"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_an_effect_that_nobody_declared_is_told(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told
