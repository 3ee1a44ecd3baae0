"""How overrides relate: what each matches, which of two is narrower, where they meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from policy_engine.resolution.fields import Field, fields_set_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.model import Override, Policy
    from policy_engine.resolution.dimensions import Dimension, ValueSet

WindowInForce = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """An override with what it matches: a set of values for every dimension that the policy uses, and a window."""

    override: Override
    index: int
    sets: Mapping[str, ValueSet]
    window: WindowInForce
    fields: Mapping[Field, Any]

    @property
    def id(self) -> str:
        """The override's name."""
        return self.override.id

    @property
    def is_empty(self) -> bool:
        """Whether it matches nothing at any instant."""
        return self.window[0] >= self.window[1] or any(not values for values in self.sets.values())

    def same_cells_as(self, other: Reach) -> bool:
        """Say whether both match the same values on every dimension."""
        return self.sets == other.sets

    def is_narrower_than(self, other: Reach) -> bool:
        """Say whether it wins where both match: it matches less, or as much and its window is the inner one."""
        if any(not self.sets[name] <= other.sets[name] for name in self.sets):
            return False
        return not self.same_cells_as(other) or lies_inside(self.window, other.window)

    def meets(self, other: Reach) -> bool:
        """Say whether some cell at some instant is matched by both."""
        if not windows_overlap(self.window, other.window):
            return False
        return all(self.sets[name] & other.sets[name] for name in self.sets)


def reaches(policy: Policy, dimensions: Sequence[Dimension]) -> tuple[Reach, ...]:
    """Return the reach of every override, sorted by id: the order of the file means nothing."""
    ordered = sorted(enumerate(policy.overrides), key=lambda item: item[1].id)
    return tuple(_reach(policy, override, index, dimensions) for index, override in ordered)


def lies_inside(inner: WindowInForce, outer: WindowInForce) -> bool:
    """Say whether a window lies wholly inside another one that is longer."""
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


def windows_overlap(one: WindowInForce, other: WindowInForce) -> bool:
    """Say whether two windows share an instant."""
    return max(one[0], other[0]) < min(one[1], other[1])


def fields_in_common(one: Reach, other: Reach) -> Iterator[Field]:
    """Yield the fields that both overrides set."""
    return (field for field in one.fields if field in other.fields)


def _reach(policy: Policy, override: Override, index: int, dimensions: Sequence[Dimension]) -> Reach:
    sets = {dimension.name: dimension.matched_by(override.when) for dimension in dimensions}
    begin, end = policy.window
    if override.effective is not None:
        begin = max(begin, override.effective.from_ or begin)
        end = min(end, override.effective.until or end)
    return Reach(override, index, sets, (begin, end), dict(fields_set_by(override)))
