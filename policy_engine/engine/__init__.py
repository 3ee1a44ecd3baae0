"""The live engine: load policies, decide cases, record what was decided."""

from policy_engine.engine.decision import Decision
from policy_engine.engine.engine import Engine
from policy_engine.engine.escalation import Escalation, EscalationEvent, EscalationState, escalation_state
from policy_engine.engine.status import EngineStatus, ReloadStatus

__all__ = [
    "Decision",
    "Engine",
    "EngineStatus",
    "Escalation",
    "EscalationEvent",
    "EscalationState",
    "ReloadStatus",
    "escalation_state",
]
