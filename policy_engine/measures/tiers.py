"""The three tiers of a classifier by its highest score: whose first class is taken, whose is offered, and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from policy_engine.measures.intervals import Proportion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures.classified import ClassScores

CONFIDENT, POSSIBLE, REFER = range(3)
TIERS: Final = ("confident", "possible", "refer")


class Cuts(NamedTuple):
    """Two thresholds: what reaches `confident` is confident, else what reaches `refer` possible; the rest is referred.

    They collide where `confident` does not lie above `refer`: nothing would be possible.
    """

    confident: float
    refer: float

    @property
    def collide(self) -> bool:
        """Whether no score lies between them."""
        return not self.confident > self.refer


class Tier(NamedTuple):
    """So many `cases` of all, in how many the first class is true, and in how many the truth is one of the first three.

    >>> Tier(cases=50, of=100, right=45, at_top=49).top1.value
    0.9
    """

    cases: int
    of: int
    right: int
    at_top: int

    @property
    def share(self) -> Proportion:
        """The part of all cases."""
        return Proportion(self.cases, self.of)

    @property
    def top1(self) -> Proportion:
        """The part of its cases in which the first class is true."""
        return Proportion(self.right, self.cases)

    @property
    def top3(self) -> Proportion:
        """The part of its cases in which the truth is one of the first three."""
        return Proportion(self.at_top, self.cases)


class OutcomeMix(NamedTuple):
    """What becomes of all cases: five counts that add up to them.

    `confident_wrong` is what nobody looks at again. `possible_top3` has the truth among the first three.
    """

    confident_right: int
    confident_wrong: int
    possible_top3: int
    possible_miss: int
    refer: int


class Flip(NamedTuple):
    """The cases that go from one tier to another, or stay: places of `TIERS`."""

    before: int
    after: int
    cases: int
    right: int
    at_top: int


def places_of(scores: ClassScores, cuts: Cuts) -> NDArray[np.intp]:
    """Return the tier of each case, its place in `TIERS`. A score on a cut reaches it.

    >>> from policy_engine.measures.classified import ClassScores
    >>> places_of(ClassScores.of([[0.8, 0.2], [0.7, 0.3], [0.6, 0.4]], [0, 0, 0]), Cuts(0.8, 0.65)).tolist()
    [0, 1, 2]
    """
    return np.where(scores.top >= cuts.confident, CONFIDENT, np.where(scores.top >= cuts.refer, POSSIBLE, REFER))


def tiers_of(scores: ClassScores, cuts: Cuts) -> tuple[Tier, Tier, Tier]:
    """Return the tiers, in the order of `TIERS`."""
    places = places_of(scores, cuts)
    cases, right, at_top = (
        np.bincount(chosen, minlength=len(TIERS)).tolist()
        for chosen in (places, places[scores.is_right], places[scores.is_at_top])
    )
    first, middle, last = (Tier(cases[one], len(scores), right[one], at_top[one]) for one in range(len(TIERS)))
    return first, middle, last


def whole_of(scores: ClassScores) -> Tier:
    """Return all cases as one tier."""
    n = len(scores)
    return Tier(n, n, int(np.count_nonzero(scores.is_right)), int(np.count_nonzero(scores.is_at_top)))


def outcome_mix_of(tiers: tuple[Tier, Tier, Tier]) -> OutcomeMix:
    """Return what becomes of all cases in *tiers*.

    >>> outcome_mix_of((Tier(5, 10, 4, 5), Tier(3, 10, 1, 2), Tier(2, 10, 0, 1)))
    OutcomeMix(confident_right=4, confident_wrong=1, possible_top3=2, possible_miss=1, refer=2)
    """
    first, middle, last = tiers
    return OutcomeMix(first.right, first.cases - first.right, middle.at_top, middle.cases - middle.at_top, last.cases)


def flips_of(scores: ClassScores, before: Cuts, after: Cuts) -> tuple[Flip, ...]:
    """Return how many cases go from each tier of *before* to each of *after*: nine, those that stay among them."""
    many = len(TIERS)
    moves = places_of(scores, before) * many + places_of(scores, after)
    counts = (
        np.bincount(chosen, minlength=many * many).tolist()
        for chosen in (moves, moves[scores.is_right], moves[scores.is_at_top])
    )
    return tuple(Flip(*divmod(move, many), *hits) for move, hits in enumerate(zip(*counts, strict=True)))
