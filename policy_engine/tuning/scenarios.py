"""What becomes of a choice where the world is not as the labelled cases have it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import Counts
from policy_engine.tuning.choosing import choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.measures import Curve
    from policy_engine.tuning.choosing import Choice
    from policy_engine.tuning.objectives import Objective

Kind = Literal["prevalence", "label_noise", "cost_ratio"]

_COST_RATIOS: Final = (0.5, 2.0)
_WHOLLY_RANDOM: Final = 0.5
_ROUNDING: Final = 1e-9
_UNKNOWN: Final = (float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way in which the world may differ, and what the threshold that was chosen comes to there.

    - `prevalence`: `given` is the share of positives; the scores of either class are spread as they are here.
    - `label_noise`: `given` is the chance that a label is the wrong one of two, whatever the score; `counts` are what
      the labels that are right come to, NaN on a side where so many wrong ones do not explain what is labelled.
    - `cost_ratio`: `given` times the cost of a false negative, for the same of a false positive.

    `counts` add up to the cases that there are; None where there is no such world. `best` is what would be chosen
    there, None where nothing is, or where that cannot be told (`label_noise`). `why` says what is missing.
    """

    kind: Kind
    given: float
    counts: Counts | None
    best: Choice | None = None
    why: str | None = None


def at_prevalence(
    curve: Curve, objective: Objective, choice: Choice, share: float, at_least: Mapping[str, float] | None = None
) -> Scenario:
    """Return what a choice comes to where *share* of the cases are positives."""
    if not 0 < share < 1:
        raise TuningError("a prevalence lies between 0 and 1, both ends excluded")
    tp, fp, fn, tn = curve.counts
    positives, negatives = float(tp[-1]), float(fp[-1])
    if not positives or not negatives:
        return Scenario("prevalence", share, None, why="one of the classes is not there")
    total = positives + negatives
    up, down = share * total / positives, (1 - share) * total / negatives
    counts = Counts(tp * up, fp * down, fn * up, tn * down)
    flagged = np.ceil(counts.tp + counts.fp - _ROUNDING).astype(np.int64)
    there = replace(curve, counts=counts, flagged=flagged, is_weighted=True)
    return Scenario("prevalence", share, there.counts.at(choice.place), choose(there, objective, at_least))


def under_label_noise(choice: Choice, noise: float) -> Scenario:
    """Return what a choice comes to where a share *noise* of the labels, on both sides, is wrong.

    Of F flagged cases with T hits, T (1 - e) + (F - T) e are labelled positive; the T that makes of that the number
    there is (Rogan & Gladen 1978, at a sensitivity and specificity of 1 - e). Likewise for those that are not flagged.
    """
    if not 0 <= noise < _WHOLLY_RANDOM:
        raise TuningError("a share of wrong labels lies from 0 up to 0.5, which is excluded")
    tp, fp, fn, tn = (float(one) for one in choice.counts)
    flagged, left = _rightly_labelled(tp, fp, noise), _rightly_labelled(fn, tn, noise)
    sides = [name for name, side in (("flagged", flagged), ("not flagged", left)) if side is None]
    why = f"so much noise would show in the labels of those {' and '.join(sides)}, and it does not" if sides else None
    counts = Counts(*(np.asarray(one) for one in (*(flagged or _UNKNOWN), *(left or _UNKNOWN))))
    return Scenario("label_noise", noise, counts, why=why)


def _rightly_labelled(labelled: float, others: float, noise: float) -> tuple[float, float] | None:
    """Return how many of *labelled* and *others* together are positives, and how many are not; None where none fits."""
    found = (labelled - noise * (labelled + others)) / (1 - 2 * noise)
    return (found, labelled + others - found) if 0 <= found <= labelled + others else None


def at_cost_ratios(curve: Curve, objective: Objective, choice: Choice, at_least: Mapping[str, float]) -> list[Scenario]:
    """Return what would be chosen if missing a positive cost half as much, or twice; nothing without costs."""
    if objective.costs is None:
        return []
    others = [(ratio, objective.with_cost_ratio(ratio)) for ratio in _COST_RATIOS]
    return [Scenario("cost_ratio", ratio, choice.counts, choose(curve, one, at_least)) for ratio, one in others]
