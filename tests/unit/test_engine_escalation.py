"""Who holds an escalated case at each instant, what is overdue, and what cannot happen to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

import policy_engine
from policy_engine.engine import Engine, Escalation, EscalationEvent, EscalationState, escalation_state
from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import Catalog, EscalationPath, parse_instant
from tests.support.commands import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.engine.escalation import EventKind

OPENED = datetime(2026, 7, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LEVELS = [{"to": "queue:l1", "within": "PT30M"}, {"to": "queue:l2", "within": "PT2H"}]
FIRST_DUE, LAST_DUE = OPENED + timedelta(minutes=30), OPENED + timedelta(minutes=150)


def opened(when_exhausted: str = "hold") -> Escalation:
    written = EscalationPath.model_validate({"levels": LEVELS, "when_exhausted": when_exhausted})
    return Escalation.opened("fraud-ops", written, OPENED)


def event(
    minute: float, kind: EventKind, *, level: int | None = None, by: str | None = None, outcome: str | None = None
) -> EscalationEvent:
    at = OPENED + timedelta(minutes=minute)
    if kind == "resolved" and outcome is None:
        outcome = "allow"
    return EscalationEvent(f"{kind}-{minute}", at, kind, level=level, by=by, outcome=outcome)


def state(now: datetime | float, *events: EscalationEvent, when_exhausted: str = "hold") -> EscalationState:
    instant = now if isinstance(now, datetime) else OPENED + timedelta(minutes=now)
    return escalation_state(opened(when_exhausted), events, instant)


def clock(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant:%H:%M}"


# --- the clock alone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "level", "to", "since", "due"),
    [
        (OPENED - TICK, 1, "queue:l1", OPENED, FIRST_DUE),
        (OPENED, 1, "queue:l1", OPENED, FIRST_DUE),
        (FIRST_DUE - TICK, 1, "queue:l1", OPENED, FIRST_DUE),
        (FIRST_DUE, 2, "queue:l2", FIRST_DUE, LAST_DUE),
        (FIRST_DUE + TICK, 2, "queue:l2", FIRST_DUE, LAST_DUE),
        (LAST_DUE - TICK, 2, "queue:l2", FIRST_DUE, LAST_DUE),
        (LAST_DUE, 2, "queue:l2", FIRST_DUE, LAST_DUE),
        (LAST_DUE + timedelta(days=9), 2, "queue:l2", FIRST_DUE, LAST_DUE),
    ],
    ids=str,
)
def test_a_level_loses_the_case_at_the_instant_at_which_its_time_is_up(
    now: datetime, level: int, to: str, since: datetime, due: datetime
) -> None:
    found = state(now)
    assert (found.status, found.level, found.to, found.since, found.due) == ("waiting", level, to, since, due)


@pytest.mark.parametrize(
    ("now", "overdue_since"),
    [(FIRST_DUE, None), (LAST_DUE - TICK, None), (LAST_DUE, LAST_DUE), (LAST_DUE + TICK, LAST_DUE)],
    ids=str,
)
def test_under_hold_the_case_stays_with_the_last_level_overdue(now: datetime, overdue_since: datetime | None) -> None:
    found = state(now)
    assert (found.overdue_since, found.overdue, found.exhausted) == (overdue_since, bool(overdue_since), found.overdue)
    assert (found.to, found.outcome, found.closed) == ("queue:l2", None, False)


@pytest.mark.parametrize(
    ("now", "status", "to", "outcome"),
    [
        (LAST_DUE - TICK, "waiting", "queue:l2", None),
        (LAST_DUE, "timed_out", None, "block"),
        (LAST_DUE + TICK, "timed_out", None, "block"),
    ],
    ids=str,
)
def test_a_path_that_ends_in_a_band_decides_when_its_last_time_is_up(
    now: datetime, status: str, to: str | None, outcome: str | None
) -> None:
    found = state(now, when_exhausted="block")
    assert (found.status, found.to, found.outcome) == (status, to, outcome)
    assert found.exhausted == found.closed == (outcome is not None)
    assert not found.overdue
    assert found.since == (LAST_DUE if found.closed else FIRST_DUE)


@pytest.mark.parametrize(
    ("opened_at", "due"),
    [
        ("9999-12-31T23:29:59Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31T23:29:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("9999-12-31T23:30:00Z", None),
    ],
)
def test_beyond_the_end_of_the_calendar_nothing_is_due(opened_at: str, due: str | None) -> None:
    path = EscalationPath.model_validate({"levels": LEVELS})
    found = Escalation.opened("p", path, parse_instant(opened_at))
    assert [one.due for one in found.levels] == [None if due is None else parse_instant(due), None]
    last = escalation_state(found, [], datetime.max.replace(tzinfo=UTC))
    assert (last.level, last.due, last.overdue) == (1 if due is None else 2, None, False)


# --- what people do --------------------------------------------------------------------------------------------

COURSES: dict[str, tuple[float, list[EscalationEvent], dict[str, Any]]] = {
    "taken in time, the case stays with the first level": (
        29,
        [event(10, "taken", by="anna")],
        {"status": "taken", "level": 1, "since": "12:10", "taken_by": "anna", "overdue_since": None},
    ),
    "taken in time, it is overdue once its level's time is up, and does not climb": (
        31,
        [event(10, "taken", by="anna")],
        {"status": "taken", "level": 1, "to": "queue:l1", "taken_by": "anna", "overdue_since": "12:30"},
    ),
    "taken when the first level's time is up, it is the second's": (
        31,
        [event(30, "taken")],
        {"status": "taken", "level": 2, "since": "12:30", "due": "14:30", "overdue_since": None},
    ),
    "what a level does that no longer has the case counts for nothing": (
        31,
        [event(30, "taken", level=1, by="anna")],
        {"status": "waiting", "level": 2, "taken_by": None},
    ),
    "what a level does that has the case counts": (
        31,
        [event(30, "taken", level=2, by="ben")],
        {"status": "taken", "level": 2, "taken_by": "ben"},
    ),
    "of two who take it, the first has it": (
        20,
        [event(10, "taken", by="anna"), event(11, "taken", by="ben")],
        {"taken_by": "anna", "since": "12:10"},
    ),
    "returned in time, it waits at the same level": (
        29,
        [event(10, "taken", by="anna"), event(20, "returned")],
        {"status": "waiting", "level": 1, "since": "12:20", "taken_by": None, "due": "12:30"},
    ),
    "returned late, it climbs at once": (
        45,
        [event(10, "taken"), event(40, "returned")],
        {"status": "waiting", "level": 2, "since": "12:40", "overdue_since": None},
    ),
    "returned when all time is up, it is with the last level, overdue": (
        200,
        [event(10, "taken"), event(180, "returned")],
        {"status": "waiting", "level": 2, "since": "15:00", "overdue_since": "14:30", "exhausted": True},
    ),
    "nobody returns what nobody took": (20, [event(10, "returned")], {"since": "12:00", "level": 1}),
    "returned, it can be taken again": (
        29,
        [event(10, "taken", by="anna"), event(20, "returned"), event(25, "taken", by="ben")],
        {"status": "taken", "taken_by": "ben", "since": "12:25"},
    ),
    "passed on, it waits at the next level, which is due when it always was": (
        20,
        [event(5, "taken"), event(10, "passed_on")],
        {"status": "waiting", "level": 2, "since": "12:10", "due": "14:30"},
    ),
    "passed on untaken, too": (20, [event(10, "passed_on")], {"status": "waiting", "level": 2, "since": "12:10"}),
    "passed on from the last level, it is returned": (
        60,
        [event(40, "taken"), event(50, "passed_on")],
        {"status": "waiting", "level": 2, "since": "12:50", "taken_by": None},
    ),
    "passed on from the last level that has not taken it, nothing happens": (
        60,
        [event(50, "passed_on")],
        {"status": "waiting", "level": 2, "since": "12:30"},
    ),
    "resolved, it is closed with the outcome": (
        20,
        [event(5, "taken", by="anna"), event(10, "resolved", outcome="block")],
        {"status": "resolved", "to": None, "due": None, "outcome": "block", "since": "12:10", "taken_by": "anna"},
    ),
    "resolved untaken, too": (20, [event(10, "resolved")], {"status": "resolved", "outcome": "allow", "level": 1}),
    "resolved late, nothing is overdue any more": (
        200,
        [event(5, "taken"), event(190, "resolved")],
        {"status": "resolved", "level": 1, "overdue_since": None, "exhausted": False},
    ),
    "closed, nothing happens to it": (
        300,
        [event(10, "resolved"), event(11, "taken"), event(12, "resolved", outcome="block"), event(13, "passed_on")],
        {"status": "resolved", "outcome": "allow", "level": 1, "taken_by": None, "since": "12:10"},
    ),
    "held when exhausted, the last level may still take it": (
        200,
        [event(180, "taken", by="eve")],
        {"status": "taken", "level": 2, "taken_by": "eve", "overdue_since": "14:30", "exhausted": True},
    ),
    "what is to come does not count yet": (9, [event(10, "taken")], {"status": "waiting"}),
    "what happens at this instant counts": (10, [event(10, "taken")], {"status": "taken"}),
    "before the case was opened, by another clock, is when it was opened": (
        1,
        [event(-1, "taken")],
        {"status": "taken", "level": 1, "since": "12:00"},
    ),
}


@pytest.mark.parametrize("course", COURSES)
def test_what_becomes_of_a_case(course: str) -> None:
    now, events, expected = COURSES[course]
    found = state(now, *events)
    shown = {key: getattr(found, key) for key in expected}
    assert {key: clock(value) if isinstance(value, datetime) else value for key, value in shown.items()} == expected


@pytest.mark.parametrize(
    ("minute", "status", "outcome"), [(149.99, "resolved", "allow"), (150, "timed_out", "block")], ids=str
)
def test_whoever_decides_when_the_path_has_decided_comes_too_late(minute: float, status: str, outcome: str) -> None:
    found = state(200, event(minute, "resolved"), when_exhausted="block")
    assert (found.status, found.outcome) == (status, outcome)


@pytest.mark.parametrize(("minute", "status"), [(149.99, "taken"), (150, "timed_out")], ids=str)
def test_a_case_that_somebody_has_taken_never_times_out(minute: float, status: str) -> None:
    assert state(500, event(minute, "taken"), when_exhausted="block").status == status


def test_a_case_that_comes_back_when_all_time_is_up_is_decided_then() -> None:
    found = state(500, event(10, "taken"), event(180, "returned"), when_exhausted="block")
    assert (found.status, found.since) == ("timed_out", OPENED + timedelta(minutes=180))


def test_at_one_instant_the_lower_id_comes_first() -> None:
    at = OPENED + timedelta(minutes=1)
    anna, ben = (EscalationEvent(id_, at, "taken", by=by) for id_, by in (("b", "anna"), ("a", "ben")))
    assert state(2, anna, ben).taken_by == "ben"


def test_of_two_events_with_one_id_the_first_counts() -> None:
    early, late = (EscalationEvent("x", OPENED + timedelta(minutes=m), "taken", by=str(m)) for m in (5, 6))
    returned = event(5.5, "returned")
    assert state(10, late, returned, early).status == "waiting"


def test_instants_of_one_zone_are_ordered_as_they_happened_also_when_the_clock_goes_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    path = EscalationPath.model_validate({"levels": [{"to": "q", "within": "PT30M"}]})
    first, second = (datetime(2026, 10, 25, 2, 50 - 40 * fold, tzinfo=berlin, fold=fold) for fold in (0, 1))
    found = escalation_state(Escalation.opened("p", path, first), [EscalationEvent("a", second, "taken")], second)
    assert (found.status, found.overdue, found.since) == ("taken", False, second.astimezone(UTC))


# --- as JSON, and what is refused -------------------------------------------------------------------------------


def test_an_escalation_is_kept_with_its_case_as_json() -> None:
    escalation = opened(when_exhausted="block")
    assert escalation.to_dict() == {
        "path": "fraud-ops",
        "at": "2026-07-01T12:00:00Z",
        "levels": [
            {"to": "queue:l1", "due": "2026-07-01T12:30:00Z"},
            {"to": "queue:l2", "due": "2026-07-01T14:30:00Z"},
        ],
        "when_exhausted": "block",
    }
    assert Escalation.from_dict(escalation.to_dict()) == escalation


def test_a_level_without_end_is_kept_as_one() -> None:
    path = EscalationPath.model_validate({"levels": LEVELS})
    escalation = Escalation.opened("p", path, parse_instant("9999-12-31T23:30:00Z"))
    assert Escalation.from_dict(escalation.to_dict()) == escalation


KEPT: dict[str, Any] = opened().to_dict()
LEVEL = KEPT["levels"][0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({**KEPT, "who": "anna"}, "unknown key `who` of an escalation"),
        ({**KEPT, "levels": []}, "`levels` of an escalation must be a list of one or more levels"),
        ({**KEPT, "levels": [{"to": "a", "due_at": LEVEL["due"]}]}, "unknown key `due_at` of a level of an escalation"),
        ({**KEPT, "levels": [{"to": "a"}]}, "a level of an escalation needs `due`"),
        ({**KEPT, "levels": KEPT["levels"][::-1]}, "each `due` must be no earlier than the one before it"),
        ({**KEPT, "levels": [{"to": "a", "due": None}, LEVEL]}, "each `due` must be no earlier"),
        ({**KEPT, "at": "2026-07-01T13:00:00Z"}, "each `due` must be no earlier"),
        (
            {**KEPT, "when_exhausted": "Hold"},
            "`when_exhausted` of an escalation is `hold`, in small letters",
        ),
    ],
)
def test_what_could_leave_a_case_with_nobody_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        Escalation.from_dict(given)


def test_an_escalation_that_is_made_by_hand_is_checked_too() -> None:
    with pytest.raises(InvalidRequestError, match="one or more levels"):
        Escalation("p", OPENED, ())
    with pytest.raises(InvalidRequestError, match="not an instant with an offset"):
        Escalation("p", OPENED.replace(tzinfo=None), opened().levels)


@pytest.mark.parametrize("made", [event(1, "taken"), event(2, "resolved", level=1, by="anna")], ids=["bare", "full"])
def test_an_event_is_read_as_it_was_written(made: EscalationEvent) -> None:
    assert EscalationEvent.from_dict(made.to_dict()) == made
    assert None not in made.to_dict().values()


def test_a_state_as_json_says_all_of_it() -> None:
    assert state(151, event(40, "taken", by="anna")).to_dict() == {
        "path": "fraud-ops",
        "status": "taken",
        "level": 2,
        "to": "queue:l2",
        "taken_by": "anna",
        "since": "2026-07-01T12:40:00Z",
        "due": "2026-07-01T14:30:00Z",
        "overdue_since": "2026-07-01T14:30:00Z",
        "exhausted": False,
        "outcome": None,
    }


EVENT = {"id": "1", "at": "2026-07-01T12:00:00Z", "kind": "taken"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "an event must be a mapping"),
        ({**EVENT, "who": "anna"}, "unknown key `who` of an event"),
        ({**EVENT, "id": ""}, "`id` of an event must be text"),
        ({**EVENT, "id": 7}, "`id` of an event must be text"),
        ({"id": "1", "kind": "taken"}, "`at` of an event is not an instant with an offset"),
        ({**EVENT, "at": "2026-07-01T12:00:00"}, "`at` of an event is not an instant with an offset"),
        ({**EVENT, "at": datetime(2026, 7, 1)}, "`at` of an event is not an instant"),  # noqa: DTZ001 - what is refused
        ({**EVENT, "kind": "lost"}, "must be one of `taken`, `returned`, `passed_on`, `resolved`"),
        ({**EVENT, "kind": []}, "must be one of `taken`"),
        ({**EVENT, "level": 0}, "`level` of an event must be a whole number from 1 on"),
        ({**EVENT, "level": True}, "`level` of an event must be a whole number from 1 on"),
        ({**EVENT, "by": 7}, "`by` of an event must be text"),
        ({**EVENT, "kind": "resolved"}, "`outcome` of an event must be text"),
        ({**EVENT, "outcome": "allow"}, "only a `resolved` case has an `outcome`, not one that is `taken`"),
    ],
    ids=repr,
)
def test_an_event_that_cannot_be_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        EscalationEvent.from_dict(given)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (None, "an escalation must be a mapping"),
        ({"path": None}, "`path` of an escalation must be text"),
        ({"at": "noon"}, "`at` of an escalation is not an instant"),
        ({"levels": []}, "`levels` of an escalation must be a list of one or more levels"),
        ({"levels": ["queue:l1"]}, "a level of an escalation must be a mapping"),
        ({"levels": [{"to": "q", "due": 7}]}, "`due` of a level of an escalation is not an instant"),
        ({"levels": [{"due": None}]}, "`to` of a level of an escalation must be text"),
        ({"when_exhausted": None}, "`when_exhausted` of an escalation must be text"),
    ],
    ids=repr,
)
def test_what_is_no_escalation_is_refused(edit: dict[str, Any] | None, message: str) -> None:
    given: Any = None if edit is None else {**opened().to_dict(), **edit}
    with pytest.raises(InvalidRequestError, match=message):
        Escalation.from_dict(given)


def test_now_needs_a_time_zone() -> None:
    with pytest.raises(InvalidRequestError, match="`now` of a question is not an instant"):
        state(datetime(2026, 7, 1))  # noqa: DTZ001 - what is refused


# --- from a decision -------------------------------------------------------------------------------------------

CASE: dict[str, Any] = {"model_version": "4.3", "jurisdiction": "US", "tier": "gold", "amount": 20, "at": OPENED}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load(ROOT / "policies" / "card-fraud.yaml")


def test_a_decision_hands_out_all_levels_and_writes_the_first(engine: Engine) -> None:
    decision = engine.decide("card-fraud", 0.7, **CASE)
    assert decision.escalation is not None
    assert decision.to_dict()["escalation"] == decision.escalation.opening()
    assert list(decision.to_dict()["escalation"]) == ["path", "level", "to", "due"]
    assert len(decision.escalation.levels) == len(engine.table.catalog.escalation_paths["fraud-ops"].levels) > 1


def test_a_decision_as_json_leads_back_to_its_escalation(engine: Engine) -> None:
    decision = engine.decide("card-fraud", 0.7, **CASE)
    assert Escalation.of_decision(decision.to_dict(), engine.table.catalog) == decision.escalation


def test_a_decision_that_escalates_to_nobody_has_none(engine: Engine) -> None:
    assert Escalation.of_decision(engine.decide("card-fraud", 0.1, **CASE).to_dict(), engine.table.catalog) is None


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ({}, "the catalog has no escalation path `fraud-ops`"),
        ({"fraud-ops": {"levels": [{"to": "queue:l1", "within": "PT31M"}]}}, "`fraud-ops` has another first level"),
        ({"fraud-ops": {"levels": [{"to": "queue:l9", "within": "PT30M"}]}}, "`fraud-ops` has another first level"),
    ],
    ids=repr,
)
def test_a_catalog_that_did_not_decide_is_noticed(paths: dict[str, Any], message: str) -> None:
    decision = {"at": "2026-07-01T12:00:00Z", "escalation": opened().opening()}
    catalog = Catalog.model_validate({"schema": "catalog/v1", "escalation_paths": paths})
    with pytest.raises(InvalidRequestError, match=message):
        Escalation.of_decision(decision, catalog)


def _digest(folder: Path, ending: str) -> str:
    policy = (ROOT / "policies" / "card-fraud.yaml").read_text(encoding="utf-8")
    catalog = (ROOT / "policies" / "catalog.yaml").read_text(encoding="utf-8")
    (folder / "card-fraud.yaml").write_text(policy, encoding="utf-8")
    head, path, tail = catalog.partition("  fraud-ops:\n")
    (folder / "catalog.yaml").write_text(f"{head}{path}{ending}{tail}", encoding="utf-8")
    return Engine.load(folder).table_digest


def test_how_a_path_ends_is_part_of_what_decides_and_why_is_not(tmp_path: Path) -> None:
    held, block = "    when_exhausted: hold\n", "    when_exhausted: block\n"
    because = "    because: nobody waits for so long\n"
    assert _digest(tmp_path, "") == _digest(tmp_path, held) == _digest(tmp_path, held + because)
    assert _digest(tmp_path, held) != _digest(tmp_path, block) == _digest(tmp_path, block + because)


def test_the_front_door_has_what_a_service_needs() -> None:
    assert policy_engine.escalation_state is escalation_state
    assert policy_engine.EscalationEvent is EscalationEvent
    assert policy_engine.EscalationState is EscalationState
    assert policy_engine.Escalation is Escalation


def test_what_is_no_escalation_and_no_event_is_refused() -> None:
    for escalation, events in ((None, []), (opened().to_dict(), []), (opened(), [EVENT]), (opened(), None)):
        with pytest.raises(InvalidRequestError, match=r"is no `Escalation`|are no `EscalationEvent`s"):
            escalation_state(escalation, events, OPENED)  # type: ignore[arg-type]
