"""The live engine: load policies, decide cases, record what was decided."""

from policy_engine.engine.candidates import CandidateVerdict
from policy_engine.engine.decision import Decision
from policy_engine.engine.engine import Engine
from policy_engine.engine.escalation import Escalation, EscalationEvent, EscalationState, escalation_state
from policy_engine.engine.status import CandidateStatus, EngineStatus, ReloadStatus

__all__ = [
    "CandidateStatus",
    "CandidateVerdict",
    "Decision",
    "Engine",
    "EngineStatus",
    "Escalation",
    "EscalationEvent",
    "EscalationState",
    "ReloadStatus",
    "escalation_state",
]
