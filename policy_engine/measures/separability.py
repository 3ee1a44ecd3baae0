"""How diagnostic one score is: how far the scores of positives and negatives overlap, and what follows for thresholds.

Where the classes hardly overlap, nearly every threshold between them does, and one that flags more loses nothing. Where
they do, one that finds the positives flags many others: then it is one that flags fewer, or two with a band between
them in which somebody looks twice. And where nearly all are positives, flagging all is right nearly always, whatever
the score is: that says nothing of the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from policy_engine.measures.rates import flagged_share, precision, recall, youden

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures.curve import Curve

Advice = Literal["flag_more", "flag_fewer", "two_thresholds", "flag_all"]

ENOUGH: Final = 0.95
"""The precision from which one may act on a score, and the recall from which hardly any is missed. Where one threshold
has both, one that flags more is proposed."""
WIDE_BAND: Final = 0.5
"""A band between two thresholds with more of the cases than this settles too little: one that flags fewer is better."""
WIDE_OVERLAP: Final = 0.5
"""Classes that overlap by more are hardly told apart. With up to nine positives in ten, a threshold with both shares
leaves less: 0.95 (1 - 9 / 19) is 0.5. With more, even one that flags at random has both."""
NEAR_BEST: Final = 0.01
"""What comes so close to the best is as good."""


@dataclass(frozen=True, slots=True)
class Separability:
    """How far the scores of two classes overlap.

    `overlap` is 1 less the largest distance of the two distributions (1 - max Youden's J): 0 where a threshold tells
    all apart, 1 where none tells anything. `best` is the threshold of that distance; those above `low` and up to `high`
    come within 1 % of it, without an end where that is None. `find` is the threshold that flags fewest with a recall of
    0.95, `act` that which flags most with a precision of 0.95; `between` is the share of all that lies between them.
    Each is None where no score is such a threshold; all are, but for the overlap, where nothing is told apart.
    """

    overlap: float | None = None
    best: float | None = None
    low: float | None = None
    high: float | None = None
    find: float | None = None
    act: float | None = None
    between: float | None = None
    advice: Advice | None = None


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
    """Return how far the classes overlap and which thresholds that speaks for."""
    distance = youden(curve.counts)
    if np.isnan(distance[0]):
        return Separability()
    top = int(distance.argmax())
    overlap = float(1 - distance[top])
    if distance[top] <= 0:
        return Separability(overlap)
    first, last = _run_around(distance >= distance[top] * (1 - NEAR_BEST), top)
    low, high = _between_scores(curve, first, last)
    is_score = ~np.isnan(curve.thresholds)
    finding = np.flatnonzero((recall(curve.counts) >= ENOUGH) & is_score)
    acting = np.flatnonzero((precision(curve.counts) >= ENOUGH) & is_score)
    find = int(finding[0]) if len(finding) else None
    act = int(acting[-1]) if len(acting) else None
    between = None
    if find is not None and act is not None:
        shares = flagged_share(curve.counts)
        between = max(0.0, float(shares[find] - shares[act]))
    return Separability(
        overlap,
        curve.threshold_at(top),
        low,
        high,
        None if find is None else curve.threshold_at(find),
        None if act is None else curve.threshold_at(act),
        between,
        _advice(between, overlap),
    )


def _advice(between: float | None, overlap: float) -> Advice:
    if between == 0:
        return "flag_more" if overlap <= WIDE_OVERLAP else "flag_all"
    return "flag_fewer" if between is None or between > WIDE_BAND else "two_thresholds"


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
        return curve.threshold_at(last + 1) if last + 1 < len(curve) else None, curve.threshold_at(first)
    return curve.threshold_at(first - 1) if first else None, curve.threshold_at(last)
