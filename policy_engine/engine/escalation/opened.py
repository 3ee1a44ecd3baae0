"""A case on its escalation path, as it was opened: all of its levels, with their due times."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from policy_engine.engine.escalation._given import (
    instant_of,
    instant_or_null,
    mapping_of,
    refuse_others,
    text_of,
)
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import END_OF_TIME, HOLD, format_instant, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.model import Catalog, EscalationPath


_WHAT: Final = "an escalation"
_WHAT_LEVEL: Final = "a level of an escalation"


class DueLevel(NamedTuple):
    """One level of an opened path: who gets the case, and the instant at which their time is up."""

    to: str
    due: datetime | None
    """In UTC; None beyond the end of the calendar."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case on its escalation path, as it was opened. It knows all of its levels, so it needs no catalog later.

    Raises `InvalidRequestError` where there is no level, or one whose time is up before that of the level before it.
    """

    path: str
    at: datetime
    levels: tuple[DueLevel, ...]
    when_exhausted: str = HOLD
    """`hold`, or the band that the case gets when the last level's time is up and nobody has it."""

    def __post_init__(self) -> None:
        """Check the values, and keep the instants in UTC."""
        object.__setattr__(self, "at", instant_of({"at": self.at}, "at", _WHAT))
        text_of({"path": self.path}, "path", _WHAT)
        text_of({"when_exhausted": self.when_exhausted}, "when_exhausted", _WHAT)
        if self.when_exhausted != HOLD and self.when_exhausted.casefold() == HOLD:
            raise InvalidRequestError(f"`when_exhausted` of {_WHAT} is `{HOLD}`, in small letters, or a band")
        if not self.levels:
            raise InvalidRequestError(f"`levels` of {_WHAT} must be a list of one or more levels")
        object.__setattr__(self, "levels", tuple(_checked(one) for one in self.levels))
        dues = [END_OF_TIME if one.due is None else one.due for one in self.levels]
        if any(later < earlier for earlier, later in pairwise((self.at, *dues))):
            raise InvalidRequestError(f"`levels` of {_WHAT}: each `due` must be no earlier than the one before it")

    @classmethod
    def opened(cls, path: str, written: EscalationPath, at: datetime) -> Self:
        """Return the escalation of a case that enters *path* at the instant *at*.

        Each level's time begins when that of the level before it is up, whoever does what in between.
        """
        levels: list[DueLevel] = []
        due: datetime | None = (entered := instant_of({"at": at}, "at", _WHAT))
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
        opening = mapping_of(written, _WHAT)
        name = text_of(opening, "path", _WHAT)
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
        levels = mapping_of(given, _WHAT).get("levels")
        refuse_others(given, cls.__slots__, _WHAT)
        return cls(
            text_of(given, "path", _WHAT),
            instant_of(given, "at", _WHAT),
            tuple(_level(one) for one in levels) if isinstance(levels, (list, tuple)) else (),
            text_of(given, "when_exhausted", _WHAT),
        )


def _later(instant: datetime | None, within: str) -> datetime | None:
    try:
        return None if instant is None else instant + parse_duration(within)
    except OverflowError:
        return None


def _level(given: object) -> DueLevel:
    level = mapping_of(given, _WHAT_LEVEL)
    refuse_others(level, DueLevel._fields, _WHAT_LEVEL)
    if "due" not in level:
        raise InvalidRequestError(f"{_WHAT_LEVEL} needs `due`: an instant, or null beyond the end of the calendar")
    return DueLevel(text_of(level, "to", _WHAT_LEVEL), level["due"])


def _checked(level: DueLevel) -> DueLevel:
    to, due = level
    return DueLevel(
        text_of({"to": to}, "to", _WHAT_LEVEL),
        None if due is None else instant_of({"due": due}, "due", _WHAT_LEVEL),
    )
