"""A file of cases: read as they arrive, decided and recorded together, printed in the order of the rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from policy_engine.cli._engine import opened_engine
from policy_engine.cli._lines import Lines, Readable
from policy_engine.cli._messages import tell
from policy_engine.cli._policies import usable_policies
from policy_engine.cli._progress import Progress
from policy_engine.cli._rows import chunks
from policy_engine.cli._terminal import goes_to_terminal, opened, standard_input, width_for
from policy_engine.exceptions import AuditError, InvalidRequestError
from policy_engine.printable import printable
from policy_engine.reporting.as_json import as_json, decision_as_json
from policy_engine.reporting.as_text import counted, outcome_mix_as_text
from policy_engine.reporting.outcome_mix import OutcomeMixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.cli._asked import Asked
    from policy_engine.cli._rows import Row
    from policy_engine.engine import Decision, Engine
    from policy_engine.model import Catalog

_STDIN = "-"
_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
_MOST_TOLD = 5
"""So many rows without a decision are told of one by one; all are in the output."""


@dataclass(slots=True)
class _Run:
    """What became of the rows so far."""

    explain: bool
    mixes: OutcomeMixes | None
    decided: int = 0
    problems: int = 0
    told: list[str] = field(default_factory=list)

    def lines(self, chunk: Sequence[Row], engine: Engine) -> bytes:
        """Decide a chunk and return what to print of it, one line a row. With a log, it is recorded by then."""
        answers = iter(engine.decide_requests([row.given for row in chunk if row.given is not None]))
        return b"".join(self._line(row, row.problem if row.given is None else next(answers)) for row in chunk)

    def _line(self, row: Row, answer: Decision | InvalidRequestError | str) -> bytes:
        if isinstance(answer, (InvalidRequestError, str)):
            return self._problem(row, printable(str(answer)))
        self.decided += 1
        if self.mixes is not None:
            self.mixes.add(answer)
        return decision_as_json(answer, explain=self.explain)

    def _problem(self, row: Row, message: str) -> bytes:
        self.problems += 1
        if len(self.told) < _MOST_TOLD:
            self.told.append(f"row {row.number:,} (line {row.line:,}): {message}")
        error = {"code": "invalid_request", "message": message}
        return as_json({"row": row.number, "error": error}, indent=False)


def many_cases(asked: Asked) -> int:
    """Decide every case of the input, and write a line of JSON for each."""
    checked = usable_policies(asked.paths)
    defaults = asked.given(checked)
    run = _Run(asked.explain, OutcomeMixes() if asked.summary else None)
    with _input_of(asked) as file:
        lines = Lines(file)
        rows = _rows(asked, lines, checked.catalog, defaults)
        with (
            opened_engine(checked, asked.audit_dir) as engine,
            opened(asked.output) as sink,
            Progress("rows", quiet=goes_to_terminal(asked.output)) as progress,
        ):
            for chunk in chunks(rows, lines):
                sink.write(_recorded(run, chunk, engine))
                progress.advance(len(chunk))
    _tell_results(run)
    return 1 if run.problems else 0


def _recorded(run: _Run, chunk: Sequence[Row], engine: Engine) -> bytes:
    before = run.decided
    try:
        return run.lines(chunk, engine)
    except AuditError as error:
        done = f"{counted(before, 'decision')} before it stand" if before else "no decision was printed"
        raise AuditError(f"{error}; row {chunk[0].number:,} and what follows was not decided, {done}") from error


def _tell_results(run: _Run) -> None:
    if run.mixes is not None:
        for mix in run.mixes.all():
            tell(outcome_mix_as_text(mix, width_for("")))
    for message in run.told:
        tell(message)
    if run.problems > len(run.told):
        tell(f"and {run.problems - len(run.told):,} more, each in its place of the output")
    without = f", {run.problems:,} without a decision" if run.problems else ""
    tell(f"{counted(run.decided + run.problems, 'row')}: {run.decided:,} decided{without}")


# --- the input -----------------------------------------------------------------------------------------------


@contextmanager
def _input_of(asked: Asked) -> Iterator[Readable]:
    source = str(asked.source)
    if source == _STDIN:
        yield cast("Readable", standard_input())
        return
    with Path(source).open("rb") as file:
        if asked.output not in (None, _STDIN) and Path(asked.output).exists() and Path(source).samefile(asked.output):
            raise click.UsageError(f"--output is the file that --input reads: `{source}` would be lost")
        yield file


def _rows(asked: Asked, lines: Lines, catalog: Catalog, defaults: Mapping[str, Any]) -> Iterator[Row | None]:
    if _format_of(asked) == "csv":
        return _csv_rows(asked, lines, catalog, defaults)
    if asked.columns or asked.context or asked.ignore or asked.score_prefix is not None:
        raise click.UsageError(
            "--column, --score-prefix, --context and --ignore speak of the columns of a CSV file; this is JSON lines"
        )
    from policy_engine.cli._jsonl import json_rows

    return json_rows(lines, defaults)


def _format_of(asked: Asked) -> str:
    if asked.input_format is not None:
        return asked.input_format
    source = str(asked.source)
    form = "jsonl" if source == _STDIN else _FORMATS.get(Path(source).suffix.lower())
    if form is None:
        raise click.UsageError(f"what does `{source}` hold? Say --input-format jsonl or csv, or name it .jsonl or .csv")
    return form


def _csv_rows(asked: Asked, lines: Lines, catalog: Catalog, defaults: Mapping[str, Any]) -> Iterator[Row | None]:
    from policy_engine.cli._columns import Words, columns_of, named_columns
    from policy_engine.cli._csv import CsvTable
    from policy_engine.cli._dimensions import dimension_names
    from policy_engine.model import REQUEST_KEYS, NumberDimension

    numbers = {name for name, one in catalog.dimensions.items() if isinstance(one, NumberDimension)}
    words = Words((*REQUEST_KEYS, *dimension_names(catalog)), frozenset({"score", *numbers}), catalog.facts)
    table = CsvTable(lines)
    named = named_columns(asked.columns, asked.context, asked.ignore, asked.score_prefix, words)
    columns = columns_of(table.header(), named, words)
    for key in {"score", "use_case"} - columns.keys - defaults.keys():
        way = " or name the USE_CASE as an argument" if key == "use_case" else ""
        raise click.UsageError(f"no column is the `{key}`: say which with --column {key}=COLUMN{way}")
    return table.rows(columns, defaults)
