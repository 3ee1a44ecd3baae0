"""A table of decisions is the same, to the byte, whether its rows are decided one by one or by column."""

from __future__ import annotations

import io
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.cli import _csv_by_arrow, _csv_out
from policy_engine.cli._arrow_cases import ArrowCases, may_be_by_column
from policy_engine.cli._arrow_values import values_of
from policy_engine.cli._by_column import ByColumn
from policy_engine.cli._columns import Columns, Words, columns_of, named_columns
from policy_engine.cli._csv import CsvTable
from policy_engine.cli._csv_cases import CsvCases
from policy_engine.cli._deciding import Deciding, table_rows
from policy_engine.cli._lines import Lines
from policy_engine.cli._outcomes import Outcomes, Told
from policy_engine.cli._parquet import ParquetCases, open_parquet
from policy_engine.engine import Engine
from policy_engine.model import REQUEST_KEYS, parse_instant
from tests.support.commands import POLICIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._chunks import Cases

ENGINE = Engine.load(POLICIES)
POLICIES_OF_ENGINE = [one.policy for some in ENGINE.table.policies.values() for one in some]
CATALOG = ENGINE.table.catalog
AT = parse_instant("2027-02-01T00:00:00Z")
DEFAULTS: dict[str, Any] = {"use_case": "card-fraud", "at": AT, "model_version": "4.3"}
WORDS = Words(
    (*REQUEST_KEYS, "jurisdiction", *CATALOG.dimensions, "escalation_path"),
    frozenset({"score", "amount"}),
    CATALOG.facts,
)
HEADER = ("score", "jurisdiction", "tier", "amount", "subject", "fact.vip", "note")


def spec_of(header: Sequence[str]) -> Columns:
    """Return what each column is."""
    named = named_columns((), ("note",) if "note" in header else (), (), None, WORDS)
    return columns_of(header, named, WORDS)


def decided(cases: Cases, encode: Any, by_column: ByColumn | None) -> tuple[bytes, Counter[Any], int, list[str]]:  # noqa: ANN401 - either way
    """Return what is written for cases, how they are counted, and which problems there are."""
    rows = partial(table_rows, encode=encode, with_ids=False)
    deciding = Deciding(ENGINE, cases, rows, by_column, counts=True)
    answers = [answer for chunk in cases.chunks() for answer in deciding(chunk)]
    mix = sum((Counter(one.mix) for one in answers), Counter[Any]())
    told = [message for one in answers for message in one.told]
    return b"".join(one.payload for one in answers), mix, sum(one.problems for one in answers), told


def assert_same(one_by_one: Cases, together: Cases) -> bytes:
    """Assert that both ways come to the same, and return it."""
    plain = decided(one_by_one, _csv_out.csv_of, None)
    by_column = ByColumn("card-fraud", AT, _csv_by_arrow.csv_of, with_ids=False)
    assert decided(together, _csv_by_arrow.csv_of, by_column) == plain
    return plain[0]


# --- CSV -----------------------------------------------------------------------------------------------------

numbers = st.sampled_from(
    ["0.71", "0.55", "0.97", "0", "1", ".5", "1.", "-0.0", "+0.6", "1e-3", "5e-1", "99.5", "1000"]
)
odd_numbers = st.sampled_from(
    ["", "nan", "nan(1)", "inf", "1e999", "0,5", " 0.5", "0x1p-1", "1_0", "true", "\u0660", "9" * 400, "{}", "[0.5]"]
)
texts = st.sampled_from(["", "DE", "US", "gold", "standard", "XX", "a b", "null", "ü", "=1", "[", '["DE"]', " "])
facts = st.sampled_from(["", "true", "false", "True", "FALSE", "1", "yes"])
subjects = st.sampled_from(["", "c-1", "c-2", "7", "NULL", "x" * 300]) | st.integers(0, 10_000).map(str)
fields = st.tuples(
    st.one_of(numbers, numbers, numbers, st.floats(0, 1).map(repr), odd_numbers),
    texts,
    texts,
    st.one_of(numbers, numbers, odd_numbers),
    subjects,
    facts,
    texts,
)
lines = st.one_of(
    *[fields.map(lambda row: ",".join(one if "," not in one and '"' not in one else "x" for one in row).encode())] * 8,
    st.sampled_from(
        [b"", b"\r", b"0.5", b"0.5,DE,gold,1,x,true,y,z", b'0.5,"DE",gold,1,x,true,y', b"\xff,,,,,,", b"0,\0,,,,,"]
    ),
)


@given(
    st.lists(lines, max_size=40),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([64, 500, 2**20]),
    st.sampled_from([{}, {"tier": "gold", "amount": 5.0}, {"facts": {"vip": True}, "jurisdiction": ["DE", "US"]}]),
)
def test_csv_comes_to_the_same(rows: list[bytes], end: bytes, at_once: int, more: Mapping[str, Any]) -> None:
    data = end.join([",".join(HEADER).encode(), *rows, b""])
    defaults = {**DEFAULTS, **more}

    def cases(*, by_column: bool) -> CsvCases:
        read = Lines(io.BytesIO(data), at_once=at_once)
        table = CsvTable(read)
        spec = spec_of(table.header())
        assert may_be_by_column(spec, defaults, POLICIES_OF_ENGINE)
        arrow = ArrowCases(spec, defaults, counts=True) if by_column else None
        return CsvCases(table, read, HEADER, spec, defaults, None, arrow)

    assert_same(cases(by_column=False), cases(by_column=True))


def csv_cases(data: bytes, defaults: Mapping[str, Any], *, by_column: bool) -> CsvCases:
    """Return the cases of a CSV file of these bytes, read at once."""
    read = Lines(io.BytesIO(data))
    table = CsvTable(read)
    header = tuple(table.header())
    spec = spec_of(header)
    arrow = ArrowCases(spec, defaults, counts=True) if by_column else None
    return CsvCases(table, read, header, spec, defaults, None, arrow)


GOLD = {"tier": "gold", "amount": 5.0}
CSV_FILES = [
    # lines, defaults, whether they are decided by column
    (b"score,tier\n0.5,gold\n", {}, True),
    (b"score,tier\r\n0.5,gold\r\n0.99,\r\n", {}, True),
    (b"score\n0.5\n\n0.99\n", {}, True),
    (b"score,tier,amount\n0.5,,\n0.5,standard,2000\n", GOLD, True),
    (b"score,amount\n0.5,x\n0,5000\n", {}, True),
    (b"score,amount\n0.5,x\n0.5,\n", GOLD, False),
    (b"score,jurisdiction\n0.5,DE\n0.5,[DE]\n", {}, False),
    (b"score,jurisdiction\n0.5,DE\n0.5,\n", {"jurisdiction": ["DE", "US"]}, False),
    (b"score\n{}\n0.5\n", {}, False),
    (b"score\nnan\n0x1\n", {}, True),
    (b"score,fact.vip\n0.5,true\n0.5,\n0.5,False\n", {}, True),
    (b"score,fact.vip\n0.5,true\n0.5,1\n0.5,\n", {}, True),
    (b"score,fact.vip\n0.5,true\n0.5,\n", {"facts": {"vip": True}}, False),
    (b"score,tier\n0.5,gold\n0.5\n", {}, False),
    (b"score,tier\n0.5,\xff\n", {}, False),
    (b"score,tier\n0.5,a\0\n", {}, False),
    (b"score,tier\n0.5,a\rb\n", {}, False),
    (b"score,subject\n0.5," + b"x" * 140_000 + b"\n", {}, False),
    (b"score\n\xef\xbb\xbf0.5\n", {}, False),
]


@pytest.mark.parametrize(("data", "more", "is_by_column"), CSV_FILES)
def test_plain_lines_are_decided_by_column_and_odd_ones_are_not(
    data: bytes, more: Mapping[str, Any], *, is_by_column: bool
) -> None:
    defaults = {**DEFAULTS, **more}
    cases = csv_cases(data, defaults, by_column=True)
    (chunk,) = cases.chunks()
    assert (cases.columns(chunk) is not None) == is_by_column
    assert_same(csv_cases(data, defaults, by_column=False), csv_cases(data, defaults, by_column=True))


def test_rows_with_quotes_come_in_chunks_of_a_bounded_size() -> None:
    data = b"score,subject\n" + b'0.5,"a"\n' * 2048
    assert [chunk.rows for chunk in csv_cases(data, DEFAULTS, by_column=True).chunks()] == [1024, 1024]
    assert_same(csv_cases(data, DEFAULTS, by_column=False), csv_cases(data, DEFAULTS, by_column=True))


def test_what_a_row_may_say_by_itself_is_not_decided_by_column() -> None:
    of_several = [{"use_case": "prompt-safety"}, {}]
    assert not any(may_be_by_column(spec_of(["score"]), one, POLICIES_OF_ENGINE) for one in of_several)
    for column in ("use_case", "at", "reason_codes", "threshold.x", "model.x", "score.x"):
        header = [column] if column == "score.x" else ["score", column]
        assert not may_be_by_column(spec_of(header), DEFAULTS, POLICIES_OF_ENGINE)


# --- Parquet -------------------------------------------------------------------------------------------------

whole = st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2)
columns_of_numbers = (
    (pa.float64(), st.floats(0, 1) | st.floats() | st.none()),
    (pa.float64(), st.floats(0, 1)),
    (pa.float32(), st.floats(0, 1, width=32) | st.none()),
    (pa.int64(), whole | st.none()),
    (pa.uint64(), st.integers(0, 2**64 - 1)),
    (pa.bool_(), st.booleans() | st.none()),
    (pa.string(), st.sampled_from(["0.5", "", None])),
    (pa.decimal128(5, 3), st.decimals(0, 1, places=3) | st.none()),
    (pa.timestamp("ns", "UTC"), st.integers(-(2**62), 2**62) | st.none()),
    (pa.list_(pa.float64()), st.lists(st.floats(0, 1), max_size=2) | st.none()),
    (pa.dictionary(pa.int8(), pa.string()), st.sampled_from(["a", None])),
)
columns_of_texts = (
    (pa.string(), st.sampled_from(["DE", "US", "gold", "", "XX", "[", "ü", None])),
    (pa.large_string(), st.sampled_from(["DE", "gold", None])),
    (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(["DE", "gold", None])),
    (pa.binary(), st.sampled_from([b"DE", b"gold", b"\xff", None])),
    (pa.list_(pa.string()), st.sampled_from([["DE", "US"], [], ["DE"], None])),
    (pa.int32(), st.integers(0, 3) | st.none()),
    (pa.bool_(), st.booleans() | st.none()),
)
columns_of_facts = ((pa.bool_(), st.booleans() | st.none()), (pa.bool_(), st.booleans()), *columns_of_numbers)
"""Types with the values that a column of each may have."""


@given(st.data(), st.integers(0, 30), st.sampled_from([{}, {"tier": "gold", "amount": 5.0, "facts": {"vip": True}}]))
def test_parquet_comes_to_the_same(data: st.DataObject, rows: int, more: Mapping[str, Any]) -> None:
    kinds = (
        columns_of_numbers,
        columns_of_texts,
        columns_of_texts,
        columns_of_numbers,
        columns_of_texts,
        columns_of_facts,
    )
    arrays = []
    for kind in (data.draw(st.sampled_from(one)) for one in kinds):
        values = data.draw(st.lists(kind[1], min_size=rows, max_size=rows))
        arrays.append(pa.array(values, kind[0]))
    file = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, names=HEADER[:6]), file, row_group_size=7)
    defaults = {**DEFAULTS, **more}
    spec = spec_of(HEADER[:6])

    def cases(arrow: ArrowCases | None) -> ParquetCases:
        opened = open_parquet(io.BytesIO(file.getvalue().to_pybytes()), "cases.parquet")
        return ParquetCases(opened, "cases.parquet", HEADER[:6], spec, defaults, arrow)

    made = assert_same(cases(None), cases(ArrowCases(spec, defaults, counts=True)))
    assert made.count(b"\n") == rows


def test_text_that_is_no_utf8_is_that_of_its_row() -> None:
    data = pa.py_buffer(b"gold\xff\xfe")
    broken = pa.StringArray.from_buffers(2, pa.py_buffer(np.array([0, 4, 6], dtype=np.int32)), data)
    whole = pa.array(["gold", None])
    for tier, is_by_column in ((broken, False), (whole, True)):
        for column in (tier, pa.chunked_array([tier.slice(0, 1), tier.slice(1)])):
            table = pa.table({"0": pa.array([0.5, 0.99]), "1": column})
            cases = ArrowCases(spec_of(["score", "tier"]), DEFAULTS)
            assert (cases.of_values(table) is not None) == is_by_column
    first, second = values_of(broken)
    assert first == "gold"
    assert type(second) is object


# --- what is written -----------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats() | st.just(float("nan"))), max_size=20),
    st.lists(st.text(), min_size=4, max_size=4),
    st.booleans(),
    st.integers(0, 2**40),
)
def test_lines_of_csv_are_the_same(
    rows: list[tuple[int, float]],
    errors: list[str],
    with_ids: bool,  # noqa: FBT001 - drawn
    before: int,
) -> None:
    told = [Told(AT, error=error.replace("\ud800", "")) for error in errors]
    signals = np.array([signal if np.isfinite(signal) else np.nan for _, signal in rows])
    codes = np.array([code for code, _ in rows], dtype=np.int64)
    outcomes = Outcomes(before, codes, told, signals, [f"id-{code}" for code, _ in rows] if with_ids else None)
    assert _csv_by_arrow.csv_of(outcomes) == _csv_out.csv_of(outcomes)
