"""The rows of a batch in its file, a Parquet file whose columns other programs can read, too.

    decision_id   text
    outcome       text
    subject       text, null where there is none or it is no text
    score         number, null where it is none
    score_json    the score as JSON, where `score` does not say it
    signal        number, null where there is none
    decision      the record of the decision as JSON, with null for its id, score, signal and request
    request       its `request` as JSON

What many rows have in common is written once. `outcome` and `subject` are also in `decision` and in `request`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

LAYOUT: Final = {"policy_engine.batch": "1"}
"""What the metadata of a file says: the version of its columns."""

_TEXT: Final = pa.large_string()  # of few rows with much in each, there may be gigabytes
_COMMON: Final = pa.dictionary(pa.int32(), _TEXT)
_SCHEMA: Final = pa.schema(
    [
        pa.field("decision_id", _TEXT, nullable=False),
        pa.field("outcome", _COMMON, nullable=False),
        pa.field("subject", _TEXT),
        pa.field("score", pa.float64()),
        pa.field("score_json", _TEXT),
        pa.field("signal", pa.float64()),
        pa.field("decision", _COMMON, nullable=False),
        pa.field("request", _TEXT, nullable=False),
    ]
)
_ENCODING: Final[dict[str, Any]] = {
    "compression": "snappy",
    "use_dictionary": ["outcome", "decision"],
    # Ids and requests begin alike, row after row
    "column_encoding": {"decision_id": "DELTA_BYTE_ARRAY"},
    "write_statistics": False,
    "store_schema": False,
}
_AT_ONCE: Final = 1024
"""So many rows are read into Python at once."""

_LARGEST: Final = 2**31
"""A part of a file that has more bytes than this is not read."""


class BatchRows(NamedTuple):
    """Some rows of a batch, in order: row *i* has `decisions[codes[i]]` and `outcomes[codes[i]]`.

    `ids` are texts, or where all have the same length, their characters, of ASCII: of shape (rows, length). NaN stands
    for a score or a signal that is no number; `other_scores` is None where no row has such a score.
    """

    ids: NDArray[np.uint8] | list[str]
    codes: NDArray[np.int32]
    decisions: Sequence[bytes]
    outcomes: Sequence[str]
    subjects: Sequence[str | None] | None
    scores: NDArray[np.float64]
    other_scores: Sequence[bytes | None] | None
    signals: NDArray[np.float64]
    requests: Sequence[bytes]


def write_rows(file: BinaryIO, parts: Iterable[BatchRows]) -> None:
    """Write *parts*, a row group each."""
    with pq.ParquetWriter(file, _SCHEMA, **_ENCODING) as writer:
        try:
            writer.add_key_value_metadata(LAYOUT)
            for rows in parts:
                table = pa.Table.from_batches([_arrow(rows)])
                writer.write_table(table, row_group_size=max(1, len(table)))
        except BaseException:
            # Closing it would write more to a file that has failed, or is thrown away
            writer.is_open = False
            raise


def _arrow(rows: BatchRows) -> pa.RecordBatch:
    many = len(rows.codes)
    codes = pa.array(rows.codes)
    return pa.record_batch(
        [
            pa.array(rows.ids, _TEXT) if isinstance(rows.ids, list) else _fixed_texts(rows.ids),
            pa.array(rows.outcomes, _TEXT).take(codes).dictionary_encode(),
            pa.nulls(many, _TEXT) if rows.subjects is None else pa.array(rows.subjects, _TEXT),
            pa.array(rows.scores, mask=np.isnan(rows.scores)),
            pa.nulls(many, _TEXT) if rows.other_scores is None else _texts(rows.other_scores),
            pa.array(rows.signals, mask=np.isnan(rows.signals)),
            pa.DictionaryArray.from_arrays(codes, _texts(rows.decisions)),
            _texts(rows.requests),
        ],
        schema=_SCHEMA,
    )


def _fixed_texts(characters: NDArray[np.uint8]) -> pa.LargeStringArray:
    """Return texts of one length, given as their characters."""
    rows, length = characters.shape
    offsets = np.arange(0, rows * length + 1, length, dtype=np.int64)
    return pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))


def _texts(written: Sequence[bytes | None]) -> pa.LargeStringArray:
    """Return texts that are there as UTF-8."""
    return pa.array(written, pa.large_binary()).view(_TEXT)


def records_in(path: Path, *, rows: int, asked: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the record of each row of the file at *path*, which has so many *rows*, with its place from 0 on.

    *asked* names columns and the text that each has to have: other rows are left out. Raises `ValueError` for what is
    no file of a batch.
    """
    try:
        yield from _records_in(path, rows, asked)
    except (pa.ArrowException, OSError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _records_in(path: Path, rows: int, asked: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    with pq.ParquetFile(path) as file:
        _refuse_others(file, rows)
        before = 0
        for number in range(file.num_row_groups):
            many = file.metadata.row_group(number).num_rows
            places = np.arange(many)
            if asked:
                # What is not asked for need not be read for rows that do not fit
                columns = file.read_row_group(number, columns=list(asked))
                places = np.flatnonzero(_fitting(columns, asked))
            if len(places):
                table = file.read_row_group(number, columns=_SCHEMA.names).take(pa.array(places))
                of_rows = (before + places).tolist()
                yield from zip(of_rows, _records(table), strict=True)
            before += many


def _refuse_others(file: pq.ParquetFile, rows: int) -> None:
    """Raise `ValueError` for a file that says of itself what those of batches do not."""
    said = file.metadata.metadata or {}
    if {name: said.get(name.encode(), b"").decode("ascii", "replace") for name in LAYOUT} != LAYOUT:
        raise ValueError("it does not say which columns it has, or says a version that is not known here")
    if file.metadata.num_rows != rows:
        raise ValueError(f"it has {file.metadata.num_rows} rows, and its record says {rows}")
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    if any(group.total_byte_size > _LARGEST for group in groups):
        raise ValueError("a part of it is larger than can be read at once")


def _fitting(table: pa.Table, asked: Mapping[str, str]) -> NDArray[np.bool_]:
    fits = np.ones(len(table), dtype=np.bool_)
    for name, text in asked.items():
        fits &= np.array(table.column(name).to_numpy() == text)
    return fits


def _records(table: pa.Table) -> Iterator[dict[str, Any]]:
    names = ("decision_id", "score", "score_json", "signal", "decision", "request")
    for batch in table.to_batches(max_chunksize=_AT_ONCE):
        for name, score, other, signal, decision, request in zip(
            *(batch.column(one).to_pylist() for one in names), strict=True
        ):
            record: dict[str, Any] = orjson.loads(decision)
            if "seq" in record or "row" in record:
                raise ValueError("a decision says where it stands")
            record["decision_id"] = name
            record["score"] = score if other is None else orjson.loads(other)
            record["signal"] = signal
            record["request"] = orjson.loads(request)
            yield record
