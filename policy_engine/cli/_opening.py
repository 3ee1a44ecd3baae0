"""Opens a file of cases: what its format is read by, and what each of its columns is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from policy_engine.cli._file_formats import has_arrow
from policy_engine.cli._lines import Lines, Readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.cli._arrow_cases import ArrowCases
    from policy_engine.cli._asked import Asked
    from policy_engine.cli._chunks import Cases
    from policy_engine.cli._columns import Columns
    from policy_engine.validator import CheckedPolicySet

_BLOCK = 2**18
_BLOCK_OF_WORKER = 2**16
"""Whole decisions take ten times the room of their cases, and workers hold those of a block at once."""
_BLOCK_OF_COLUMNS = 2**20


@dataclass(frozen=True, slots=True)
class Source:
    """A file of cases. `size` in bytes is that of a file that is all there, None for a pipe."""

    file: BinaryIO
    name: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How cases are read: *defaults* holds for what a row leaves out.

    `by_column`: a table comes out, so that they are decided by column where they can be. `in_workers`: by several
    processes.
    """

    asked: Asked
    checked: CheckedPolicySet
    defaults: Mapping[str, Any]
    by_column: bool
    in_workers: bool

    def cases(self, source: Source, form: str) -> Cases:
        """Return the cases of a file; raise `click.UsageError` where it is no such file, or a column is not clear."""
        if form == "parquet":
            return self._of_parquet(source)
        if form == "csv":
            return self._of_csv(source)
        if self.asked.columns or self.asked.context or self.asked.ignore or self.asked.score_prefix is not None:
            raise click.UsageError(
                "--column, --score-prefix, --context and --ignore speak of the columns of a CSV or Parquet file; "
                "this is JSON lines"
            )
        from policy_engine.cli._jsonl import JsonCases

        return JsonCases(self._lines(source, _BLOCK), self.defaults, source.size)

    def _of_csv(self, source: Source) -> Cases:
        from policy_engine.cli._csv import CsvTable
        from policy_engine.cli._csv_cases import CsvCases

        # Without it, rows are decided one by one: the same, but slower
        by_column = self.by_column and has_arrow()
        lines = self._lines(source, _BLOCK_OF_COLUMNS if by_column else _BLOCK)
        table = CsvTable(lines)
        header = table.header()
        spec = self._columns(header)
        arrow = self._by_column(spec) if by_column else None
        return CsvCases(table, lines, tuple(header), spec, self.defaults, source.size, arrow)

    def _of_parquet(self, source: Source) -> Cases:
        from policy_engine.cli._parquet import ParquetCases, open_parquet

        parquet = open_parquet(source.file, source.name)
        header = list(parquet.schema_arrow.names)
        spec = self._columns(header)
        arrow = self._by_column(spec) if self.by_column else None
        return ParquetCases(parquet, source.name, header, spec, self.defaults, arrow)

    def _lines(self, source: Source, at_once: int) -> Lines:
        is_small = self.in_workers and at_once == _BLOCK
        return Lines(cast("Readable", source.file), at_once=_BLOCK_OF_WORKER if is_small else at_once)

    def _columns(self, header: Sequence[str]) -> Columns:
        """Return what each column is. Every one has to be accounted for, and the score and the use case to be there."""
        from policy_engine.cli._columns import Words, columns_of, named_columns
        from policy_engine.cli._dimensions import dimension_names
        from policy_engine.model import REQUEST_KEYS, NumberDimension

        asked, catalog = self.asked, self.checked.catalog
        numbers = {name for name, one in catalog.dimensions.items() if isinstance(one, NumberDimension)}
        words = Words((*REQUEST_KEYS, *dimension_names(catalog)), frozenset({"score", *numbers}), catalog.facts)
        named = named_columns(asked.columns, asked.context, asked.ignore, asked.score_prefix, words)
        columns = columns_of(header, named, words)
        for key in {"score", "use_case"} - columns.keys - self.defaults.keys():
            way = " or name the USE_CASE as an argument" if key == "use_case" else ""
            raise click.UsageError(f"no column is the `{key}`: say which with --column {key}=COLUMN{way}")
        return columns

    def _by_column(self, spec: Columns) -> ArrowCases | None:
        from policy_engine.cli._arrow_cases import ArrowCases, may_be_by_column

        if not may_be_by_column(spec, self.defaults, (one.policy for one in self.checked.policies)):
            return None
        return ArrowCases(spec, self.defaults, recorded=self.asked.audit_dir is not None, counts=self.asked.summary)
