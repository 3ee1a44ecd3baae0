"""What an engine records of personal data: masked by the policies in force, whichever way a case comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policy_engine import AuditLog, Engine, MaskKeyError
from policy_engine.audit import read_records
from policy_engine.audit.mask_key import FILE_VARIABLE, VARIABLE, MaskKey
from tests.support.evaluators import compiled
from tests.support.plain import SUMMER, catalog_with, policy_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policy_engine.compiler import DecisionTable
    from policy_engine.engine import Decision

SECRET = bytes(range(32))
KEY = MaskKey(SECRET)
DIMENSIONS: dict[str, Any] = {"dimensions": {"tier": ["gold", "silver"], "postcode": ["10115", "20095"]}}
AUDIT: dict[str, Any] = {
    "subject": "hmac",
    "context": {"amount_eur": "keep", "device.id": "hmac"},
    "dimensions": {"postcode": "drop"},
}
CONTEXT: dict[str, Any] = {"amount_eur": 20, "device": {"id": "f3a9", "os": "ios"}, "note": "call me"}
CASE: dict[str, Any] = {"subject": "customer-17", "context": CONTEXT, "tier": "gold", "postcode": "10115"}
REQUEST = {"use_case": "card-fraud", "score": 0.7, **CASE}
MASKED: dict[str, Any] = {
    "subject": KEY.pseudonym("customer-17"),
    "dimensions": {"tier": "gold"},
    "context": {"amount_eur": 20, "device": {"id": KEY.pseudonym("f3a9")}},
    "context_dropped": 2,
}
FIELDS = {"subject", "dimensions.postcode", "context.device.id"}


def table(audit: dict[str, Any] | None = AUDIT) -> DecisionTable:
    keys = DIMENSIONS if audit is None else {**DIMENSIONS, "audit": audit}
    overrides = [{"id": "gold", "when": {"tier": "gold"}, "thresholds": {"review": 0.6}}]
    return compiled(catalog_with(**keys), [policy_with(overrides=overrides)])


def recorded(folder: Path) -> list[dict[str, Any]]:
    return [one.payload for one in read_records(folder) if one.payload["type"] == "decision"]


def _decide_twice(engine: Engine) -> list[Decision]:
    # The first time the verdict is made ready, the second time it is
    return [engine.decide("card-fraud", 0.7, **CASE) for _ in range(2)]


def _decide_requests(engine: Engine) -> list[Decision]:
    answers = engine.decide_requests([REQUEST, {**REQUEST, "nonsense": 1}, REQUEST])
    return [one for one in answers if not isinstance(one, Exception)]


WAYS: dict[str, Callable[[Engine], list[Decision]]] = {
    "decide": _decide_twice,
    "decide at an instant": lambda engine: [engine.decide("card-fraud", 0.7, at=SUMMER, **CASE)],
    "decide_request": lambda engine: [engine.decide_request(REQUEST) for _ in range(2)],
    "decide_requests": _decide_requests,
    "decide_batch": lambda engine: list(
        engine.decide_batch("card-fraud", [0.7, 0.8], **{**CASE, "context": [CONTEXT] * 2})
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_record_is_masked_whichever_way_a_case_comes_in(way: str, tmp_path: Path) -> None:
    with Engine(table(), audit=AuditLog(tmp_path, mask_key=SECRET)) as engine:
        decisions = WAYS[way](engine)
    records = recorded(tmp_path)
    assert [one["decision_id"] for one in records] == [one.decision_id for one in decisions]
    for record, decision in zip(records, decisions, strict=True):
        assert record["request"] == MASKED
        assert set(record["masked"]) == FIELDS
        assert {**record, "masked": None} == {
            "seq": record["seq"],
            **decision.to_record(),
            "request": MASKED,
            "masked": None,
        }
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*.log"))
    for raw in (b"customer-17", b"f3a9", b"ios", b"call me", b"10115"):
        assert raw not in written


def test_a_decision_keeps_for_its_caller_what_the_log_does_not(tmp_path: Path) -> None:
    with Engine(table(), audit=AuditLog(tmp_path, mask_key=SECRET)) as engine:
        decision = engine.decide_request(REQUEST)
    assert decision.request.subject == "customer-17"
    assert decision.to_record()["request"]["context"] == CONTEXT
    assert "masked" not in decision.to_record()


def test_without_audit_in_the_catalog_a_record_is_what_the_decision_says(tmp_path: Path) -> None:
    with Engine(table(None), audit=AuditLog(tmp_path, mask_key=SECRET)) as engine:
        decision = engine.decide_request(REQUEST)
    (record,) = recorded(tmp_path)
    assert record == {"seq": 2, **decision.to_record()}


def test_with_nothing_to_mask_a_record_says_so(tmp_path: Path) -> None:
    with Engine(table({}), audit=AuditLog(tmp_path)) as engine:
        engine.decide("card-fraud", 0.7)
    (record,) = recorded(tmp_path)
    assert record["masked"] == []


def test_masking_is_no_part_of_what_decisions_depend_on() -> None:
    assert table(None).digest == table({}).digest == table(AUDIT).digest


def test_a_request_that_cannot_be_masked_is_recorded_without_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: MaskKey, value: object) -> str:
        raise LookupError(value)

    monkeypatch.setattr(MaskKey, "pseudonym", fails)
    with Engine(table(), audit=AuditLog(tmp_path, mask_key=SECRET)) as engine:
        decision = engine.decide_request(REQUEST)
    (record,) = recorded(tmp_path)
    assert record["request"] == {"masking_failed": "LookupError"}
    assert record["masked"] == ["request"]
    assert (record["decision_id"], record["outcome"], record["score"]) == (decision.decision_id, "review", 0.7)


HOSTILE: dict[str, tuple[Any, Any]] = {
    "NaN": (float("nan"), "NaN"),
    "bytes": (b"secret", "<object>"),
    "a lone surrogate": ("a\udc80", "a\\udc80"),
    "a whole number beyond 64 bits": (10**25, str(10**25)),
    "a whole number beyond binary64": (10**400, "Infinity"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_json_cannot_say_has_the_pseudonym_of_what_a_record_says_instead(case: str, tmp_path: Path) -> None:
    value, said = HOSTILE[case]
    with Engine(table({"context": {"card": "hmac"}}), audit=AuditLog(tmp_path, mask_key=SECRET)) as engine:
        engine.decide("card-fraud", 0.7, context={"card": value})
    (record,) = recorded(tmp_path)
    assert record["request"]["context"] == {"card": KEY.pseudonym(said)}


# --- without a key ---


@pytest.fixture
def without_key(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take the key out of the environment."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    return monkeypatch


@pytest.mark.usefixtures("without_key")
def test_an_engine_that_cannot_mask_is_not_made(tmp_path: Path) -> None:
    with AuditLog(tmp_path) as log:
        with pytest.raises(MaskKeyError, match="there is no key for them"):
            Engine(table(), audit=log)
        log.append({"decision_id": "d-1"})
    assert len(recorded(tmp_path)) == 1


@pytest.mark.usefixtures("without_key")
def test_without_a_log_nobody_needs_a_key() -> None:
    assert Engine(table()).decide("card-fraud", 0.7, **CASE).audited is False


@pytest.mark.usefixtures("without_key")
def test_an_engine_for_a_log_without_a_key_is_not_made_either(tmp_path: Path) -> None:
    engine = Engine(table())
    with AuditLog(tmp_path) as log, pytest.raises(MaskKeyError):
        engine.with_audit(log)


def test_an_engine_for_another_log_masks_under_the_key_of_that_log(tmp_path: Path) -> None:
    other = bytes(range(1, 33))
    with Engine(table(), audit=AuditLog(tmp_path / "a", mask_key=SECRET)) as first:
        with first.with_audit(AuditLog(tmp_path / "b", mask_key=other)) as second:
            second.decide("card-fraud", 0.7, **CASE)
        first.decide("card-fraud", 0.7, **CASE)
    subjects = [recorded(tmp_path / name)[0]["request"]["subject"] for name in "ab"]
    assert subjects == [KEY.pseudonym("customer-17"), MaskKey(other).pseudonym("customer-17")]


# --- reload ---

POLICY = """\
schema: policy/v1
use_case: x
version: 1
owner: o
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: probability, higher_is: riskier, model: {name: m}}
bands: [{name: block, at_least: 0.9}, {name: allow}]
on_invalid: block
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a policy and a catalog without `audit`."""
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "x.yaml").write_text(POLICY)
    put(policies)
    return policies


def put(folder: Path, audit: str = "") -> None:
    (folder / "catalog.yaml").write_text(f"schema: catalog/v1\n{audit}")


def test_after_a_reload_the_masking_is_that_of_the_new_catalog(
    folder: Path, tmp_path: Path, without_key: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    with Engine.load(folder, audit=AuditLog(log)) as engine:
        for audit in ("", "audit: {subject: hmac}\n", "audit: {subject: drop}\n", ""):
            without_key.setenv(VARIABLE, SECRET.hex())
            put(folder, audit)
            status = engine.reload()
            assert (status.ok, status.changed) == (True, False)
            engine.decide("x", 0.5, subject="c-17")
    told = [(one["request"].get("subject"), one.get("masked")) for one in recorded(log)]
    assert told == [("c-17", None), (KEY.pseudonym("c-17"), ["subject"]), (None, ["subject"]), ("c-17", None)]


@pytest.mark.usefixtures("without_key")
def test_a_reload_to_pseudonyms_without_a_key_leaves_what_was_in_force(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    put(folder, "audit: {subject: drop}\n")
    with Engine.load(folder, audit=AuditLog(log)) as engine:
        put(folder, "audit: {subject: hmac}\n")
        status = engine.reload()
        engine.decide("x", 0.5, subject="c-17")
    assert (status.ok, status.error, status.traceback) == (False, "MaskKeyError", None)
    assert status.why is not None
    assert "there is no key for them" in status.why
    assert [(one["request"], one["masked"]) for one in recorded(log)] == [({"dimensions": {}}, ["subject"])]


@pytest.mark.usefixtures("without_key")
def test_a_load_without_the_key_closes_the_log(folder: Path, tmp_path: Path) -> None:
    put(folder, "audit: {subject: hmac}\n")
    with pytest.raises(MaskKeyError):
        Engine.load(folder, audit=AuditLog(tmp_path / "log", stream="web"))
    AuditLog(tmp_path / "log", stream="web").close()


def test_a_reload_takes_the_key_that_the_file_has_by_then(
    folder: Path, tmp_path: Path, without_key: pytest.MonkeyPatch
) -> None:
    log, file = tmp_path / "log", tmp_path / "key"
    without_key.setenv(FILE_VARIABLE, str(file))
    file.write_text(SECRET.hex())
    put(folder, "audit: {subject: hmac}\n")
    other = bytes(range(1, 33))
    with Engine.load(folder, audit=AuditLog(log)) as engine:
        engine.decide("x", 0.5, subject="c-17")
        file.write_text(other.hex())
        engine.decide("x", 0.5, subject="c-17")
        assert engine.reload().ok
        engine.decide("x", 0.5, subject="c-17")
        file.unlink()
        assert not engine.reload().ok
        engine.decide("x", 0.5, subject="c-17")
    old, new = KEY.pseudonym("c-17"), MaskKey(other).pseudonym("c-17")
    assert [one["request"]["subject"] for one in recorded(log)] == [old, old, new, new]
