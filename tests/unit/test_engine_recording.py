"""Records are the same, byte for byte, whether they are written whole or from what their verdicts have in common."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine import AuditLog, Engine
from policy_engine.audit import read_records, verify
from policy_engine.audit.chain import LONGEST_PAYLOAD
from policy_engine.audit.payload import body_of
from policy_engine.engine import engine as engine_module
from policy_engine.engine import recording
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.engine import Decision

CATALOG = """
schema: catalog/v1
jurisdictions: {EU: {}, DE: {in: EU}, US: {}}
dimensions: {tier: [standard, gold, "städ"]}
escalation_paths:
  desk: {levels: [{to: "queue:l1", within: PT30M}, {to: "queue:l2", within: P1D}]}
  never: {levels: [{to: "queue:old", within: P99999D}]}
"""
POLICY = """
schema: policy/v1
use_case: x
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m, versions: ">=1"}}
bands:
  - {name: block, at_least: 0.9, escalate: never}
  - {name: review, at_least: 0.5, escalate: desk, reasons: [R1], attributes: {hold: 1.5, why: "null\\n"}}
  - {name: allow}
on_invalid: review
overrides:
  - {id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.95}, attributes: {review: {hold: 2}}, because: x}
  - {id: gold, when: {tier: gold}, thresholds: {review: 0.6}, because: x}
"""
LONGEST_AT = 253_402_300_799_999_999_000  # the last nanoseconds of the calendar


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return an engine that has every verdict of its policy ready."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (folder / "x.yaml").write_text(POLICY, encoding="utf-8")
    engine = Engine.load(folder)
    for jurisdiction in ("DE", "US"):
        for tier in ("standard", "gold", "städ"):
            decided(engine, 0.1, jurisdiction=jurisdiction, tier=tier)
    return engine


def decided(engine: Engine, score: float, **said: Any) -> Decision:  # noqa: ANN401 - as a caller may
    """Return a decision that is made quickly."""
    return engine.decide("x", score, **{"jurisdiction": "DE", "tier": "gold", "model_version": "1", **said})


def bodies_of(engine: Engine, decision: Decision) -> tuple[bytes, bytes]:
    """Return the record of a decision as it is written quickly, and as it is written whole."""
    assert decision.asked_now is not None
    quick = engine._in_force.recorder.body_of(decision)  # noqa: SLF001 - what recording asks
    return quick, body_of(decision.to_record())


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(categories=["Cs", "Cc", "Cf"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@given(
    score=st.floats(0, 1),
    jurisdiction=st.sampled_from(["DE", "US"]),
    tier=st.sampled_from(["standard", "gold", "städ"]),
    subject=st.none() | st.text() | st.just("\ud800") | st.just("s-1"),
    context=st.none() | st.dictionaries(st.text(), ANYTHING, max_size=4),
)
def test_a_record_is_the_same_however_it_is_written(
    engine: Engine, score: float, jurisdiction: str, tier: str, subject: str | None, context: dict[str, Any] | None
) -> None:
    decision = decided(engine, score, jurisdiction=jurisdiction, tier=tier, subject=subject, context=context)
    quick, whole = bodies_of(engine, decision)
    assert quick == whole


@pytest.mark.parametrize(
    "at", [0, 1_000, 1_999, 1_000_000_000, 1_790_000_000_000_000_999, 1_790_000_000_999_999_999, LONGEST_AT]
)
@pytest.mark.parametrize("score", [0.1, 0.7, 0.99])
def test_instants_are_spelled_the_same_up_to_the_end_of_the_calendar(engine: Engine, at: int, score: float) -> None:
    decision = decided(engine, score)
    asked = decision.asked_now
    assert asked is not None
    decision._asked = (at, *asked[1:])  # noqa: SLF001 - nobody can wait that long
    quick, whole = bodies_of(engine, decision)
    assert quick == whole


def test_what_is_too_long_for_a_record_becomes_the_same_stub(engine: Engine) -> None:
    for size in (LONGEST_PAYLOAD - 1000, LONGEST_PAYLOAD, 3 * LONGEST_PAYLOAD):
        quick, whole = bodies_of(engine, decided(engine, 0.7, context={"text": "x" * size}))
        assert quick == whole
        assert len(quick) <= LONGEST_PAYLOAD


def test_a_verdict_that_is_too_long_for_the_log_by_itself_becomes_the_same_stub(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "x.yaml").write_text(POLICY.replace("hold: 1.5", f"hold: {'x' * 70_000}"), encoding="utf-8")
    engine = Engine.load(tmp_path)
    decided(engine, 0.7, jurisdiction="US")
    for _ in range(2):
        quick, whole = bodies_of(engine, decided(engine, 0.7, jurisdiction="US"))
        assert quick == whole
        assert b'"truncated":true' in quick


def test_what_is_kept_of_verdicts_is_bounded(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_MOST_KEPT", 2)
    recorder = recording.Recorder()
    for score in (0.1, 0.7, 0.99, 0.1, 0.7):
        decision = decided(engine, score)
        assert recorder.body_of(decision) == body_of(decision.to_record())
        assert len(recorder._pieces) <= 2  # noqa: SLF001 - what is kept


@pytest.mark.parametrize("way", ["decide", "decide_request", "decide_requests", "decide_batch"])
def test_every_decision_is_recorded_as_it_says_of_itself(engine: Engine, tmp_path: Path, way: str) -> None:
    said: dict[str, Any] = {"jurisdiction": "DE", "tier": "gold", "model_version": "1"}
    with engine.with_audit(AuditLog(tmp_path, stream="s")) as audited:
        for _ in range(2):
            match way:
                case "decide":
                    decisions = [audited.decide("x", score, **said) for score in (0.1, 0.7)]
                case "decide_request":
                    decisions = [
                        audited.decide_request({"use_case": "x", "score": score, **said}) for score in (0.1, 0.7)
                    ]
                case "decide_requests":
                    given = [{"use_case": "x", "score": score, **said} for score in (0.1, 0.7)]
                    decisions = [one for one in audited.decide_requests(given) if not isinstance(one, Exception)]
                case _:
                    decisions = list(audited.decide_batch("x", [0.1, 0.7], **said))
            assert [one.audited for one in decisions] == [True, True]
        recorded = [one.payload for one in read_records(tmp_path)][-2:]
    assert recorded == [{"seq": at, **one.to_record()} for at, one in zip((4, 5), decisions, strict=True)]
    assert verify(tmp_path).records == 5


@pytest.mark.parametrize("way", ["decide", "decide_requests", "decide_batch"])
def test_a_decision_that_the_log_let_go_says_so(
    engine: Engine, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise AuditError("the disk is full")

    said: dict[str, Any] = {"jurisdiction": "DE", "tier": "gold", "model_version": "1"}
    log = AuditLog(tmp_path, stream="s", on_error="fail_open")
    with engine.with_audit(log) as audited:
        audited.decide("x", 0.1, **said)
        with monkeypatch.context() as disk:
            disk.setattr("policy_engine.audit.writer.StreamWriter.append", fails)
            match way:
                case "decide":
                    decisions = [audited.decide("x", 0.7, **said)]
                case "decide_requests":
                    given = [{"use_case": "x", "score": 0.7, **said}]
                    decisions = [one for one in audited.decide_requests(given) if not isinstance(one, Exception)]
                case _:
                    decisions = list(audited.decide_batch("x", [0.7], **said))
        assert [one.outcome for one in decisions] == ["review"]
        assert [one.audited for one in decisions] == [False]
        assert [one.to_dict()["audited"] for one in decisions] == [False]
    assert [one.payload["type"] for one in read_records(tmp_path)] == ["start", "decision", "gap"]
    assert log.lost == 1


def test_a_decision_that_the_log_refuses_is_not_given(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise AuditError("the disk is full")

    with engine.with_audit(AuditLog(tmp_path, stream="s")) as audited:
        monkeypatch.setattr("policy_engine.audit.writer.StreamWriter.append", fails)
        with pytest.raises(AuditError, match="the disk is full"):
            audited.decide("x", 0.7, jurisdiction="DE", tier="gold", model_version="1")
        monkeypatch.undo()
    assert [one.payload["type"] for one in read_records(tmp_path)] == ["start"]


def test_the_quick_way_asks_the_clock_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "time_ns", lambda: time_ns() // 1_000_000_000 * 1_000_000_000)
    decision = decided(engine, 0.7)
    quick, whole = bodies_of(engine, decision)
    assert quick == whole
    assert b'"at":"' + decision.at.isoformat().removesuffix("+00:00").encode() + b'Z"' in quick
