"""How surely a threshold was chosen: the whole choice, made anew on one resample after the other.

Two things follow. The thresholds that are chosen then say how far another sample would have moved it. And what a choice
owes to chance shows: measured on the resample that it was made on, it does better than on the cases behind it. By so
much, what is measured on the cases that chose a threshold is too good.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import (
    MEASURES,
    SHARES,
    Counts,
    Interval,
    chance_at,
    check_confidence,
    net_benefit,
    proportion_in,
    wilson,
)
from policy_engine.tuning.accelerated import Units, accelerated_interval
from policy_engine.tuning.choosing import choose
from policy_engine.tuning.clusters import numbered
from policy_engine.tuning.resampling import places_of, resampling_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    """A threshold, and in which share of the resamples it was chosen of those in which there was one to choose."""

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
    also: Mapping[str, Interval | None] | None = None
    """The measures of the population at another threshold that was asked for: not less any optimism."""


class _Replicates(NamedTuple):
    """What came of the resamples in which something was chosen, and what all of them flag at fixed places.

    `places` are those of the whole curve, `thresholds` infinite where a choice is none of the scores.
    """

    places: NDArray[np.intp]
    thresholds: NDArray[np.float64]
    at_choice: Counts
    at_fixed: tuple[Counts, ...]


class _Measured(NamedTuple):
    """A measure of the choice here, and of the resamples' own choices, with the least and the most it can be."""

    of_fixed: Measuring
    of_chosen: Measuring
    least: float = 0.0
    most: float = 1.0


def bootstrap(
    labelled: LabelledScores,
    curve: Curve,
    objective: Objective,
    choice: Choice,
    at_least: Mapping[str, float] | None = None,
    *,
    clusters: Sequence[Any] | NDArray[Any] | None = None,
    replicates: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    also: Choice | None = None,
    progress: Callable[[int], object] | None = None,
) -> Bootstrapped:
    """Return what *replicates* resamples say of a *choice* from *curve*, that of *labelled*.

    The same seed gives the same resamples. *clusters* says of each case what is drawn as a whole, such as the subject
    whose cases they are. *also* is another choice of the curve, such as the guaranteed one. *progress* is called with 1
    for each resample that is done. Raises `TuningError` for a number of resamples or a confidence that is none,
    `LabelledDataError` for clusters that are none.
    """
    if not 1 <= replicates <= MOST_REPLICATES:
        raise TuningError(f"a bootstrap takes from 1 to {MOST_REPLICATES:,} resamples, not {replicates}")
    check_confidence(confidence)
    subjects = None if clusters is None else numbered(clusters, len(labelled))
    fixed = [one for one in (choice, also) if one is not None]
    places = tuple(one.place for one in fixed)
    resampling = resampling_of(labelled, curve, objective, at_least or {}, places=places, clusters=subjects)
    drawn = _draw(resampling, objective, at_least or {}, places, (replicates, seed), progress)
    units = [_units(labelled, curve, one, subjects) for one in fixed]
    measures: dict[str, Interval | None] = {}
    optimism: dict[str, float | None] = {}
    for name, measured in _measures_of(objective, curve, choice, drawn).items():
        optimism[name] = _optimism(measured, curve, drawn)
        measures[name] = _population(measured, drawn.at_fixed[0], units[0], confidence, optimism[name] or 0.0)
    at_other = None
    if also is not None:
        others = _measures_of(objective, curve, also, drawn)
        at_other = {name: _population(one, drawn.at_fixed[1], units[1], confidence) for name, one in others.items()}
    return Bootstrapped(
        replicates,
        seed,
        confidence,
        len(drawn.places),
        _percentiles(drawn.thresholds, confidence),
        _selected(drawn.thresholds),
        measures,
        optimism,
        at_other,
    )


def _measures_of(objective: Objective, curve: Curve, choice: Choice, drawn: _Replicates) -> dict[str, _Measured]:
    found = {name: _Measured(one, one, -1.0 if name in _SIGNED else 0.0) for name, one in MEASURES.items()}
    own = objective.measuring
    if own is not None and objective.measure not in found:
        found[objective.measure] = _Measured(own, own, most=inf if objective.costs is not None else 1.0)
    elif objective.measure == "net_benefit":
        # Its thresholds are odds: each resample's own, and here the one that was chosen
        here, there = (np.asarray(chance_at(one, curve.higher_is)) for one in (choice.threshold, drawn.thresholds))
        found[objective.measure] = _Measured(
            lambda counts: net_benefit(counts, here), lambda counts: net_benefit(counts, there), -inf
        )
    return found


def _draw(
    resampling: Resampling,
    objective: Objective,
    at_least: Mapping[str, float],
    fixed: tuple[int, ...],
    how: tuple[int, int],
    progress: Callable[[int], object] | None,
) -> _Replicates:
    """Draw, look at the *fixed* places of each, and choose where there is something to choose."""
    replicates, seed = how
    rng = np.random.default_rng(seed)
    places, thresholds, at_choice = [], [], []
    at_fixed: list[list[Counts]] = [[] for _ in fixed]
    known = np.searchsorted(resampling.places, fixed).tolist()
    for _ in range(replicates):
        curve = resampling.draw(rng)
        # Also where nothing can be chosen: a bound that is missed there says what the threshold here is worth
        for counts, place in zip(at_fixed, known, strict=True):
            counts.append(curve.counts.at(place))
        chosen = choose(curve, objective, at_least)
        if chosen is not None:
            places.append(resampling.places[chosen.place])
            thresholds.append(inf if chosen.threshold is None else chosen.threshold)
            at_choice.append(chosen.counts)
        if progress is not None:
            progress(1)
    chosen_at = (np.array(places, dtype=np.intp), np.array(thresholds, np.float64), _stacked(at_choice))
    return _Replicates(*chosen_at, tuple(_stacked(counts) for counts in at_fixed))


def _stacked(counts: list[Counts]) -> Counts:
    return Counts(*(np.array([one[cell] for one in counts]) for cell in range(4)))


def _optimism(measured: _Measured, curve: Curve, drawn: _Replicates) -> float | None:
    """Return how much better a choice does on the resample that it was made on than on the cases behind it."""
    behind = Counts(*(one[drawn.places] for one in curve.counts))
    gained = measured.of_chosen(drawn.at_choice) - measured.of_chosen(behind)
    gained = gained[~np.isnan(gained)]
    return float(gained.mean()) if len(gained) else None


def _population(
    measured: _Measured, at_fixed: Counts, units: Units, confidence: float, optimism: float = 0.0
) -> Interval | None:
    """Return the interval of a measure of the population at a fixed threshold, less the *optimism* of its choice."""
    resampled = measured.of_fixed(at_fixed)
    known = resampled[~np.isnan(resampled)]
    if len(known) and known.min() == known.max():
        return _of_what_never_differs(measured.of_fixed, units, confidence)
    ends = accelerated_interval(measured.of_fixed, units, resampled, confidence)
    if ends is None:
        return None
    at_low, at_high = (_LESS, _MORE) if optimism < 0 else (_MORE, _LESS)
    low, high = sorted((ends[0] - at_low * optimism, ends[1] - at_high * optimism))
    within = (min(max(end, measured.least), measured.most) for end in (low, high))
    return Interval(*within)


def _of_what_never_differs(measure: Measuring, units: Units, confidence: float) -> Interval | None:
    """Return the interval of a measure that is the same in every resample, as a precision without an error.

    No resample has what the cases have not. Of a share of cases there is Wilson's interval; of anything else, or of
    cases that are not independent or do not count as one each, there is none.
    """
    share = next((one for one in SHARES if MEASURES[one] is measure), None)
    if share is None or not units.are_cases:
        return None
    return wilson(*proportion_in(units.total, SHARES[share]), confidence)


_SIGNED: Final = frozenset({"mcc", "youden"})


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
