"""The signal of every row of a batch: the number that was compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy_engine.reference import read_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from policy_engine.model import Policy, Verdict


def signals(
    scores: Any,  # noqa: ANN401 - any column
    codes: NDArray[np.int64],
    told: Sequence[tuple[Policy, Verdict] | None],
) -> NDArray[np.float64]:
    """Return the numbers that were compared, NaN where the verdict is on bad input: of one score, it is the score.

    `told[code]` is the policy and the verdict of the rows with that code, None where no row has it.
    """
    numbers = _in_binary64(scores)
    is_short = np.array([one is not None and _is_float32(one[0]) for one in told], dtype=np.bool_)
    if is_short.any():
        with np.errstate(over="ignore", invalid="ignore"):
            rounded = numbers.astype(np.float32).astype(np.float64)
        numbers = np.where(is_short[codes], rounded, numbers)
    is_bad = np.array([one is None or one[1].invalid is not None for one in told], dtype=np.bool_)
    return np.where(is_bad[codes], np.nan, numbers) if len(codes) else numbers


def _in_binary64(scores: Any) -> NDArray[np.float64]:  # noqa: ANN401 - any column
    """Return what can be read as a number, as NumPy's float64: NaN elsewhere."""
    if isinstance(scores, list):
        read = (read_number(one) for one in scores)
        return np.array([np.nan if isinstance(one, str) else one for one in read], dtype=np.float64)
    numbers = scores if isinstance(scores, np.ndarray) else scores.to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore", invalid="ignore"):
        return numbers.astype(np.float64, copy=False)


def _is_float32(policy: Policy) -> bool:
    return policy.score is not None and policy.score.type == "float32"
