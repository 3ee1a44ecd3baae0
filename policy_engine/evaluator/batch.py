"""Many cases at once, with NumPy: the same verdicts as one at a time, in the order of the rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from policy_engine.evaluator.codes import BatchVerdicts, Codes
from policy_engine.evaluator.columns import one_dimensional
from policy_engine.evaluator.members_in_rows import MemberRows, columns_of_members
from policy_engine.evaluator.numbers_in_rows import NumberRows
from policy_engine.exceptions import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.evaluator.columns import Columns
    from policy_engine.evaluator.scalar import PolicyEvaluator
    from policy_engine.model import Policy

__all__ = ["BatchVerdicts", "check_shape", "verdicts"]

_MOST_NAMED: Final = 12
_FIRST: Final = 1 << 14
_AT_ONCE: Final = 1 << 18
"""So many rows are read, judged and done with before the next: what that takes is the same for any number of rows."""


def check_shape(policy: Policy, columns: Columns) -> None:
    """Raise `InvalidRequestError` for an array of scores in which no row can hold a case of *policy*.

    That is a fault of the wiring, the same in every row, and no bad score of a case. Of no rows, nothing is said.
    """
    scores = columns.scores
    if not isinstance(scores, np.ndarray) or not columns.rows or policy.kind in ("probability", "number"):
        return
    if policy.score is None:
        names = ", ".join(f"`{one.name}`" for one in policy.scales)
        message = f"`scores` is one array, and a case has several scores: give a mapping of columns, of {names}"
        raise InvalidRequestError(message)
    labels, what = policy.score.labels, "classes" if policy.kind == "classes" else "labels"
    if scores.ndim == 1 and scores.dtype.kind in "iuf":
        message = f"`scores` has one number for each row, and a case has one for each of its {what}: give an array of "
        raise InvalidRequestError(message + f"shape (rows, {'classes' if labels is None else len(labels)})")
    if scores.ndim > 1 and labels is None:
        message = f"`scores` has columns, and `{policy.use_case}` declares no `labels` to say which {what} they are: "
        raise InvalidRequestError(message + "give a mapping of columns by name")
    if scores.ndim > 1 and labels is not None and scores.shape[1] != len(labels):
        message = f"`scores` has {scores.shape[1]} columns, and `labels` has {len(labels)}, one for each column: "
        shown = ", ".join(f"`{label}`" for label in labels[:_MOST_NAMED])
        more = f" and {len(labels) - _MOST_NAMED} more" if len(labels) > _MOST_NAMED else ""
        raise InvalidRequestError(f"{message}{shown}{more}")


def has_rows_of_their_own(policy: Policy) -> bool:
    """Say whether cases have several scores, so that the verdict on a row is found when the row is asked for."""
    return policy.kind not in ("probability", "number")


def verdicts(evaluator: PolicyEvaluator, columns: Columns, *, threads: int = 1) -> BatchVerdicts:
    """Return the verdict on every row of *columns*, found by so many threads.

    Cases whose numbers fall alike are settled once for all; what only a row's own request can say is judged row by
    row, and so are cases of several scores that do not come in columns of numbers.
    """
    codes = Codes(columns.rows)
    is_number = not has_rows_of_their_own(evaluator.policy)
    if is_number:
        one_dimensional("scores", columns.scores)
    if not columns.rows:
        return codes.kept()
    if columns.thresholds:
        _one_by_one(evaluator, columns, codes)
        return codes.kept()
    if not is_number:
        members = columns_of_members(evaluator, columns)
        if members is None:
            _one_by_one(evaluator, columns, codes)
            return codes.kept()
        _decide(MemberRows(evaluator, columns, members, codes).decide, columns.rows, threads=1)
        return codes.kept(lambda row: evaluator.verdict(columns.request(row)))
    _decide(NumberRows(evaluator, columns, codes).decide, columns.rows, threads)
    return codes.kept()


def _decide(decide: Callable[[int, int], None], rows: int, threads: int) -> None:
    """Have all rows decided. The first few show which cases there are, so that others mostly meet what is settled."""
    stretches = [one for one in pairwise((0, *range(_FIRST, rows, _AT_ONCE), rows)) if one[0] < one[1]]
    if threads > 1 and len(stretches) > 1:
        decide(*stretches[0])
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(decide, *one) for one in stretches[1:]]:
                done.result()
        return
    for begin, end in stretches:
        decide(begin, end)


def _one_by_one(evaluator: PolicyEvaluator, columns: Columns, codes: Codes) -> None:
    found = [codes.add(evaluator.verdict(columns.request(row))) for row in range(columns.rows)]
    codes.put(0, np.array(found, dtype=np.int64))
