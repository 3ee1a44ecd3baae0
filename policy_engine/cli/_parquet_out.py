"""Decisions as Parquet: written row group by row group under another name, until the file is whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from policy_engine.cli._outcomes import AFTER_SIGNAL, BEFORE_SIGNAL, ID, ROW, SIGNAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from numpy.typing import NDArray

    from policy_engine.cli._outcomes import Column, Outcomes

_ROWS_OF_GROUP: Final = 2**17
_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
_TYPES: Final = {
    "text": _TEXT,
    "number": pa.float64(),
    "whole": pa.int64(),
    "codes": pa.list_(pa.string()),
    "instant": pa.timestamp("us", tz="UTC"),
}
SCHEMA: Final = pa.schema(
    [
        pa.field(ROW, pa.int64(), nullable=False),
        pa.field(ID, pa.string()),
        *(pa.field(column.name, _TYPES[column.kind]) for column in BEFORE_SIGNAL),
        pa.field(SIGNAL, pa.float64()),
        *(pa.field(column.name, _TYPES[column.kind]) for column in AFTER_SIGNAL),
    ]
)

_ENCODING: Final[dict[str, Any]] = {
    # A dictionary of what is different in every row would be thrown away
    "use_dictionary": [
        f"{column.name}.list.element" if column.kind == "codes" else column.name
        for column in (*BEFORE_SIGNAL, *AFTER_SIGNAL)
    ],
    "column_encoding": {ROW: "DELTA_BINARY_PACKED"},
    "write_statistics": [ROW, SIGNAL],
}


def batch_of(outcomes: Outcomes) -> pa.RecordBatch:
    """Return a table row for each row, in Arrow's memory."""
    rows = len(outcomes.codes)
    first = outcomes.before + 1
    return pa.record_batch(
        [
            pa.array(np.arange(first, first + rows, dtype=np.int64)),
            pa.nulls(rows, pa.string()) if outcomes.ids is None else pa.array(outcomes.ids, pa.string()),
            *(_gathered(column, outcomes) for column in BEFORE_SIGNAL),
            pa.array(outcomes.signals, mask=np.isnan(outcomes.signals)),
            *(_gathered(column, outcomes) for column in AFTER_SIGNAL),
        ],
        schema=SCHEMA,
    )


def _gathered(column: Column, outcomes: Outcomes) -> pa.Array:
    """Return a column for all rows: each of its values is made once, for all rows of which it is told."""
    values = [column.value(told) for told in outcomes.told]
    codes = outcomes.codes
    if column.kind == "text":
        return _dictionary(values, codes)
    if column.kind == "codes":
        # Most rows have the same few lists
        return pa.array([list(one or ()) for one in values], _TYPES["codes"]).take(pa.array(codes))
    return pa.array(values, _TYPES[column.kind]).take(pa.array(codes))


def _dictionary(values: Sequence[str | None], codes: NDArray[np.int64]) -> pa.DictionaryArray:
    """Return a column of texts, each of which is there once."""
    distinct = {value: place for place, value in enumerate(dict.fromkeys(one for one in values if one is not None))}
    places = np.array([-1 if one is None else distinct[one] for one in values], dtype=np.int32)
    found = places[codes]
    indices = pa.array(found, mask=found < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(distinct), pa.string()))


class ParquetFile:
    """A Parquet file that stands under its name only when all of it is written.

    What is no regular file, such as a device, is written to at once.
    """

    def __init__(self, path: str) -> None:
        """Begin a file at *path*, beside the place where it is going to be."""
        # Where the name is a link, what it leads to is replaced
        self._path = Path(os.path.realpath(path))
        self._name = path
        is_replaced = not self._path.exists() or S_ISREG(self._path.stat().st_mode)
        self._written = self._path.with_name(f".{self._path.name[:100]}.{os.getpid()}.part") if is_replaced else None
        self._batches: list[pa.RecordBatch] = []
        self._rows = 0
        try:
            self._file = (self._written or self._path).open("wb")
        except OSError as error:
            error.filename = path
            raise
        # Plain texts for whoever reads it, not the dictionaries in which they are handed over
        self._writer = pq.ParquetWriter(self._file, SCHEMA, store_schema=False, **_ENCODING)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write some rows, as soon as there are enough for a row group."""
        self._batches.append(batch)
        self._rows += batch.num_rows
        if self._rows >= _ROWS_OF_GROUP:
            self._flush()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the file in its place; after an error, leave nothing."""
        try:
            if error is None:
                self._finish()
        finally:
            self._leave()

    def _finish(self) -> None:
        if self._rows:
            self._flush()
        self._told(self._writer.close)
        self._told(self._file.flush)
        if self._written is not None:
            self._told(lambda: os.fsync(self._file.fileno()))
            written, self._written = self._written, None
            self._told(lambda: written.replace(self._path))

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._batches).unify_dictionaries()
        self._batches, self._rows = [], 0
        self._told(lambda: self._writer.write_table(table, row_group_size=len(table)))

    def _leave(self) -> None:
        # An open one would be closed once nobody knows it any more, and say that it cannot
        self._writer.is_open = False
        with suppress(OSError):
            self._file.close()
        if self._written is not None:
            self._written.unlink(missing_ok=True)

    def _told(self, do: Callable[[], Any]) -> None:
        """Do something to the file; an error says which one it was."""
        try:
            do()
        except OSError as error:
            error.filename = self._name
            raise
