"""Scores with what turned out to be true: the only thing that thresholds can be chosen by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from policy_engine.exceptions import LabelledDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LabelledScores:
    """Cases with a score, whether each is a positive (what decisions are there to find), and what it weighs.

    INVARIANT: made by `of`, all arrays have one dimension and one length, and every number is finite. Without
    `weights` every case counts as one.
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
        what is no finite number, for other labels, and for weights that are negative or all zero. Rows are counted
        from 1.

        >>> LabelledScores.of([0.9, 0.2], [1, 0]).is_positive.tolist()
        [True, False]
        """
        numbers = _finite(scores, "score")
        found = cls(numbers + 0.0, _truths(labels), None if weights is None else _weights(weights))
        for name, other in (("labels", found.is_positive), ("weights", found.weights)):
            if other is not None and len(other) != len(numbers):
                raise LabelledDataError(f"there are {len(numbers)} scores and {len(other)} {name}")
        return found

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.scores)

    def where(self, chosen: NDArray[np.bool_]) -> Self:
        """Return only some of the cases."""
        weights = None if self.weights is None else self.weights[chosen]
        return type(self)(self.scores[chosen], self.is_positive[chosen], weights)


def _finite(given: Any, what: str) -> NDArray[np.float64]:  # noqa: ANN401 - whatever NumPy takes for numbers
    try:
        with np.errstate(all="ignore"):
            numbers = np.asarray(given)
            numbers = numbers.astype(np.float64, copy=False) if numbers.dtype.kind in "iuf" else np.array(given, float)
    except (TypeError, ValueError, OverflowError) as error:
        raise LabelledDataError(f"a {what} is no number: {str(error)[:200]}") from None
    if numbers.ndim != 1:
        raise LabelledDataError(f"{what}s are an array of one dimension, not of {numbers.ndim}")
    is_bad = ~np.isfinite(numbers)
    if is_bad.any():
        row = int(is_bad.argmax())
        raise LabelledDataError(f"the {what} in row {row + 1:,} is {numbers[row]}; leave out cases without a number")
    return numbers


def _truths(labels: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - whatever NumPy takes for truth values
    found = np.asarray(labels)
    if found.ndim != 1:
        raise LabelledDataError(f"labels are an array of one dimension, not of {found.ndim}")
    if found.dtype.kind == "b":
        return found
    is_known = (found == 0) | (found == 1) if found.dtype.kind in "iuf" else np.zeros(len(found), bool)
    if not is_known.all():
        row = int((~is_known).argmax())
        raise LabelledDataError(f"the label in row {row + 1:,} is `{found[row]}`, not true or false, 1 or 0")
    is_positive: NDArray[np.bool_] = np.equal(found, 1)
    return is_positive


def _weights(given: Any) -> NDArray[np.float64]:  # noqa: ANN401 - whatever NumPy takes for numbers
    weights = _finite(given, "weight")
    is_negative = weights < 0
    if is_negative.any():
        row = int(is_negative.argmax())
        raise LabelledDataError(f"the weight in row {row + 1:,} is {weights[row]}; a weight is 0 or more")
    if len(weights) and not weights.any():
        raise LabelledDataError("all weights are 0")
    return weights
