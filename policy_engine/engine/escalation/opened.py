"""A case on its escalation path, as it was opened: all of its levels, with their due times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from policy_engine.engine.escalation._given import instant_of, instant_or_null, mapping_of, text_of
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import HOLD, format_instant, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.model import Catalog, EscalationPath


class DueLevel(NamedTuple):
    """One level of an opened path: who gets the case, and the instant at which their time is up."""

    to: str
    due: datetime | None
    """In UTC; None beyond the end of the calendar."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case on its escalation path, as it was opened. It knows all of its levels, so it needs no catalog later."""

    path: str
    at: datetime
    levels: tuple[DueLevel, ...]
    when_exhausted: str = HOLD
    """`hold`, or the band that the case gets when the last level's time is up and nobody has it."""

    @classmethod
    def opened(cls, path: str, written: EscalationPath, at: datetime) -> Self:
        """Return the escalation of a case that enters *path* at the instant *at*.

        Each level's time begins when that of the level before it is up, whoever does what in between.
        """
        levels: list[DueLevel] = []
        due: datetime | None = (entered := instant_of({"at": at}, "at", "an escalation"))
        for level in written.levels:
            due = _later(due, level.within)
            levels.append(DueLevel(level.to, due))
        return cls(path, entered, tuple(levels), written.when_exhausted)

    @property
    def level(self) -> int:
        """The level that gets the case first: 1."""
        return 1

    @property
    def to(self) -> str:
        """Who gets the case first."""
        return self.levels[0].to

    @property
    def due(self) -> datetime | None:
        """Until when those who get it first have it, in UTC; None beyond the end of the calendar."""
        return self.levels[0].due

    def opening(self) -> dict[str, Any]:
        """Return what the JSON of a decision says of its escalation: the first level, and when its time is up."""
        return {"path": self.path, "level": self.level, "to": self.to, "due": instant_or_null(self.due)}

    @classmethod
    def of_decision(cls, decision: Mapping[str, Any], catalog: Catalog) -> Self | None:
        """Return the escalation of a decision that is at hand as JSON, such as a record of the log.

        None where the decision escalates to nobody. Raises `InvalidRequestError` where the catalog's path is not
        the one that the case entered: it has another first level, or is not there at all.
        """
        written = mapping_of(decision, "a decision").get("escalation")
        if written is None:
            return None
        opening = mapping_of(written, "an escalation")
        name = text_of(opening, "path", "an escalation")
        if name not in catalog.escalation_paths:
            raise InvalidRequestError(f"the catalog has no escalation path `{name}`: use the one that decided")
        found = cls.opened(name, catalog.escalation_paths[name], instant_of(decision, "at", "a decision"))
        if found.opening() != dict(opening):
            raise InvalidRequestError(f"the catalog's `{name}` has another first level: use the one that decided")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return all of it in values of JSON, to be kept with the case."""
        return {
            "path": self.path,
            "at": format_instant(self.at),
            "levels": [{"to": one.to, "due": instant_or_null(one.due)} for one in self.levels],
            "when_exhausted": self.when_exhausted,
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Return the escalation that `to_dict` wrote. Raises `InvalidRequestError` for anything else."""
        what = "an escalation"
        levels = mapping_of(given, what).get("levels")
        if not isinstance(levels, (list, tuple)) or not levels:
            raise InvalidRequestError(f"`levels` of {what} must be a list of one or more levels")
        return cls(
            text_of(given, "path", what),
            instant_of(given, "at", what),
            tuple(_level(one) for one in levels),
            text_of(given, "when_exhausted", what),
        )


def _later(instant: datetime | None, within: str) -> datetime | None:
    try:
        return None if instant is None else instant + parse_duration(within)
    except OverflowError:
        return None


def _level(given: object) -> DueLevel:
    what = "a level of an escalation"
    level = mapping_of(given, what)
    due = None if level.get("due") is None else instant_of(level, "due", what)
    return DueLevel(text_of(level, "to", what), due)
