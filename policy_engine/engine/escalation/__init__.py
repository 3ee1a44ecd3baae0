"""Escalation: who gets a case, in what order and by when, and where it stands after what happened to it."""

from policy_engine.engine.escalation.event import EscalationEvent, EventKind
from policy_engine.engine.escalation.opened import DueLevel, Escalation
from policy_engine.engine.escalation.state import EscalationState, escalation_state

__all__ = ["DueLevel", "Escalation", "EscalationEvent", "EscalationState", "EventKind", "escalation_state"]
