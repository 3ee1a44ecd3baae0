"""Which thresholds of a long curve a page keeps: few enough to send, with those that matter among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from policy_engine.measures import Curve

MOST_KEPT: Final = 1000


def kept_places(curve: Curve, always: Iterable[int] = (), most: int = MOST_KEPT) -> NDArray[np.intp]:
    """Return the places of a curve that are kept, in their order: all where there are few, else about *most*.

    Kept in any case: the ends, those of *always*, and the corners of the hull of the ROC curve, among which is the
    least cost for any two costs, and the greatest F1. The others are as far apart in scores as in cases.
    """
    last = len(curve) - 1
    if len(curve) <= most:
        return np.arange(len(curve))
    must = np.union1d(np.array([0, last, *always], dtype=np.intp), hull_corners(curve))
    half = max(most - len(must), 2) // 2
    by_cases = np.searchsorted(curve.flagged, np.linspace(0, curve.cases, half))
    known = curve.thresholds[~np.isnan(curve.thresholds)]
    by_score = [curve.place_of(float(one)) for one in np.linspace(known.min(), known.max(), half)]
    spread = np.clip(np.concatenate((by_cases, by_score)), 0, last).astype(np.intp)
    return np.union1d(must, spread)


def hull_corners(curve: Curve) -> NDArray[np.intp]:
    """Return the places of the corners of the upper hull of the ROC curve, of equal ones that which flags fewest.

    >>> from policy_engine.measures import LabelledScores, curve_of
    >>> hull_corners(curve_of(LabelledScores.of([0.9, 0.8, 0.7, 0.6, 0.5], [1, 0, 1, 1, 0]))).tolist()
    [0, 1, 4, 5]
    """
    tp, fp = curve.counts.tp, curve.counts.fp
    # Only where positives came can be a corner; and only where they stop, but for cases that weigh nothing
    is_corner = np.diff(tp) > 0
    if not curve.is_weighted:
        is_corner[:-1] &= np.diff(fp)[1:] > 0
    ends = np.flatnonzero(is_corner) + 1
    places = np.unique(np.concatenate(([0], ends, [len(curve) - 1])))
    corners: list[tuple[Any, Any, int]] = []
    for one in zip(fp[places].tolist(), tp[places].tolist(), places.tolist(), strict=True):
        while len(corners) > 1 and not _turns_right(corners[-2], corners[-1], one):
            corners.pop()
        corners.append(one)
    return np.array([place for _, _, place in corners], dtype=np.intp)


def _turns_right(first: tuple[Any, Any, int], middle: tuple[Any, Any, int], last: tuple[Any, Any, int]) -> bool:
    """Say whether the way over three points bends to the right, and is not straight."""
    across, up = middle[0] - first[0], middle[1] - first[1]
    return bool(across * (last[1] - first[1]) < up * (last[0] - first[0]))
