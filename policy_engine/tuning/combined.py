"""Where a measure lies that is no share of cases, but grows or falls with some: at the worst that all of them may be.

Each share has its exact limits (Clopper and Pearson 1934), and an end of the measure takes one of each. So that end is
missed only where a limit is. With m limits that may be, each missed by at most `tail / m` of all samples, it is missed
by at most `tail` of them, however few cases there are.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import TYPE_CHECKING, Final

from policy_engine.measures import SHARES, Counts, Interval, exact_ends, proportion_in

if TYPE_CHECKING:
    from collections.abc import Mapping

Limiting = Callable[[Counts, float], Interval]
"""What ends are: of counts, and how many samples may miss either at most."""

_ALL: Final = ("tp", "fp", "fn", "tn")
_SHARES: Final = {
    **SHARES,
    "prevalence": (("tp", "fn"), _ALL),
    "hits": (("tp",), _ALL),
    "false_alarms": (("fp",), _ALL),
}
_ANYTHING: Final = Interval(0.0, 1.0)
"""What is known of a share of no cases."""


def _share(counts: Counts, name: str, tail: float) -> Interval:
    return exact_ends(*proportion_in(counts, _SHARES[name]), tail) or _ANYTHING


def _youden(counts: Counts, tail: float) -> Interval:
    """Return the ends of recall and specificity less 1."""
    one, other = (_share(counts, name, tail / 2) for name in ("recall", "specificity"))
    return Interval(one.low + other.low - 1, one.high + other.high - 1)


def _balanced_accuracy(counts: Counts, tail: float) -> Interval:
    """Return the ends of the mean of recall and specificity."""
    one, other = (_share(counts, name, tail / 2) for name in ("recall", "specificity"))
    return Interval((one.low + other.low) / 2, (one.high + other.high) / 2)


def fbeta_ends(beta: float) -> Limiting:
    """Return the ends of F-beta, which grows with precision and with recall."""

    def ends(counts: Counts, tail: float) -> Interval:
        precision, recall = (_share(counts, name, tail / 2) for name in ("precision", "recall"))
        return Interval(*(_fbeta(beta * beta, *both) for both in zip(precision, recall, strict=True)))

    return ends


def _fbeta(square: float, precision: float, recall: float) -> float:
    both = precision * recall
    return (1 + square) * both / (square * precision + recall) if both else 0.0


def net_benefit_ends(threshold: float) -> Limiting:
    """Return the ends of the net benefit at a *threshold* below 1: of the hits among all cases less false alarms."""
    odds = threshold / (1 - threshold)

    def ends(counts: Counts, tail: float) -> Interval:
        hits, alarms = (_share(counts, name, tail / 2) for name in ("hits", "false_alarms"))
        return Interval(hits.low - odds * alarms.high, hits.high - odds * alarms.low)

    return ends


def _mcc(counts: Counts, tail: float) -> Interval:
    """Return the ends of Matthews' correlation, which grows with recall and falls with the false positive rate.

    With prevalence it first goes away from 0 and then back. So there are four limits: both of the prevalence count.
    """
    recall, alarms = (_share(counts, name, tail / 4) for name in ("recall", "false_positive_rate"))
    prevalence = _share(counts, "prevalence", tail / 4)
    worst, best = (recall.low, alarms.high), (recall.high, alarms.low)
    return Interval(
        min(_mcc_at(*worst, one) for one in _extremes(*worst, prevalence)),
        max(_mcc_at(*best, one) for one in _extremes(*best, prevalence)),
    )


def _mcc_at(recall: float, alarms: float, prevalence: float) -> float:
    flagged = prevalence * recall + (1 - prevalence) * alarms
    of_both = prevalence * (1 - prevalence) * flagged * (1 - flagged)
    covariance = prevalence * (1 - prevalence) * (recall - alarms)
    return max(-1.0, min(1.0, covariance / sqrt(of_both))) if of_both > 0 else 0.0


def _extremes(recall: float, alarms: float, prevalence: Interval) -> tuple[float, ...]:
    """Return where in an interval of the prevalence the correlation may be least, or greatest.

    Its square has one stationary point, a maximum, where odds are those of the two spreads.
    """
    of_positives, of_negatives = (sqrt(one * (1 - one)) for one in (recall, alarms))
    both = of_positives + of_negatives
    if not both:
        return tuple(prevalence)
    return (*prevalence, min(max(of_negatives / both, prevalence.low), prevalence.high))


ENDS: Final[Mapping[str, Limiting]] = {"youden": _youden, "balanced_accuracy": _balanced_accuracy, "mcc": _mcc}
"""The ends of measures that need the counts and nothing else."""
