"""In which cells knock-outs and guardrails hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.model import Catalog, Guardrail, KnockOut, Policy
    from policy_engine.resolution.dimensions import Dimension, ValueSet


@dataclass(frozen=True, slots=True, eq=False)
class Safeguard:
    """A knock-out or a guardrail with the cells that it is about, at any instant."""

    of: KnockOut | Guardrail
    index: int
    sets: Mapping[str, ValueSet]

    @property
    def id(self) -> str:
        """Its name."""
        return self.of.id

    @property
    def is_empty(self) -> bool:
        """Whether it is about no cell at all."""
        return any(not values for values in self.sets.values())


def safeguards(policy: Policy, catalog: Catalog, dimensions: Sequence[Dimension]) -> tuple[Safeguard, ...]:
    """Return the policy's knock-outs and the guardrails that concern it, each kind by id."""

    def safeguard(index: int, one: KnockOut | Guardrail) -> Safeguard:
        return Safeguard(one, index, {dimension.name: dimension.matched_by(one.when) for dimension in dimensions})

    knock_outs = [safeguard(index, one) for index, one in enumerate(policy.knock_outs)]
    concerning = [safeguard(i, one) for i, one in enumerate(catalog.guardrails) if policy.is_concerned_by(one)]
    return tuple(sorted(knock_outs, key=lambda one: one.id) + sorted(concerning, key=lambda one: one.id))
