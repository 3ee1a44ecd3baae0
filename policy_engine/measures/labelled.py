"""Scores with what turned out to be true: the only thing that thresholds can be chosen by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from policy_engine.exceptions import LabelledDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_GREATEST_TOTAL: Final = 1e100
"""Measures multiply two sums of weights."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledScores:
    """Cases with a score, whether each is a positive (what decisions are there to find), and what it weighs.

    INVARIANT: made by `of`, all arrays have one dimension and one length, every number is finite, and nobody else can
    edit them. Without `weights` every case counts as one.
    """

    scores: NDArray[np.float64]
    is_positive: NDArray[np.bool_]
    weights: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls,
        scores: Sequence[float] | NDArray[Any],
        labels: Sequence[Any] | NDArray[Any],
        weights: Sequence[float] | NDArray[Any] | None = None,
    ) -> Self:
        """Return *scores* with their *labels*, which are truth values, or 0 and 1; *weights* are numbers from 0 up.

        A zero has no sign afterwards, as in every comparison. Raises `LabelledDataError` for lengths that differ, for
        what is no finite number or is masked, for other labels, and for weights that are negative, all zero, or too
        large or small to be measured by. Rows are counted from 1.

        >>> LabelledScores.of([0.9, 0.2], [1, 0]).is_positive.tolist()
        [True, False]
        """
        numbers = _finite(scores, "score") + 0.0
        found = cls(numbers, truths_of(labels), None if weights is None else _weights(weights))
        for name, other in (("labels", found.is_positive), ("weights", found.weights)):
            if other is not None and len(other) != len(numbers):
                raise LabelledDataError(f"there are {len(numbers)} scores and {len(other)} {name}")
        for array in (found.scores, found.is_positive, found.weights):
            if array is not None:
                array.flags.writeable = False
        return found

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.scores)

    @property
    def effective_cases(self) -> float:
        """How many cases of equal weight would say as much: (sum of w)² / sum of w² (Kish 1965)."""
        if self.weights is None or not len(self):
            return float(len(self))
        greatest = self.weights.max()
        if greatest == 0:
            return 0.0
        # Of weights as parts of the greatest, squares neither overflow nor vanish
        parts = self.weights / greatest
        return float(parts.sum() ** 2 / (parts**2).sum())

    def where(self, chosen: NDArray[Any]) -> Self:
        """Return only some of the cases: those whose places are *chosen*, or where it is true."""
        weights = None if self.weights is None else self.weights[chosen]
        return type(self)(self.scores[chosen], self.is_positive[chosen], weights)


def _array(given: Any, what: str) -> NDArray[Any]:  # noqa: ANN401 - whatever NumPy makes an array of
    is_masked = _masked(given)
    if is_masked.any():
        raise LabelledDataError(f"the {what} in row {int(is_masked.argmax()) + 1:,} is masked; leave out such cases")
    try:
        found = np.array(given)
    except (TypeError, ValueError) as error:
        raise LabelledDataError(f"{what}s are no array: {str(error)[:200]}") from None
    if found.ndim != 1:
        raise LabelledDataError(f"{what}s are an array of one dimension, not of {found.ndim}")
    return found


def _masked(given: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - as above
    """Return which values are masked, in an array or in a list of its values: NumPy would make numbers of them."""
    if isinstance(given, np.ma.MaskedArray):
        return np.ma.getmaskarray(given).ravel()
    return np.array([one is np.ma.masked for one in given] if isinstance(given, (list, tuple)) else [], dtype=np.bool_)


def _finite(given: Any, what: str) -> NDArray[np.float64]:  # noqa: ANN401 - as above
    numbers = _array(given, what)
    if numbers.dtype.kind == "O":
        numbers = _numbers_in(numbers, what)
    elif numbers.dtype.kind not in "iuf" and len(numbers):
        raise LabelledDataError(f"{what}s are numbers, not {numbers.dtype}")
    with np.errstate(all="ignore"):
        found: NDArray[np.float64] = numbers.astype(np.float64)
    is_bad = ~np.isfinite(found)
    if is_bad.any():
        row = int(is_bad.argmax())
        raise LabelledDataError(f"the {what} in row {row + 1:,} is {found[row]}; leave out cases without a number")
    return found


def _numbers_in(things: NDArray[Any], what: str) -> NDArray[np.float64]:
    for row, one in enumerate(things):
        if type(one) is bool or not isinstance(one, (Real, Decimal)):
            raise LabelledDataError(f"the {what} in row {row + 1:,} is {str(one)[:100]}, not a number")
    try:
        return np.array([float(one) for one in things], dtype=np.float64)
    except OverflowError:
        raise LabelledDataError(f"a {what} is beyond binary64") from None


def truths_of(labels: Any, what: str = "label") -> NDArray[np.bool_]:  # noqa: ANN401 - as above
    """Return truth values, or 0 and 1, as an array of truth values; *what* they are is named in errors.

    Raises `LabelledDataError` for anything else, with its row.

    >>> truths_of([1, 0]).tolist()
    [True, False]
    """
    found = _array(labels, what)
    if found.dtype.kind == "b":
        return found
    if found.dtype.kind == "O":
        is_known = np.array([isinstance(one, (bool, int, float, np.generic)) and one in (0, 1) for one in found], bool)
    else:
        is_known = (found == 0) | (found == 1) if found.dtype.kind in "iuf" else np.zeros(len(found), bool)
    if not is_known.all():
        row = int((~is_known).argmax())
        raise LabelledDataError(f"the {what} in row {row + 1:,} is `{found[row]}`, not true or false, 1 or 0")
    is_positive: NDArray[np.bool_] = np.equal(found, 1).astype(np.bool_)
    return is_positive


def _weights(given: Any) -> NDArray[np.float64]:  # noqa: ANN401 - as above
    weights = _finite(given, "weight")
    is_negative = weights < 0
    if is_negative.any():
        row = int(is_negative.argmax())
        raise LabelledDataError(f"the weight in row {row + 1:,} is {weights[row]}; a weight is 0 or more")
    if len(weights) and not weights.any():
        raise LabelledDataError("all weights are 0")
    with np.errstate(over="ignore"):
        total = weights.sum()
    if len(weights) and not 1 / _GREATEST_TOTAL < total < _GREATEST_TOTAL:
        raise LabelledDataError(f"the weights add up to {total:.3g}, too large or too small to measure by; scale them")
    return weights
