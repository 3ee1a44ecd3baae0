"""How surely a threshold was chosen: the whole choice, made anew on one resample after the other.

Two things follow. The thresholds that are chosen then say how far another sample would have moved it. And what a choice
owes to chance shows: measured on the resample that it was made on, it does better than on the cases behind it. By so
much, what is measured on the cases that chose a threshold is too good.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import MEASURES, Counts, Interval, wilson
from policy_engine.tuning.accelerated import Units, accelerated_interval
from policy_engine.tuning.choosing import choose
from policy_engine.tuning.resampling import places_of, resampling_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from policy_engine.measures import Curve, LabelledScores, Measuring
    from policy_engine.tuning.choosing import Choice
    from policy_engine.tuning.objectives import Objective
    from policy_engine.tuning.resampling import Resampling

MOST_REPLICATES: Final = 100_000
_MOST_SELECTED: Final = 10
_MORE: Final = 1.5
_LESS: Final = 0.5
"""So much of the optimism that resamples show is taken off the worse end of an interval, and off its better end.

A resample has the same steps between scores as the cases behind it, so that the best of them owes less to chance there
than it did here: what resamples show is about two thirds of it (docs/tuning.md has the table).
"""


class ThresholdRange(NamedTuple):
    """Thresholds from `low` to `high`, each one that was chosen; None is that which none of the scores says."""

    low: float | None
    high: float | None


class Selected(NamedTuple):
    """A threshold, and in which share of the resamples it was chosen."""

    threshold: float | None
    share: float


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """What resamples say of a choice, with a confidence of `confidence`.

    Something could be chosen in `chosen` of the `replicates`. `threshold` is where it would lie on other samples
    (percentiles). `measures` are those of the population at the very threshold that was chosen here: the accelerated
    interval at that threshold (BCa, Efron 1987), less what the choice owes to chance, which is `optimism`; None where a
    measure is not defined in most of them. `selected` are the thresholds that were chosen most often.
    """

    replicates: int
    seed: int
    confidence: float
    chosen: int
    threshold: ThresholdRange | None
    selected: tuple[Selected, ...]
    measures: Mapping[str, Interval | None]
    optimism: Mapping[str, float | None]


class _Replicates(NamedTuple):
    """Of each resample in which something was chosen: the place of the whole curve, and what it flags there."""

    places: NDArray[np.intp]
    thresholds: NDArray[np.float64]
    at_choice: Counts
    at_fixed: Counts
    """What the threshold that was chosen on the cases themselves flags there."""


def bootstrap(
    labelled: LabelledScores,
    curve: Curve,
    objective: Objective,
    choice: Choice,
    at_least: Mapping[str, float] | None = None,
    *,
    clusters: NDArray[np.intp] | None = None,
    replicates: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    progress: Callable[[int], object] | None = None,
) -> Bootstrapped:
    """Return what *replicates* resamples say of a *choice* from *curve*, that of *labelled*.

    The same seed gives the same resamples. *clusters* numbers for each case what is drawn as a whole, such as all cases
    of one subject, from 0 on without a gap. *progress* is called with 1 for each that is done. Raises
    `TuningError` for numbers of replicates that are none.
    """
    if not 1 <= replicates <= MOST_REPLICATES:
        raise TuningError(f"resamples are from 1 to {MOST_REPLICATES:,}")
    if not 0 < confidence < 1:
        raise TuningError("a confidence lies between 0 and 1, both ends excluded")
    resampling = resampling_of(labelled, curve, objective, at_least or {}, clusters)
    fixed = int(np.searchsorted(resampling.places, choice.place, side="right")) - 1
    drawn = _draw(resampling, objective, at_least or {}, fixed, (replicates, seed), progress)
    units = _units(labelled, curve, choice, clusters)
    measures, optimism = {}, {}
    for name, measure in _measures_of(objective).items():
        measures[name], optimism[name] = _population(measure, curve, drawn, units, confidence)
    return Bootstrapped(
        replicates,
        seed,
        confidence,
        len(drawn.places),
        _percentiles(drawn.thresholds, confidence),
        _selected(drawn.thresholds),
        measures,
        optimism,
    )


def _measures_of(objective: Objective) -> dict[str, Measuring]:
    own = objective.measuring
    return {**MEASURES, **({} if own is None else {objective.measure: own})}


def _draw(
    resampling: Resampling,
    objective: Objective,
    at_least: Mapping[str, float],
    fixed: int,
    how: tuple[int, int],
    progress: Callable[[int], object] | None,
) -> _Replicates:
    """Draw, and choose on each that has both classes."""
    replicates, seed = how
    rng = np.random.default_rng(seed)
    places, thresholds, at_choice, at_fixed = [], [], [], []
    for _ in range(replicates):
        curve = resampling.draw(rng)
        chosen = None
        if 0 < curve.positive_cases < curve.cases:
            chosen = choose(curve, objective, at_least)
        if chosen is not None:
            places.append(resampling.places[chosen.place])
            thresholds.append(inf if chosen.threshold is None else chosen.threshold)
            at_choice.append(chosen.counts)
            at_fixed.append(curve.counts.at(fixed))
        if progress is not None:
            progress(1)
    return _Replicates(
        np.array(places, dtype=np.intp), np.array(thresholds, np.float64), _stacked(at_choice), _stacked(at_fixed)
    )


def _stacked(counts: list[Counts]) -> Counts:
    return Counts(*(np.array([one[cell] for one in counts]) for cell in range(4)))


def _population(
    measure: Measuring, curve: Curve, drawn: _Replicates, units: Units, confidence: float
) -> tuple[Interval | None, float | None]:
    """Return the interval of a measure of the population at the threshold that was chosen here, and the optimism."""
    behind = Counts(*(one[drawn.places] for one in curve.counts)) if len(drawn.places) else drawn.at_choice
    gained = measure(drawn.at_choice) - measure(behind)
    gained = gained[~np.isnan(gained)]
    resampled = measure(drawn.at_fixed)
    ends = accelerated_interval(measure, units, resampled, confidence)
    if ends is None or 2 * len(gained) <= len(drawn.places):
        return None, None
    optimism = float(gained.mean())
    if ends[0] == ends[1]:
        return _of_what_never_differs(measure, units, confidence), optimism
    at_low, at_high = (_LESS, _MORE) if optimism < 0 else (_MORE, _LESS)
    low, high = sorted((ends[0] - at_low * optimism, ends[1] - at_high * optimism))
    return Interval(*_within(measure, low, high)), optimism


def _of_what_never_differs(measure: Measuring, units: Units, confidence: float) -> Interval | None:
    """Return the interval of a measure that is the same in every resample, as a precision without an error.

    No resample has what the cases have not. Of a share of cases there is Wilson's interval; of anything else, or of
    cases that are not independent or do not count as one each, there is none.
    """
    share = next((one for one in _SHARES if MEASURES[one] is measure), None)
    if share is None or not units.are_cases:
        return None
    hits, cases = (int(sum(getattr(units.total, cell) for cell in cells)) for cells in _SHARES[share])
    return wilson(hits, cases, confidence)


_SHARES: Final = {
    "precision": (("tp",), ("tp", "fp")),
    "recall": (("tp",), ("tp", "fn")),
    "specificity": (("tn",), ("tn", "fp")),
    "false_positive_rate": (("fp",), ("tn", "fp")),
    "accuracy": (("tp", "tn"), ("tp", "fp", "fn", "tn")),
    "flagged_share": (("tp", "fp"), ("tp", "fp", "fn", "tn")),
}
"""Measures that are a share of cases: of which, and among which."""


def _within(measure: Measuring, low: float, high: float) -> tuple[float, float]:
    """Return an interval no end of which the measure could not have."""
    if measure in (MEASURES["mcc"], MEASURES["youden"]):
        return max(low, -1.0), min(high, 1.0)
    if measure in MEASURES.values():
        return max(low, 0.0), min(high, 1.0)
    return max(low, 0.0), high


def _units(labelled: LabelledScores, curve: Curve, choice: Choice, clusters: NDArray[np.intp] | None) -> Units:
    """Return what each independent part of the cases adds to the counts at the choice; equal ones together."""
    if clusters is None and labelled.weights is None:
        own = np.eye(4)
        return Units(Counts(*own), np.array([float(one) for one in choice.counts]), are_cases=True)
    is_flagged = places_of(labelled, curve) <= choice.place
    weights = np.ones(len(labelled)) if labelled.weights is None else labelled.weights
    yes, no = labelled.is_positive, ~labelled.is_positive
    cells = Counts(
        *(weights * which for which in (is_flagged & yes, is_flagged & no, ~is_flagged & yes, ~is_flagged & no))
    )
    if clusters is not None:
        many = int(clusters.max()) + 1
        cells = Counts(*(np.bincount(clusters, cell, many) for cell in cells))
    return Units(cells, np.ones(len(cells.tp)))


def _percentiles(thresholds: NDArray[np.float64], confidence: float) -> ThresholdRange | None:
    """Return the middle part of the thresholds, each end one of them."""
    if not len(thresholds):
        return None
    tail = (1 - confidence) / 2
    low, high = np.quantile(thresholds, [tail, 1 - tail], method="inverted_cdf").tolist()
    return ThresholdRange(_or_none(low), _or_none(high))


def _selected(thresholds: NDArray[np.float64]) -> tuple[Selected, ...]:
    distinct, many = np.unique(thresholds, return_counts=True)
    most = np.argsort(-many, kind="stable")[:_MOST_SELECTED]
    return tuple(
        Selected(_or_none(float(one)), int(times) / len(thresholds))
        for one, times in zip(distinct[most], many[most], strict=True)
    )


def _or_none(threshold: float) -> float | None:
    return None if threshold == inf else threshold
