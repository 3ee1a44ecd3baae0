"""How decisions are written: each as a whole in JSON lines, or a row each of a table, as CSV or Parquet."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from policy_engine.cli._deciding import json_lines, table_rows
from policy_engine.cli._terminal import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policy_engine.cli._deciding import Said
    from policy_engine.cli._outcomes import Outcomes
    from policy_engine.cli._rows import Row


def encoding_of(form: str, *, by_column: bool) -> Callable[[Outcomes], Any] | None:
    """Return what makes a piece of the output of a table of decisions; None for a form that is no table."""
    if form == "csv" and by_column:
        from policy_engine.cli import _csv_by_arrow

        return _csv_by_arrow.csv_of
    if form == "csv":
        from policy_engine.cli._csv_out import csv_of

        return csv_of
    if form == "parquet":
        from policy_engine.cli._parquet_out import batch_of

        return batch_of
    return None


def writing_of(
    encode: Callable[[Outcomes], Any] | None, *, explain: bool, with_ids: bool
) -> Callable[[Sequence[Row], Sequence[Said]], Any]:
    """Return what makes a piece of the output of rows and what was decided of each."""
    if encode is None:
        return partial(json_lines, explain=explain)
    return partial(table_rows, encode=encode, with_ids=with_ids)


@contextmanager
def opened_for(form: str, output: str | None) -> Iterator[Callable[[Any], None]]:
    """Give what writes one piece of the output after the other to the file *output*, or the standard output."""
    if form == "parquet" and output is not None:
        from policy_engine.cli._parquet_out import ParquetFile

        with ParquetFile(output) as file:
            yield file.write
        return
    with opened(output) as sink:
        if form == "csv":
            from policy_engine.cli._csv_out import HEADER

            sink.write(HEADER)
        yield sink.write
