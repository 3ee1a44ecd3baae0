"""Who holds an escalated case, and what is overdue: computed from what happened, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from policy_engine.engine.escalation._given import instant_of, instant_or_null
from policy_engine.engine.escalation.event import EscalationEvent
from policy_engine.engine.escalation.opened import Escalation
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import HOLD, format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from policy_engine.engine.escalation.opened import DueLevel

Status = Literal["waiting", "taken", "resolved", "timed_out"]
"""Whether nobody has taken the case yet, somebody has, a person decided it, or the end of its path did."""

_OPEN: Final = frozenset({"waiting", "taken"})


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
            "due": instant_or_null(self.due),
            "overdue_since": instant_or_null(self.overdue_since),
            "exhausted": self.exhausted,
            "outcome": self.outcome,
        }


def escalation_state(escalation: Escalation, events: Iterable[EscalationEvent], now: datetime) -> EscalationState:
    """Return who holds the case at *now*, and what is overdue, given what happened to it.

    The same events in another order, or repeated, give the same state. Those after *now* do not count yet. Of
    several with one id, the first counts. Events that contradict each other are settled in the order of their
    instants, then ids: what cannot happen to the case as it then stands does not happen. Raises
    `InvalidRequestError` where *now* has no time zone, or something else is not what it should be.
    """
    if not isinstance(escalation, Escalation):
        raise InvalidRequestError("`escalation` is no `Escalation`: one that is kept as JSON is read by `from_dict`")
    happened = list(events) if isinstance(events, Iterable) else [events]
    if not all(isinstance(event, EscalationEvent) for event in happened):
        raise InvalidRequestError("`events` are no `EscalationEvent`s: those kept as JSON are read by `from_dict`")
    instant = instant_of({"now": now}, "now", "a question")
    course = _Course(escalation)
    for event in _in_order(happened):
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
