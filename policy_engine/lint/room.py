"""Between which numbers a threshold may lie, so that the bands stay in order wherever it holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policy_engine.resolution import format_number, ladder

if TYPE_CHECKING:
    from policy_engine.lint.subjects import PolicyInCells


def room_for(cells: PolicyInCells, band: str, source: str, *, beside: str | None = None) -> tuple[float, float]:
    """Return the neighbours between which the threshold that *source* sets for *band* has to lie.

    With *beside*, *source* does not set *band* yet: it would, where it now sets that other band.
    """
    least, most = cells.policy.score.low, cells.policy.score.high
    for cell in cells.ladders:
        rungs = [rung for rung in ladder(cells.policy, cell) if rung.threshold is not None]
        if not any(rung.band == (beside or band) and rung.source == source for rung in rungs):
            continue
        numbers = [rung.threshold or 0.0 for rung in rungs]
        for place, rung in enumerate(rungs):
            if rung.band == band:
                least = max([least, *numbers[max(place - 1, 0) : place]])
                most = min([most, *numbers[place + 1 : place + 2]])
    return least, most


def room_in_words(cells: PolicyInCells, room: tuple[float, float]) -> str:
    """Return "above 0.5 and below 0.9", without an end that is the score's own."""
    least, most = room
    above, below = f"above {format_number(least)}", f"below {format_number(most)}"
    if math.isinf(most):
        return above
    return below if least == cells.policy.score.low else f"{above} and {below}"


def middle(least: float, most: float) -> float:
    """Return a short number between two others.

    >>> middle(0.5, 0.9), middle(0.55, 0.56), middle(10.0, float("inf"))
    (0.7, 0.555, 11.0)
    """
    if math.isinf(least) and math.isinf(most):
        return 0.0
    if math.isinf(least) or math.isinf(most):
        return least + 1 if math.isinf(most) else most - 1
    half = (least + most) / 2
    return next((short for digits in range(1, 17) if least < (short := round(half, digits)) < most), half)
