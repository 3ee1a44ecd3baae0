"""A record of a log for people: short, within its columns, and nothing that a terminal obeys."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from policy_engine.reporting.as_json import record_as_json
from policy_engine.reporting.as_text import record_as_text
from tests.support.commands import assert_fits

DECISION: dict[str, Any] = {
    "seq": 2,
    "type": "decision",
    "decision_id": "d-1",
    "at": "2027-02-01T00:00:00Z",
    "use_case": "card-fraud",
    "outcome": "block",
    "score": 0.97,
    "threshold": 0.9,
    "invalid": None,
    "policy": {"version": 8},
    "request": {"subject": "s-1", "dimensions": {"jurisdiction": "DE", "tier": "gold"}},
}


def test_a_decision_is_told_in_its_own_words() -> None:
    assert record_as_text("shop", DECISION, 80) == (
        "2027-02-01T00:00:00Z  card-fraud: block\n"
        "  decision d-1, record 2 of stream shop\n"
        "  score 0.97, threshold 0.9, subject s-1, jurisdiction DE, tier gold, policy version 8\n"
    ).replace("policy version 8", "policy\n    version 8\n")


def test_any_other_record_tells_all_that_it_says() -> None:
    record = {"seq": 9, "type": "recovery", "at": "2027-02-01T00:00:00Z", "cut_bytes": 7, "after_seq": 8}
    assert record_as_text("shop", record, 80) == (
        "2027-02-01T00:00:00Z  recovery\n  record 9 of stream shop\n  cut_bytes 7, after_seq 8\n\n"
    )
    assert record_as_text("shop", {"seq": 9, "type": "note"}, 80) == "none  note\n  record 9 of stream shop\n\n"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "score none,"),
        (True, "score true,"),
        (False, "score false,"),
        ("NaN", "score NaN,"),
        ({"a": 0.1, "b": 0.2}, "score a 0.1, b 0.2,"),
        ([0.1, None], "score 0.1, none,"),
        ({}, "score none,"),
        ([], "score none,"),
        ({"a": {"b": 1}}, "score a …,"),
        ("x" * 200, f"score {'x' * 39}…,"),
        ("\x1b[2J\u202e", r"score \x1b[2J\u202e,"),
    ],
)
def test_a_value_is_told_in_short(value: object, told: str) -> None:
    text = record_as_text("shop", {**DECISION, "score": value}, 120)
    assert f"  {told} threshold 0.9" in text


def test_a_decision_without_anything_beside_it_is_told_all_the_same() -> None:
    assert record_as_text("shop", {"type": "decision"}, 80) == (
        "none  none: none\n  decision none, record none of stream shop\n  score none\n\n"
    )
    bare = {**DECISION, "policy": 8, "request": {"dimensions": ["DE"]}, "threshold": None, "invalid": "not_finite"}
    assert record_as_text("shop", bare, 80).splitlines()[2] == "  score 0.97, invalid not_finite"
    assert record_as_text("shop", {**DECISION, "request": "x"}, 80).splitlines()[2].startswith("  score 0.97")


def test_whatever_a_record_holds_it_fits() -> None:
    long = dict.fromkeys(("at", "decision_id", "use_case", "outcome", "score"), "x" * 500)
    assert_fits(record_as_text("shop", {**DECISION, **long}, 80))
    nested: list[Any] = []
    for _ in range(900):
        nested = [nested]
    assert_fits(record_as_text("shop", {"type": nested, "y" * 300: nested, "z" * 300: {"y" * 300: nested}}, 80))


def test_the_json_of_a_record_is_its_payload_in_one_line() -> None:
    payload = '{"seq":2,"n":1.10,\r\t"s":"\u202e\\n"}'.encode()
    line = record_as_json("shop", payload)
    assert line == b'{"stream":"shop","record":{"seq":2,"n":1.10,  "s":"\\u202e\\n"}}'
    assert orjson.loads(line)["record"]["s"] == "\u202e\n"
