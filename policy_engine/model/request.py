"""A request: one case to decide, with everything as the caller gave it. Nothing is coerced here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Request:
    """One case. `score` may be anything at all: what is no score is decided by the policy's `on_invalid`.

    `facts`, `thresholds` and `reason_codes` are for knock-outs, tunables `per_call` and reasons of the case.
    """

    use_case: str
    score: Any
    at: datetime
    model: Any = None
    model_version: Any = None
    dimensions: Mapping[str, Any] = field(default_factory=dict)
    subject: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    reason_codes: Sequence[Any] = ()
    context: Mapping[str, Any] | None = None


REQUEST_KEYS = (
    "use_case",
    "score",
    "model",
    "model_version",
    "subject",
    "facts",
    "thresholds",
    "reason_codes",
    "context",
    "at",
)
"""The keys of a request that are not dimensions."""
