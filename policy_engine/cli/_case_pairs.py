"""The same cases scored twice, found by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import numpy as np

from policy_engine.printable import printable

if TYPE_CHECKING:
    from policy_engine.cli._class_scores import ReadClasses


def in_order_of(data: ReadClasses, baseline: ReadClasses, column: str) -> ReadClasses:
    """Return the cases of a *baseline* in the order of those of *data*, which are the same by the ids of a *column*.

    Raises `click.UsageError` where one has a case that the other has not, or a case has another label there.
    """
    ids, before = data.ids or (), baseline.ids or ()
    rows = {one: row for row, one in enumerate(before)}
    _refuse_any([one for one in ids if one not in rows], column, "that are in DATA and not in the baseline")
    known = set(ids)
    _refuse_any([one for one in before if one not in known], column, "that are in the baseline and not in DATA")
    found = baseline.at(np.array([rows[one] for one in ids], dtype=np.intp))
    differs = np.flatnonzero(found.scores.labels != data.scores.labels)
    if len(differs):
        then, now = (data.classes[one.scores.labels[differs[0]]] for one in (found, data))
        raise click.UsageError(
            f"the case whose `{printable(column)}` is `{printable(ids[differs[0]][:50])}` is `{printable(then[:50])}` "
            f"in the baseline and `{printable(now[:50])}` in DATA: the same case has one true class"
        )
    return found


def _refuse_any(missing: list[str], column: str, who: str) -> None:
    if missing:
        raise click.UsageError(
            f"ids in `{printable(column)}` {who}: {len(missing):,}, such as `{printable(missing[0][:50])}`; with --id "
            "both are the same cases: leave it out where they are not"
        )
