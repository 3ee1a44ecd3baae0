"""The names of a file's columns, of CSV, JSON lines or Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from policy_engine.cli._lines import Lines

if TYPE_CHECKING:
    from policy_engine.cli._lines import Readable


def header_of(path: str, form: str) -> list[str]:
    """Return the names in the order of the file; of JSON lines, in the order in which keys are met in all of it.

    What is no row of JSON is passed over: whoever reads the rows tells of it.
    """
    with Path(path).open("rb") as file:
        return _names(file, path, form)


def _names(file: BinaryIO, path: str, form: str) -> list[str]:
    if form == "parquet":
        from policy_engine.cli._parquet import open_parquet

        return list(open_parquet(file, path).schema_arrow.names)
    lines = Lines(cast("Readable", file))
    if form == "jsonl":
        from policy_engine.cli._jsonl import json_rows

        rows = (row.given or {} for row in json_rows(lines, {}) if row is not None)
        return list(dict.fromkeys(name for given in rows for name in given))
    from policy_engine.cli._csv import CsvTable

    try:
        return CsvTable(lines).header()
    except click.UsageError as error:
        raise click.UsageError(f"`{path}`: {error.message}") from None
