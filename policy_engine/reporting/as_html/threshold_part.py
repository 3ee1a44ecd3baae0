"""What a page knows of a curve: the exact counts of the thresholds that are kept, and its scores in bins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from policy_engine.measures import auc_of, wilson
from policy_engine.reporting.as_html.thinning import kept_places
from policy_engine.reporting.as_text.thresholds import place_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.measures import Curve

_BINS: Final = 40
_OF_CHANCES: Final = 10
MOST_SEGMENTS: Final = 24
"""Of so many segments the counts are there at every threshold that is kept; where there are more, of none."""
_CONFIDENCE: Final = 0.95


def threshold_part(
    curve: Curve,
    marked: Iterable[float | None] = (),
    segments: Sequence[tuple[Mapping[str, Any], Curve]] = (),
    *,
    flagged_fare_better: bool = False,
) -> dict[str, Any]:
    """Return the part `threshold` of a page: about a thousand thresholds of *curve* with their counts.

    Those that flag what the *marked* thresholds do are among them. Thresholds rise, as on an axis, so that the choice
    that is no score comes last; null is that choice. The size does not depend on the number of cases.
    """
    following = segments if len(segments) <= MOST_SEGMENTS else ()
    places = kept_places(curve, [_place(curve, one) for one in marked])
    rising = places[::-1] if curve.higher_is == "riskier" else places
    return {
        "higher_is": curve.higher_is,
        "n": curve.cases,
        "positives": curve.positive_cases,
        "is_weighted": curve.is_weighted,
        "flagged_fare_better": flagged_fare_better,
        "choices": len(curve),
        "auc": auc_of(curve),
        "threshold": [curve.threshold_at(place) for place in rising.tolist()],
        "text": [place_as_text(curve, place) for place in rising.tolist()],
        "flagged": curve.flagged[rising].tolist(),
        **{name: one[rising].tolist() for name, one in curve.counts._asdict().items()},
        "histogram": _histogram(curve),
        "chances": _chances(curve),
        "segments": [_segment(curve, one, values, rising) for values, one in following],
    }


def _place(curve: Curve, threshold: float | None) -> int:
    if threshold is None:
        return 0 if curve.higher_is == "riskier" else len(curve) - 1
    return curve.place_of(threshold)


def _segment(whole: Curve, curve: Curve, values: Mapping[str, Any], places: NDArray[np.intp]) -> dict[str, Any]:
    """Return what a segment's cases come to at the thresholds of the *whole*."""
    own = [_place(curve, whole.threshold_at(place)) for place in places.tolist()]
    return {"segment": dict(values), **{name: one[own].tolist() for name, one in curve.counts._asdict().items()}}


def _scores(curve: Curve) -> tuple[NDArray[np.float64], NDArray[Any], NDArray[Any]]:
    """Return the distinct scores, and how much the positives and the negatives of each weigh."""
    positive, negative = np.diff(curve.counts.tp), np.diff(curve.counts.fp)
    # A place's scores are those that it flags and the one before it does not
    scores = curve.thresholds[1:] if curve.higher_is == "riskier" else curve.thresholds[:-1]
    return scores, positive, negative


def _histogram(curve: Curve) -> dict[str, Any]:
    scores, positive, negative = _scores(curve)
    low, high = float(scores.min()), float(scores.max())
    edges = np.linspace(low, high if high > low else low + 1, _BINS + 1)
    bins = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, _BINS - 1)
    classes = {"positive": positive, "negative": negative}
    return {
        "edges": edges.tolist(),
        **{name: np.bincount(bins, one, minlength=_BINS).tolist() for name, one in classes.items()},
    }


def _chances(curve: Curve) -> dict[str, Any] | None:
    """Return how the scores hold as chances of a positive, None where one of them is none."""
    scores, positive, negative = _scores(curve)
    if scores.min() < 0 or scores.max() > 1:
        return None
    chances = scores if curve.higher_is == "riskier" else 1 - scores
    bins = np.minimum((chances * _OF_CHANCES).astype(np.intp), _OF_CHANCES - 1)
    weight = positive + negative
    total, hits, said = (np.bincount(bins, one, minlength=_OF_CHANCES) for one in (weight, positive, weight * chances))
    all_of_them = float(weight.sum())
    brier = float((positive * (1 - chances) ** 2 + negative * chances**2).sum() / all_of_them)
    rows = [
        _chance(place, *one, is_weighted=curve.is_weighted)
        for place, one in enumerate(zip(total.tolist(), hits.tolist(), said.tolist(), strict=True))
        if one[0] > 0
    ]
    apart = sum(row["n"] * abs(row["said"] - row["found"]) for row in rows) / all_of_them
    return {"brier": brier, "calibration_error": apart, "bins": rows}


def _chance(place: int, total: float, hits: float, said: float, *, is_weighted: bool) -> dict[str, Any]:
    # Weighted cases have no such interval
    interval = None if is_weighted else wilson(int(hits), int(total), _CONFIDENCE)
    low, high = interval or (None, None)
    return {
        "from": place / _OF_CHANCES,
        "to": (place + 1) / _OF_CHANCES,
        "n": total,
        "said": said / total,
        "found": hits / total,
        "low": low,
        "high": high,
    }
