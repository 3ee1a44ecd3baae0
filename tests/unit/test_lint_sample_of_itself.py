"""A sample that leads where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.kinds import NUMBER, after_in

if TYPE_CHECKING:
    from tests.support.policies import Edit

FOUND: dict[str, tuple[str, list[Edit], list[str]]] = {
    "itself": (
        NUMBER,
        [("to: review", "to: allow")],
        [
            (
                "16:41: PE233 the sample `qa` sends cases of `allow` to `allow`, where they are already / "
                "write `block` or `review`, or delete the sample"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_sample_of_a_band_to_itself_is_told(case: str) -> None:
    base, edits, told = FOUND[case]
    assert after_in(base, *edits) == told
