"""Whether the cases whose label is known stand for all: they do if it is known of the same part of every band.

Who reviews only what was stopped knows of no positive that went through, and finds a recall of 1. Such a value is of
nobody's cases, so there is none.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln, logsumexp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.tuning.tallies import Tally

CHANCE: Final = 0.001
"""Labels that are missing by chance alone look as if they were not in so many samples at most."""
_MOST_TERMS: Final = 200_000
"""The chances of so many numbers are added up, from one on: of a billion cases, those beyond are next to nothing."""


def why_not_of_all(tally: Tally, bands: Sequence[str]) -> str | None:
    """Return why the labelled cases of some *bands* do not stand for all of them, None where they may."""
    there = [(name, one.labelled, one.reached) for name in bands if (one := tally.bands[name]).reached]
    if not _differs([(known, reached) for _, known, reached in there]):
        return None
    parts = [(known / reached, name) for name, known, reached in there]
    most, least = max(parts, key=lambda one: one[0]), min(parts, key=lambda one: one[0])
    return (
        f"labels are known of {most[0]:.3g} of the cases of `{most[1]}` and of {least[0]:.3g} of those of "
        f"`{least[1]}`: such cases do not stand for all"
    )


def _differs(parts: Sequence[tuple[int, int]]) -> bool:
    """Say whether the known part of the cases differs between bands by more than chance.

    If labels are missing by chance, how many are known of one band is as in drawing the known from all cases. Each band
    is tested by the exact tail of that (hypergeometric), to both sides, and all share the chance of an error.
    """
    all_known, all_of = (sum(one) for one in zip(*parts, strict=True)) if parts else (0, 0)
    if len(parts) < 2 or all_known in (0, all_of):  # noqa: PLR2004 - two to differ
        return False
    return any(2 * len(parts) * _chance_of(*one, all_known, all_of) < CHANCE for one in parts)


def _chance_of(known: int, reached: int, all_known: int, all_of: int) -> float:
    """Return the chance that so many of a band's cases are known, or even further from what is expected."""
    if known * all_of < all_known * reached:
        least = max(0, all_known - (all_of - reached))
        numbers = np.arange(max(least, known - _MOST_TERMS), known + 1)
    else:
        numbers = np.arange(known, min(reached, all_known, known + _MOST_TERMS) + 1)
    ways = _ways(reached, numbers) + _ways(all_of - reached, all_known - numbers)
    return exp(min(float(logsumexp(ways) - _ways(all_of, np.array([all_known]))[0]), 0.0))


def _ways(cases: int, drawn: np.ndarray) -> np.ndarray:
    """Return the logarithm of the number of ways in which so many are *drawn* from *cases*."""
    found: np.ndarray = gammaln(cases + 1) - gammaln(drawn + 1) - gammaln(cases - drawn + 1)
    return found
