"""Caps with and without a word why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "no reason": (
        NUMBER,
        [(", fail_open_because: a contract", "")],
        [
            (
                "14:34: PE425 `cap` makes a case at most `review` whatever its score is, and does not say "
                'why / to the knock-out `cap`, add `fail_open_because: "..."` with the reason'
            ),
        ],
    ),
    "the reason of the policy is for other things": (
        NUMBER,
        [(", fail_open_because: a contract", ""), ("on_invalid: review", "on_invalid: review\nfail_open_because: x")],
        [
            (
                "15:34: PE425 `cap` makes a case at most `review` whatever its score is, and does not say "
                'why / to the knock-out `cap`, add `fail_open_because: "..."` with the reason'
            ),
        ],
    ),
}

SILENT: dict[str, tuple[str, list[Edit]]] = {
    "a floor": (NUMBER, [("at_most: review, fail_open_because: a contract", "at_least: review")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_cap_without_a_reason_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told


@pytest.mark.parametrize("case", SILENT)
def test_near_misses_are_not_told(case: str) -> None:
    base, edits = SILENT[case]
    assert after_in(base, *edits) == []
