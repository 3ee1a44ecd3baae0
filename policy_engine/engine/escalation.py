"""Who holds an escalated case, and what is overdue: computed from what happened, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Self, get_args

from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import HOLD, as_instant, format_instant, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from policy_engine.model import Catalog, EscalationPath

EventKind = Literal["taken", "returned", "passed_on", "resolved"]
"""What people do with a case: take it, give it back to its level, hand it to the next one, or decide it."""
Status = Literal["waiting", "taken", "resolved", "timed_out"]
"""Whether nobody has taken the case yet, somebody has, a person decided it, or the end of its path did."""

_KINDS: Final[tuple[EventKind, ...]] = get_args(EventKind)
_OPEN: Final = frozenset({"waiting", "taken"})


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
        due: datetime | None = (entered := _instant({"at": at}, "at", "an escalation"))
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
        return {"path": self.path, "level": self.level, "to": self.to, "due": _written(self.due)}

    @classmethod
    def of_decision(cls, decision: Mapping[str, Any], catalog: Catalog) -> Self | None:
        """Return the escalation of a decision that is at hand as JSON, such as a record of the log.

        None where the decision escalates to nobody. Raises `InvalidRequestError` where the catalog's path is not
        the one that the case entered: it has another first level, or is not there at all.
        """
        written = _mapping(decision, "a decision").get("escalation")
        if written is None:
            return None
        opening = _mapping(written, "an escalation")
        name = _text(opening, "path", "an escalation")
        if name not in catalog.escalation_paths:
            raise InvalidRequestError(f"the catalog has no escalation path `{name}`: use the one that decided")
        found = cls.opened(name, catalog.escalation_paths[name], _instant(decision, "at", "a decision"))
        if found.opening() != dict(opening):
            raise InvalidRequestError(f"the catalog's `{name}` has another first level: use the one that decided")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return all of it in values of JSON, to be kept with the case."""
        return {
            "path": self.path,
            "at": format_instant(self.at),
            "levels": [{"to": one.to, "due": _written(one.due)} for one in self.levels],
            "when_exhausted": self.when_exhausted,
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Return the escalation that `to_dict` wrote. Raises `InvalidRequestError` for anything else."""
        what = "an escalation"
        levels = _mapping(given, what).get("levels")
        if not isinstance(levels, (list, tuple)) or not levels:
            raise InvalidRequestError(f"`levels` of {what} must be a list of one or more levels")
        return cls(
            _text(given, "path", what),
            _instant(given, "at", what),
            tuple(_level(one) for one in levels),
            _text(given, "when_exhausted", what),
        )


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
        _text(values, "id", what)
        if self.kind not in _KINDS:
            raise InvalidRequestError(f"`kind` of {what} must be one of {', '.join(f'`{one}`' for one in _KINDS)}")
        if self.level is not None and (type(self.level) is not int or self.level < 1):
            raise InvalidRequestError(f"`level` of {what} must be a whole number from 1 on")
        if self.by is not None:
            _text(values, "by", what)
        if self.kind == "resolved":
            _text(values, "outcome", what)
        elif self.outcome is not None:
            raise InvalidRequestError(f"only a `resolved` case has an `outcome`, not one that is `{self.kind}`")
        # One zone for all: instants of one zone with summer time compare by the clock on the wall
        object.__setattr__(self, "at", _instant(values, "at", what))

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
        unknown = sorted(str(key) for key in _mapping(given, "an event") if key not in cls.__slots__)
        if unknown:
            raise InvalidRequestError(f"unknown key `{unknown[0][:60]}` of an event")
        values: dict[str, Any] = {key: given.get(key) for key in cls.__slots__}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class EscalationState:
    """Where an escalated case stands at an instant."""

    path: str
    status: Status
    level: int
    """The level that holds the case, counted from 1; of a closed case, the one that held it last."""
    to: str | None
    """Who holds the case; None once it is closed."""
    taken_by: str | None
    """Who of them took it, if anybody did and the event says who."""
    since: datetime
    """Since when the case is held as it is: by this level, by who took it, or since when it is closed."""
    due: datetime | None
    """When the level's time is up; None once the case is closed, and beyond the end of the calendar."""
    overdue_since: datetime | None
    """Since when the level's time is up although the case is still with it; None while it is not."""
    exhausted: bool
    """Whether the last level's time was up at some instant at which nobody had taken the case."""
    outcome: str | None
    """The band of a closed case: what a person decided, or what the path gives when it is exhausted."""

    @property
    def closed(self) -> bool:
        """Whether the case is decided, so that nobody holds it."""
        return self.status not in _OPEN

    @property
    def overdue(self) -> bool:
        """Whether somebody holds the case who should be done with it."""
        return self.overdue_since is not None

    def to_dict(self) -> dict[str, Any]:
        """Return the state in values of JSON."""
        return {
            "path": self.path,
            "status": self.status,
            "level": self.level,
            "to": self.to,
            "taken_by": self.taken_by,
            "since": format_instant(self.since),
            "due": _written(self.due),
            "overdue_since": _written(self.overdue_since),
            "exhausted": self.exhausted,
            "outcome": self.outcome,
        }


def escalation_state(escalation: Escalation, events: Iterable[EscalationEvent], now: datetime) -> EscalationState:
    """Return who holds the case at *now*, and what is overdue, given what happened to it.

    The same events in another order, or repeated, give the same state. Those after *now* do not count yet. Of
    several with one id, the first counts. Events that contradict each other are settled in the order of their
    instants, then ids: what cannot happen to the case as it then stands does not happen. Raises
    `InvalidRequestError` where *now* has no time zone.
    """
    instant = _instant({"now": now}, "now", "a question")
    course = _Course(escalation)
    for event in _in_order(events):
        if event.at > instant:
            break
        course.happens(event)
    course.goes_on_until(instant)
    return course.state_at(instant)


class _Course:
    """The case on its way: the only thing here that changes, and only within one call."""

    def __init__(self, escalation: Escalation) -> None:
        self._escalation = escalation
        self._levels: Sequence[DueLevel] = escalation.levels
        self._level = 1
        self._since = escalation.at
        self._status: Status = "waiting"
        self._taken_by: str | None = None
        self._exhausted = False
        self._outcome: str | None = None

    def goes_on_until(self, instant: datetime) -> None:
        """Let the clock run: a case that waits goes to the next level when its time is up."""
        while self._status == "waiting" and self._is_up(instant):
            due = self._levels[self._level - 1].due
            # A case that comes back late goes on from when it came back
            up_at = self._since if due is None else max(self._since, due)
            if self._level < len(self._levels):
                self._level, self._since = self._level + 1, up_at
                continue
            self._exhausted = True
            if self._escalation.when_exhausted == HOLD:
                return
            self._close("timed_out", self._escalation.when_exhausted, up_at)

    def happens(self, event: EscalationEvent) -> None:
        """Let the clock run until *event*, and do what it says, if it can be done to the case as it then is."""
        self.goes_on_until(event.at)
        if self._status not in _OPEN or event.level not in (None, self._level):
            return
        # A case is opened before anything happens to it, whatever the clocks of two machines say
        at = max(event.at, self._escalation.at)
        if event.kind == "resolved":
            self._close("resolved", event.outcome, at)
        elif event.kind == "passed_on" and self._level < len(self._levels):
            self._level += 1
            self._wait(at)
        elif event.kind == "taken" and self._status == "waiting":
            self._status, self._taken_by, self._since = "taken", event.by, at
        elif event.kind in ("returned", "passed_on") and self._status == "taken":
            self._wait(at)

    def state_at(self, instant: datetime) -> EscalationState:
        """Return where the case stands."""
        is_open = self._status in _OPEN
        to, due = self._levels[self._level - 1] if is_open else (None, None)
        return EscalationState(
            path=self._escalation.path,
            status=self._status,
            level=self._level,
            to=to,
            taken_by=self._taken_by,
            since=self._since,
            due=due,
            overdue_since=due if is_open and self._is_up(instant) else None,
            exhausted=self._exhausted,
            outcome=self._outcome,
        )

    def _is_up(self, instant: datetime) -> bool:
        due = self._levels[self._level - 1].due
        return due is not None and due <= instant

    def _wait(self, since: datetime) -> None:
        self._status, self._taken_by, self._since = "waiting", None, since
        self.goes_on_until(since)

    def _close(self, status: Status, outcome: str | None, since: datetime) -> None:
        self._status, self._outcome, self._since = status, outcome, since


def _in_order(events: Iterable[EscalationEvent]) -> Iterator[EscalationEvent]:
    """Yield each event once, in the order of instants, then ids; of several with one id, the first."""
    seen: set[str] = set()
    for event in sorted(events, key=_rank):
        if event.id not in seen:
            seen.add(event.id)
            yield event


def _rank(event: EscalationEvent) -> tuple[datetime, str, str, int, str, str]:
    return event.at, event.id, event.kind, event.level or 0, event.by or "", event.outcome or ""


def _later(instant: datetime | None, within: str) -> datetime | None:
    try:
        return None if instant is None else instant + parse_duration(within)
    except OverflowError:
        return None


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _level(given: object) -> DueLevel:
    what = "a level of an escalation"
    level = _mapping(given, what)
    due = None if level.get("due") is None else _instant(level, "due", what)
    return DueLevel(_text(level, "to", what), due)


def _mapping(given: object, what: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise InvalidRequestError(f"{what} must be a mapping")
    return given


def _text(given: Mapping[str, Any], key: str, what: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidRequestError(f"`{key}` of {what} must be text")
    return value


def _instant(given: Mapping[str, Any], key: str, what: str) -> datetime:
    """Return the instant under a key, in UTC: a `datetime` with a time zone, or text."""
    instant = as_instant(given.get(key))
    if instant is None:
        raise InvalidRequestError(f"`{key}` of {what} is not an instant with an offset, such as 2026-07-01T00:00:00Z")
    return instant
