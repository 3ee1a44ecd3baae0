"""A Parquet file of cases: read some rows at a time, whatever the size of the file and of its row groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click
import pyarrow as pa
import pyarrow.parquet as pq

from policy_engine.cli._arrow_values import as_text, one_array, values_of
from policy_engine.cli._chunks import CaseColumns, Chunk
from policy_engine.cli._rows import MOST_AT_ONCE, Row, with_defaults
from policy_engine.exceptions import PolicyEngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.cli._arrow_cases import ArrowCases
    from policy_engine.cli._columns import Columns

_ROWS_BY_COLUMN: Final = 2**16
_MOST_BYTES: Final = 2**24
"""So many bytes of rows are read at once, by what the file says of their size."""
_BUFFER: Final = 2**20
"""A column is read so many bytes at a time; without this, a whole one of a row group is in memory."""


class ParquetError(PolicyEngineError):
    """A Parquet file that cannot be read."""


def open_parquet(file: BinaryIO, name: str) -> pq.ParquetFile:
    """Return the Parquet file that *file* is; raise `click.UsageError` for what is none, or has lost its end."""
    try:
        return pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise click.UsageError(f"`{name}` is no whole Parquet file: {first_line(error)}") from None


@dataclass(frozen=True, slots=True)
class ParquetCases:
    """A Parquet file. *defaults* holds for what a row leaves out. `by_column` reads it by column, where that can be."""

    parquet: pq.ParquetFile
    name: str
    header: Sequence[str]
    spec: Columns
    defaults: Mapping[str, Any]
    by_column: ArrowCases | None = None

    def chunks(self) -> Iterator[Chunk]:
        """Yield some rows at a time. Raises `ParquetError` where the file cannot be read any further."""
        before = 0
        total = self.parquet.metadata.num_rows
        try:
            for batch in self._batches():
                # Named by place, for a name may be anything
                columns = [batch.column(self.header[place]) for place in self.spec.used]
                chunk = pa.Table.from_arrays(columns, names=[str(place) for place in self.spec.used])
                yield Chunk(before, before, batch.num_rows, chunk, (before + batch.num_rows) / total)
                before += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise ParquetError(
                f"`{self.name}` cannot be read behind row {before:,}: {first_line(error)}; what was written stands"
            ) from None

    def rows(self, chunk: Chunk) -> Iterator[list[Row]]:
        """Yield the requests of a chunk."""
        for start in range(0, chunk.rows, MOST_AT_ONCE):
            part = chunk.data.slice(start, MOST_AT_ONCE)
            yield list(self._requests(part, chunk.before + start + 1))

    def columns(self, chunk: Chunk) -> CaseColumns | None:
        """Return the cases of a chunk by column, where that means the same as row by row."""
        return None if self.by_column is None else self.by_column.of_values(chunk.data)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        names = [self.header[place] for place in self.spec.used]
        batches: Iterator[pa.RecordBatch] = self.parquet.iter_batches(self._at_once(), columns=names, use_threads=False)
        return batches

    def _at_once(self) -> int:
        """Return how many rows are read at once, if they are as large as the file says."""
        file = self.parquet.metadata
        size: int = sum(file.row_group(place).total_byte_size for place in range(file.num_row_groups))
        most = _ROWS_BY_COLUMN if self.by_column is not None else MOST_AT_ONCE
        rows: int = file.num_rows
        return max(1, min(most, _MOST_BYTES * rows // max(size, 1)))

    def _requests(self, part: pa.Table, number: int) -> Iterator[Row]:
        texts = {place for place, _ in self.spec.texts}
        columns = {}
        for place in self.spec.used:
            column = one_array(part.column(str(place)))
            columns[place] = values_of(as_text(column) if place in texts else column)
        for offset, values in enumerate(zip(*columns.values(), strict=True)):
            given = self.spec.typed_request(dict(zip(columns, values, strict=True)))
            try:
                yield Row(number + offset, 0, with_defaults(given, self.defaults))
            except ValueError as error:
                yield Row(number + offset, 0, None, f"not a row: {error}")


def first_line(error: Exception) -> str:
    """Return what a library says of an error, short enough for a message."""
    return str(error).partition("\n")[0][:200] or type(error).__name__
