"""Whatever stands in a file of cases, every row gets its line: a decision, or why there is none."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from policy_engine.cli._chunks import Chunk
from policy_engine.cli._columns import Columns
from policy_engine.cli._csv import CsvTable
from policy_engine.cli._csv_cases import CsvCases
from policy_engine.cli._deciding import Deciding, json_lines
from policy_engine.cli._jsonl import JsonCases
from policy_engine.cli._lines import Lines
from policy_engine.engine import Engine
from tests.support.commands import POLICIES

if TYPE_CHECKING:
    from policy_engine.cli._chunks import Cases

ENGINE = Engine.load(POLICIES)
DEFAULTS = {"use_case": "card-fraud", "at": "2027-02-01T00:00:00Z"}
HEADER = ("score", "jurisdiction", "amount", "note")
COLUMNS = Columns(4, ((1, "jurisdiction"),), ((0, "score"), (2, "amount")), ((3, "note"),))


def answered(cases: Cases) -> list[dict[str, Any]]:
    """Return what is printed for cases."""
    deciding = Deciding(ENGINE, cases, partial(json_lines, explain=True), counts=True)
    chunks = list(cases.chunks())
    answers = [list(deciding(chunk)) for chunk in chunks]
    # However many processes there are, each knows what came before its chunk
    assert [chunk.before for chunk in chunks] == [sum(one.rows for one in chunks[:at]) for at in range(len(chunks))]
    assert [chunk.rows for chunk in chunks] == [sum(one.rows for one in some) for some in answers]
    every = [one for some in answers for one in some]
    printed = b"".join(one.payload for one in every)
    found = [json.loads(line) for line in printed.splitlines()]
    assert sum(one.rows for one in every) == len(found)
    assert sum(one.problems for one in every) == sum("error" in line for line in found)
    assert sum((one.mix or Counter()).total() for one in every) == sum("outcome" in line for line in found)
    assert all(("outcome" in line) != ("error" in line) for line in found)
    assert [line["row"] for line in found if "row" in line] == [
        place for place, line in enumerate(found, start=1) if "row" in line
    ]
    assert printed.decode().replace("\n", "").isprintable()
    return found


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
requests = st.dictionaries(
    st.sampled_from(["score", "jurisdiction", "tier", "amount", "model", "model_version", "escalation_path", "subject"])
    | st.sampled_from(["use_case", "at", "context", "scroe"])
    | st.text(max_size=3),
    values,
    max_size=6,
).map(lambda request: json.dumps(request).encode())
hostile = st.binary(max_size=30) | st.sampled_from([b"{", b"[" * 3000, b"\xff", b"{}", b'{"a":1,"a":2}', b"", b" \r"])


@given(st.lists(requests | hostile))
def test_every_line_of_json_has_its_answer(given_lines: list[bytes]) -> None:
    data = b"\n".join(given_lines)
    cases = JsonCases(Lines(io.BytesIO(data), at_once=64), DEFAULTS)
    found = answered(cases)
    assert cases.columns(Chunk(0, 0, 1, b"{}\n")) is None
    assert len(found) == sum(bool(line.strip()) for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


pieces = st.sampled_from([b",", b'"', b"\n", b"\r", b"\r\n", b"0.5", b"DE", b"\xff", b"\0", b'""', b" ", "ü".encode()])


@given(st.lists(pieces | st.binary(max_size=4), max_size=60).map(b"".join))
def test_no_bytes_of_csv_break_anything(data: bytes) -> None:
    lines = Lines(io.BytesIO(data))
    rows = list(CsvTable(lines).rows(COLUMNS, DEFAULTS))
    assert [row.number for row in rows if row is not None] == list(range(1, 1 + sum(row is not None for row in rows)))
    for at_once in (7, 64):
        lines = Lines(io.BytesIO(data), at_once=at_once)
        found = answered(CsvCases(CsvTable(lines), lines, HEADER, COLUMNS, DEFAULTS))
        assert ["error" in line for line in found] == [row.given is None for row in rows if row is not None]


fields = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=4, max_size=4)


@given(st.lists(fields, min_size=1), st.data())
def test_a_broken_line_takes_no_row_with_it(rows: list[list[str]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows)))
    broken = data.draw(st.sampled_from(['0.5,"DE', "too,few", "far,too,many,fields,here", "\0,,,", '"a"b,,,']))
    whole = [_as_csv(row) for row in rows]
    text = "".join([*whole[:place], broken + "\n", *whole[place:]])
    lines = Lines(io.BytesIO(text.encode()))
    found = [row for row in CsvTable(lines).rows(COLUMNS, DEFAULTS) if row is not None]
    before = [row for row in found[:place] if row.given is not None]
    assert len(before) == place
    assert found[place].given is None
    after = [row.given for row in found[-len(rows) + place :]] if place < len(rows) else []
    # As text, for one NaN is not another
    assert repr(after) == repr([COLUMNS.request(row) | DEFAULTS for row in rows[place:]])


def _as_csv(row: list[str]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(row)
    return made.getvalue()
