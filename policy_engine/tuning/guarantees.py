"""Thresholds with a guarantee: a share that the true value keeps, with a declared confidence, however the sample fell.

The loosest threshold whose *sample* precision is 0.9 has a true one below 0.9 in nearly half of all samples. So
thresholds are tested one after the other, each by the exact binomial tail, in an order in which the labels have no
part, and the first that fails ends it (fixed-sequence testing; Learn then Test, Angelopoulos et al. 2021, arXiv
2110.01052). As each test rejects wrongly with a chance of at most *delta*, so does the whole sequence: the true share
at any threshold that passed is below the bound in at most that part of all samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from policy_engine.exceptions import TuningError
from policy_engine.measures import exact_ends
from policy_engine.measures.binomial import or_more

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.measures import Curve

Share = Literal["precision", "recall"]

WEIGHTED: Final = "weighted cases cannot be certified, no exact test of them is known; leave the weights out"
_MOST_NEEDED: Final = 1_000_000
_ROUNDING: Final = 1e-9
"""So far below a whole number, a product of a number and a share is that number."""
_PARTS: Final = 16
"""A range of numbers of cases in which some may pass is looked at in so many parts."""


@dataclass(frozen=True, slots=True)
class Certified:
    """The thresholds that keep a bound with a confidence of 1 less `delta`: places of a curve.

    Testing began at `first`, None where no threshold has as many cases as it takes, and ended at `last`, the last that
    passed, None where none did. `n` cases and `k` hits are those of `last`, or of `first` where none passed, with the
    p-value there and the lower end of the exact interval (Clopper & Pearson 1934). What is guaranteed is `at_least`:
    that end is the one of a single threshold, and says more than what holds for one chosen among many.

    Where none passed, `needed` is how many cases it would take at the same share of hits, or without one error where
    there are none yet; None where the share itself is too low, or they are more than a million.
    """

    measure: Share
    at_least: float
    delta: float
    first: int | None
    last: int | None
    n: int
    k: int
    p_value: float | None
    lower_bound: float | None
    needed: int | None

    @property
    def places(self) -> range:
        """The places that passed, in the order in which they were tested."""
        if self.first is None or self.last is None:
            return range(0)
        step = 1 if self.measure == "precision" else -1
        return range(self.first, self.last + step, step)


@dataclass(frozen=True, slots=True)
class Tested:
    """One threshold put to the test: `k` hits in `n` cases, and the lower end of their exact interval."""

    n: int
    k: int
    p_value: float
    lower_bound: float


def tested_at(curve: Curve, certified: Certified, place: int) -> Tested:
    """Return what the test of *certified* says at a *place* of its curve."""
    n = int(curve.flagged[place]) if certified.measure == "precision" else curve.positive_cases
    k = int(curve.counts.tp[place])
    p_value = float(_p_values(np.array([n]), np.array([k]), certified.at_least)[0])
    return Tested(n, k, p_value, _lower_bound(n, k, certified.delta))


def certified_precision(
    curve: Curve, at_least: float, delta: float, *, start: float | None = None, start_flagged: int | None = None
) -> Certified:
    """Return the thresholds whose true precision is *at_least* so much, tested from strict to loose.

    It begins with the strictest threshold that flags as many cases as could pass without an error, counted without a
    look at the labels; or with the threshold *start*, or the strictest that flags *start_flagged* cases: both have to
    be declared beforehand, or come from other data. Raises `TuningError` for weighted cases, of which no exact test is
    known.
    """
    _refuse_weights(curve)
    if start is not None and start_flagged is not None:
        raise TuningError("testing starts at a threshold or at a number of cases, not at both")
    if (start is not None and isnan(start)) or (start_flagged is not None and start_flagged < 1):
        raise TuningError("testing starts at a threshold that is a number, or at a number of cases from 1 up")
    many = cases_needed(at_least, delta) if start_flagged is None else start_flagged
    first: int | None = None
    if start is not None:
        first = curve.place_of(start)
    elif many is not None and many <= curve.cases:
        first = int(np.searchsorted(curve.flagged, many))
    tested = slice(first, None) if first is not None else slice(0, 0)
    return _tested("precision", (at_least, delta), many, first, (curve.flagged[tested], curve.counts.tp[tested]))


def certified_recall(curve: Curve, at_least: float, delta: float) -> Certified:
    """Return the thresholds whose true recall is *at_least* so much, tested from that which flags all to strict ones.

    Raises `TuningError` for weighted cases, of which no exact test is known.
    """
    _refuse_weights(curve)
    hits = curve.counts.tp[::-1]
    cases = np.full(len(hits), curve.positive_cases)
    return _tested("recall", (at_least, delta), cases_needed(at_least, delta), len(curve) - 1, (cases, hits))


def cases_needed(at_least: float, delta: float, hits: float = 1.0) -> int | None:
    """Return how many cases it takes to certify a share where so large a part of them are *hits*.

    Without an error that is the least n with at_least ** n <= delta. None where no number of cases does, or only more
    than a million. Raises `TuningError` for shares that are no shares.

    >>> cases_needed(0.9, 0.05), cases_needed(0.95, 0.05), cases_needed(0.9, 0.05, hits=0.95)
    (29, 59, 116)
    """
    if not (0 < at_least < 1 and 0 < delta < 1):
        raise TuningError(
            "a share to be certified, and the chance to be wrong, lie between 0 and 1, both ends excluded"
        )
    if not 0 <= hits <= 1:
        raise TuningError("a share of hits lies between 0 and 1")
    if hits <= at_least:
        return None
    return _first_that_passes(range(1, _MOST_NEEDED + 1, _PARTS**4), (at_least, delta), hits)


def _first_that_passes(begins: range, bound: tuple[float, float], hits: float) -> int | None:
    """Return the least number of cases that passes, of those from each of *begins* up to the next.

    None of a range passes where the most cases would not with the fewest errors of it, nor where the fewest cases would
    not with the most hits: then none of them is tried. The one says more of high bounds, the other of low ones.
    """
    at_least, delta = bound
    first = np.array(begins)
    last = np.minimum(first + begins.step, begins.stop) - 1
    of_first, of_last = (np.floor(one * hits + _ROUNDING).astype(np.int64) for one in (first, last))
    cases, most_hits = (last, last - first + of_first) if at_least > 1 / 2 else (first, of_last)
    p_values = _p_values(cases, most_hits, at_least)
    if begins.step == 1:
        passed = np.flatnonzero(p_values <= delta)
        return int(first[passed[0]]) if len(passed) else None
    perhaps = np.flatnonzero(p_values <= delta * (1 + _ROUNDING))
    within = (range(int(first[at]), int(last[at]) + 1, begins.step // _PARTS) for at in perhaps)
    found = (_first_that_passes(one, bound, hits) for one in within)
    return next((one for one in found if one is not None), None)


def _tested(
    measure: Share,
    bound: tuple[float, float],
    fewest: int | None,
    first: int | None,
    sequence: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Certified:
    """Test in the order of *sequence*, the cases and hits of one threshold after the other from *first* on.

    *fewest* cases are needed to begin.
    """
    at_least, delta = bound
    n, k = sequence
    if first is None:
        return Certified(measure, at_least, delta, None, None, 0, 0, None, None, fewest)
    p_values = _p_values(n, k, at_least)
    failed = np.flatnonzero(~(p_values <= delta))
    passed = int(failed[0]) if len(failed) else len(n)
    at = max(passed - 1, 0)
    cases, hits = int(n[at]), int(k[at])
    lower = _lower_bound(cases, hits, delta)
    step = 1 if measure == "precision" else -1
    last = first + step * at if passed else None
    needed = None
    if last is None:
        needed = cases_needed(at_least, delta, hits / cases) if cases else fewest
    return Certified(measure, at_least, delta, first, last, cases, hits, float(p_values[at]), lower, needed)


def _p_values(n: NDArray[np.int64], k: NDArray[np.int64], at_least: float) -> NDArray[np.float64]:
    """Return the chance of *k* hits or more in *n* cases of which each is one with the chance *at_least*; 1 of none."""
    return np.where(n > 0, or_more(k, n, at_least), 1.0)


def _lower_bound(n: int, k: int, delta: float) -> float:
    ends = exact_ends(k, n, delta)
    return 0.0 if ends is None else ends.low


def _refuse_weights(curve: Curve) -> None:
    if curve.is_weighted:
        raise TuningError(WEIGHTED)
