"""The live engine: load policies, decide cases, record what was decided."""

from policy_engine.engine.decision import Decision, Escalation
from policy_engine.engine.engine import Engine

__all__ = ["Decision", "Engine", "Escalation"]
