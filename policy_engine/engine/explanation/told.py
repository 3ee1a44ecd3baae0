"""What is told of: a decision, its policy, and the way of the case through the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.decision import Decision
    from policy_engine.engine.retrace import DecidingMember, Retraced
    from policy_engine.model import Policy, Verdict


@dataclass(frozen=True, slots=True)
class Told:
    """A decision with the table that made it, walked through again."""

    decision: Decision
    table: PolicyTable
    found: Retraced

    @property
    def policy(self) -> Policy:
        """The policy as written."""
        return self.table.policy

    @property
    def verdict(self) -> Verdict:
        """What the decision says."""
        return self.decision.verdict

    @property
    def member(self) -> DecidingMember:
        """The member that gave the case its band."""
        return self.found.member
