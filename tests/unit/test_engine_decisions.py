"""What the engine answers: decisions with ids, escalation and record, and clear errors for what it cannot answer."""

from __future__ import annotations

import copy
import json
import math
import pickle
import threading
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from policy_engine import (
    AuditError,
    AuditLog,
    Engine,
    InvalidPolicyError,
    InvalidRequestError,
    PoliciesNotFoundError,
    UnknownUseCaseError,
)
from policy_engine.audit import read_records
from policy_engine.engine.ids import DecisionIds
from policy_engine.engine.plain import plain
from tests.support.evaluators import compiled
from tests.support.plain import catalog_with, policy_with

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2027, 2, 1, tzinfo=UTC)
GOLD: dict[str, Any] = {"jurisdiction": "DE-BY", "tier": "gold", "amount": 20, "model_version": "4.3"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return an engine for the sample policies whose clock stands still."""
    return Engine.load("policies", clock=lambda: NOW)


# --- the decision ---


def test_a_decision_says_what_held_and_where_it_came_from(engine: Engine) -> None:
    made = json.loads(engine.decide("card-fraud", 0.71, subject="c-1", **GOLD).to_json())
    assert {key: made[key] for key in ("outcome", "threshold", "threshold_from", "next_threshold", "jurisdiction")} == {
        "outcome": "review",
        "threshold": 0.70,
        "threshold_from": "de-gold",
        "next_threshold": 0.97,
        "jurisdiction": "DE-BY",
    }
    assert made["at"] == "2027-02-01T00:00:00Z"
    assert made["escalation"] == {
        "path": "fraud-ops",
        "level": 1,
        "to": "queue:fraud-l1",
        "due": "2027-02-01T00:30:00Z",
    }
    assert made["policy"] == {"version": 8, "digest": engine.table.policies["card-fraud"][0].policy.digest}
    assert made["table_digest"] == engine.table_digest
    assert made["audited"] is False


def test_nobody_is_asked_where_the_band_does_not_escalate(engine: Engine) -> None:
    assert engine.decide("card-fraud", 0.1, **GOLD).escalation is None


def test_a_due_time_beyond_the_calendar_is_none_and_no_error(engine: Engine) -> None:
    last = datetime.max.replace(tzinfo=UTC) - timedelta(minutes=5)
    escalation = engine.decide("card-fraud", 0.71, at=last, **GOLD).escalation
    assert escalation is not None
    assert escalation.due is None


@pytest.mark.parametrize(
    ("score", "written"),
    [
        (0.5, 0.5),
        (1, 1),
        (None, None),
        (True, True),
        ("0.95", "0.95"),
        ("\ud800", "\\ud800"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
        (2**60 + 1, 2**60 + 1),
        (np.int64(2**60 + 1), 2**60 + 1),
        (2**70, str(2**70)),
        ({1: "a", "1": "b"}, {"1": "b", "1'": "a"}),
        (Decimal("0.9"), 0.9),
        (Decimal("sNaN"), "NaN"),
        (Fraction(1, 3), 1 / 3),
        (np.float32(0.9), float(np.float32(0.9))),
        ([1, {"a": (2, math.nan)}], [1, {"a": [2, "NaN"]}]),
        ({2, 1}, [1, 2]),
        (object(), "<object>"),
        (b"0.9", "<object>"),
        (np.array([0.9]), "<object>"),
    ],
)
def test_whatever_was_given_as_a_score_can_be_written_as_json(engine: Engine, score: object, written: object) -> None:
    made = json.loads(engine.decide("card-fraud", score, **GOLD).to_json())
    assert made["score"] == written
    assert type(made["score"]) is type(written)


def test_nesting_without_end_is_cut() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert "<object>" in json.dumps(plain(endless))


# --- errors of the caller ---


def test_a_use_case_that_no_policy_covers_is_an_error_and_no_default(engine: Engine) -> None:
    with pytest.raises(UnknownUseCaseError, match="card-frod"):
        engine.decide("card-frod", 0.1)


def test_an_instant_before_the_policy_is_an_error(engine: Engine) -> None:
    with pytest.raises(UnknownUseCaseError, match="2026-06-30T23:59:59Z"):
        engine.decide("card-fraud", 0.1, at="2026-06-30T23:59:59Z")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"use_case": "card-fraud", "scroe": 0.1}, "unknown key `scroe`: did you mean `score`?"),
        ({"use_case": "card-fraud", "tir": "gold"}, "did you mean `tier`?"),
        ({"use_case": "card-fraud", "modelversion": "4.3"}, "did you mean `model_version`?"),
        ({"score": 0.1}, "`use_case` is missing"),
        ({"use_case": 7}, "`use_case` must be text"),
        ({"use_case": "card-fraud", "subject": 7}, "`subject` must be text"),
        ({"use_case": "card-fraud", "context": "x"}, "`context` must be a mapping"),
        ({"use_case": "card-fraud", "at": "2027-02-01"}, "`at` is not an instant"),
        ({"use_case": "card-fraud", "at": "2027-02-30T00:00:00Z"}, "`at` is not an instant"),
        ({"use_case": "card-fraud", "at": datetime(2027, 2, 1)}, "`at` is not an instant"),  # noqa: DTZ001 - the point
        ({"use_case": "card-fraud", "at": 5}, "`at` is not an instant"),
        ({"use_case": "card-fraud", 5: "x"}, "unknown key `5`"),
    ],
)
def test_a_request_that_cannot_be_judged_is_an_error(engine: Engine, given: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        engine.decide_request(given)
    assert told in str(caught.value)


def test_an_instant_may_have_any_offset(engine: Engine) -> None:
    berlin = datetime(2027, 2, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert engine.decide("card-fraud", 0.1, at=berlin, **GOLD).at == NOW


def test_one_bad_request_among_many_does_not_hide_the_others(engine: Engine) -> None:
    good = {"use_case": "card-fraud", "score": 0.95, **GOLD}
    answers = engine.decide_requests([good, {"use_case": "card-fraud", "scor": 1}, good])
    assert [getattr(answer, "outcome", None) for answer in answers] == ["review", None, "review"]
    assert isinstance(answers[1], InvalidRequestError)


def test_policies_with_errors_are_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("schema: policy/v1\nuse_case: x\n", encoding="utf-8")
    with pytest.raises(InvalidPolicyError) as caught:
        Engine.load(tmp_path)
    assert caught.value.report.errors > 1
    assert "bad.yaml:1:1" in str(caught.value)
    assert "more)" in str(caught.value)


def test_a_folder_without_policies_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PoliciesNotFoundError):
        Engine.load([tmp_path])


# --- with a log ---


def test_a_decision_is_in_the_log_before_it_is_given(tmp_path: Path) -> None:
    with Engine.load("policies", audit=AuditLog(tmp_path), clock=lambda: NOW) as engine:
        decision = engine.decide(
            "card-fraud", 0.71, subject="c-1", context={"channel": None}, model="fraud-gbm", **GOLD
        )
        (record,) = [one.payload for one in read_records(tmp_path) if one.payload["type"] == "decision"]
    assert decision.audited
    assert record["decision_id"] == decision.decision_id
    assert record["request"] == {
        "model": "fraud-gbm",
        "model_version": "4.3",
        "subject": "c-1",
        "dimensions": {"jurisdiction": "DE-BY", "tier": "gold", "amount": 20},
        "context": {"channel": None},
    }


def test_a_decision_that_cannot_be_recorded_is_not_given(tmp_path: Path) -> None:
    engine = Engine.load("policies", audit=AuditLog(tmp_path), clock=lambda: NOW)
    engine.close()
    with pytest.raises(AuditError):
        engine.decide("card-fraud", 0.71, **GOLD)


def test_every_row_of_a_batch_is_recorded(tmp_path: Path) -> None:
    with Engine.load("policies", audit=AuditLog(tmp_path), clock=lambda: NOW) as engine:
        batch = engine.decide_batch("card-fraud", [0.71, None], subject=["a", "b"], **GOLD)
    records = [one.payload for one in read_records(tmp_path) if one.payload["type"] == "decision"]
    assert [one["decision_id"] for one in records] == [one.decision_id for one in batch]
    assert [one["request"]["subject"] for one in records] == ["a", "b"]


def test_a_bare_verdict_is_not_recorded(tmp_path: Path) -> None:
    with Engine.load("policies", audit=AuditLog(tmp_path), clock=lambda: NOW) as engine:
        assert engine.verdict({"use_case": "card-fraud", "score": 0.71, **GOLD}).outcome == "review"
    assert not [one for one in read_records(tmp_path) if one.payload["type"] == "decision"]


def test_closing_an_engine_without_a_log_does_nothing(engine: Engine) -> None:
    engine.close()
    assert engine.decide("card-fraud", 0.71, **GOLD).outcome == "review"


# --- batches ---


def test_a_batch_decides_like_one_case_at_a_time(engine: Engine) -> None:
    scores = np.array([0.1, 0.7, 0.97, np.nan, 1.1])
    batch = engine.decide_batch("card-fraud", scores, **GOLD)
    alone = [engine.decide("card-fraud", score, **GOLD) for score in scores]
    assert batch.outcomes.tolist() == [one.outcome for one in alone]
    for row, one in zip(batch, alone, strict=True):
        assert {**row.to_dict(), "decision_id": ""} == {**one.to_dict(), "decision_id": ""}


def test_a_row_of_a_batch_keeps_its_id(engine: Engine) -> None:
    batch = engine.decide_batch("card-fraud", [0.1, 0.2], **GOLD)
    assert batch[-1] is batch[1]
    assert [one.decision_id for one in batch[:2]] == [batch[0].decision_id, batch[1].decision_id]
    with pytest.raises(IndexError):
        batch[2]


def test_a_misspelt_dimension_of_a_batch_is_an_error(engine: Engine) -> None:
    with pytest.raises(InvalidRequestError, match="did you mean `tier`"):
        engine.decide_batch("card-fraud", [0.1], tir="gold")


# --- ids ---


def test_ids_are_version_7_and_rise_even_when_the_clock_does_not() -> None:
    new_id = DecisionIds(now_ns=lambda: 1_800_000_000_123_000_000)
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(set(made))
    first = uuid.UUID(made[0])
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert first.int >> 80 == 1_800_000_000_123


def test_ids_stay_unique_between_threads() -> None:
    new_id = DecisionIds()
    made: list[str] = []
    threads = [
        threading.Thread(daemon=True, target=lambda: made.extend([new_id() for _ in range(2_000)])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == len(made)


# --- what nobody may change ---


NOTIFY = """
schema: policy/v1
use_case: x
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands:
  - {name: block, at_least: 0.9, reasons: [R1], attributes: {notify: {who: [ops]}}}
  - {name: allow}
on_invalid: block
"""


@pytest.fixture
def notifying(tmp_path: Path) -> Engine:
    """Return an engine whose decisions carry attributes."""
    (tmp_path / "x.yaml").write_text(NOTIFY, encoding="utf-8")
    return Engine.load(tmp_path, clock=lambda: NOW)


def test_a_caller_cannot_change_the_attributes_that_decisions_share(notifying: Engine) -> None:
    decision = notifying.decide("x", 0.95)
    attributes: Any = decision.attributes
    with pytest.raises(TypeError, match="shared"):
        attributes.update(a=1)
    with pytest.raises(TypeError, match="shared"):
        attributes["notify"]["who"] = "nobody"
    with pytest.raises(TypeError, match="shared"):
        attributes["notify"]["who"].append("nobody")
    assert notifying.decide("x", 0.95).to_dict()["attributes"] == {"notify": {"who": ["ops"]}}


def test_a_decision_can_be_copied_and_pickled(notifying: Engine) -> None:
    verdict = notifying.decide("x", 0.95).verdict
    assert pickle.loads(pickle.dumps(verdict)) == copy.deepcopy(verdict) == verdict  # noqa: S301 - our own bytes


def test_what_to_dict_returns_is_the_callers_own(notifying: Engine) -> None:
    decision = notifying.decide("x", 0.95)
    made = decision.to_dict()
    made["reasons"].append("X")
    made["attributes"]["notify"]["who"] = "nobody"
    assert json.loads(decision.to_json()) == decision.to_dict() != made


def test_a_batch_keeps_what_it_was_asked_when_the_callers_buffer_changes(engine: Engine) -> None:
    scores = np.array([0.95, 0.95])
    batch = engine.decide_batch("card-fraud", scores, **GOLD)
    scores[:] = 0.1
    assert batch[0].signal == 0.95
    assert "0.95" in batch[0].explain()


class Labelled(list[Any]):
    """A column that is indexed by labels, in another order than its rows, as in a frame that was sorted."""

    def __getitem__(self, label: Any) -> Any:  # noqa: ANN401 - any
        return super().__getitem__(len(self) - 1 - label)


def test_rows_of_a_batch_are_told_by_position(engine: Engine) -> None:
    batch = engine.decide_batch("card-fraud", Labelled([0.1, 0.97]), subject=Labelled(["a", "b"]), **GOLD)
    assert [(one.outcome, one.signal, one.request.subject) for one in batch] == [
        ("allow", 0.1, "a"),
        ("block", 0.97, "b"),
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"subject": [123, "a", "b"]}, "`subject` must be text"),
        ({"subject": ["a"]}, "`subject` has 1 rows, the scores have 3"),
        ({"context": "x"}, "`context` must be a mapping"),
        ({"tier": ["gold"]}, "`tier` has 1 rows"),
    ],
)
def test_a_batch_is_as_strict_as_a_case(engine: Engine, given: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequestError, match=told):
        engine.decide_batch("card-fraud", [0.1, 0.2, 0.3], **{**GOLD, **given})


@pytest.mark.parametrize("scores", [0.5, "0.5", None, {"a": 1}])
def test_what_is_no_column_is_no_batch(engine: Engine, scores: object) -> None:
    with pytest.raises(InvalidRequestError, match="`scores`"):
        engine.decide_batch("card-fraud", scores, **GOLD)


def test_threads_that_ask_for_a_row_at_once_get_one_id(engine: Engine) -> None:
    batch = engine.decide_batch("card-fraud", [0.1] * 2_000, **GOLD)
    seen: list[list[str]] = []
    threads = [
        threading.Thread(daemon=True, target=lambda: seen.append([one.decision_id for one in batch])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(ids == seen[0] for ids in seen)


def test_a_log_is_given_up_when_the_policies_do_not_load(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("schema: policy/v1\n", encoding="utf-8")
    log = AuditLog(tmp_path / "log", stream="one")
    with pytest.raises(InvalidPolicyError):
        Engine.load(tmp_path / "bad.yaml", audit=log)
    AuditLog(tmp_path / "log", stream="one").close()


@pytest.mark.parametrize("hours", [0, 5])
def test_a_decision_is_dated_in_utc_whatever_the_clock_says(hours: int) -> None:
    clock = NOW.astimezone(timezone(timedelta(hours=hours)))
    at = Engine.load("policies", clock=lambda: clock).decide("card-fraud", 0.1, **GOLD).at
    assert (at, at.tzinfo) == (NOW, UTC)


def test_a_clock_without_an_offset_is_refused() -> None:
    engine = Engine.load("policies", clock=lambda: datetime(2027, 2, 1))  # noqa: DTZ001 - the point
    with pytest.raises(InvalidRequestError, match="`at` is not an instant"):
        engine.decide("card-fraud", 0.1, **GOLD)


def test_a_label_that_utf_8_cannot_hold_is_written_as_its_escape() -> None:
    policy = policy_with(
        score={"kind": "classes", "higher_is": "riskier", "model": {"name": "gbm"}},
        bands=[{"name": "block", "at_least": 0.5, "highlight": {"above": 0.2}}, {"name": "allow"}],
        lead={"ratio": 2, "bands": ["block"]},
        on_invalid="block",
    )
    engine = Engine(compiled(catalog_with(), [policy]))
    told = engine.decide("card-fraud", {"\ud800": 0.9, "cat": 0.8}).to_dict()
    assert (told["label"], told["ambiguous"]) == ("\\ud800", ["\\ud800", "cat"])
    assert [one["label"] for one in told["highlighted"]] == ["\\ud800", "cat"]
