"""What turned out to be true of decisions, from a file that names them by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from policy_engine.cli._class_scores import places_of_classes
from policy_engine.cli._file_formats import input_format
from policy_engine.cli._labelled import Where, first_rows, positive_among, texts_of_labels
from policy_engine.cli._named_columns import Asked, read_asked
from policy_engine.cli._positives import Positives

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


class OutcomeFile(NamedTuple):
    """The label of each decision, by its id, in one form. The kind of their policy says which are positives.

    `first_rows` are the different labels, each with its first row. `twice` counts the rows that say again what another
    one said; `contradicting` the ids of which rows say different labels: those have none.
    """

    path: str
    label: str
    labels: Mapping[str, str]
    first_rows: Mapping[str, int]
    rows: int
    twice: int
    contradicting: int

    def positives(self, said: str | None) -> Positives:
        """Return which label is the positive; raise `click.UsageError` where they are not one of two."""
        return Positives(positive_among(self.first_rows, self.label, said))

    def refuse_unknown(self, labels: Collection[object], classes: Sequence[str]) -> None:
        """Raise `click.UsageError` for the first of some *labels* that is none of *classes*."""
        where = Where(True)  # noqa: FBT003 - it is one of several files
        where.begins(self.path, 0)
        first = {label: row for label, row in self.first_rows.items() if label in labels}
        places_of_classes(first, classes, self.label, where)


def read_outcome_file(path: str, said: str | None, name: str, label: str) -> OutcomeFile:
    """Return the labels in a file with a column *name* of ids; raise `click.UsageError` for a row that lacks one."""
    found = read_asked(path, input_format(path, said), Asked((name, label)))
    ids, values = found[name], found[label]
    if not len(ids):
        raise click.UsageError(f"there are no cases in `{path}`")
    where = Where(True)  # noqa: FBT003 - it is one of several files
    where.begins(path, 0)
    truths = texts_of_labels(values, label, where)
    labels: dict[str, str] = {}
    twice, contradicting = 0, set[str]()
    for row, (one, truth) in enumerate(zip(ids, truths, strict=True)):
        if one is None or one == "":
            raise click.UsageError(f"{where(row)}: there is no `{name}`; each row needs the id of its decision")
        known = labels.setdefault(str(one), truth)
        if known != truth:
            contradicting.add(str(one))
        else:
            twice += 1
    twice -= len(labels)
    for one in contradicting:
        del labels[one]
    return OutcomeFile(path, label, labels, first_rows(truths), len(ids), twice, len(contradicting))
