"""What turned out to be true of decisions, from a file that names them by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from policy_engine.cli._file_formats import input_format
from policy_engine.cli._labelled import LabelledColumns, Where, labels_of
from policy_engine.cli._named_columns import Asked, read_asked

if TYPE_CHECKING:
    from collections.abc import Mapping


class OutcomeFile(NamedTuple):
    """The label of each decision, by its id, and which label is the positive.

    `twice` counts the rows that say again what another one said; `contradicting` the ids of which rows say both labels:
    those have none.
    """

    labels: Mapping[str, bool]
    positive: str
    rows: int
    twice: int
    contradicting: int


def read_outcome_file(path: str, said: str | None, name: str, label: str, positive: str | None) -> OutcomeFile:
    """Return the labels in a file with a column *name* of ids; raise `click.UsageError` for a row that lacks one."""
    found = read_asked(path, input_format(path, said), Asked((name, label)))
    ids, values = found[name], found[label]
    if not len(ids):
        raise click.UsageError(f"there are no cases in `{path}`")
    where = Where(True)  # noqa: FBT003 - it is one of several files
    where.begins(path, 0)
    is_positive, positive = labels_of(values, LabelledColumns("", label, positive), where)
    labels: dict[str, bool] = {}
    twice, contradicting = 0, set[str]()
    for row, (one, truth) in enumerate(zip(ids, is_positive.tolist(), strict=True)):
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
    return OutcomeFile(labels, positive, len(ids), twice, len(contradicting))
