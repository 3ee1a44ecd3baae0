"""Verdicts that are ready: the quick way says what the long way says, and knows when it has nothing to say."""

from __future__ import annotations

import math
import os
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine import AuditLog, Engine, InvalidRequestError, UnknownUseCaseError
from policy_engine.audit import read_records
from policy_engine.engine import engine as engine_module

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.model import Verdict

CATALOG = """
schema: catalog/v1
jurisdictions: {EU: {}, DE: {in: EU}, US: {}}
dimensions: {tier: [standard, gold], amount: {cuts: [100]}}
facts: [vip]
"""
POLICY = """
schema: policy/v1
use_case: {use_case}
version: {version}
owner: o
effective: {{from: 2026-01-01T00:00:00Z}}
score: {{kind: probability, higher_is: riskier, model: {{name: m{versions}}}}}
bands: [{{name: block, at_least: {block}}}, {{name: review, at_least: 0.5}}, {{name: allow}}]
on_invalid: review
fail_open_because: a person looks at it
overrides:
  - {{id: eu, when: {{jurisdiction: EU}}, thresholds: {{block: {eu}}}, because: x}}
  - {{id: gold, when: {{tier: gold}}, thresholds: {{review: 0.6}}, because: x}}
{more}"""
SCORES: tuple[Any, ...] = (0.0, 0.5, 0.6, 0.7, 0.9, 0.95, 1.0, -0.0, math.nextafter(0.5, 0))
INVALID: tuple[Any, ...] = (
    *(-1e-9, math.nextafter(1, 2), math.nan, math.inf, -math.inf, None, "0.9", True, [0.9], {"a": 0.9}),
)


def put(folder: Path, use_case: str = "x", **said: object) -> None:
    """Write a policy into a folder."""
    given = {"version": 1, "versions": "", "block": 0.9, "eu": 0.95, "more": "", **said}
    (folder / f"{use_case}.yaml").write_text(POLICY.format(use_case=use_case, **given), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of policies."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    put(folder)
    return folder


@pytest.fixture
def engine(folder: Path) -> Engine:
    """Return an engine that goes by the real time, and has decided a case of each kind already."""
    engine = Engine.load(folder)
    for jurisdiction in ("DE", "US"):
        engine.decide("x", 0.1, jurisdiction=jurisdiction, tier="gold")
    return engine


@pytest.fixture
def long_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the cases that did not go the quick way."""
    taken: list[str] = []
    judged = Engine._judged  # noqa: SLF001 - what both long ways have in common

    def noted(self: Engine, in_force: Any, request: Any, **how: Any) -> Any:  # noqa: ANN401 - as given
        taken.append(request.use_case)
        return judged(self, in_force, request, **how)

    monkeypatch.setattr(Engine, "_judged", noted)
    return taken


def slowly(folder: Path, given: dict[str, Any]) -> Verdict:
    """Return the verdict of an engine that has nothing ready."""
    return Engine.load(folder, clock=lambda: datetime.now(UTC)).verdict(given)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("jurisdiction", ["DE", "US"])
def test_a_valid_score_goes_the_quick_way_to_the_same_verdict(
    engine: Engine, folder: Path, long_ways: list[str], jurisdiction: str, score: float
) -> None:
    given: dict[str, Any] = {"use_case": "x", "score": score, "jurisdiction": jurisdiction, "tier": "gold"}
    verdict = engine.verdict(given)
    decision = engine.decide("x", score, jurisdiction=jurisdiction, tier="gold", subject="s", context={"a": 1})
    assert long_ways == []
    assert verdict == decision.verdict == slowly(folder, given)
    assert (decision.signal, decision.request.score) == (score, score)


@pytest.mark.parametrize("score", INVALID, ids=repr)
def test_an_invalid_score_goes_the_long_way_to_its_class(
    engine: Engine, folder: Path, long_ways: list[str], score: object
) -> None:
    given: dict[str, Any] = {"use_case": "x", "score": score, "jurisdiction": "DE", "tier": "gold"}
    verdict = engine.verdict(given)
    decision = engine.decide("x", score, jurisdiction="DE", tier="gold")
    assert len(long_ways) == 2
    assert verdict == decision.verdict == slowly(folder, given)
    assert (verdict.outcome, verdict.threshold) == ("review", None)
    assert verdict.invalid is not None


@pytest.mark.parametrize(
    "more",
    [
        {"tier": "platinum"},
        {"jurisdiction": "XX"},
        {"jurisdiction": ["DE", "US"]},
        {"jurisdiction": None},
        {"facts": {"vip": True}},
        {"thresholds": {"block": 0.1}},
        {"model": "another"},
        {"model_version": "4.1"},
        {"amount": 500},
        {"reason_codes": ["R1"]},
        {"at": "2030-01-01T00:00:00Z"},
        {"score": 1},
    ],
    ids=str,
)
def test_whatever_else_a_case_brings_is_looked_at(
    engine: Engine, folder: Path, long_ways: list[str], more: dict[str, Any]
) -> None:
    given: dict[str, Any] = {"use_case": "x", "score": 0.92, "jurisdiction": "DE", "tier": "gold", **more}
    expected = slowly(folder, given)
    long_ways.clear()
    assert engine.verdict(given) == engine.decide(**given).verdict == expected
    assert len(long_ways) == 2


@pytest.mark.parametrize("wrong", [{"teir": "gold"}, {"subject": 7}, {"context": 7}, {"at": "yesterday"}], ids=str)
def test_what_nobody_declared_is_an_error_still(engine: Engine, wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"use_case": "x", "score": 0.92, "jurisdiction": "DE", "tier": "gold", **wrong}
    with pytest.raises(InvalidRequestError):
        engine.verdict(given)
    with pytest.raises(InvalidRequestError):
        engine.decide(**given)


@pytest.mark.parametrize("given", [None, [], "x", {}, {"use_case": ["x"]}, {"use_case": 7}], ids=repr)
def test_what_is_no_request_is_an_error_still(engine: Engine, given: Any) -> None:  # noqa: ANN401 - anything at all
    with pytest.raises((InvalidRequestError, AttributeError, TypeError)):
        engine.verdict(given)


def test_a_decision_made_quickly_says_all_that_one_made_slowly_says(engine: Engine, folder: Path) -> None:
    given: dict[str, Any] = {"jurisdiction": "DE", "tier": "gold", "subject": "s", "context": {"a": [1]}}
    quick = engine.decide("x", 0.92, **given)
    other = Engine.load(folder, clock=lambda: quick.at).decide("x", 0.92, **given)
    assert quick.request == other.request
    assert {**quick.to_dict(), "decision_id": ""} == {**other.to_dict(), "decision_id": ""}
    assert {**quick.to_record(), "decision_id": ""} == {**other.to_record(), "decision_id": ""}
    assert quick.explain() == other.explain()
    assert quick.cell == other.cell
    assert quick.decision_id == quick.decision_id
    assert abs(datetime.now(UTC) - quick.at) < timedelta(minutes=1)
    assert uuid.UUID(quick.decision_id).int >> 80 == int(quick.at.timestamp() * 1000)


def test_quick_decisions_are_recorded(folder: Path, tmp_path: Path, long_ways: list[str]) -> None:
    with Engine.load(folder, audit=AuditLog(tmp_path / "log")) as engine:
        made = [engine.decide("x", score, jurisdiction="DE", tier="gold") for score in (0.1, 0.92, 0.96)]
    assert long_ways == ["x"]
    kept = [one.payload for one in read_records(tmp_path / "log") if one.payload["type"] == "decision"]
    assert [{**one.to_record(), "seq": at} for at, one in enumerate(made, start=2)] == kept
    assert all(one.audited for one in made)


def test_policies_that_read_one_thing_or_nothing_or_the_version_have_verdicts_ready(
    folder: Path, long_ways: list[str]
) -> None:
    bare = POLICY[: POLICY.index("overrides:")]
    said = {"version": 1, "block": 0.9}
    (folder / "x.yaml").write_text(bare.format(use_case="x", versions="", **said), encoding="utf-8")
    (folder / "y.yaml").write_text(bare.format(use_case="y", versions=", versions: '>=4,<5'", **said), encoding="utf-8")
    engine = Engine.load(folder)
    cases: list[tuple[str, dict[str, Any]]]
    cases = [("x", {}), ("y", {"model_version": "4.2"}), ("y", {"model_version": "5.0"})]
    for use_case, more in cases:
        for score, outcome in ((0.1, "allow"), (0.5, "review"), (0.9, "block")):
            is_outside = more.get("model_version") == "5.0"
            long_ways.clear()
            for _ in range(2):
                verdict = engine.verdict({"use_case": use_case, "score": score, **more})
                assert verdict == engine.decide(use_case, score, **more).verdict
                assert verdict.outcome == ("review" if is_outside else outcome)
            assert is_outside == (len(long_ways) == 4)
    assert engine.decide("y", 0.9).invalid == "wrong_model"


def test_a_policy_whose_verdicts_depend_on_more_has_none_ready(folder: Path, long_ways: list[str]) -> None:
    sample = "samples: [{id: s, of: allow, percent: 50, to: review, by: subject, salt: s}]"
    put(folder, more=sample)
    put(folder, "y", more="")
    (folder / "y.yaml").write_text(
        (folder / "y.yaml").read_text().replace("when: {tier: gold}", "when: {amount: {at_least: 100}}")
    )
    engine = Engine.load(folder)
    drawn = {engine.decide("x", 0.1, jurisdiction="US", tier="gold", subject=str(i)).outcome for i in range(50)}
    assert drawn == {"allow", "review"}
    before = len(long_ways)
    assert before == 50
    assert [engine.decide("x", 0.95, jurisdiction="US", tier="gold").outcome for _ in range(2)] == ["block", "block"]
    for amount, outcome in ((99, "review"), (100, "allow")):
        assert engine.decide("y", 0.55, jurisdiction="US", amount=amount).outcome == outcome
        assert (
            engine.verdict({"use_case": "y", "score": 0.55, "jurisdiction": "US", "amount": amount}).outcome == outcome
        )


# --- time ---


def at(monkeypatch: pytest.MonkeyPatch, engine: Engine, instant: datetime) -> None:
    """Let it be an instant, for both ways."""
    ns = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
    monkeypatch.setattr(engine_module, "time_ns", lambda: ns)
    monkeypatch.setattr(engine._in_force.reader, "_clock", lambda: instant)  # noqa: SLF001 - the engine's own is real


def test_an_instant_at_which_something_changes_is_kept_to_the_microsecond(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = "because: x, effective: {from: 2040-01-01T00:00:00Z}"
    when = "when: {jurisdiction: US, tier: gold}"
    put(folder, more=f"  - {{id: later, {when}, thresholds: {{block: 0.8}}, {window}}}")
    engine = Engine.load(folder)
    change = datetime(2040, 1, 1, tzinfo=UTC)
    given: dict[str, Any] = {"jurisdiction": "US", "tier": "gold"}
    for offset, outcome in ((-1, "review"), (0, "block"), (-1, "review"), (0, "block"), (1, "block")):
        at(monkeypatch, engine, change + timedelta(microseconds=offset))
        for _ in range(2):
            assert engine.decide("x", 0.85, **given).outcome == outcome
            assert engine.verdict({"use_case": "x", "score": 0.85, **given}).outcome == outcome or offset == -1
    at(monkeypatch, engine, datetime(2025, 12, 31, tzinfo=UTC))
    with pytest.raises(UnknownUseCaseError):
        engine.decide("x", 0.85, **given)


# --- other policies, other processes ---


def test_a_reload_puts_other_verdicts_in_the_place_of_those_that_were_ready(engine: Engine, folder: Path) -> None:
    given: dict[str, Any] = {"use_case": "x", "score": 0.92, "jurisdiction": "US", "tier": "gold"}
    held = engine.verdict
    assert held(given).outcome == "block"
    put(folder, version=2, block=0.93)
    assert engine.reload().ok
    for _ in range(2):
        assert held(given).outcome == engine.verdict(given).outcome == "review"
        assert engine.decide(**given).outcome == "review"
        assert engine.decide(**given).policy.version == 2
    assert engine.verdict is held


def test_after_a_reload_to_other_keys_a_verdict_that_was_held_says_the_same_as_the_engine(
    engine: Engine, folder: Path
) -> None:
    held = engine.verdict
    given: dict[str, Any] = {"use_case": "x", "score": 0.92, "jurisdiction": "US", "tier": "gold"}
    assert held(given).outcome == "block"
    put(folder, version=2, block=0.93, versions=", versions: '>=4'")
    assert engine.reload().ok
    given["model_version"] = "4.1"
    for _ in range(3):
        assert held(given).outcome == engine.verdict(given).outcome == "review"
    del given["model_version"]
    assert held(given).invalid == engine.verdict(given).invalid == "wrong_model"


def test_verdicts_learnt_by_policies_that_were_replaced_meanwhile_are_not_kept(engine: Engine, folder: Path) -> None:
    before = engine._in_force.ready  # noqa: SLF001 - a thread that was overtaken holds it still
    request = engine.decide("x", 0.92, jurisdiction="US", tier="standard").request
    put(folder, version=2, block=0.93)
    assert engine.reload().ok
    before.learn(request)
    given: dict[str, Any] = {"use_case": "x", "score": 0.92, "jurisdiction": "US", "tier": "standard"}
    assert engine.verdict(given).outcome == engine.decide(**given).outcome == "review"


def test_an_engine_with_a_log_of_its_own_outlives_a_reload_of_the_first(
    engine: Engine, folder: Path, tmp_path: Path, long_ways: list[str]
) -> None:
    given: dict[str, Any] = {"score": 0.92, "jurisdiction": "US", "tier": "gold"}
    with engine.with_audit(AuditLog(tmp_path / "log")) as recording:
        recording.decide("x", **given)
        put(folder, version=2, block=0.93)
        assert engine.reload().ok
        long_ways.clear()
        assert (
            recording.decide("x", **given).outcome == recording.verdict({"use_case": "x", **given}).outcome == "block"
        )
        assert long_ways == []
        assert engine.decide("x", **given).outcome == "review"


def test_ids_of_a_forked_child_are_its_own(engine: Engine) -> None:
    given: dict[str, Any] = {"jurisdiction": "DE", "tier": "gold"}
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, " ".join(engine.decide("x", 0.1, **given).decision_id for _ in range(100)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        theirs = pipe.read().split()
    ours = [engine.decide("x", 0.1, **given).decision_id for _ in range(100)]
    assert len({*ours, *theirs}) == 200
    noise = [{uuid.UUID(one).int & (1 << 30) - 1 for one in ids} for ids in (ours, theirs)]
    assert [len(one) for one in noise] == [1, 1]
    assert noise[0] != noise[1]


def test_threads_that_decide_while_others_reload_meet_one_set_of_policies(engine: Engine, folder: Path) -> None:
    given: dict[str, Any] = {"use_case": "x", "score": 0.92, "jurisdiction": "US", "tier": "gold"}
    expected = {1: "block", 2: "review"}
    wrong: list[object] = []
    is_over = threading.Event()

    def decide() -> None:
        while not is_over.is_set():
            decision = engine.decide(**given)
            if decision.outcome != expected[2 - decision.policy.version % 2]:
                wrong.append(decision)
            engine.verdict(given)

    threads = [threading.Thread(daemon=True, target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for version in range(2, 12):
        put(folder, version=version, block=0.9 if version % 2 else 0.93)
        assert engine.reload().ok
        assert engine.verdict(given).outcome == expected[2 - version % 2]
    is_over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
