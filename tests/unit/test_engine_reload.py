"""Reloading: what is in force afterwards, what the status tells of it, and that no decision is made of two sets."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine import AuditLog, Engine, InvalidRequestError, PolicyEngineError, ReloadStatus
from policy_engine.audit import read_records
from policy_engine.compiler import compile_policies
from policy_engine.engine import forks
from policy_engine.model import Policy
from policy_engine.validator import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from policy_engine.compiler import DecisionTable

NOW = datetime(2027, 2, 1, tzinfo=UTC)
COMPILING = "policy_engine.engine.origin.compile_policies"
LATER = NOW + timedelta(hours=1)

POLICY = """\
schema: policy/v1
use_case: x
version: {version}
owner: {owner}
effective: {{from: 2026-01-01T00:00:00Z}}
score: {{kind: probability, higher_is: riskier, model: {{name: m}}}}
bands:
  - {{name: block, at_least: {block}}}
  - {{name: allow}}
on_invalid: block
tests:
  - {{given: {{score: 0.95}}, expect: {{outcome: {expected}}}}}
"""


def put(folder: Path, *, version: int = 1, owner: str = "o", block: object = 0.9, expected: str = "block") -> bytes:
    text = POLICY.format(version=version, owner=owner, block=block, expected=expected).encode()
    (folder / "x.yaml").write_bytes(text)
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one policy that blocks from 0.9 on."""
    (tmp_path / "policies").mkdir()
    put(tmp_path / "policies")
    return tmp_path / "policies"


@pytest.fixture
def engine(folder: Path) -> Engine:
    """Return an engine for that folder whose clock stands still."""
    return Engine.load(folder, clock=lambda: NOW)


# --- what is in force afterwards ---


def test_other_policies_are_in_force_after_a_reload(engine: Engine, folder: Path) -> None:
    before = engine.decide("x", 0.5)
    put(folder, version=2, block=0.4)
    status = engine.reload()
    after = engine.decide("x", 0.5)
    assert (before.outcome, after.outcome) == ("allow", "block")
    assert before.table_digest != after.table_digest == engine.table_digest
    assert (status.ok, status.changed, status.table_digest) == (True, True, after.table_digest)


def test_a_decision_keeps_the_policy_that_it_was_made_by(engine: Engine, folder: Path) -> None:
    before = engine.decide("x", 0.5)
    put(folder, version=2, block=0.4)
    engine.reload()
    assert before.policy.version == 1
    assert "0.9" in before.explain()


def test_a_reload_of_the_same_files_changes_nothing(engine: Engine) -> None:
    before = engine.status
    status = engine.reload(clock=lambda: LATER)
    assert (status.ok, status.changed, status.at) == (True, False, LATER)
    assert (engine.status.table_digest, engine.status.since) == (before.table_digest, NOW)


def test_an_edit_that_no_decision_depends_on_is_taken_up_under_the_same_digest(engine: Engine, folder: Path) -> None:
    text = put(folder, owner="someone-else")
    status = engine.reload(clock=lambda: LATER)
    assert (status.ok, status.changed) == (True, False)
    assert engine.decide("x", 0.5).policy.owner == "someone-else"
    assert engine.status.since == NOW
    assert [one.sha256 for one in engine.status.sources] == [sha256(text).hexdigest()]


def spoilt(folder: Path, how: str) -> None:
    file = folder / "x.yaml"
    if how == "a threshold out of range":
        put(folder, block=2)
    elif how == "a failing test of its own":
        put(folder, expected="allow")
    elif how == "no yaml":
        file.write_bytes(b"bands: [\xff")
    elif how == "half a file":
        file.write_bytes(file.read_bytes()[:100])
    elif how == "a folder in its place":
        file.unlink()
        file.mkdir()
    elif how == "no file":
        file.unlink()
    else:
        folder.rename(folder.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("how", "error", "why"),
    [
        ("a threshold out of range", "InvalidPolicyError", "x.yaml:8:"),
        ("a failing test of its own", "InvalidPolicyError", "x.yaml:12:"),
        ("no yaml", "InvalidPolicyError", "x.yaml:1:"),
        ("half a file", "InvalidPolicyError", "x.yaml:"),
        ("a folder in its place", "InvalidPolicyError", "it is a folder"),
        ("no file", "PoliciesNotFoundError", "no `*.yaml` file"),
        ("no folder", "PoliciesNotFoundError", "does not exist"),
    ],
)
def test_policies_that_cannot_be_loaded_leave_the_last_good_ones_in_force(
    engine: Engine, folder: Path, how: str, error: str, why: str
) -> None:
    before = engine.status
    spoilt(folder, how)
    status = engine.reload(clock=lambda: LATER)
    assert (status.ok, status.changed, status.table_digest, status.at) == (False, False, before.table_digest, LATER)
    assert status.error == error
    assert why in str(status.why)
    assert (status.report is not None) is (error == "InvalidPolicyError")
    assert status.traceback is None
    assert engine.decide("x", 0.95).table_digest == before.table_digest
    now = engine.status
    assert (now.table_digest, now.since, now.sources) == (before.table_digest, NOW, before.sources)
    assert now.last_reload is status


def test_good_policies_are_taken_up_after_bad_ones(engine: Engine, folder: Path) -> None:
    put(folder, block=2)
    assert not engine.reload().ok
    put(folder, version=2, block=0.4)
    status = engine.reload()
    assert (status.ok, status.why, status.error) == (True, None, None)
    assert engine.status.last_reload is status
    assert engine.decide("x", 0.5).outcome == "block"


def test_an_unforeseen_error_is_told_with_its_traceback_and_not_raised(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> DecisionTable:
        raise ZeroDivisionError("by nothing")

    put(folder, version=2, block=0.4)
    monkeypatch.setattr(COMPILING, broken)
    status = engine.reload()
    assert (status.ok, status.error, status.why) == (False, "ZeroDivisionError", "by nothing")
    assert "in broken" in str(status.traceback)
    assert engine.decide("x", 0.5).outcome == "allow"


def test_an_interrupt_goes_to_the_caller_and_leaves_all_as_it_was(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> DecisionTable:
        raise KeyboardInterrupt

    put(folder, version=2, block=0.4)
    before = engine.status
    with monkeypatch.context() as patch:
        patch.setattr(COMPILING, interrupted)
        with pytest.raises(KeyboardInterrupt):
            engine.reload()
    assert engine.status is before
    assert engine.reload().ok


def test_an_engine_made_from_a_table_refuses_to_reload(engine: Engine) -> None:
    with pytest.raises(PolicyEngineError, match="made from a table"):
        Engine(engine.table).reload()


# --- the status ---


def test_the_status_names_the_files_by_the_digests_of_their_bytes(folder: Path) -> None:
    text = put(folder)
    status = Engine.load(folder, clock=lambda: NOW).status
    assert status.sources == (Source(f"{folder}/x.yaml", sha256(text).hexdigest()),)
    assert (status.since, status.last_reload) == (NOW, None)


def test_another_digest_is_in_force_since_its_reload(engine: Engine, folder: Path) -> None:
    put(folder, version=2)
    engine.reload(clock=LATER.astimezone)
    assert engine.status.since == LATER
    assert engine.status.since.tzinfo is UTC


def test_what_was_read_is_what_is_compiled_also_when_the_file_changes_meanwhile(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def late(*args: Any) -> DecisionTable:  # noqa: ANN401 - as given
        put(folder, version=3, block=0.3)
        return compile_policies(*args)

    text = put(folder, version=2, block=0.4)
    monkeypatch.setattr(COMPILING, late)
    engine.reload()
    assert engine.decide("x", 0.35).outcome == "allow"
    assert [one.sha256 for one in engine.status.sources] == [sha256(text).hexdigest()]


def test_a_good_reload_tells_how_many_tests_of_the_policies_were_run(engine: Engine, folder: Path) -> None:
    report = engine.reload().report
    assert report is not None
    assert (report.ok, report.tested) == (True, {f"{folder}/x.yaml": 1})


# --- where the policies lie ---


def test_a_relative_path_leads_to_the_same_place_after_the_process_went_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    engine = Engine.load(["policies"])
    put(folder, version=2)
    assert engine.reload().changed
    assert [one.file for one in engine.status.sources] == ["policies/x.yaml"]
    (folder.parent / "elsewhere").mkdir()
    monkeypatch.chdir(folder.parent / "elsewhere")
    put(folder, version=3)
    assert engine.reload().changed
    (folder.parent / "elsewhere").rmdir()
    put(folder, version=4)
    assert engine.reload().changed
    assert [one.file for one in engine.status.sources] == [f"{folder}/x.yaml"]


# --- one decision, one set ---


class ReloadingClock:
    """A clock that has the engine take up other policies at the very moment at which a decision asks for the time."""

    def __init__(self, folder: Path) -> None:
        self.engine: Engine | None = None
        self._folder = folder
        self._version = 1

    def __call__(self) -> datetime:
        """Return the time that it always is, but reload first."""
        if self.engine is not None:
            self._version += 1
            put(self._folder, version=self._version, block=0.9 - 0.1 * self._version)
            assert self.engine.reload(clock=lambda: NOW).changed
        return NOW


@pytest.fixture
def restless(folder: Path) -> Engine:
    """Return an engine that reloads in the middle of each decision without `at`."""
    clock = ReloadingClock(folder)
    clock.engine = engine = Engine.load(folder, clock=clock)
    return engine


def test_a_reload_in_the_middle_of_a_decision_comes_too_late_for_it(restless: Engine) -> None:
    old = restless.table_digest
    decision = restless.decide("x", 0.85)
    assert (decision.outcome, decision.table_digest, decision.policy.version) == ("allow", old, 1)
    assert restless.table_digest != old


def test_a_reload_in_the_middle_of_a_bare_verdict_comes_too_late_for_it(restless: Engine) -> None:
    assert restless.verdict({"use_case": "x", "score": 0.85}).outcome == "allow"


def test_requests_that_are_decided_together_are_decided_by_one_set(restless: Engine) -> None:
    old = restless.table_digest
    answers = restless.decide_requests([{"use_case": "x", "score": 0.85}] * 3)
    assert [getattr(one, "table_digest", one) for one in answers] == [old] * 3
    assert [getattr(one, "outcome", one) for one in answers] == ["allow"] * 3


def test_requests_that_come_one_by_one_are_decided_by_the_set_of_the_first(engine: Engine, folder: Path) -> None:
    def coming() -> Iterator[Mapping[str, Any]]:
        yield {"use_case": "x", "score": 0.5}
        put(folder, version=2, block=0.4)
        assert engine.reload().changed
        yield {"use_case": "x", "score": 0.5}

    assert [getattr(one, "outcome", one) for one in engine.decide_requests(coming())] == ["allow", "allow"]


def test_a_batch_is_decided_by_one_set_also_where_a_row_is_asked_for_later(restless: Engine) -> None:
    old = restless.table_digest
    batch = restless.decide_batch("x", [0.85, 0.95])
    restless.reload()
    assert batch.outcomes.tolist() == ["allow", "block"]
    assert [(one.outcome, one.table_digest, one.policy.version) for one in batch] == [
        ("allow", old, 1),
        ("block", old, 1),
    ]


def test_the_words_of_requests_are_those_of_the_set_in_force(engine: Engine, folder: Path) -> None:
    with pytest.raises(InvalidRequestError):
        engine.decide("x", 0.5, tier="gold")
    (folder / "catalog.yaml").write_text("schema: catalog/v1\ndimensions: {tier: [gold]}\n", encoding="utf-8")
    assert engine.reload().changed
    assert engine.decide("x", 0.5, tier="gold").outcome == "allow"


# --- threads ---


def test_reloads_take_turns_and_no_decision_waits_for_one(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    compiling: list[str] = []

    def slow(*args: Any) -> DecisionTable:  # noqa: ANN401 - as given
        compiling.append("begins")
        begun.set()
        assert go_on.wait(30)
        compiling.append("ends")
        return compile_policies(*args)

    monkeypatch.setattr(COMPILING, slow)
    put(folder, version=2, block=0.4)
    told: list[ReloadStatus] = []
    threads = [threading.Thread(daemon=True, target=lambda: told.append(engine.reload())) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    assert engine.decide("x", 0.5).outcome == "allow"
    assert engine.status.last_reload is None
    go_on.set()
    for thread in threads:
        thread.join()
    assert compiling == ["begins", "ends"] * 2
    assert [one.changed for one in told] == [True, False]
    assert engine.decide("x", 0.5).outcome == "block"


# --- forks: the hook itself, as a child would run it ---


def test_a_reload_that_another_thread_of_the_parent_had_begun_does_not_stop_a_child(engine: Engine) -> None:
    with engine._turn:  # noqa: SLF001 - held for ever by a thread that is not there
        forks._in_forked_child()  # noqa: SLF001 - only a fork calls it
        assert not engine._turn.locked()  # noqa: SLF001 - else the next line would wait for ever
        assert engine.reload().ok


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="later versions have no such lock")
def test_a_property_that_another_thread_of_the_parent_was_reading_can_be_read_in_a_child(engine: Engine) -> None:
    names = vars(Policy)["band_names"]
    held = names.lock
    forks._in_forked_child()  # noqa: SLF001 - only a fork calls it
    assert names.lock is not held
    assert engine.decide("x", 0.5).to_dict()["outcome"] == "allow"


# --- with a log ---


def test_the_same_policies_can_be_given_a_log_later(engine: Engine, folder: Path, tmp_path: Path) -> None:
    with engine.with_audit(AuditLog(tmp_path / "log")) as recording:
        assert recording.status is engine.status
        decision = recording.decide("x", 0.5)
        put(folder, version=2, block=0.4)
        assert recording.reload().changed
    (record,) = [one.payload for one in read_records(tmp_path / "log") if one.payload["type"] == "decision"]
    assert (decision.audited, record["decision_id"]) == (True, decision.decision_id)
    assert engine.status.last_reload is None
    assert not engine.decide("x", 0.5).audited
