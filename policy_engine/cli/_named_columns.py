"""Some columns of a file, by name: of CSV, JSON lines or Parquet, one value for each row."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

from policy_engine.cli._file_formats import STANDARD
from policy_engine.cli._lines import Lines
from policy_engine.cli._terminal import standard_input
from policy_engine.diagnostics import did_you_mean
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import BinaryIO

    import pyarrow as pa
    from numpy.typing import NDArray

    from policy_engine.cli._lines import Readable
    from policy_engine.cli._rows import Row

    Column = list[Any] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which columns are to be read: those with these `names`, and those of `also` that are there.

    Each of `lists` is the name of one column, or else several names with commas between. Those of `numbers` come as
    arrays where the file has them as such, none missing.
    """

    names: Sequence[str]
    also: Collection[str] = ()
    lists: Sequence[str] = ()
    numbers: Collection[str] = ()

    def among(self, there: Collection[str], path: str) -> list[str]:
        """Return what is to be read, each column once; raise `click.UsageError` where one is missing, or is twice."""
        listed = names_in(self.lists, there)
        wanted = list(dict.fromkeys((*self.names, *listed, *(name for name in self.also if name in there))))
        for name in wanted:
            if name not in there:
                known = did_you_mean(printable(name), [printable(one) for one in there])
                raise click.UsageError(f"`{path}` has no column `{printable(name)}`: {known}")
            many = sum(one == name for one in there)
            if many > 1:
                raise click.UsageError(f"`{path}` has {many} columns `{printable(name)}`")
        return wanted


def names_in(lists: Sequence[str], there: Collection[str]) -> tuple[str, ...]:
    """Return the names of columns in *lists*: a whole one where a column of *there* has it, else those between commas.

    >>> names_in(["sex,age", "city, state"], {"sex", "age", "city, state"})
    ('sex', 'age', 'city, state')
    """
    return tuple(dict.fromkeys(name for one in lists for name in ((one,) if one in there else one.split(","))))


def read_asked(path: str, form: str, asked: Asked) -> dict[str, Column]:
    """Return the columns that are *asked* for; raise `click.UsageError` where one is missing, or a row is none."""
    with ExitStack() as opened:
        file = standard_input() if path == STANDARD else opened.enter_context(Path(path).open("rb"))
        if form == "parquet":
            return _of_parquet(file, path, asked)
        lines = Lines(cast("Readable", file))
        return (_of_csv if form == "csv" else _of_json_lines)(lines, path, asked)


def _of_parquet(file: BinaryIO, path: str, asked: Asked) -> dict[str, Column]:
    import pyarrow as pa

    from policy_engine.cli._parquet import first_line, open_parquet

    parquet = open_parquet(file, path)
    names = asked.among(parquet.schema_arrow.names, path)
    try:
        table = parquet.read(columns=names)
        return {name: _values(table.column(name), name in asked.numbers) for name in names}
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise click.UsageError(f"`{path}` cannot be read: {first_line(error)}") from None


def _values(column: pa.ChunkedArray, is_array: bool) -> Column:  # noqa: FBT001 - all that there is to say
    import pyarrow as pa

    is_numeric = pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
    values: Column = column.to_numpy() if is_array and is_numeric and not column.null_count else column.to_pylist()
    return values


def _of_csv(lines: Lines, path: str, asked: Asked) -> dict[str, Column]:
    from policy_engine.cli._csv import CsvTable

    table = CsvTable(lines)
    try:
        header = table.header()
    except click.UsageError as error:
        raise click.UsageError(f"`{path}`: {error.message}") from None
    names = asked.among(header, path)
    chosen = _Chosen(len(header), {name: header.index(name) for name in names})
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for given in _rows(table.rows(chosen, {}), path):
        for name, values in columns.items():
            values.append(given[name])
    return dict(columns)


def _of_json_lines(lines: Lines, path: str, asked: Asked) -> dict[str, Column]:
    from policy_engine.cli._jsonl import json_rows

    # What is there is known behind the last row only
    perhaps = (*asked.names, *asked.also, *asked.lists, *names_in(asked.lists, ()))
    columns: dict[str, list[Any]] = {name: [] for name in perhaps}
    met: dict[str, None] = {}
    for given in _rows(json_rows(lines, {}), path):
        met |= dict.fromkeys(given)
        for name, values in columns.items():
            values.append(given.get(name))
    names = asked.among(list(met), path) if met else (*asked.names, *names_in(asked.lists, ()))
    return {name: columns[name] for name in names}


class _Chosen(NamedTuple):
    """Some columns of a CSV file, by name and place."""

    width: int
    places: Mapping[str, int]

    def request(self, fields: Sequence[str]) -> dict[str, Any]:
        """Return what a row has in them. An empty field is a missing value."""
        return {name: fields[place] or None for name, place in self.places.items()}


def _rows(rows: Iterator[Row | None], path: str) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        if row is None:
            continue
        if row.given is None:
            raise click.UsageError(f"row {row.number:,} (line {row.line:,}) of `{path}`: {row.problem}")
        yield row.given
