"""The live engine: load policies, decide cases, record what was decided."""

from policy_engine.engine.decision import Decision
from policy_engine.engine.engine import Engine
from policy_engine.engine.escalation import Escalation, EscalationEvent, EscalationState, escalation_state

__all__ = ["Decision", "Engine", "Escalation", "EscalationEvent", "EscalationState", "escalation_state"]
