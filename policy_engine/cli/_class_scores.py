"""Scores of classes from files, a column for each class, with the class that turned out to be true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import click
import numpy as np

from policy_engine.cli._file_formats import STANDARD, input_format
from policy_engine.cli._header import header_of
from policy_engine.cli._labelled import (
    Where,
    first_rows,
    in_python,
    joined,
    label_as_text,
    numbers_of,
    texts_of_labels,
)
from policy_engine.cli._named_columns import Asked, names_in, read_asked
from policy_engine.diagnostics import did_you_mean
from policy_engine.measures import ClassScores
from policy_engine.measures.classified import FEWEST_CLASSES
from policy_engine.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.cli._named_columns import Column

_MOST_NAMED = 5


class ClassColumns(NamedTuple):
    """Which column is what: `label` names the true class, and columns that begin with `prefix` are scores of classes.

    `classes` are the names of the classes in their order, where that is known beforehand. Else `order` makes it of the
    names that the columns of the first file have; without it, they are in that order. Each of `by` is the name of a
    column, or else several names with commas between; those of `also` are read where they are there, and those of
    `apart`, named as those of `by`, are no classes and not read. `case` says which case a row is. In `float32` scores
    are rounded to that type.
    """

    label: str
    prefix: str
    classes: tuple[str, ...] | None = None
    by: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    order: Callable[[tuple[str, ...]], tuple[str, ...]] | None = None
    float32: bool = False
    case: str | None = None
    apart: tuple[str, ...] = ()


class ReadClasses(NamedTuple):
    """Scores of `classes`, with the columns that tell segments apart, and others as far as they are there.

    `rows` are those of each file, `columns` the names of all columns that any of the files has, and `ids` say which
    case each is, where a column does: no two are the same.
    """

    scores: ClassScores
    classes: tuple[str, ...]
    by: Mapping[str, Sequence[Any]]
    others: Mapping[str, Sequence[Any]]
    rows: tuple[int, ...]
    columns: tuple[str, ...]
    ids: tuple[str, ...] | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the cases, in whatever order and files they are."""
        return self.scores.digest(self.classes)

    def at(self, places: NDArray[np.intp]) -> Self:
        """Return the cases at these places, in their order."""
        chosen = places.tolist()
        by, others = (
            {name: [one[at] for at in chosen] for name, one in some.items()} for some in (self.by, self.others)
        )
        ids = None if self.ids is None else tuple(self.ids[at] for at in chosen)
        return self._replace(scores=self.scores.where(places), by=by, others=others, ids=ids)


def read_classes(paths: Sequence[str], said: str | None, columns: ClassColumns) -> ReadClasses:
    """Return the scores of all files, one after the other; raise `click.UsageError` for what is none."""
    refuse_standard_input(paths)
    if any("" in given.split(",") for given in columns.by):
        raise click.UsageError("--by names a column that has no name: write --by sex,age_band")
    by, classes, where = columns.by, columns.classes, Where(len(paths) > 1)
    read: dict[str, list[Column]] = {}
    there: dict[str, None] = {}
    rows: list[int] = []
    for path in paths:
        form = input_format(path, said)
        header = header_of(path, form)
        there |= dict.fromkeys(header)
        apart = (*columns.by, *columns.apart)
        besides = {columns.label, *_case_column(columns), *apart, *names_in(apart, header)}
        names = classes_in(path, header, columns.prefix, besides)
        if classes is None:
            classes = names if columns.order is None else columns.order(names)
        refuse_other_classes(path, columns.prefix, names, classes)
        scores = [columns.prefix + name for name in classes]
        where.begins(path, sum(rows))
        asked = Asked((columns.label, *_case_column(columns), *scores), columns.also, by, scores)
        found = read_asked(path, form, asked)
        by = names_in(by, found)
        for name, values in found.items():
            read.setdefault(name, []).append(values)
        rows.append(len(found[columns.label]))
    if classes is None or not sum(rows):
        raise click.UsageError(f"there are no cases in {', '.join(f'`{path}`' for path in paths)}")
    others = [name for name in columns.also if name in read and len(read[name]) == len(paths)]
    return ReadClasses(
        ClassScores.of(_scores(read, classes, columns, where), _labels(read, classes, columns, where)),
        classes,
        {name: in_python(read[name]) for name in by},
        {name: in_python(read[name]) for name in others},
        tuple(rows),
        tuple(there),
        None if columns.case is None else _ids(in_python(read[columns.case]), columns.case, where),
    )


def refuse_standard_input(paths: Sequence[str]) -> None:
    """Raise `click.UsageError` for the standard input: the header is read before the rows."""
    if STANDARD in paths:
        raise click.UsageError("scores of classes are read from files, not from the standard input: name the file")


def classes_in(path: str, header: Sequence[str], prefix: str, besides: Collection[str]) -> tuple[str, ...]:
    """Return the classes of a file in the order of its columns; those *besides* are of no class, however they begin."""
    found = [name for name in header if name.startswith(prefix) and name not in besides]
    names = tuple(name.removeprefix(prefix) for name in dict.fromkeys(found))
    if not header:
        raise click.UsageError(f"`{path}` has no columns")
    if len(names) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        raise click.UsageError(f"`{path}` has {found.count(twice)} columns `{printable(twice)}`: each class has one")
    if not names:
        raise click.UsageError(
            f"`{path}` has no column that begins with `{printable(prefix)}`; there is {listed(header)}: say how the "
            "columns of classes begin with --class-prefix"
        )
    if len(names) < FEWEST_CLASSES:
        raise click.UsageError(
            f"`{path}` has one column that begins with `{printable(prefix)}`: it takes two classes or more"
        )
    return names


def refuse_other_classes(path: str, prefix: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Raise `click.UsageError` where the classes of a file are others than those that are *known*."""
    prefix = printable(prefix)
    for missing in known:
        if missing not in names:
            raise click.UsageError(f"`{path}` has no column `{prefix}{printable(missing)}` for that class")
    for unknown in names:
        if unknown not in known:
            raise click.UsageError(
                f"`{path}` has a column `{prefix}{printable(unknown)}`, and no class is called so: there is "
                f"{listed(known)}, as in what was read before it"
            )


def numbers_of_classes(read: Mapping[str, Column], names: Sequence[str], where: Where) -> NDArray[np.float64]:
    """Return columns as an array, cases x classes; raise `click.UsageError` for the first value that is no number."""
    return np.stack([numbers_of(read[name], name, where) for name in names], axis=1)


def places_of_classes(
    first: Mapping[str, int], classes: Sequence[str], label: str, where: Where
) -> dict[str | None, int]:
    """Return the place of each class by its name in one form; raise `click.UsageError` for a label that names none.

    *first* are the labels that there are, each with its first row.
    """
    # A class in the name of a column or in a policy, and one in a row, are the same in one form: 1 and 1.0
    places: dict[str | None, int] = {}
    for place, name in enumerate(classes):
        other = classes[places.setdefault(label_as_text(name), place)]
        if other != name:
            raise click.UsageError(
                f"`{printable(other)}` and `{printable(name)}` are one class: give each a name of its own"
            )
    for text, row in first.items():
        if text not in places:
            known = did_you_mean(printable(text[:50]), [printable(name[:50]) for name in classes])
            raise click.UsageError(
                f"{where(row)}: `{printable(label)}` is `{printable(text[:50])}`, and no class is called so: {known}"
            )
    return places


def _case_column(columns: ClassColumns) -> tuple[str, ...]:
    return () if columns.case is None else (columns.case,)


def _ids(values: Sequence[Any], name: str, where: Where) -> tuple[str, ...]:
    """Return which case each row is. A text is taken as it stands, so that `01` is not `1`."""
    texts = [one if isinstance(one, str) else label_as_text(one) for one in values]
    rows: dict[str, int] = {}
    for row, text in enumerate(texts):
        if not text:
            raise click.UsageError(f"{where(row)}: there is no `{printable(name)}`, which says what case it is")
        if rows.setdefault(text, row) != row:
            raise click.UsageError(
                f"{where(row)}: `{printable(name)}` is `{printable(text[:50])}` as in {where(rows[text])}; it takes a "
                "column that tells any two cases apart"
            )
    return tuple(rows)


def listed(names: Sequence[str]) -> str:
    told = ", ".join(f"`{printable(name[:50])}`" for name in names[:_MOST_NAMED])
    return f"{told}{' …' if len(names) > _MOST_NAMED else ''}"


def _scores(
    read: Mapping[str, Sequence[Column]], classes: Sequence[str], columns: ClassColumns, where: Where
) -> NDArray[np.float64]:
    """Return the scores as an array, cases x classes."""
    names = [columns.prefix + name for name in classes]
    found = numbers_of_classes({name: joined(read[name]) for name in names}, names, where)
    is_outside = (found < 0) | (found > 1)
    if is_outside.any():
        row, place = np.argwhere(is_outside)[0].tolist()
        raise click.UsageError(
            f"{where(row)}: `{printable(names[place])}` is {found[row, place]}; a score of a class lies from 0 to 1"
        )
    return found.astype(np.float32).astype(np.float64) if columns.float32 else found


def _labels(
    read: Mapping[str, Sequence[Column]], classes: Sequence[str], columns: ClassColumns, where: Where
) -> NDArray[np.intp]:
    """Return the place of the true class of each case."""
    texts = texts_of_labels(joined(read[columns.label]), columns.label, where)
    places = places_of_classes(first_rows(texts), classes, columns.label, where)
    return np.array([places[text] for text in texts], dtype=np.intp)
