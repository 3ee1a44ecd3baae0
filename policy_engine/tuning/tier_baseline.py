"""The cases of a refit against those of a baseline: how far scores have moved, and whether accuracy is as good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from policy_engine.measures import (
    Proportion,
    bonett_price,
    distance_of,
    newcombe,
    shift_of,
    stability_of,
    tiers_of,
    whole_of,
)
from policy_engine.tuning.equivalence import paired_equivalence, unpaired_equivalence

if TYPE_CHECKING:
    from policy_engine.measures import ClassScores, Cuts, Distance, Interval, Shift, Stability
    from policy_engine.tuning.equivalence import Equivalence


class AgainstBaseline(NamedTuple):
    """How far cases have moved from a baseline, with shares and accuracy before and now.

    `are_pairs` where both have the same labels in the same order, so that they are taken for the same cases scored
    twice. `difference` is the accuracy of the first class now less that before, with its interval. `shifts` are those
    of the tiers, none without thresholds.
    """

    are_pairs: bool
    stability: Stability | None
    distance: Distance | None
    shifts: tuple[Shift, ...]
    difference: float
    of_difference: Interval | None
    equivalence: Equivalence


def held_against(
    baseline: ClassScores, current: ClassScores, cuts: Cuts | None, *, margin: float, confidence: float
) -> AgainstBaseline:
    """Return how *current* cases differ from those of a *baseline*; there are some in each."""
    before, now = (Proportion(one.right, one.cases) for one in map(whole_of, (baseline, current)))
    are_pairs = np.array_equal(baseline.labels, current.labels)
    # One division of whole numbers, which is rounded once
    difference = (now.hits * before.cases - before.hits * now.cases) / (now.cases * before.cases)
    if are_pairs:
        only_before, only_now = (
            int(np.count_nonzero(one.is_right & ~other.is_right))
            for one, other in ((baseline, current), (current, baseline))
        )
        of_difference = bonett_price(only_before, only_now, len(current), confidence)
        equivalence = paired_equivalence(only_before, only_now, len(current), margin, confidence)
    else:
        of_difference = newcombe(before, now, confidence)
        equivalence = unpaired_equivalence(before, now, margin, confidence)
    return AgainstBaseline(
        are_pairs,
        stability_of(baseline.top, current.top, confidence=confidence),
        distance_of(baseline.top, current.top),
        () if cuts is None else _shifts(baseline, current, cuts, confidence),
        difference,
        of_difference,
        equivalence,
    )


def _shifts(baseline: ClassScores, current: ClassScores, cuts: Cuts, confidence: float) -> tuple[Shift, ...]:
    both = zip(tiers_of(baseline, cuts), tiers_of(current, cuts), strict=True)
    return tuple(shift_of(before.share, now.share, confidence) for before, now in both)
