"""What a record looks like as bytes, and what is refused rather than bent to fit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pytest

from policy_engine.audit.chain import LONGEST_PAYLOAD
from policy_engine.audit.payload import LONGEST_BODY, body_of
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Colour(Enum):
    """Values of several kinds, one of them no JSON."""

    RED = "red"
    NOTHING = None
    WRONG = float("nan")


@dataclass
class Case:
    """An object, which has no form in JSON."""

    score: float


def test_the_type_comes_first_whatever_order_the_record_has() -> None:
    assert body_of({"outcome": "block", "type": "note"}) == b'"type":"note","outcome":"block"}'


@pytest.mark.parametrize("payload", [{"outcome": "block"}, MappingProxyType({"outcome": "block"})])
def test_a_record_without_a_type_is_a_decision(payload: Mapping[str, Any]) -> None:
    assert body_of(payload) == b'"type":"decision","outcome":"block"}'


def test_an_empty_record_is_still_a_record() -> None:
    assert body_of({}) == b'"type":"decision"}'


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"score": float("nan")}, "field `score` is nan"),
        ({"score": float("-inf")}, "field `score` is -inf"),
        ({"label": None, "score": float("inf")}, "field `score` is inf"),
        ({"score": [0.5, float("nan")]}, "field `score[1]` is nan"),
        ({"null": None, "attributes": {"amount": (1.0, {"x": float("nan")})}}, "`attributes.amount[1].x`"),
        ({"colour": Colour.WRONG}, "field `colour` is nan"),
        ({"score": np.float64("nan")}, "field `score` cannot be recorded"),
        ({"score": np.float32(0.5)}, "field `score` cannot be recorded"),
        ({"at": datetime(2027, 1, 1, tzinfo=UTC)}, "field `at` cannot be recorded"),
        ({"case": Case(float("nan"))}, "field `case` cannot be recorded"),
        ({"amount": Decimal("0.9")}, "field `amount` cannot be recorded"),
        ({"tags": [{"a"}]}, "field `tags[0]` cannot be recorded"),
        ({"raw": b"x"}, "field `raw` cannot be recorded"),
        ({"count": 2**64}, "field `count` cannot be recorded"),
        ({"name": "\ud800"}, "field `name` cannot be recorded"),
        ({1: "x"}, "field `1` cannot be recorded"),
        ({"a": {None: "x"}}, "field `a.None` cannot be recorded"),
        ({"a": {"\udfff": 1}}, r"field `a.'\udfff'` cannot be recorded"),
        ({"seq": 7}, "`seq` is the log's own"),
        ({"type": "start"}, "not one that the log writes by itself"),
        ({"type": "recovery"}, "not one that the log writes by itself"),
        ({"type": ""}, "`type` must be text of 1 to 64 characters"),
        ({"type": "x" * 65}, "`type` must be text of 1 to 64 characters"),
        ({"type": ["decision"]}, "`type` must be text of 1 to 64 characters"),
        ({"type": None}, "`type` must be text of 1 to 64 characters"),
        ([("a", 1)], "a record is a mapping of names to values, not list"),
        ({"ready": orjson.Fragment(b'{\n"a": 1}')}, "holds a line feed"),
    ],
)
def test_what_json_cannot_hold_is_refused_by_name(payload: dict[str, Any], words: str) -> None:
    with pytest.raises(AuditError) as refusal:
        body_of(payload)
    assert words in str(refusal.value)


def test_a_record_that_holds_itself_is_refused() -> None:
    record: dict[str, Any] = {}
    record["self"] = record
    with pytest.raises(AuditError, match="nested too deeply"):
        body_of(record)


def test_a_record_too_deep_for_json_but_not_for_python_is_refused() -> None:
    record: dict[str, Any] = {}
    for _ in range(300):
        record = {"deeper": record}
    with pytest.raises(AuditError, match="cannot be written as JSON"):
        body_of(record)


@pytest.mark.parametrize(
    "payload",
    [
        {"colour": Colour.RED, "nothing": Colour.NOTHING},
        {"null": "null", "text": "null null", "inner": {"none": None, "list": [None, 1e308, -0.0]}},
        {"ready": orjson.Fragment(b'{"a":null}'), "score": 0.5},
    ],
)
def test_a_null_that_is_no_number_is_recorded(payload: dict[str, Any]) -> None:
    assert json.loads(b"{" + body_of(payload))["type"] == "decision"


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\t", "\n", "\r", "\x1b", "\x7f", "\x80", "\x85", "\x9f", "\u061c", "\u200e", "\u200f"),
        *("\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff"),
    ],
)
def test_a_character_that_a_terminal_obeys_is_escaped_and_reads_back(character: str) -> None:
    text = f"é{character}\\{character}€"
    body = body_of({text: text})
    assert character.encode() not in body
    assert json.loads(b"{" + body)[text] == text


@pytest.mark.parametrize("text", ["Müller", "東京", "€ … 5", "🙂", "a\u00a0b", "e\u0301", "عربي"])
def test_a_character_that_only_shows_is_written_as_it_is(text: str) -> None:
    assert text.encode() in body_of({"name": text})


def test_a_record_of_the_greatest_length_is_kept_whole() -> None:
    room = LONGEST_BODY - len(b'"type":"decision","x":""}')
    assert b"truncated" not in body_of({"x": "y" * room})
    assert b"truncated" in body_of({"x": "y" * (room + 1)})


def test_a_record_too_long_becomes_a_stub_that_says_so() -> None:
    payload = {"decision_id": "d-1", "at": "2027-01-01T00:00:00Z", "outcome": "block", "context": "x" * LONGEST_PAYLOAD}
    whole = b'{"type":"decision",' + orjson.dumps(payload)[1:]
    assert json.loads(b"{" + body_of(payload)) == {
        "type": "decision",
        "decision_id": "d-1",
        "at": "2027-01-01T00:00:00Z",
        "outcome": "block",
        "truncated": True,
        "bytes": len(whole),
        "sha256": sha256(whole).hexdigest(),
    }


@pytest.mark.parametrize("value", ["x" * 257, 5, None, ["d-1"]])
def test_a_stub_keeps_no_field_that_may_be_long_itself(value: object) -> None:
    stub = json.loads(b"{" + body_of({"decision_id": value, "context": "x" * LONGEST_PAYLOAD}))
    assert "decision_id" not in stub


def test_a_stub_is_short_whatever_it_keeps() -> None:
    kept = dict.fromkeys(["decision_id", "at", "use_case", "outcome"], "\x00" * 256)
    assert len(body_of({"type": "\x00" * 64, **kept, "context": "x" * LONGEST_PAYLOAD})) < LONGEST_PAYLOAD
