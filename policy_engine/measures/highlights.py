"""How many classes are highlighted where none is taken for granted, and how often the true one is among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures.intervals import Proportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.measures.classified import ClassScores


class Highlighting(NamedTuple):
    """Classes with a score `above` a cut are highlighted: as many as `floor` at least, and at most `cap`.

    `shown` is in how many cases none, one, two and so on are, up to `cap`; `truths` is in how many the true class is
    one of them. A floor is filled with the next best.
    """

    above: float
    floor: int
    cap: int
    shown: tuple[int, ...]
    truths: int

    @property
    def cases(self) -> int:
        """The number of cases."""
        return sum(self.shown)

    @property
    def mean(self) -> float | None:
        """How many are highlighted on average; None of no case."""
        return sum(many * cases for many, cases in enumerate(self.shown)) / self.cases if self.cases else None

    @property
    def truth(self) -> Proportion:
        """The part of the cases in which the true class is highlighted."""
        return Proportion(self.truths, self.cases)


def highlighting_of(
    scores: ClassScores, above: Sequence[float], floor: int = 1, cap: int = 3
) -> tuple[Highlighting, ...]:
    """Return what each cut of *above* highlights. A score on a cut is not above it, as in a policy.

    Raises `TuningError` where *floor* and *cap* leave nothing.

    >>> from policy_engine.measures.classified import ClassScores
    >>> highlighting_of(ClassScores.of([[0.5, 0.25, 0.25], [0.4, 0.3, 0.3]], [1, 1]), [0.25])[0].shown
    (0, 1, 0, 1)
    """
    check_bounds(floor, cap)
    return tuple(_at(scores, cut, floor, cap) for cut in above)


def check_bounds(floor: int, cap: int) -> None:
    """Raise `TuningError` for a *floor* and a *cap* between which there is no number of classes to show."""
    if not 0 <= floor <= cap or not cap:
        raise TuningError("the floor is a whole number from 0 up to the cap, and the cap is 1 at least")


def _at(scores: ClassScores, above: float, floor: int, cap: int) -> Highlighting:
    many = np.minimum(np.count_nonzero(scores.scores > above, axis=1).clip(floor, cap), scores.scores.shape[1])
    shown = np.bincount(many, minlength=cap + 1).tolist()
    return Highlighting(above, floor, cap, tuple(shown), int(np.count_nonzero(scores.rank < many)))
