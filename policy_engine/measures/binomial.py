"""The exact chance of so many hits, where cases are independent and each is a hit with the same chance.

Hits, cases and chances may be arrays, too. Needs scipy, the extra `tune`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import betainc, betaincc

if TYPE_CHECKING:
    from numpy.typing import NDArray


def or_more(hits: Any, cases: Any, share: Any) -> NDArray[np.float64]:  # noqa: ANN401 - whole numbers, or arrays
    """Return the chance of so many *hits* or more among *cases*, of which each is one with the chance *share*.

    >>> float(or_more(2, 2, 0.5)), float(or_more(0, 0, 0.5))
    (0.25, 1.0)
    """
    hits, cases = np.asarray(hits), np.asarray(cases)
    return np.where(hits > 0, betainc(np.maximum(hits, 1), np.maximum(cases - hits, 0) + 1, share), 1.0)


def or_fewer(hits: Any, cases: Any, share: Any) -> NDArray[np.float64]:  # noqa: ANN401 - whole numbers, or arrays
    """Return the chance of so many *hits* or fewer.

    >>> float(or_fewer(0, 2, 0.5)), float(or_fewer(2, 2, 0.5))
    (0.25, 1.0)
    """
    hits, cases = np.asarray(hits), np.asarray(cases)
    return np.where(hits < cases, betaincc(hits + 1, np.maximum(cases - hits, 1), share), 1.0)
