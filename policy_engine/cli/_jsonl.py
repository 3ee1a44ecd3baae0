"""Requests from JSON lines."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy_engine.cli._chunks import CaseColumns, Chunk
from policy_engine.cli._given import read_json
from policy_engine.cli._lines import BOM, LONGEST, Lines
from policy_engine.cli._rows import Row, chunks, with_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BLANK = re.compile(rb"^[ \t\r\v\f]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class JsonCases:
    """A file of JSON lines, of so many bytes where that is known. *defaults* holds for what a request leaves out."""

    lines: Lines
    defaults: Mapping[str, Any]
    size: int | None = None
    by_column: None = None

    def chunks(self) -> Iterator[Chunk]:
        """Yield the lines that one read completes, unread."""
        before = number = 0
        while block := self.lines.block():
            text = block.removeprefix(BOM) if number == 0 else block
            lines = block.count(b"\n")
            rows = lines - len(_BLANK.findall(text))
            yield Chunk(before, number, rows, block, self.lines.bytes_read / self.size if self.size else None)
            before += rows
            number += lines

    def rows(self, chunk: Chunk) -> Iterator[list[Row]]:
        """Yield the requests of a chunk."""
        lines = Lines(io.BytesIO(chunk.data), before=chunk.lines_before)
        return chunks(json_rows(lines, self.defaults, chunk.before), lines)

    def columns(self, chunk: Chunk) -> CaseColumns | None:  # noqa: ARG002 - as every file of cases has it
        """Return None: every line has keys of its own."""
        return None


def json_rows(lines: Lines, defaults: Mapping[str, Any], before: int = 0) -> Iterator[Row | None]:
    """Yield the request of every line, None for a blank one. *defaults* holds for what a request leaves out.

    *before*: so many rows came before these.
    """
    number = before
    for line in lines:
        if not line.strip():
            yield None
            continue
        number += 1
        try:
            yield Row(number, lines.number, with_defaults(_request(line), defaults))
        except ValueError as error:
            yield Row(number, lines.number, None, f"not a request: {_reason(error)}")


def _request(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise ValueError("the line is longer than 1 MiB")
    given = read_json(line.decode())
    if not isinstance(given, dict):
        raise ValueError("it is no JSON object, such as {" + '"use_case": "card-fraud", "score": 0.71}')  # noqa: TRY004
    return given


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} of the line is no UTF-8"
    column = getattr(error, "colno", None)
    return str(error) if column is None else f"no JSON at column {column}: {getattr(error, 'msg', '')}"
