"""Whether the cases whose label is known stand for all: they do if it is known of the same part of every band.

Who reviews only what was stopped knows of no positive that went through, and finds a recall of 1. Such a value is of
nobody's cases, so there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import chdtrc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from policy_engine.tuning.tallies import Tally

CHANCE: Final = 0.001
"""Labels that are missing by chance alone look as if they were not, in so many samples."""


def why_not_of_all(tally: Tally, bands: Sequence[str]) -> str | None:
    """Return why the labelled cases of some *bands* do not stand for all of them, None where they may."""
    reached = np.array([tally.bands[name].reached for name in bands])
    known = np.array([tally.bands[name].labelled for name in bands])
    there = reached > 0
    reached, known = reached[there], known[there]
    if not _differs(reached, known):
        return None
    parts = known / reached
    names = [name for name, is_there in zip(bands, there, strict=True) if is_there]
    most, least = int(parts.argmax()), int(parts.argmin())
    return (
        f"labels are known of {parts[most]:.3g} of the cases of `{names[most]}` and of {parts[least]:.3g} of those of "
        f"`{names[least]}`: such cases do not stand for all"
    )


def _differs(reached: NDArray[np.int64], known: NDArray[np.int64]) -> bool:
    """Say whether the known part differs between bands by more than chance (chi-squared test of homogeneity)."""
    all_of, all_known = int(reached.sum()), int(known.sum())
    if len(reached) < 2 or all_known in (0, all_of):  # noqa: PLR2004 - two to differ
        return False
    expected = reached * (all_known / all_of)
    missing = reached - expected
    statistic = float(((known - expected) ** 2 * (1 / expected + 1 / missing)).sum())
    return bool(chdtrc(len(reached) - 1, statistic) < CHANCE)
