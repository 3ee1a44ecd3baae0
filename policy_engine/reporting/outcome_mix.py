"""How many cases of each cell got which outcome."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.engine import Decision
    from policy_engine.model import Policy

Place = tuple[str, ...]
"""A cell: one value for each dimension that the policy uses, in words."""

MOST_CELLS: Final = 1000
"""Requests may name any set of jurisdictions: when so many cells are told apart, all further ones count as one."""

OTHER_CELLS: Final = "other"


@dataclass(frozen=True, slots=True)
class OutcomeMix:
    """The decisions of one policy: `counts` by cell, then by outcome."""

    policy: Policy
    dimensions: tuple[str, ...]
    counts: dict[Place, Counter[str]] = field(default_factory=dict)

    @property
    def total(self) -> Counter[str]:
        """The counts of all cells together, by outcome."""
        return sum(self.counts.values(), Counter())


class OutcomeMixes:
    """Counts decisions, by policy. It grows with the cells, not with the decisions."""

    def __init__(self) -> None:
        """Begin with no decision."""
        self._by_policy: dict[tuple[str, int, str], OutcomeMix] = {}

    def add(self, decision: Decision) -> None:
        """Count a decision."""
        self.add_alike(decision.policy, decision.cell, decision.outcome)

    def add_alike(self, policy: Policy, cell: Mapping[str, str], outcome: str, many: int = 1) -> None:
        """Count so many decisions of one policy, in one cell, with the same outcome."""
        key = (policy.use_case, policy.version, policy.digest)
        mix = self._by_policy.get(key)
        if mix is None:
            mix = self._by_policy[key] = OutcomeMix(policy, tuple(cell))
        place = tuple(cell.values())
        if place not in mix.counts and len(mix.counts) >= MOST_CELLS:
            place = (OTHER_CELLS,) * len(cell)
        mix.counts.setdefault(place, Counter())[outcome] += many

    def all(self) -> list[OutcomeMix]:
        """Return what was counted, by use case and version."""
        return [self._by_policy[key] for key in sorted(self._by_policy)]
