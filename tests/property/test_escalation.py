"""An escalated case, whatever happens to it: the state depends on what happened and when, and on nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from policy_engine.engine import Escalation, EscalationEvent, EscalationState, escalation_state
from policy_engine.engine.escalation import EventKind
from policy_engine.model import EscalationPath

OPENED = datetime(2026, 7, 1, 12, tzinfo=UTC)
# Few instants, so that events and due times meet on one
MINUTES = st.integers(0, 14)
KINDS: st.SearchStrategy[EventKind] = st.sampled_from(get_args(EventKind))


def minute(number: int) -> datetime:
    return OPENED + timedelta(minutes=number)


@st.composite
def escalations(draw: st.DrawFn) -> Escalation:
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    levels = [{"to": f"queue:l{place}", "within": f"PT{one}M"} for place, one in enumerate(lengths, start=1)]
    ending = draw(st.sampled_from(["hold", "block"]))
    path = EscalationPath.model_validate({"levels": levels, "when_exhausted": ending})
    return Escalation.opened("ops", path, OPENED)


@st.composite
def happenings(draw: st.DrawFn) -> EscalationEvent:
    kind = draw(KINDS)
    return EscalationEvent(
        id=draw(st.sampled_from("abcdefgh")),
        at=minute(draw(MINUTES)),
        kind=kind,
        level=draw(st.none() | st.integers(1, 4)),
        by=draw(st.sampled_from([None, "anna", "ben"])),
        outcome=draw(st.sampled_from(["allow", "review"])) if kind == "resolved" else None,
    )


EVENTS = st.lists(happenings(), max_size=8)


@given(escalations(), EVENTS, MINUTES, st.data())
def test_neither_order_nor_repetition_changes_anything(
    escalation: Escalation, events: list[EscalationEvent], now: int, data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    shuffled = data.draw(st.permutations([*events, *again]))
    assert escalation_state(escalation, shuffled, minute(now)) == escalation_state(escalation, events, minute(now))


@given(escalations(), EVENTS, MINUTES)
def test_what_is_to_come_changes_nothing(escalation: Escalation, events: list[EscalationEvent], now: int) -> None:
    so_far = [one for one in events if one.at <= minute(now)]
    assert escalation_state(escalation, so_far, minute(now)) == escalation_state(escalation, events, minute(now))


@given(escalations(), EVENTS, MINUTES, MINUTES)
def test_time_never_runs_back(escalation: Escalation, events: list[EscalationEvent], one: int, other: int) -> None:
    before, after = (escalation_state(escalation, events, minute(now)) for now in sorted((one, other)))
    assert before.level <= after.level
    assert before.since <= after.since
    assert before.exhausted <= after.exhausted
    if before.closed:
        assert before == after


@given(escalations(), EVENTS, MINUTES)
def test_a_closed_case_is_held_by_nobody_and_an_open_one_by_its_level(
    escalation: Escalation, events: list[EscalationEvent], now: int
) -> None:
    state = escalation_state(escalation, events, minute(now))
    held = escalation.levels[state.level - 1]
    assert (state.to, state.due) == ((None, None) if state.closed else held)
    assert (state.outcome is not None) == state.closed
    assert state.overdue == (not state.closed and held.due is not None and held.due <= minute(now))


@given(escalations(), EVENTS, MINUTES)
def test_what_goes_through_json_gives_the_same_state(
    escalation: Escalation, events: list[EscalationEvent], now: int
) -> None:
    read = [EscalationEvent.from_dict(one.to_dict()) for one in events]
    again = Escalation.from_dict(escalation.to_dict())
    assert escalation_state(again, read, minute(now)) == escalation_state(escalation, events, minute(now))


@given(escalations(), EVENTS, MINUTES)
def test_the_state_is_that_of_somebody_who_watches_the_clock(
    escalation: Escalation, events: list[EscalationEvent], now: int
) -> None:
    assert _shown(escalation_state(escalation, events, minute(now))) == _watched(escalation, events, now)


def _shown(state: EscalationState) -> dict[str, Any]:
    keys = ("status", "level", "taken_by", "since", "exhausted", "outcome")
    return {key: getattr(state, key) for key in keys}


def _watched(escalation: Escalation, events: list[EscalationEvent], now: int) -> dict[str, Any]:
    """Look at the case once a minute: what is late goes up, then what was done is done."""
    case: dict[str, Any] = {
        "status": "waiting",
        "level": 1,
        "taken_by": None,
        "since": OPENED,
        "exhausted": False,
        "outcome": None,
    }
    done: set[str] = set()
    for number in range(now + 1):
        _look(case, escalation, minute(number))
        at_this_minute = [one for one in events if one.at == minute(number)]
        for one in sorted(
            at_this_minute, key=lambda one: (one.id, one.kind, one.level or 0, one.by or "", one.outcome)
        ):
            if one.id not in done:
                done.add(one.id)
                _do(case, one, last=len(escalation.levels))
                _look(case, escalation, minute(number))
    return case


def _look(case: dict[str, Any], escalation: Escalation, at: datetime) -> None:
    for place, level in enumerate(escalation.levels, start=1):
        if case["status"] != "waiting" or case["level"] != place or level.due is None or level.due > at:
            continue
        if place < len(escalation.levels):
            case.update(level=place + 1, since=at)
        elif escalation.when_exhausted == "hold":
            case.update(exhausted=True)
        else:
            case.update(exhausted=True, status="timed_out", outcome=escalation.when_exhausted, since=at)


def _do(case: dict[str, Any], event: EscalationEvent, *, last: int) -> None:
    status, level = case["status"], case["level"]
    if status in {"resolved", "timed_out"} or event.level not in {None, level}:
        return
    waiting = {"status": "waiting", "taken_by": None}
    changes: dict[tuple[str, str], dict[str, Any]] = {
        ("waiting", "taken"): {"status": "taken", "taken_by": event.by},
        ("waiting", "passed_on"): {"level": level + 1} if level < last else {},
        ("waiting", "resolved"): {"status": "resolved", "outcome": event.outcome},
        ("taken", "returned"): waiting,
        ("taken", "passed_on"): {**waiting, "level": min(level + 1, last)},
        ("taken", "resolved"): {"status": "resolved", "outcome": event.outcome},
    }
    if change := changes.get((status, event.kind)):
        case.update(change, since=event.at)
