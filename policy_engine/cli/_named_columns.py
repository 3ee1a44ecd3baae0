"""Some columns of a file, by name: of CSV, JSON lines or Parquet, one value for each row."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

from policy_engine.cli._file_formats import STANDARD
from policy_engine.cli._lines import Lines
from policy_engine.cli._terminal import standard_input
from policy_engine.diagnostics import did_you_mean
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from policy_engine.cli._lines import Readable
    from policy_engine.cli._rows import Row


def read_columns(path: str, form: str, names: Sequence[str]) -> dict[str, list[Any]]:
    """Return the columns with these *names*; raise `click.UsageError` where there are none, or a row is none."""
    with ExitStack() as opened:
        file = standard_input() if path == STANDARD else opened.enter_context(Path(path).open("rb"))
        if form == "parquet":
            return _of_parquet(file, path, names)
        lines = Lines(cast("Readable", file))
        return _of_csv(lines, path, names) if form == "csv" else _of_json_lines(lines, path, names)


def _of_parquet(file: BinaryIO, path: str, names: Sequence[str]) -> dict[str, list[Any]]:
    import pyarrow as pa

    from policy_engine.cli._parquet import first_line, open_parquet

    parquet = open_parquet(file, path)
    _refuse_missing(path, names, parquet.schema_arrow.names)
    try:
        table = parquet.read(columns=list(names))
        return {name: table.column(name).to_pylist() for name in names}
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise click.UsageError(f"`{path}` cannot be read: {first_line(error)}") from None


def _of_csv(lines: Lines, path: str, names: Sequence[str]) -> dict[str, list[Any]]:
    from policy_engine.cli._csv import CsvTable

    table = CsvTable(lines)
    header = table.header()
    _refuse_missing(path, names, header)
    chosen = _Chosen(len(header), {name: header.index(name) for name in names})
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for given in _rows(table.rows(chosen, {}), path):
        for name, values in columns.items():
            values.append(given[name])
    return columns


def _of_json_lines(lines: Lines, path: str, names: Sequence[str]) -> dict[str, list[Any]]:
    from policy_engine.cli._jsonl import json_rows

    columns: dict[str, list[Any]] = {name: [] for name in names}
    met: dict[str, None] = {}
    for given in _rows(json_rows(lines, {}), path):
        met |= dict.fromkeys(given)
        for name, values in columns.items():
            values.append(given.get(name))
    if met:
        _refuse_missing(path, names, list(met))
    return columns


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


def _refuse_missing(path: str, names: Sequence[str], there: Sequence[str]) -> None:
    for name in names:
        if name not in there:
            known = did_you_mean(printable(name), [printable(one) for one in there])
            raise click.UsageError(f"`{path}` has no column `{printable(name)}`: {known}")
        if there.count(name) > 1:
            raise click.UsageError(f"`{path}` has {there.count(name)} columns `{printable(name)}`")
