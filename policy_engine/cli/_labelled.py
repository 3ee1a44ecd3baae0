"""Labelled scores from files: the columns that are asked for, and what is wrong with the first row that is."""

from __future__ import annotations

from contextlib import ExitStack
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from policy_engine.cli._file_formats import STANDARD, input_format
from policy_engine.cli._given import number_or_text
from policy_engine.cli._lines import Lines, Readable
from policy_engine.cli._terminal import standard_input
from policy_engine.diagnostics import did_you_mean
from policy_engine.measures import LabelledScores
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from policy_engine.cli._rows import Row

_TRUE = {"1": "0", "true": "false"}
"""Labels that say by themselves which the positive is, each with its opposite."""
_MOST_NAMED = 5


class Columns(NamedTuple):
    """Which column is what."""

    score: str
    label: str
    positive: str | None = None
    weight: str | None = None
    by: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        return tuple(dict.fromkeys((self.score, self.label, *filter(None, (self.weight,)), *self.by)))


class Labelled(NamedTuple):
    """Labelled scores with the columns that tell segments apart, and the label that is the positive."""

    scores: LabelledScores
    by: Mapping[str, Sequence[Any]]
    positive: str


def read_labelled(paths: Sequence[str], said: str | None, columns: Columns) -> Labelled:
    """Return the labelled scores of all files, one after the other; raise `click.UsageError` for what is none."""
    read: dict[str, list[Any]] = {name: [] for name in columns.names}
    places: list[tuple[str, int, int]] = []
    for path in paths:
        places.append((path, len(read[columns.score]), 0))
        for name, values in _columns_of(path, input_format(path, said), columns.names).items():
            read[name].extend(values)
    where = _Where(places)
    if not read[columns.score]:
        raise click.UsageError(f"there are no cases in {', '.join(f'`{path}`' for path in paths)}")
    is_positive, positive = _labels(read[columns.label], columns, where)
    weights = None if columns.weight is None else _numbers(read[columns.weight], columns.weight, where, least=0.0)
    if weights is not None and not weights.any():
        raise click.UsageError(f"every weight in `{columns.weight}` is 0")
    scores = LabelledScores.of(_numbers(read[columns.score], columns.score, where), is_positive, weights)
    return Labelled(scores, {name: read[name] for name in columns.by}, positive)


class _Where:
    """Names a row by its file."""

    def __init__(self, places: Sequence[tuple[str, int, int]]) -> None:
        self._places = places

    def __call__(self, row: int) -> str:
        path, before, _ = next(one for one in reversed(self._places) if one[1] <= row)
        of_file = f" of `{path}`" if len(self._places) > 1 else ""
        return f"row {row - before + 1:,}{of_file}"


def _numbers(values: Sequence[Any], name: str, where: _Where, least: float | None = None) -> np.ndarray[Any, Any]:
    """Return a column as numbers; raise `click.UsageError` for the first value that is none."""
    found: list[Any] = [number_or_text(one) if isinstance(one, str) else one for one in values]
    for row, one in enumerate(found):
        is_number = isinstance(one, (int, float)) and not isinstance(one, bool) and isfinite(one)
        if is_number and (least is None or one >= least):
            continue
        what = f"there is no `{name}`" if one is None else f"`{name}` is {_shown(one)}"
        wanted = "a finite number" if least is None else "a number from 0 up"
        raise click.UsageError(f"{where(row)}: {what}; each case needs {wanted} there, or has to be left out")
    return np.array(found, dtype=np.float64)


def _labels(values: Sequence[Any], columns: Columns, where: _Where) -> tuple[np.ndarray[Any, Any], str]:
    """Return which labels are the positive, and how it is written."""
    texts = [_label_as_text(one) for one in values]
    if None in texts:
        raise click.UsageError(
            f"{where(texts.index(None))}: there is no `{columns.label}`; leave out cases without one"
        )
    found = dict.fromkeys(texts)
    named = ", ".join(f"`{printable(str(one))}`" for one in list(found)[:_MOST_NAMED])
    if len(found) > 2:  # noqa: PLR2004 - positives and negatives
        raise click.UsageError(
            f"`{columns.label}` has {len(found)} different values, {named}{' …' if len(found) > _MOST_NAMED else ''}; "
            "a label is one of two: leave out the cases that are neither, or make it two"
        )
    positive = columns.positive
    if positive is None:
        positive = next((yes for yes, no in _TRUE.items() if found.keys() <= {yes, no}), None)
        if positive is None:
            raise click.UsageError(f"which `{columns.label}` is the positive, of {named}? Say it: --positive VALUE")
    elif positive not in found:
        raise click.UsageError(f"no `{columns.label}` is `{printable(positive)}`, as --positive says; there is {named}")
    return np.array([one == positive for one in texts]), positive


def _label_as_text(value: object) -> str | None:
    """Return a label as --positive names it, None for a missing one: the number 1.0 is `1`, a truth value `true`."""
    if value is None or value == "" or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text.lower() if text.lower() in ("true", "false") else text


def _shown(value: object) -> str:
    return f"`{printable(str(value)[:50])}`"


# --- the formats ---------------------------------------------------------------------------------------------


def _columns_of(path: str, form: str, names: Sequence[str]) -> dict[str, list[Any]]:
    with ExitStack() as opened:
        file = standard_input() if path == STANDARD else opened.enter_context(Path(path).open("rb"))
        if form == "parquet":
            return _of_parquet(file, path, names)
        return _of_csv(file, names) if form == "csv" else _of_json_lines(file, names)


def _of_parquet(file: BinaryIO, path: str, names: Sequence[str]) -> dict[str, list[Any]]:
    from policy_engine.cli._parquet import open_parquet

    parquet = open_parquet(file, path)
    _refuse_missing(names, parquet.schema_arrow.names)
    table = parquet.read(columns=list(names))
    return {name: table.column(name).to_pylist() for name in names}


def _of_csv(file: BinaryIO, names: Sequence[str]) -> dict[str, list[Any]]:
    from policy_engine.cli._csv import CsvTable

    table = CsvTable(Lines(_readable(file)))
    header = table.header()
    _refuse_missing(names, header)
    return _gathered(table.rows(_Chosen(len(header), {name: header.index(name) for name in names}), {}), names)


def _of_json_lines(file: BinaryIO, names: Sequence[str]) -> dict[str, list[Any]]:
    from policy_engine.cli._jsonl import json_rows

    found = _gathered(json_rows(Lines(_readable(file)), {}), names)
    _refuse_missing(names, [name for name, values in found.items() if any(one is not None for one in values)])
    return found


class _Chosen(NamedTuple):
    """Some columns of a CSV file, by name and place."""

    width: int
    places: Mapping[str, int]

    def request(self, fields: Sequence[str]) -> dict[str, Any]:
        """Return what a row has in them. An empty field is a missing value."""
        return {name: fields[place] or None for name, place in self.places.items()}


def _gathered(rows: Iterator[Row | None], names: Sequence[str]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows:
        if row is None:
            continue
        if row.given is None:
            raise click.UsageError(f"row {row.number:,} (line {row.line:,}): {row.problem}")
        for name, values in columns.items():
            values.append(row.given.get(name))
    return columns


def _refuse_missing(names: Sequence[str], there: Sequence[str]) -> None:
    for name in names:
        if name not in there:
            raise click.UsageError(f"there is no column `{printable(name)}`: {did_you_mean(name, there)}")
        if there.count(name) > 1:
            raise click.UsageError(f"there are {there.count(name)} columns `{printable(name)}`")


def _readable(file: Any) -> Readable:  # noqa: ANN401 - any binary stream that hands over what there is
    return file  # type: ignore[no-any-return]
