"""Which format a file of cases or of decisions has: by what is said of it, or the ending of its name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click

STANDARD: Final = "-"
"""The name of the standard input or output."""

FORMATS: Final = ("jsonl", "csv", "parquet")
_BY_ENDING: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}


def input_format(source: str, said: str | None) -> str:
    """Return the format of the cases in *source*; raise `click.UsageError` where nothing says it."""
    form = said or ("jsonl" if source == STANDARD else _BY_ENDING.get(Path(source).suffix.lower()))
    if form is None:
        raise click.UsageError(
            f"what does `{source}` hold? Say --input-format jsonl, csv or parquet, or name it so: cases.csv"
        )
    if form == "parquet" and source == STANDARD:
        raise click.UsageError("a Parquet file is read from its end, which a pipe has not: name the file")
    return _allowed(form)


def output_format(output: str | None, said: str | None) -> str:
    """Return the format of the decisions in *output*, JSON lines where neither its name nor anybody says one."""
    goes_on = output in (None, STANDARD)
    form = said or ("jsonl" if goes_on else _BY_ENDING.get(Path(str(output)).suffix.lower(), "jsonl"))
    if form == "parquet" and goes_on:
        raise click.UsageError("a Parquet file is whole or it is none: name the file with --output")
    return _allowed(form)


def has_arrow() -> bool:
    """Say whether the library is there that reads and writes Parquet files."""
    return find_spec("pyarrow") is not None


def _allowed(form: str) -> str:
    if form == "parquet" and not has_arrow():
        raise click.UsageError("for Parquet files, pyarrow is missing: pip install 'pyarrow>=26'")
    return form
