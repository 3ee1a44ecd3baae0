"""Whatever is recorded reads back as it was, on one line, and verifies; what is refused leaves no trace."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.audit import AuditLog, read_records, verify
from policy_engine.audit.chain import LONGEST_PAYLOAD
from policy_engine.audit.payload import body_of
from policy_engine.exceptions import AuditError

HOSTILE = st.sampled_from(
    ["\t", "\n", "\r\n", "\x00", "\x7f", "\x85", "\u2028", "\u202e", '"', "\\", "null", "}\t0", "\ufeff"]
)
TEXT = st.lists(st.text(max_size=8) | HOSTILE, max_size=4).map("".join)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS | TEXT, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
NAMES = TEXT.filter(lambda name: name not in {"seq", "type"})
PAYLOADS = st.dictionaries(NAMES, VALUES, max_size=6)

NOT_JSON = st.sampled_from(
    [float("nan"), float("inf"), float("-inf"), "\ud800", {1: 2}, {("a",): 1}, object(), b"x", 2**64]
)


@given(payload=PAYLOADS)
def test_a_record_reads_back_as_it_was(payload: dict[str, Any]) -> None:
    assert json.loads(b"{" + body_of(payload)) == {"type": "decision", **payload}


@given(payload=PAYLOADS)
def test_a_record_is_one_line_without_control_characters(payload: dict[str, Any]) -> None:
    body = body_of(payload)
    assert min(body) >= 0x20
    assert b"\x7f" not in body
    assert not any("\x80" <= one <= "\x9f" for one in body.decode())
    assert len(body.decode().splitlines()) == 1


@given(payload=PAYLOADS, bad=NOT_JSON, place=st.lists(st.sampled_from("[{"), max_size=4))
def test_one_value_that_json_cannot_hold_refuses_the_record(
    payload: dict[str, Any], bad: object, place: list[str]
) -> None:
    for kind in place:
        bad = [None, bad] if kind == "[" else {"null": bad}
    with pytest.raises(AuditError, match="field `x"):
        body_of({**payload, "x": bad})


@given(value=st.floats())
def test_a_number_is_recorded_exactly_or_refused(value: float) -> None:
    if not isfinite(value):
        with pytest.raises(AuditError, match="field `score`"):
            body_of({"score": value})
    else:
        read = json.loads(b"{" + body_of({"score": value}))["score"]
        assert (read, str(read)) == (value, str(value))


@given(size=st.integers(LONGEST_PAYLOAD - 100, LONGEST_PAYLOAD + 100), text=st.sampled_from(["x", "é", "\x85", "\t"]))
def test_no_line_is_longer_than_a_line_may_be(size: int, text: str) -> None:
    with TemporaryDirectory() as folder:
        with AuditLog(folder, stream="s") as log:
            log.append({"x": text * (size // len(text.encode()))})
        assert verify(folder).intact
        lines = (Path(folder) / "s/segments/0000000000000001.log").read_bytes().split(b"\n")
        assert len(lines[1]) <= LONGEST_PAYLOAD + 65


@given(
    runs=st.lists(st.lists(st.lists(PAYLOADS, max_size=3), max_size=3), min_size=1, max_size=3),
    segment_bytes=st.sampled_from([1, 300, 1_000, 2**20]),
)
def test_a_log_holds_what_was_acknowledged_in_its_order(
    runs: list[list[list[dict[str, Any]]]], segment_bytes: int
) -> None:
    with TemporaryDirectory() as folder:
        for batches in runs:
            with AuditLog(folder, stream="s", segment_bytes=segment_bytes) as log:
                for batch in batches:
                    log.append_many(batch)
        expected = [payload for batches in runs for batch in batches for payload in batch]
        read = list(read_records(folder))
        assert [one.payload for one in read[1:]] == [
            {"seq": seq, "type": "decision", **payload} for seq, payload in enumerate(expected, start=2)
        ]
        assert verify(folder).intact


@given(before=PAYLOADS, bad=NOT_JSON, after=PAYLOADS)
def test_a_refused_record_leaves_no_trace(before: dict[str, Any], bad: object, after: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder, AuditLog(folder, stream="s") as log:
        log.append(before)
        for records in ([{"x": bad}], [after, {"x": bad}]):
            with pytest.raises(AuditError):
                log.append_many(records)
        assert log.append(after).last_seq == 3
        assert verify(folder).intact
        assert len(list(read_records(folder))) == 3


@given(data=st.data())
def test_a_changed_byte_or_cut_is_noticed_or_only_the_tail_is_gone(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        with AuditLog(folder, stream="s") as log:
            log.append_many([{"n": number} for number in range(5)])
        path = Path(folder) / "s/segments/0000000000000001.log"
        whole = path.read_bytes()
        begin = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(begin, len(whole)))
        changed = whole[:begin] + data.draw(st.binary(max_size=20)) + whole[end:]
        path.write_bytes(changed)
        found = verify(folder)
        kept = changed[: changed.rfind(b"\n") + 1]
        # What verifies is a beginning of what was written; whatever stands after its last line end is told.
        after = changed[len(kept) :].rstrip(b"\0")
        begins = b'{"seq":%d,' % (kept.count(b"\n") + 1)
        is_torn = after.startswith(begins) or begins.startswith(after)
        assert found.intact == (whole.startswith(kept) and is_torn)
        assert not found.intact or found.torn_bytes == len(changed) - len(kept)
