"""A CSV file as chunks: whole lines as they stand where no quote is among them, else the rows that were read."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from policy_engine.cli._chunks import CaseColumns, Chunk
from policy_engine.cli._csv import LONGEST_FIELD, CsvTable
from policy_engine.cli._lines import BOM, Lines
from policy_engine.cli._rows import MOST_AT_ONCE, Row, chunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.cli._arrow_cases import ArrowCases
    from policy_engine.cli._columns import Columns

_BLANK: Final = re.compile(rb"^\r*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CsvCases:
    """A CSV file behind its header, of so many bytes where that is known. *defaults* holds for what a row leaves out.

    Where it may be read by column, `by_column` says how.
    """

    table: CsvTable
    lines: Lines
    header: tuple[str, ...]
    spec: Columns
    defaults: Mapping[str, Any]
    size: int | None = None
    by_column: ArrowCases | None = None

    def chunks(self) -> Iterator[Chunk]:
        """Yield lines, or rows where a quote is among them: which of the lines are one row, only reading tells."""
        before = 0
        number = self.lines.number
        while block := self.lines.block():
            if b'"' in block:
                self.lines.give_back(block)
                for rows in self._read_rows(before):
                    yield Chunk(before, rows[0].line - 1, len(rows), rows, self._share())
                    before += len(rows)
            else:
                count = block.count(b"\n") - len(_BLANK.findall(block))
                yield Chunk(before, number, count, block, self._share())
                before += count
            number = self.lines.number

    def rows(self, chunk: Chunk) -> Iterator[list[Row]]:
        """Yield the requests of a chunk."""
        if isinstance(chunk.data, list):
            return iter([chunk.data])
        lines = Lines(io.BytesIO(chunk.data), before=chunk.lines_before)
        return chunks(CsvTable(lines).rows(self.spec, self.defaults, chunk.before), lines)

    def columns(self, chunk: Chunk) -> CaseColumns | None:
        """Return the cases of a chunk by column, where its lines are as plain as most are."""
        if self.by_column is None or not isinstance(chunk.data, bytes) or not is_plain(chunk.data):
            return None
        from policy_engine.cli._csv_columns import columns_of_block

        table = columns_of_block(chunk.data, self.header, self.spec)
        return None if table is None or len(table) != chunk.rows else self.by_column.of_texts(table)

    def _read_rows(self, before: int) -> Iterator[list[Row]]:
        """Yield the rows of all the lines that are there to be taken, up to 1024 at once."""
        taken: list[Row] = []
        rows = self.table.rows(self.spec, self.defaults, before)
        while not self.lines.would_wait:
            row = next(rows, None)
            if row is not None:
                taken.append(row)
            if len(taken) == MOST_AT_ONCE:
                yield taken
                taken = []
        if taken:
            yield taken

    def _share(self) -> float | None:
        return self.lines.bytes_read / self.size if self.size else None


def is_plain(block: bytes) -> bool:
    """Say whether lines without quotes mean the same to any reader of CSV, as far as bytes show it."""
    return (
        b"\0" not in block
        and block.count(b"\r") == block.count(b"\r\n")
        and not block.startswith(BOM)
        # No field is too long if there is a line break in every half of the longest one
        and all(block.find(b"\n", at, at + LONGEST_FIELD // 2) >= 0 for at in range(0, len(block), LONGEST_FIELD // 2))
    )
