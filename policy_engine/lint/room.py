"""Between which numbers a threshold may lie, so that the bands stay in order wherever it holds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policy_engine.resolution import format_number, ladder
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from policy_engine.lint.subjects import PolicyInCells
    from policy_engine.model import Scale


@dataclass(frozen=True, slots=True)
class Room:
    """The threshold below and the one above that another has to keep clear of; None where there is none.

    `low` and `high` are the ends of the score's range, which a threshold may stand on.
    """

    low: float
    high: float
    above: float | None = None
    below: float | None = None

    @property
    def is_there(self) -> bool:
        """Whether any number is left."""
        floor = self.low if self.above is None else self.above
        ceiling = self.high if self.below is None else self.below
        return floor < ceiling

    def __contains__(self, number: float) -> bool:
        is_above = self.above is None or number > self.above
        return is_above and (self.below is None or number < self.below) and self.low <= number <= self.high

    def __str__(self) -> str:
        ends = [f"above {format_number(self.above)}"] if self.above is not None else []
        ends += [f"below {format_number(self.below)}"] if self.below is not None else []
        return " and ".join(ends)

    def between(self, above: float | None, below: float | None) -> Room:
        """Return the room that is left beside two more thresholds."""
        floors = [one for one in (self.above, above) if one is not None]
        ceilings = [one for one in (self.below, below) if one is not None]
        return Room(self.low, self.high, max(floors, default=None), min(ceilings, default=None))

    def inside(self, low: float, high: float) -> Room:
        """Return the room that is left within another range as well."""
        return replace(self, low=max(self.low, low), high=min(self.high, high))

    def middle(self) -> float:
        """Return a short number inside. One end at least is not open.

        >>> Room(0, 1, 0.5, 0.9).middle(), Room(0, 1, 0.55, 0.56).middle(), Room(0, 1, 0.5, 0.5000000000000002).middle()
        (0.7, 0.555, 0.5000000000000001)
        >>> Room(0, math.inf, above=10.0).middle(), Room(-math.inf, 0, below=-3.0).middle()
        (20.0, -6.0)
        """
        floor = self.low if self.above is None else self.above
        ceiling = self.high if self.below is None else self.below
        if math.isinf(ceiling):
            return floor + max(1.0, abs(floor))
        if math.isinf(floor):
            return ceiling - max(1.0, abs(ceiling))
        half = (floor + ceiling) / 2
        return next((short for digits in range(1, 17) if floor < (short := round(half, digits)) < ceiling), half)


def room_for(cells: PolicyInCells, scale: Scale, band: str, source: str, *, beside: str | None = None) -> Room:
    """Return the room for the threshold that *source* sets for *band*, in all cells in which it holds.

    Of several scores, each has a base of its own, so `base` is that of *scale*; an override may hold for several.
    With *beside*, *source* does not set *band* yet: it would, where it now sets that other band.
    """
    room = Room(scale.score.signal_low, scale.score.signal_high)
    for cell in cells.ladders:
        if source == BASE and cell.scale is not scale:
            continue
        rungs = [rung for rung in ladder(cell) if rung.threshold is not None]
        if any(rung.band == (beside or band) and rung.source == source for rung in rungs):
            room = room.inside(cell.scale.score.signal_low, cell.scale.score.signal_high)
            numbers = [None, *(rung.threshold for rung in rungs), None]
            for place, rung in enumerate(rungs, 1):
                if rung.band == band:
                    room = room.between(numbers[place - 1], numbers[place + 1])
    return room
