"""Labelled scores from files: what a label and a weight mean, and what is wrong with the first row that is."""

from __future__ import annotations

from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click
import numpy as np

from policy_engine.cli._file_formats import STANDARD, input_format
from policy_engine.cli._given import number_or_text
from policy_engine.cli._named_columns import Asked, names_in, read_asked
from policy_engine.cli._terminal import overwrites
from policy_engine.measures import LabelledScores
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.cli._named_columns import Column

_TRUE = {"1": "0", "true": "false"}
"""Labels that say by themselves which the positive is, each with its opposite."""
_MOST_NAMED = 5


class LabelledColumns(NamedTuple):
    """Which column is what. Each of `by` is the name of one, or else several names with commas between.

    Those of `besides` are read as they are, and so are those of `also` that are there.
    """

    score: str
    label: str
    positive: str | None = None
    weight: str | None = None
    by: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def measured(self) -> tuple[str, ...]:
        """Every column that is measured by, each once."""
        return tuple(dict.fromkeys((self.score, self.label, *([] if self.weight is None else [self.weight]))))

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that has to be there, but those of `by`, each once."""
        return tuple(dict.fromkeys((*self.measured, *self.besides)))


class Labelled(NamedTuple):
    """Labelled scores with the columns that tell segments apart, and the label that is the positive.

    `others` are the columns that are asked for besides, as far as they are there.
    """

    scores: LabelledScores
    by: Mapping[str, Sequence[Any]]
    positive: str
    others: Mapping[str, Sequence[Any]]


def read_labelled(paths: Sequence[str], said: str | None, columns: LabelledColumns) -> Labelled:
    """Return the labelled scores of all files, one after the other; raise `click.UsageError` for what is none."""
    if any("" in given.split(",") for given in columns.by):
        raise click.UsageError("--by names a column that has no name: write --by sex,age_band")
    read: dict[str, list[Column]] = {}
    by, cases, where = columns.by, 0, Where(len(paths) > 1)
    asked = Asked(columns.names, columns.also, by, columns.measured)
    for path in paths:
        where.begins(path, cases)
        found = read_asked(path, input_format(path, said), asked)
        # The first file says whether it is a name with commas or several names, and the others have to have the same
        by = names_in(by, found)
        asked = Asked(tuple(found), numbers=columns.measured)
        for name, values in found.items():
            read.setdefault(name, []).append(values)
        cases += len(found[columns.score])
    if not cases:
        raise click.UsageError(f"there are no cases in {', '.join(f'`{path}`' for path in paths)}")
    is_positive, positive = labels_of(joined(read[columns.label]), columns, where)
    weights = None
    if columns.weight is not None:
        weights = numbers_of(joined(read[columns.weight]), columns.weight, where, least=0.0)
        if not weights.any():
            raise click.UsageError(f"every weight in `{columns.weight}` is 0")
    scores = LabelledScores.of(numbers_of(joined(read[columns.score]), columns.score, where), is_positive, weights)
    others = [name for name in (*columns.besides, *columns.also) if name in read]
    return Labelled(
        scores,
        {name: in_python(read[name]) for name in by},
        positive,
        {name: in_python(read[name]) for name in others},
    )


def joined(parts: Sequence[Column]) -> Column:
    """Return a column of several files: as an array where all have it as one, of one type."""
    if len({getattr(part, "dtype", None) for part in parts}) == 1 and isinstance(parts[0], np.ndarray):
        return np.concatenate(cast("Sequence[NDArray[Any]]", parts))
    return in_python(parts)


def in_python(parts: Sequence[Column]) -> list[Any]:
    """Return a column of several files with values of Python's own types."""
    return [one for part in parts for one in (part.tolist() if isinstance(part, np.ndarray) else part)]


def refuse_overwriting(paths: Sequence[str], output: str | None, flag: str = "--output") -> None:
    """Raise `click.UsageError` where the output, given by *flag*, is one of the files that are read."""
    for path in paths:
        if path != STANDARD and overwrites(output, (path,)):
            raise click.UsageError(f"{flag} is a file that is read: `{path}` would be lost")


def refuse_reading_twice(paths: Sequence[str], held_out: str | None = None) -> None:
    """Raise `click.UsageError` for cases that would count twice, or be held out from themselves."""
    met: dict[Path, str] = {}
    for path in (*paths, *([] if held_out is None else [held_out])):
        real = Path(path).resolve()
        if real in met or (path == STANDARD and STANDARD in met.values()):
            what = "held out from itself" if path == held_out else "counted twice"
            raise click.UsageError(f"`{printable(path)}` is named twice: no case can be {what}")
        met[real] = path


class Where:
    """Names a row, by its file where there are several."""

    def __init__(self, several: bool) -> None:  # noqa: FBT001 - all that there is to say
        """Begin before the first file."""
        self._several = several
        self._begins: list[tuple[int, str]] = []

    def begins(self, path: str, before: int) -> None:
        """Note a file, and how many rows there are before its first."""
        self._begins.append((before, path))

    def __call__(self, row: int) -> str:
        """Return how people find a row, counted from 0 over all files."""
        before, path = next(one for one in reversed(self._begins) if one[0] <= row)
        return f"row {row - before + 1:,}" + (f" of `{path}`" if self._several else "")


def numbers_of(values: Column, name: str, where: Where, least: float | None = None) -> NDArray[np.float64]:
    """Return a column as numbers; raise `click.UsageError` for the first value that is none."""
    found = np.empty(len(values))
    if isinstance(values, np.ndarray):
        found[:] = values
    else:
        for row, value in enumerate(values):
            number = _number(value)
            found[row] = np.nan if number is None else number
    is_wrong = ~np.isfinite(found)
    if least is not None:
        is_wrong |= found < least
    if is_wrong.any():
        row = int(is_wrong.argmax())
        value = values[row]
        what = f"there is no `{name}`" if value is None else f"`{name}` is `{printable(str(value)[:50])}`"
        wanted = "a finite number" if least is None else "a number from 0 up"
        raise click.UsageError(f"{where(row)}: {what}; each case needs {wanted} there, or has to be left out")
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


def labels_of(values: Column, columns: LabelledColumns, where: Where) -> tuple[NDArray[np.bool_], str]:
    """Return which labels are the positive, and how it is written."""
    texts = texts_of_labels(values, columns.label, where)
    positive = positive_among(dict.fromkeys(texts), columns.label, columns.positive)
    return np.array([one == positive for one in texts]), positive


def texts_of_labels(values: Column, label: str, where: Where) -> list[str]:
    """Return the label of each row in one form; raise `click.UsageError` for a row without one."""
    texts = label_texts(values)
    if None in texts:
        raise click.UsageError(
            f"{where(texts.index(None))}: there is no `{printable(label)}`; leave out cases without one"
        )
    return cast("list[str]", texts)


def positive_among(found: Collection[str], label: str, said: str | None) -> str:
    """Return which of the different labels that were *found* is the positive: the one that is *said*, or says so."""
    if said == "":
        raise click.UsageError("--positive names no label: a case without one has to be left out")
    named = ", ".join(f"`{printable(one[:50])}`" for one in list(found)[:_MOST_NAMED])
    if len(found) > 2:  # noqa: PLR2004 - positives and negatives
        raise click.UsageError(
            f"`{label}` has {len(found)} different values, {named}{' …' if len(found) > _MOST_NAMED else ''}; "
            "a label is one of two: leave out the cases that are neither, or make it two"
        )
    positive = label_as_text(said)
    if positive is None:
        positive = next((yes for yes, no in _TRUE.items() if {*found} <= {yes, no}), None)
        if positive is None:
            raise click.UsageError(f"which `{label}` is the positive, of {named}? Say it: --positive VALUE")
    elif positive not in found and not {*found} <= {_TRUE.get(positive)}:
        raise click.UsageError(f"no `{label}` is `{printable(positive)}`, as --positive says; there is {named}")
    return positive


def first_rows(texts: Iterable[str]) -> dict[str, int]:
    """Return each different label with the first row that has it."""
    found: dict[str, int] = {}
    for row, text in enumerate(texts):
        found.setdefault(text, row)
    return found


def label_texts(values: Column) -> list[str | None]:
    """Return the label of each row in one form; each that stands there often is put into it once."""
    if isinstance(values, np.ndarray):
        distinct, places = np.unique(values, return_inverse=True)
        texts: list[str | None] = np.array([label_as_text(one) for one in distinct.tolist()], object)[places].tolist()
        return texts
    known = {text: label_as_text(text) for text in {one for one in values if isinstance(one, str)}}
    return [known[one] if isinstance(one, str) else label_as_text(one) for one in values]


def label_as_text(value: Any) -> str | None:  # noqa: ANN401 - whatever stands in a column
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
