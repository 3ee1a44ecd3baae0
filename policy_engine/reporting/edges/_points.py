"""Which scores are edges: cuts, ends of the range, their float neighbours, and what is no score at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.model import Lead, Scale, Score
    from policy_engine.resolution import Rung
    from policy_engine.vocabulary import InvalidClass

_NO_LABELS: Final = ("first", "second")
"""What two classes are called where a policy does not say which there are."""


class Point(NamedTuple):
    """A score at an edge, as a case gives it, with the number that is compared or its class of bad input.

    `pair` are the two highest scores of a case of several classes. `is_other_model` asks for another model's name.
    """

    edge: str
    given: Any
    signal: float | InvalidClass
    pair: tuple[float, float] | None = None
    is_other_model: bool = False


def points_of(scale: Scale, rungs: Sequence[Rung], lead: Lead | None) -> Iterator[Point]:
    """Yield the edges of a cell with this ladder: numbers as they rise, then what is bad input."""
    if scale.score.kind == "classes":
        return _of_classes(scale.score, rungs, lead)
    return _of_numbers(scale.score, rungs)


def _of_numbers(score: Score, rungs: Sequence[Rung]) -> Iterator[Point]:
    edges = {**_at_cuts(score, rungs), **_at_ends(score)}
    for number in sorted(edges):
        yield Point(edges[number], number, _read(score, number))
    valid = max(number for number in edges if not isinstance(_read(score, number), str))
    yield Point("NaN", math.nan, "not_finite")
    yield Point("missing", None, "missing")
    yield Point("text", repr(valid), "wrong_type")
    yield Point("a boolean", given=True, signal="wrong_type")
    yield Point("another model", valid, "wrong_model", is_other_model=True)


def _at_cuts(score: Score, rungs: Sequence[Rung]) -> dict[float, str]:
    """Return the cuts and their neighbours, by number; of two that are one number, that on a cut says more."""
    found: dict[float, str] = {}
    for rung in rungs:
        if rung.threshold is not None:
            found.setdefault(score.just_below(rung.threshold), f"just below `{rung.band}`")
            found[rung.threshold] = f"on `{rung.band}`"
            found.setdefault(score.just_above(rung.threshold), f"just above `{rung.band}`")
    return found


def _at_ends(score: Score) -> dict[float, str]:
    """Return the ends of the range and their neighbours; the end of an open one is the last finite number."""
    low = score.low if math.isfinite(score.low) else score.just_above(-math.inf)
    high = score.high if math.isfinite(score.high) else score.just_below(math.inf)
    return {
        score.just_below(low): "below the range",
        score.just_above(low): "just above the low end",
        score.just_below(high): "just below the high end",
        score.just_above(high): "above the range",
        low: "the low end",
        high: "the high end",
    }


def _read(score: Score, number: float) -> float | InvalidClass:
    if not math.isfinite(number):
        return "not_finite"
    return number if score.low <= number <= score.high else "out_of_range"


# --- several classes, of which the first and the second count ------------------------------------------------


def _of_classes(score: Score, rungs: Sequence[Rung], lead: Lead | None) -> Iterator[Point]:
    # Where they are declared there are two at least, or `validate` says so
    labels = score.labels or _NO_LABELS
    if score.signal == "margin":
        yield from _of_margins(score, labels, rungs)
    for point in _of_numbers(score, rungs if score.signal != "margin" else ()):
        given = point.given if point.signal == "missing" else {labels[0]: point.given, labels[1]: score.low}
        if isinstance(point.signal, str):
            yield point._replace(given=given)
        else:
            signal = point.signal - score.low if score.signal == "margin" else point.signal
            yield point._replace(given=given, signal=signal, pair=(point.signal, score.low))
    if score.signal != "margin" and lead is not None:
        yield from _at_the_lead(score, labels, rungs, lead)
    yield Point("no candidates", {}, "no_candidates")


def _of_margins(score: Score, labels: Sequence[str], rungs: Sequence[Rung]) -> Iterator[Point]:
    edges = {**_at_cuts(score, rungs), score.signal_low: "no margin", score.signal_high: "the widest margin"}
    for margin in sorted(number for number in edges if math.isfinite(number)):
        second = _second_for(score, margin)
        if second is not None:
            first = second + margin
            given = {labels[0]: first, labels[1]: second}
            yield Point(edges[margin], given, margin, (first, second))


def _second_for(score: Score, margin: float) -> float | None:
    """Return a second score that some first is just so far ahead of, or None where rounding leaves none."""
    for second in (0.0, score.low, score.rounded(score.high - margin)):
        first = second + margin
        in_range = score.low <= second <= first <= score.high
        if in_range and score.rounded(first) == first and first - second == margin:
            return second
    return None


def _at_the_lead(score: Score, labels: Sequence[str], rungs: Sequence[Rung], lead: Lead) -> Iterator[Point]:
    """Yield, on the cut of each band in which the lead matters, a second class as close as may be, and one closer."""
    for rung in rungs:
        if rung.band in lead.bands and rung.threshold is not None:
            close = _closest_behind(score, rung.threshold, lead.ratio)
            for second, edge in ((close, "on the lead of"), (score.just_above(close), "just short of the lead of")):
                if score.low <= second <= rung.threshold:
                    given = {labels[0]: rung.threshold, labels[1]: second}
                    yield Point(f"{edge} `{rung.band}`", given, rung.threshold, (rung.threshold, second))


def _closest_behind(score: Score, first: float, ratio: float) -> float:
    """Return the greatest second score which *first* is ahead of by *ratio*."""
    second = score.rounded(first / ratio)
    while first >= ratio * second and first > second:
        second = score.just_above(second)
    while not (first >= ratio * second and first > second):
        second = score.just_below(second)
    return second
