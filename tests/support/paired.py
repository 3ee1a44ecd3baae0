"""All samples of pairs that may be drawn, with their chances: what a simulation would only come near to."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

_NEGLIGIBLE = 1e-9


def chances_of_pairs(cases: int, first: float, second: float) -> dict[tuple[int, int], float]:
    """Return how likely it is that so many cases are a hit by the first alone, and so many by the second alone.

    *first* and *second* are the chances of one case. What is less likely than a thousand-millionth is left out.
    """
    found: dict[tuple[int, int], float] = {}
    counts = np.arange(cases + 1)
    for one, chance in zip(counts.tolist(), binom.pmf(counts, cases, first).tolist(), strict=True):
        if chance < _NEGLIGIBLE:
            continue
        rest = cases - one
        others = binom.pmf(counts[: rest + 1], rest, second / (1 - first)) * chance
        found |= {(one, other): float(others[other]) for other in np.flatnonzero(others > _NEGLIGIBLE).tolist()}
    return found
