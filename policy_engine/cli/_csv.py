"""Requests from the rows of a CSV file."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Protocol, Self

import click

from policy_engine.cli._lines import LONGEST
from policy_engine.cli._rows import Row, with_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.cli._lines import Lines

_MOST_LINES = 1000
"""A row with more line breaks in its quotes is one with a quote that nobody closed."""

LONGEST_FIELD = 128 * 1024
"""In characters. It is the csv module's own limit, set again so that the message keeps its word."""

_REASONS = {
    "unexpected end of data": "a quote is not closed",
    "',' expected": "a closing quote is followed by text: write a quote inside quotes twice",
    "new-line character": "a carriage return stands in the line outside quotes: end lines with LF or CRLF",
    "field larger": f"a field is longer than {LONGEST_FIELD:,} characters",
}
"""How the messages of the csv module begin, and what they mean."""


class RowShape(Protocol):
    """How many fields a row has, and what they say."""

    @property
    def width(self) -> int:
        """How many there are."""

    def request(self, fields: Sequence[str], /) -> dict[str, Any]:
        """Return what a row says; raise `ValueError` where it says nothing that can be."""


class CsvTable:
    """A CSV file whose first line names its columns.

    A row that cannot be read is told of, and reading goes on with the line after the one where it began: a
    quote that nobody closed takes no other row with it.
    """

    def __init__(self, lines: Lines) -> None:
        """Begin to read."""
        self._lines = lines
        self._taken: list[bytes] = []
        csv.field_size_limit(LONGEST_FIELD)
        self._reader = csv.reader(self, strict=True)

    def header(self) -> list[str]:
        """Return the names of the columns; raise `click.UsageError` where the first line has none."""
        try:
            return next(self._reader)
        except StopIteration:
            raise click.UsageError("the CSV file is empty: its first line names the columns") from None
        except (csv.Error, ValueError) as error:
            raise click.UsageError(f"the header of the CSV file cannot be read: {_reason(error)}") from None

    def rows(self, columns: RowShape, defaults: Mapping[str, Any], before: int = 0) -> Iterator[Row | None]:
        """Yield the request of every row, None for a blank line. *defaults* holds for what a row leaves out.

        *before*: so many rows came before these.
        """
        number = before + 1
        while True:
            self._taken = []
            try:
                fields = next(self._reader)
                row = self._row(number, fields, columns, defaults) if fields else None
            except StopIteration:
                return
            except (csv.Error, ValueError) as error:
                self._lines.take_back(self._taken[1:])
                row = Row(number, self._lines.number, None, f"not a row: {_reason(error)}")
            number += row is not None
            yield row

    def __iter__(self) -> Self:
        """Return itself: the lines that the reader takes."""
        return self

    def __next__(self) -> str:
        """Return the next line as text."""
        line = next(self._lines)
        self._taken.append(line)
        if len(line) > LONGEST:
            raise ValueError("the line is longer than 1 MiB")
        if b"\0" in line:
            raise ValueError(f"byte {line.index(0) + 1} of the line is zero, which no text has")
        if len(self._taken) > _MOST_LINES:
            raise ValueError(f"a quote is not closed within {_MOST_LINES:,} lines")
        return line.decode() + "\n"

    def _row(self, number: int, fields: list[str], columns: RowShape, defaults: Mapping[str, Any]) -> Row:
        if len(fields) != columns.width:
            raise ValueError(f"it has {len(fields)} fields and the header {columns.width}")
        line = self._lines.number - len(self._taken) + 1
        try:
            return Row(number, line, with_defaults(columns.request(fields), defaults))
        except ValueError as error:
            # Its lines are a row all right: none of them is read again
            return Row(number, line, None, f"not a row: {error}")


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} of the line is no UTF-8"
    if isinstance(error, csv.Error):
        return next((ours for theirs, ours in _REASONS.items() if str(error).startswith(theirs)), "it is not CSV")
    return str(error)
