"""How diagnostic one score is: how far the scores of positives and negatives overlap, and what follows for thresholds.

Where the classes hardly overlap, nearly every threshold between them does, and a low one loses nothing. Where they do,
one that is low enough to find the positives flags many others: then it is a high one, or two with a band between them
in which somebody looks twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from policy_engine.measures.rates import precision, recall, youden

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures.curve import Curve

Advice = Literal["low_threshold", "high_threshold", "two_thresholds"]

ENOUGH: Final = 0.95
"""The precision from which one may act on a score, and the recall from which hardly any is missed. Where one threshold
has both, a low one is proposed."""
WIDE_BAND: Final = 0.5
"""A band between two thresholds with more of the cases than this settles too little: then one high one is proposed."""
NEAR_BEST: Final = 0.01


@dataclass(frozen=True, slots=True)
class Separability:
    """How far the scores of two classes overlap.

    `overlap` is 1 less the largest distance of the two distributions (1 - max Youden's J): 0 where a threshold tells
    all apart, 1 where none does anything. `best` is the threshold of that distance; those above `low` and up to `high`
    come within 1 % of it, without an end where that is None. `find` is the strictest threshold with a recall of 0.95,
    `act` the loosest with a precision of 0.95; `between` is the share of cases that lie between them. Each is None
    where there is none.
    """

    overlap: float | None
    best: float | None
    low: float | None
    high: float | None
    find: float | None
    act: float | None
    between: float | None
    advice: Advice | None


def auc_of(curve: Curve) -> float | None:
    """Return the area under the ROC curve, None where there are no positives or no negatives.

    It is the chance that a positive has the riskier score of two, a positive and a negative, where equal scores count
    half: the Mann-Whitney statistic over positives times negatives (Hanley & McNeil 1982).
    """
    tp, fp, _, _ = curve.counts
    area = 2 * float(tp[-1]) * float(fp[-1])
    if area == 0:
        return None
    # Each step of false positives, at the mean of the hits before and after it: exact in whole numbers
    twice = (np.diff(fp) * (tp[1:] + tp[:-1])).sum()
    return float(twice / area)


def separability_of(curve: Curve) -> Separability:
    """Return how far the classes overlap and which thresholds that speaks for; all of it None with one class only."""
    distance = youden(curve.counts)
    if np.isnan(distance[0]):
        return Separability(None, None, None, None, None, None, None, None)
    top = int(distance.argmax())
    near = distance >= distance[top] * (1 - NEAR_BEST)
    first, last = _run_around(near, top)
    low, high = _between_scores(curve, first, last)
    find, act = _first(recall(curve.counts) >= ENOUGH), _last(precision(curve.counts) >= ENOUGH)
    overlap = float(1 - distance[top])
    between = None
    if find is not None and act is not None:
        between = max(0, int(curve.flagged[find] - curve.flagged[act])) / curve.cases
    return Separability(
        overlap,
        _shown(curve, top),
        low,
        high,
        None if find is None else _shown(curve, find),
        None if act is None else _shown(curve, act),
        between,
        _advice(overlap, between),
    )


def _advice(overlap: float, between: float | None) -> Advice | None:
    if overlap >= 1:
        return None
    if between == 0:
        return "low_threshold"
    return "high_threshold" if between is None or between > WIDE_BAND else "two_thresholds"


def _run_around(near: NDArray[np.bool_], top: int) -> tuple[int, int]:
    """Return the ends of the unbroken run of places around *top*."""
    far = np.flatnonzero(~near)
    place = int(np.searchsorted(far, top))
    first = int(far[place - 1]) + 1 if place else 0
    last = int(far[place]) - 1 if place < len(far) else len(near) - 1
    return first, last


def _between_scores(curve: Curve, first: int, last: int) -> tuple[float | None, float | None]:
    """Return the numbers above which, and up to which, a threshold flags what the places *first* to *last* do."""
    if curve.higher_is == "riskier":
        # What lies between two scores flags what the higher one does
        return _shown(curve, last + 1) if last + 1 < len(curve) else None, _shown(curve, first)
    return _shown(curve, first - 1) if first else None, _shown(curve, last)


def _first(reached: NDArray[np.bool_]) -> int | None:
    places = np.flatnonzero(reached)
    return int(places[0]) if len(places) else None


def _last(reached: NDArray[np.bool_]) -> int | None:
    places = np.flatnonzero(reached)
    return int(places[-1]) if len(places) else None


def _shown(curve: Curve, place: int) -> float | None:
    threshold = float(curve.thresholds[place])
    return None if np.isnan(threshold) else threshold
