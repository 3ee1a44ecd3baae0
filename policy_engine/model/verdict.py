"""A verdict: the part of a decision that the policy and the score settle, the same in every evaluator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy_engine.canonical import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.vocabulary import InvalidClass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which band a case got, and why.

    `threshold` is the one that the score crossed and `next_threshold` the one above, both null where there
    is none. `jurisdiction` is the place of the deciding jurisdiction among those of the request in the order
    of their names, or null where the request gave none. `unknown` names the dimensions whose value the
    catalog does not know or the request left out.
    """

    outcome: str
    threshold: float | None = None
    threshold_from: str | None = None
    next_threshold: float | None = None
    invalid: InvalidClass | None = None
    escalate: str | None = None
    reasons: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=FrozenDict)
    jurisdiction: int | None = None
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Freeze the attributes: every decision of the table shares them."""
        object.__setattr__(self, "attributes", FrozenDict(self.attributes))
