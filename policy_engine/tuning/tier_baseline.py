"""The cases of a refit against those of a baseline: how far scores have moved, and whether accuracy is as good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from policy_engine.exceptions import LabelledDataError
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
from policy_engine.measures.classified import marks_of
from policy_engine.tuning.equivalence import paired_equivalence, unpaired_equivalence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures import ClassScores, Cuts, Distance, Interval, Shift, Stability
    from policy_engine.tuning.equivalence import Equivalence

_FEWEST_CHANGES: Final = 20
_LONGEST_RUNS: Final = 10
"""Labels that stay the same for so many rows in the mean, or for more, may have been sorted: within groups, say."""


class AgainstBaseline(NamedTuple):
    """How far cases have moved from a baseline, with shares and accuracy before and now.

    `are_pairs` where both are the same cases scored twice, as was said or as is seen. `difference` is the
    accuracy of the first class now less that before, with its interval. `shifts` are those of the tiers, none without
    thresholds.
    """

    are_pairs: bool
    stability: Stability | None
    distance: Distance | None
    shifts: tuple[Shift, ...]
    difference: float
    of_difference: Interval | None
    equivalence: Equivalence


def held_against(
    baseline: ClassScores, current: ClassScores, cuts: Cuts | None, *, pairs: bool, margin: float, confidence: float
) -> AgainstBaseline:
    """Return how *current* cases differ from those of a *baseline*; there are some in each.

    With *pairs* each is the case in the same row of the baseline; raises `LabelledDataError` where it cannot be.
    """
    if pairs:
        _expect_pairs(baseline, current)
    elif have_the_same_labels(baseline, current):
        pairs = True
    elif are_the_same(baseline, current):
        # In another order, perhaps
        pairs, baseline = True, current
    before, now = (Proportion(one.right, one.cases) for one in map(whole_of, (baseline, current)))
    # One division of whole numbers, which is rounded once
    difference = (now.hits * before.cases - before.hits * now.cases) / (now.cases * before.cases)
    if pairs:
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
        pairs,
        stability_of(baseline.top, current.top, confidence=confidence),
        distance_of(baseline.top, current.top),
        () if cuts is None else _shifts(baseline, current, cuts, confidence),
        difference,
        of_difference,
        equivalence,
    )


def have_the_same_labels(one: ClassScores, other: ClassScores) -> bool:
    """Say whether both have the same labels in the same order, which changes so often that no sorting has made it.

    No other cases have such labels by chance: so these are the same cases, whatever their scores.

    >>> from policy_engine.measures import ClassScores
    >>> mixed, sorted_ = [0, 1, 1] * 20, [0] * 20 + [1] * 40
    >>> first, second = ([ClassScores.of([[0.6, 0.4]] * 60, labels) for labels in (mixed, sorted_)] for _ in "ab")
    >>> [have_the_same_labels(*both) for both in zip(first, second)]
    [True, False]
    """
    changes = int(np.count_nonzero(one.labels[1:] != one.labels[:-1]))
    is_mixed = changes >= _FEWEST_CHANGES and _LONGEST_RUNS * changes > len(one)
    return is_mixed and np.array_equal(one.labels, other.labels)


def are_the_same(one: ClassScores, other: ClassScores) -> bool:
    """Say whether both are the same cases with the same scores, in whatever order.

    Equal rows say so where more than half of them are distinct: a few rows over and over, as hard votes are, come out
    alike of other cases, too.

    >>> from policy_engine.measures import ClassScores
    >>> cases = ClassScores.of([[0.9, 0.1], [0.2, 0.8]], [0, 1])
    >>> are_the_same(cases, cases.where([1, 0])), are_the_same(cases, ClassScores.of([[0.9, 0.1], [0.3, 0.7]], [0, 1]))
    (True, False)
    """
    if one.scores.shape != other.scores.shape or not np.array_equal(np.sort(one.top), np.sort(other.top)):
        return False
    marks = _marks_in_order(one)
    distinct = 1 + np.count_nonzero((marks[1:] != marks[:-1]).any(axis=1))
    return bool(2 * distinct > len(marks)) and np.array_equal(marks, _marks_in_order(other))


def _marks_in_order(scores: ClassScores) -> NDArray[np.uint64]:
    marks = marks_of(np.column_stack((scores.labels.astype(np.float64), scores.scores)))
    return marks[np.lexsort(marks.T)]


def _expect_pairs(baseline: ClassScores, current: ClassScores) -> None:
    if len(baseline) != len(current):
        raise LabelledDataError(f"{len(current):,} cases are no pairs with {len(baseline):,} of a baseline")
    differs = np.flatnonzero(baseline.labels != current.labels)
    if len(differs):
        raise LabelledDataError(
            f"the true class in row {differs[0] + 1:,} is another one in the baseline: these are no pairs"
        )


def _shifts(baseline: ClassScores, current: ClassScores, cuts: Cuts, confidence: float) -> tuple[Shift, ...]:
    both = zip(tiers_of(baseline, cuts), tiers_of(current, cuts), strict=True)
    return tuple(shift_of(before.share, now.share, confidence) for before, now in both)
