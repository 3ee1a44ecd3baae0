"""What a threshold is chosen for: a measure to maximise, a cost to minimise, or how many there is room for.

Each gives every choice of a curve a number of which more is better, NaN where it is not defined; what is not defined is
never chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from math import floor, inf, isfinite, lcm
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import GREATEST_BETA, GREATEST_COST, MEASURES, chance_at, cost, fbeta, net_benefit
from policy_engine.vocabulary import MAXIMISED

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from policy_engine.measures import Counts, Curve, Measuring
    from policy_engine.vocabulary import Direction

Kind = Literal["maximise", "minimise", "capacity", "share"]


@dataclass(frozen=True, slots=True)
class Objective:
    """One thing to make as good as it can be. Made by `maximise`, `minimise_cost`, `capacity` and `share`.

    `measure` is what is told of a choice; `cost` is that of all mistakes, in the unit of the two costs.
    """

    kind: Kind
    measure: str
    beta: float | None = None
    costs: tuple[float, float] | None = None
    """Of a false positive and of a false negative."""
    at_most: float = inf
    """How many cases there is room for, or which share of them."""

    @classmethod
    def maximise(cls, measure: str, beta: float | None = None) -> Objective:
        """Return the objective to make a measure as great as possible; F-beta needs its *beta*."""
        if measure not in MAXIMISED:
            raise TuningError(f"`{measure}` cannot be maximised: {', '.join(MAXIMISED)} can")
        if (measure == "fbeta") != (beta is not None):
            raise TuningError("`fbeta` needs a beta, and nothing else has one")
        if beta is not None and not 0 < beta <= GREATEST_BETA:
            raise TuningError(f"beta is a number above 0, up to {GREATEST_BETA:,}")
        return cls("maximise", measure, beta=beta)

    @classmethod
    def minimise_cost(cls, false_positive: float, false_negative: float) -> Objective:
        """Return the objective to make the total cost of mistakes as small as possible."""
        costs = (false_positive, false_negative)
        if not all(isfinite(one) and 0 <= one <= GREATEST_COST for one in costs) or not any(costs):
            raise TuningError(f"the two costs are numbers from 0 up to {GREATEST_COST:g}, and not both 0")
        return cls("minimise", "cost", costs=costs)

    @classmethod
    def capacity(cls, cases: int) -> Objective:
        """Return the objective to flag as many cases as there is room for, and not more."""
        if not 0 <= cases < inf:
            raise TuningError("a capacity is a number of cases, from 0 up")
        return cls("capacity", "flagged", at_most=cases)

    @classmethod
    def share(cls, share: float) -> Objective:
        """Return the objective to flag a share of the cases, as near as equal scores let it be."""
        if not 0 <= share <= 1:
            raise TuningError("a share lies between 0 and 1")
        return cls("share", "flagged_share", at_most=share)

    def scaled(self, cases: int, of: int) -> Objective:
        """Return the objective for so many *cases* *of* all: of what there is room for, as great a part."""
        if self.kind != "capacity":
            return self
        return replace(self, at_most=floor(Fraction(self.at_most) * cases / of))

    def with_cost_ratio(self, times: float) -> Objective:
        """Return the objective with false negatives that cost so many *times* as much."""
        if self.costs is None:
            return self
        return replace(self, costs=(self.costs[0], min(self.costs[1] * times, GREATEST_COST)))

    @property
    def measuring(self) -> Measuring | None:
        """The measure of four counts that is told of a choice; None where they are not all that it takes."""
        if self.costs is not None:
            return cost(*self.costs)
        return fbeta(self.beta) if self.beta is not None else MEASURES.get(self.measure)

    def told(self, curve: Curve) -> NDArray[np.float64]:
        """Return what is told of each choice, NaN where it is not defined."""
        if self.measure == "flagged":
            return curve.flagged.astype(np.float64)
        measure = self.measuring
        return curve.net_benefit if measure is None else measure(curve.counts).astype(np.float64)

    def told_at(self, counts: Counts, threshold: float | None, higher_is: Direction) -> float:
        """Return what is told of one *threshold* that flags so, of cases that count as one each; NaN if not defined."""
        if self.measure == "flagged":
            return float(counts.tp + counts.fp)
        measure = self.measuring
        if measure is not None:
            return float(measure(counts))
        return float(net_benefit(counts, np.asarray(chance_at(threshold, higher_is))))

    @property
    def exactly(self) -> Callable[[int, int, int, int], Fraction] | None:
        """What orders choices by tp, fp, fn and tn exactly; None where the measure is rounded once, as its order is."""
        if self.measure == "mcc":
            return _exact_mcc
        return partial(_exact_fbeta, Fraction(repr(float(self.beta))) ** 2) if self.beta is not None else None

    @property
    def compares_classes(self) -> bool:
        """Whether it takes cases of both classes to tell one choice from another."""
        return self.kind in ("maximise", "minimise")

    def worth(self, curve: Curve) -> NDArray[np.float64]:
        """Return for each choice a number of which more is better, NaN where it is not defined or not allowed.

        Of cases that count as one each, two are equal exactly where the choices are equally good: shares and costs
        are taken as the decimal fractions that they are written as, and whole numbers are compared.
        """
        if self.kind == "capacity":
            told = self.told(curve)
            return np.where(told <= self.at_most, told, np.nan)
        if self.kind == "share":
            return -self._off(curve)
        return -self._cost(curve) if self.costs is not None else self.told(curve)

    def _off(self, curve: Curve) -> NDArray[np.float64]:
        """Return how far the flagged share is from the wanted one, in any unit."""
        wanted = Fraction(repr(float(self.at_most)))
        if curve.is_weighted or wanted.denominator * curve.cases >= _EXACT:
            return np.abs(self.told(curve) - self.at_most)
        flagged: NDArray[np.int64] = curve.flagged * wanted.denominator
        return np.abs(flagged - wanted.numerator * curve.cases).astype(np.float64)

    def _cost(self, curve: Curve) -> NDArray[np.float64]:
        """Return the total cost, in any unit."""
        costs = [Fraction(repr(float(one))) for one in self.costs or ()]
        unit = lcm(*(one.denominator for one in costs))
        wrongly, missed = (int(one * unit) for one in costs)
        if curve.is_weighted or (wrongly + missed) * curve.cases >= _EXACT:
            return self.told(curve)
        total: NDArray[np.float64] = (curve.counts.fp * wrongly + curve.counts.fn * missed).astype(np.float64)
        return total


def _exact_mcc(tp: int, fp: int, fn: int, tn: int) -> Fraction:
    """Return the square of Matthews' correlation with its sign."""
    above = tp * tn - fp * fn
    return Fraction(above * abs(above), (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def _exact_fbeta(square: Fraction, tp: int, fp: int, fn: int, tn: int) -> Fraction:  # noqa: ARG001 - as for others
    hits = (1 + square) * tp
    return hits / (hits + square * fn + fp)


_EXACT: Final = 2**53
"""Whole numbers below are exact in binary64."""
