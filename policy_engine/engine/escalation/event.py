"""What people do with an escalated case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Self, get_args

from policy_engine.engine.escalation._given import instant_of, mapping_of, refuse_others, text_of
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EventKind = Literal["taken", "returned", "passed_on", "resolved"]
"""What people do with a case: take it, give it back to its level, hand it to the next one, or decide it."""

_KINDS: Final[tuple[EventKind, ...]] = get_args(EventKind)


@dataclass(frozen=True, slots=True)
class EscalationEvent:
    """What somebody did with an escalated case. Raises `InvalidRequestError` where a value cannot be.

    `id` says which events are the same one. `at` is when it happened, not when it was reported. `level` is the level
    that did it, None for the one that holds the case then. `outcome` is the band that a `resolved` case gets.
    """

    id: str
    at: datetime
    kind: EventKind
    level: int | None = None
    by: str | None = None
    outcome: str | None = None

    def __post_init__(self) -> None:
        """Check the values, and keep the instant in UTC."""
        what = "an event"
        values = {"id": self.id, "at": self.at, "by": self.by, "outcome": self.outcome}
        text_of(values, "id", what)
        if self.kind not in _KINDS:
            raise InvalidRequestError(f"`kind` of {what} must be one of {', '.join(f'`{one}`' for one in _KINDS)}")
        if self.level is not None and (type(self.level) is not int or self.level < 1):
            raise InvalidRequestError(f"`level` of {what} must be a whole number from 1 on")
        if self.by is not None:
            text_of(values, "by", what)
        if self.kind == "resolved":
            text_of(values, "outcome", what)
        elif self.outcome is not None:
            raise InvalidRequestError(f"only a `resolved` case has an `outcome`, not one that is `{self.kind}`")
        # One zone for all: instants of one zone with summer time compare by the clock on the wall
        object.__setattr__(self, "at", instant_of(values, "at", what))

    def to_dict(self) -> dict[str, Any]:
        """Return the event in values of JSON, without the keys that say nothing."""
        said = {"level": self.level, "by": self.by, "outcome": self.outcome}
        return {
            "id": self.id,
            "at": format_instant(self.at),
            "kind": self.kind,
            **{key: value for key, value in said.items() if value is not None},
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Return the event of a mapping. Raises `InvalidRequestError` for a key or value that is none of an event."""
        refuse_others(mapping_of(given, "an event"), cls.__slots__, "an event")
        values: dict[str, Any] = {key: given.get(key) for key in cls.__slots__}
        return cls(**values)
