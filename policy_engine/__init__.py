"""Thresholds as policy: declare them in YAML, check them, apply them, and keep a log that can be believed.

>>> from policy_engine import AuditLog, Engine
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy_engine.audit import AuditLog, verify
    from policy_engine.engine import (
        Decision,
        Engine,
        Escalation,
        EscalationEvent,
        EscalationState,
        ReloadStatus,
        escalation_state,
    )
    from policy_engine.exceptions import (
        AuditCorruptError,
        AuditError,
        InvalidPolicyError,
        InvalidRequestError,
        MaskKeyError,
        PoliciesNotFoundError,
        PolicyEngineError,
        UnknownUseCaseError,
    )

_HOMES = {
    "AuditLog": "audit",
    "verify": "audit",
    "Decision": "engine",
    "Engine": "engine",
    "ReloadStatus": "engine",
    "Escalation": "engine",
    "EscalationEvent": "engine",
    "EscalationState": "engine",
    "escalation_state": "engine",
    "AuditCorruptError": "exceptions",
    "AuditError": "exceptions",
    "InvalidPolicyError": "exceptions",
    "InvalidRequestError": "exceptions",
    "MaskKeyError": "exceptions",
    "PoliciesNotFoundError": "exceptions",
    "PolicyEngineError": "exceptions",
    "UnknownUseCaseError": "exceptions",
}

__version__ = "0.1.0"
__all__ = [  # noqa: RUF022 - the front door first
    "AuditLog",
    "Decision",
    "Engine",
    "ReloadStatus",
    "Escalation",
    "EscalationEvent",
    "EscalationState",
    "escalation_state",
    "verify",
    "AuditCorruptError",
    "AuditError",
    "InvalidPolicyError",
    "InvalidRequestError",
    "MaskKeyError",
    "PoliciesNotFoundError",
    "PolicyEngineError",
    "UnknownUseCaseError",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module's own names
    """Import a name from its home when it is first asked for, so that checking policies stays light."""
    if name in _HOMES:
        return getattr(import_module(f"policy_engine.{_HOMES[name]}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
