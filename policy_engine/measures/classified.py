"""Scores of several classes with the class that turned out to be true: which came first, and where the truth came."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures.labelled import LabelledScores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

FEWEST_CLASSES: Final = 2
MATRIX: Final = 2
"""The dimensions of an array with a row for each case and a column for each class."""
AT_TOP: Final = 3
"""The truth is counted as found where it is among so many."""


@dataclass(frozen=True, slots=True, eq=False)
class ClassScores:
    """Cases with a score for each class, and the place of the true one.

    INVARIANT: made by `of`: `scores` is cases x classes, from 0 to 1; `labels`, `top` and `rank` have a value for each
    case, and nobody else can edit any of them. `top` is the highest score of a case, and `rank` how many classes come
    before the true one: those with a higher score, and of equal ones those of a lower place.
    """

    scores: NDArray[np.float64]
    labels: NDArray[np.intp]
    top: NDArray[np.float64]
    rank: NDArray[np.intp]

    @classmethod
    def of(cls, scores: ArrayLike, labels: ArrayLike) -> Self:
        """Return *scores*, cases x classes, with their *labels*: whole numbers, the places of the true classes.

        Raises `LabelledDataError` for another shape, fewer than two classes, a score that is no number from 0 to 1 and
        a label that is the place of no class. Rows are counted from 1.

        >>> found = ClassScores.of([[0.7, 0.2, 0.1], [0.4, 0.4, 0.2]], [1, 1])
        >>> found.top.tolist(), found.rank.tolist()
        ([0.7, 0.4], [1, 1])
        """
        # A zero has no sign, as in every comparison
        numbers = _matrix(scores) + 0.0
        places = _places(labels, *numbers.shape)
        found = cls(numbers, places, numbers.max(axis=1, initial=0.0), _ranks(numbers, places))
        for array in (found.scores, found.labels, found.top, found.rank):
            array.flags.writeable = False
        return found

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.labels)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Whether the true class came first."""
        return np.equal(self.rank, 0)

    @property
    def is_at_top(self) -> NDArray[np.bool_]:
        """Whether the true class is one of the first three."""
        return np.less(self.rank, AT_TOP)

    def labelled(self, is_hit: NDArray[np.bool_]) -> LabelledScores:
        """Return the highest score of each case, and whether the case is a hit."""
        return LabelledScores.of(self.top, is_hit)

    def where(self, chosen: NDArray[Any]) -> Self:
        """Return only some of the cases: those whose places are *chosen*, or where it is true."""
        return type(self)(self.scores[chosen], self.labels[chosen], self.top[chosen], self.rank[chosen])

    def digest(self, classes: Sequence[str]) -> str:
        """Return the SHA-256 of the cases with the names of their *classes*, in whatever order either of them come.

        >>> found = ClassScores.of([[0.7, 0.3], [0.4, 0.6]], [0, 1]).digest(["a", "b"])
        >>> found == ClassScores.of([[0.6, 0.4], [0.3, 0.7]], [0, 1]).digest(["b", "a"])
        True
        """
        order = np.argsort(np.array(classes, dtype=object))
        rows = np.empty((len(self), len(order) + 1), dtype="<f8")
        rows[:, 0] = np.argsort(order)[self.labels]
        rows[:, 1:] = self.scores[:, order]
        places = np.lexsort(marks_of(rows).T)
        found = sha256(json.dumps([classes[place] for place in order]).encode())
        found.update(rows[places].data)
        return found.hexdigest()


def marks_of(rows: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return 128 bits of each row, as two numbers, which only equal rows share: far faster to sort than rows are."""
    factors = np.random.PCG64(0).random_raw(2 * rows.shape[1]).reshape(-1, 2)
    found: NDArray[np.uint64] = rows.view("<u8") @ factors
    return found


def _matrix(given: ArrayLike) -> NDArray[np.float64]:
    try:
        found = np.array(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise LabelledDataError(f"scores of classes are no array of numbers: {str(error)[:200]}") from None
    if found.ndim != MATRIX:
        raise LabelledDataError(
            f"scores of classes have a row for each case and a column for each class, not {found.ndim} dimensions"
        )
    if found.shape[1] < FEWEST_CLASSES:
        raise LabelledDataError(f"there are scores of {found.shape[1]} classes: it takes two to tell apart")
    is_wrong = ~((found >= 0) & (found <= 1))
    if is_wrong.any():
        row, column = np.argwhere(is_wrong)[0].tolist()
        raise LabelledDataError(
            f"the score of class {column} in row {row + 1:,} is {found[row, column]}, no number from 0 to 1"
        )
    return found


def _places(given: ArrayLike, cases: int, classes: int) -> NDArray[np.intp]:
    found = np.asarray(given)
    if found.ndim != 1 or len(found) != cases:
        raise LabelledDataError(f"there are {cases} cases and labels of the shape {found.shape}")
    if found.dtype.kind not in "iu" and cases:
        raise LabelledDataError("a label is the place of a class: a whole number from 0 up")
    is_wrong = (found < 0) | (found >= classes)
    if is_wrong.any():
        row = int(is_wrong.argmax())
        raise LabelledDataError(f"the label in row {row + 1:,} is {found[row]}, the place of none of {classes} classes")
    return found.astype(np.intp)


def _ranks(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many classes come before the true one, a class at a time: fast, and in little memory."""
    of_truth = np.take_along_axis(scores, labels[:, None], axis=1)[:, 0]
    rank = np.zeros(len(labels), dtype=np.intp)
    for place, column in enumerate(scores.T):
        rank += np.where(place < labels, column >= of_truth, column > of_truth)
    return rank
