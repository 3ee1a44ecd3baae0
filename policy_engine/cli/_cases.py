"""A file of cases: read piece by piece, decided and recorded, written in the order of the rows."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, cast

import click

from policy_engine.cli._chunks import MOST_TOLD
from policy_engine.cli._deciding import Deciding, Held
from policy_engine.cli._engine import opened_log, table_of
from policy_engine.cli._file_formats import STANDARD, has_arrow, input_format, output_format
from policy_engine.cli._messages import tell, tell_lines
from policy_engine.cli._opening import Reading, Source
from policy_engine.cli._policies import usable_policies
from policy_engine.cli._progress import Progress
from policy_engine.cli._terminal import goes_to_terminal, overwrites, standard_input, width_for
from policy_engine.cli._workers import can_fork, in_order, processors
from policy_engine.cli._writing import encoding_of, opened_for, writing_of
from policy_engine.exceptions import AuditError
from policy_engine.reporting.as_text import counted, outcome_mix_as_text
from policy_engine.reporting.outcome_mix import OutcomeMixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.audit import AuditLog
    from policy_engine.cli._asked import Asked
    from policy_engine.cli._chunks import Answer, Cases
    from policy_engine.compiler import DecisionTable
    from policy_engine.model import Policy

_WORTH_WORKERS = {"jsonl": 2**20, "csv": 2**20, "parquet": 2**17}
"""For a file of fewer bytes than these no worker is worth its start."""


@dataclass(slots=True)
class _Run:
    """What became of the rows so far."""

    policies: Mapping[Any, Policy]
    mixes: OutcomeMixes | None
    rows: int = 0
    problems: int = 0
    told: list[str] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Note what was decided."""
        self.rows += answer.rows
        self.problems += answer.problems
        self.told += answer.told[: MOST_TOLD - len(self.told)]
        if self.mixes is not None and answer.mix is not None:
            for (policy, cell, outcome), many in answer.mix.items():
                self.mixes.add_alike(self.policies[policy], dict(cell), outcome, many)

    def not_recorded(self, error: AuditError) -> AuditError:
        """Return the error where decisions could not be recorded, so that none was given."""
        decided = self.rows - self.problems
        done = f"{counted(decided, 'decision')} before it stand" if decided else "no decision was printed"
        return AuditError(f"{error}; row {self.rows + 1:,} and what follows was not decided, {done}")

    def tell(self) -> None:
        """Say what became of all rows."""
        if self.mixes is not None:
            for mix in self.mixes.all():
                tell_lines(outcome_mix_as_text(mix, width_for("")))
        for message in self.told:
            tell(message)
        if self.problems > len(self.told):
            tell(f"and {self.problems - len(self.told):,} more, each in its place of the output")
        without = f", {self.problems:,} without a decision" if self.problems else ""
        tell(f"{counted(self.rows, 'row')}: {self.rows - self.problems:,} decided{without}")


def many_cases(asked: Asked) -> int:
    """Decide every case of the input, and write what was decided of each."""
    written = _written_format(asked)
    checked = usable_policies(asked.paths, asked.output)
    given = asked.given(checked)
    if written != "jsonl":
        # A table has one instant, but for rows that bring their own
        given.setdefault("at", datetime.now(UTC))
    with _input_of(asked) as source:
        read = input_format(source.name, asked.input_format)
        jobs = _jobs(asked, source, read)
        uses_arrow = "parquet" in (read, written) or (has_arrow() and "jsonl" not in (read, written))
        if uses_arrow:
            from policy_engine.cli._arrow_memory import keep_little

            keep_little()
        reading = Reading(asked, checked, given, by_column=written != "jsonl", in_workers=jobs > 1)
        cases = reading.cases(source, read)
        table = table_of(checked)
        run = _Run(_by_key(table), OutcomeMixes() if asked.summary else None)
        with (
            opened_log(asked.audit_dir) as log,
            opened_for(written, asked.output) as write,
            Progress("rows", quiet=goes_to_terminal(asked.output)) as progress,
        ):
            work = _work(asked, cases, table, log, given, written, jobs)
            try:
                for chunk, answer in in_order(work, cases.chunks(), jobs, at_once=source.size is None):
                    if log is not None:
                        _record(log, answer)
                    write(answer.payload)
                    run.add(answer)
                    progress.advance(answer.rows, chunk.share)
            except AuditError as error:
                raise run.not_recorded(error) from error
    run.tell()
    return 1 if run.problems else 0


def _record(log: AuditLog, answer: Answer) -> None:
    """Record what a worker has decided and not recorded."""
    if answer.records:
        log.record(answer.records)
    if answer.batch is not None:
        log.record_batch(answer.batch)


def _work(
    asked: Asked,
    cases: Cases,
    table: DecisionTable,
    log: AuditLog | None,
    given: Mapping[str, Any],
    written: str,
    jobs: int,
) -> Deciding:
    """Return what decides a chunk. A worker may not write to the log: there, this process records."""
    from policy_engine.engine import Engine

    held = Held(log) if log is not None and jobs > 1 else None
    encode = encoding_of(written, by_column=cases.by_column is not None)
    with_ids = log is not None
    engine = Engine(table, audit=cast("AuditLog", held) if held is not None else log)
    by_column = None
    if encode is not None and cases.by_column is not None:
        from policy_engine.cli._by_column import ByColumn

        by_column = ByColumn(given["use_case"], given["at"], encode, with_ids)
    rows = writing_of(encode, explain=asked.explain, with_ids=with_ids)
    return Deciding(engine, cases, rows, by_column, counts=asked.summary, held=held)


def _by_key(table: DecisionTable) -> dict[Any, Policy]:
    """Return every policy by what a decision is counted under."""
    every = [one.policy for some in (*table.policies.values(), *table.candidates.values()) for one in some]
    return {(one.use_case, one.version, one.digest): one for one in every}


def _written_format(asked: Asked) -> str:
    """Return the format of the output; raise `click.UsageError` where it cannot be had."""
    written = output_format(asked.output, asked.output_format)
    if asked.explain and written != "jsonl":
        raise click.UsageError("--explain goes with JSON lines: the columns of a table have no room for it")
    return written


def _jobs(asked: Asked, source: Source, read: str) -> int:
    """Return how many processes decide: as many as are asked for, else as many as a file of this size is worth."""
    if not can_fork():
        return 1
    if asked.jobs is not None:
        return asked.jobs
    return processors() if source.size is not None and source.size >= _WORTH_WORKERS[read] else 1


@contextmanager
def _input_of(asked: Asked) -> Iterator[Source]:
    name = str(asked.source)
    if name == STANDARD:
        yield Source(standard_input(), name, None)
        return
    with Path(name).open("rb") as file:
        if overwrites(asked.output, (name,)):
            raise click.UsageError(f"--output is the file that --input reads: `{name}` would be lost")
        status = os.fstat(file.fileno())
        yield Source(file, name, status.st_size if S_ISREG(status.st_mode) else None)
