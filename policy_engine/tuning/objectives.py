"""What a threshold is chosen for: a measure to maximise, a cost to minimise, or how many there is room for.

Each gives every choice of a curve a number of which more is better, NaN where it is not defined; what is not defined is
never chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import TYPE_CHECKING, Literal

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import GREATEST_BETA, GREATEST_COST, MEASURES, cost, fbeta
from policy_engine.vocabulary import MAXIMISED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures import Curve, Measuring

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
            raise TuningError("the two costs are numbers from 0 up, and not both 0")
        return cls("minimise", "cost", costs=costs)

    @classmethod
    def capacity(cls, cases: int) -> Objective:
        """Return the objective to flag as many cases as there is room for, and not more."""
        if cases < 0:
            raise TuningError("a capacity is a number of cases, from 0 up")
        return cls("capacity", "flagged", at_most=cases)

    @classmethod
    def share(cls, share: float) -> Objective:
        """Return the objective to flag a share of the cases, as near as equal scores let it be."""
        if not 0 <= share <= 1:
            raise TuningError("a share lies between 0 and 1")
        return cls("share", "flagged_share", at_most=share)

    def scaled(self, part: float) -> Objective:
        """Return the objective for a *part* of the cases: of what there is room for, that part as well."""
        return replace(self, at_most=self.at_most * part) if self.kind == "capacity" else self

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

    def worth(self, curve: Curve) -> NDArray[np.float64]:
        """Return for each choice a number of which more is better, NaN where it is not defined or not allowed."""
        told = self.told(curve)
        if self.kind == "capacity":
            return np.where(told <= self.at_most, told, np.nan)
        if self.kind == "share":
            return -np.abs(told - self.at_most)
        return -told if self.kind == "minimise" else told
