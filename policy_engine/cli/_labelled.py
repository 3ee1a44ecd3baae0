"""Labelled scores from files: what a label and a weight mean, and what is wrong with the first row that is."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import numpy as np

from policy_engine.cli._file_formats import STANDARD, input_format
from policy_engine.cli._given import number_or_text
from policy_engine.cli._named_columns import read_columns
from policy_engine.cli._terminal import overwrites
from policy_engine.measures import LabelledScores
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_TRUE = {"1": "0", "true": "false"}
"""Labels that say by themselves which the positive is, each with its opposite."""
_MOST_NAMED = 5


class LabelledColumns(NamedTuple):
    """Which column is what."""

    score: str
    label: str
    positive: str | None = None
    weight: str | None = None
    by: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        return tuple(dict.fromkeys((self.score, self.label, *([] if self.weight is None else [self.weight]), *self.by)))


class Labelled(NamedTuple):
    """Labelled scores with the columns that tell segments apart, and the label that is the positive."""

    scores: LabelledScores
    by: Mapping[str, Sequence[Any]]
    positive: str


def read_labelled(paths: Sequence[str], said: str | None, columns: LabelledColumns) -> Labelled:
    """Return the labelled scores of all files, one after the other; raise `click.UsageError` for what is none."""
    read: dict[str, list[Any]] = {name: [] for name in columns.names}
    where = _Where(len(paths) > 1)
    for path in paths:
        where.begins(path, len(read[columns.score]))
        for name, values in read_columns(path, input_format(path, said), columns.names).items():
            read[name].extend(values)
    if not read[columns.score]:
        raise click.UsageError(f"there are no cases in {', '.join(f'`{path}`' for path in paths)}")
    is_positive, positive = _labels(read[columns.label], columns, where)
    weights = None if columns.weight is None else _numbers(read[columns.weight], columns.weight, where, least=0.0)
    if weights is not None and not weights.any():
        raise click.UsageError(f"every weight in `{columns.weight}` is 0")
    scores = LabelledScores.of(_numbers(read[columns.score], columns.score, where), is_positive, weights)
    return Labelled(scores, {name: read[name] for name in columns.by}, positive)


def refuse_overwriting(paths: Sequence[str], output: str | None) -> None:
    """Raise `click.UsageError` where the output is one of the files that are read."""
    for path in paths:
        if path != STANDARD and overwrites(output, (path,)):
            raise click.UsageError(f"--output is a file that is read: `{path}` would be lost")


class _Where:
    """Names a row, by its file where there are several."""

    def __init__(self, several: bool) -> None:  # noqa: FBT001 - all that there is to say
        self._several = several
        self._begins: list[tuple[int, str]] = []

    def begins(self, path: str, before: int) -> None:
        self._begins.append((before, path))

    def __call__(self, row: int) -> str:
        before, path = next(one for one in reversed(self._begins) if one[0] <= row)
        return f"row {row - before + 1:,}" + (f" of `{path}`" if self._several else "")


def _numbers(values: Sequence[Any], name: str, where: _Where, least: float | None = None) -> NDArray[np.float64]:
    """Return a column as numbers; raise `click.UsageError` for the first value that is none."""
    found = np.empty(len(values))
    for row, value in enumerate(values):
        number = _number(value)
        if number is None or not isfinite(number) or (least is not None and number < least):
            what = f"there is no `{name}`" if value is None else f"`{name}` is `{printable(str(value)[:50])}`"
            wanted = "a finite number" if least is None else "a number from 0 up"
            raise click.UsageError(f"{where(row)}: {what}; each case needs {wanted} there, or has to be left out")
        found[row] = number
    return found


def _number(value: Any) -> float | None:  # noqa: ANN401 - whatever stands in a column
    if isinstance(value, str):
        value = number_or_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _labels(values: Sequence[Any], columns: LabelledColumns, where: _Where) -> tuple[NDArray[np.bool_], str]:
    """Return which labels are the positive, and how it is written."""
    texts = [_label_as_text(one) for one in values]
    if None in texts:
        raise click.UsageError(
            f"{where(texts.index(None))}: there is no `{columns.label}`; leave out cases without one"
        )
    found = dict.fromkeys(texts)
    named = ", ".join(f"`{printable(str(one)[:50])}`" for one in list(found)[:_MOST_NAMED])
    if len(found) > 2:  # noqa: PLR2004 - positives and negatives
        raise click.UsageError(
            f"`{columns.label}` has {len(found)} different values, {named}{' …' if len(found) > _MOST_NAMED else ''}; "
            "a label is one of two: leave out the cases that are neither, or make it two"
        )
    positive = _label_as_text(columns.positive)
    if positive is None:
        positive = next((yes for yes, no in _TRUE.items() if found.keys() <= {yes, no}), None)
        if positive is None:
            raise click.UsageError(f"which `{columns.label}` is the positive, of {named}? Say it: --positive VALUE")
    elif positive not in found and not found.keys() <= {_TRUE.get(positive)}:
        raise click.UsageError(f"no `{columns.label}` is `{printable(positive)}`, as --positive says; there is {named}")
    return np.array([one == positive for one in texts]), positive


def _label_as_text(value: Any) -> str | None:  # noqa: ANN401 - whatever stands in a column
    """Return a label in one form, however a file has it, None for a missing one: 1.0 is `1`, `True` is `true`."""
    if value is None or value == "" or (isinstance(value, float) and isnan(value)):
        return None
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    if text.lower() in ("true", "false"):
        return text.lower()
    number = number_or_text(text)
    if isinstance(number, float) and number.is_integer() and abs(number) < 2**53:
        return str(int(number))
    return text
