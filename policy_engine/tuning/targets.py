"""Whether policies keep what they promise: each target measured, with its interval, and a verdict.

Of a target with a confidence, a true value that keeps the promise is called broken, and one that does not is said to
hold, in no more than what that confidence leaves of all samples. All targets of a run share it: of one with the
confidence c among m that can be measured, each verdict is wrong in at most (1 - c) / m of all samples, so that the
chance of any wrong verdict in the whole run is at most what the confidence leaves. That is so of every measure, and
however few cases there are. It takes cases to be independent, and labels to be missing by chance alone.

A target without a confidence is decided by the value on the sample: one whose true value lies on the very bound is
then called broken half of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from policy_engine.measures import (
    MEASURES,
    SHARES,
    Counts,
    Interval,
    Measuring,
    Proportion,
    check_confidence,
    exact_ends,
    fbeta,
    proportion_in,
)
from policy_engine.measures.rates import net_benefit
from policy_engine.tuning.bounded import Bounds, TargetVerdict, more_cases, share_verdict
from policy_engine.tuning.combined import ENDS, Limiting, fbeta_ends, net_benefit_ends
from policy_engine.tuning.covered import why_not_of_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.model import Policy, Target
    from policy_engine.tuning.tallies import Tally

Method = Literal["clopper_pearson", "combined_clopper_pearson"]

_EXACT: Final = {**SHARES, "f1": (("tp",), ("tp", "fp", "fn"))}
"""What is counted of labelled cases, and among which: exact tests know these. `f1` is 2 s / (1 + s) of its share s."""

_EVEN: Final = 0.5
"""No end of an interval is missed more often than that, however little confidence is asked for."""


@dataclass(frozen=True, slots=True)
class MeasuredTarget:
    """A target as it was measured.

    `share` is what was counted, None where the measure is no share of cases; `value` is None where it is not defined.
    Each end of `interval` is missed by at most `tail` of all samples. `more` is how many cases more (of those that
    `share` is of) a verdict takes at this value, None where that is not known; `why` says why there is none at all.
    """

    place: int
    target: Target
    verdict: TargetVerdict
    share: Proportion | None = None
    value: float | None = None
    interval: Interval | None = None
    tail: float | None = None
    method: Method | None = None
    more: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class VerifiedPolicy:
    """A policy with the tally of its cases, and what became of its targets, in their order."""

    policy: Policy
    tally: Tally
    targets: tuple[MeasuredTarget, ...]


def bounds_of(target: Target) -> Bounds:
    """Return between which values *target* is kept."""
    return Bounds(*(target.between or (target.at_least, target.at_most)))


def sharing(found: Sequence[tuple[Policy, Tally]], beside: int = 0) -> int:
    """Return among how many targets, and statements *beside* them, the confidence of a run is shared: one at least.

    They are those with a confidence, of policies with cases, for which there are labels where it takes some.
    """
    many = sum(
        one.confidence is not None and bool(tally.cases) and (one.measure == "share" or tally.is_labelled)
        for policy, tally in found
        for one in policy.targets
    )
    return max(1, many + beside)


def verify_targets(
    found: Sequence[tuple[Policy, Tally]], *, confidence: float = 0.95, beside: int = 0
) -> tuple[VerifiedPolicy, ...]:
    """Return what becomes of the targets of each policy on the tally of its cases.

    *confidence* is that of the intervals which are told of targets that ask for none. *beside* is how many other
    statements the run makes, such as of a drift, which share what confidences leave.
    """
    check_confidence(confidence)
    many = sharing(found, beside)
    return tuple(
        VerifiedPolicy(
            policy,
            tally,
            tuple(_measured(policy, tally, place, confidence, many) for place in range(len(policy.targets))),
        )
        for policy, tally in found
    )


def _measured(policy: Policy, tally: Tally, place: int, confidence: float, many: int) -> MeasuredTarget:
    target = policy.targets[place]
    why = _why_not(target, tally)
    if why is not None:
        return MeasuredTarget(place, target, "undecided", why=why)
    left = 1 - confidence if target.confidence is None else (1 - target.confidence) / many
    is_one_sided = target.confidence is not None and target.between is None
    tail = min(left if is_one_sided else left / 2, _EVEN)
    share = share_of(target, tally)
    if share is not None:
        return _of_share(place, target, share, tail)
    combined = _combined(policy, target)
    if isinstance(combined, str):
        return MeasuredTarget(place, target, "undecided", why=combined)
    return _of_counts(place, target, combined, tally.counts(target.band), tail)


def _why_not(target: Target, tally: Tally) -> str | None:
    """Return why the target cannot be measured on these cases, None where it can."""
    if not tally.cases:
        return "there are no cases"
    if target.measure == "share":
        return None
    if not tally.is_labelled:
        return "there are no labels"
    if not tally.labelled:
        return "no case has a label"
    names = tally.reaching(target.band) if target.measure == "precision" else tuple(tally.bands)
    return why_not_of_all(tally, names)


def share_of(target: Target, tally: Tally) -> Proportion | None:
    """Return what is counted for *target*, None where its measure is no share of cases."""
    if target.measure == "share":
        return Proportion(tally.bands[target.band].got, tally.cases)
    if target.measure not in _EXACT:
        return None
    return proportion_in(tally.counts(target.band), _EXACT[target.measure])


def _of_share(place: int, target: Target, share: Proportion, tail: float) -> MeasuredTarget:
    ends = exact_ends(*share, tail)
    if ends is None or share.value is None:
        return MeasuredTarget(place, target, "undecided", share, why=f"there is no {_unit(target)}")
    bounds, value = bounds_of(target), share.value
    if target.measure == "f1":
        value, ends = float(MEASURES["f1"](_counts_of(share))), Interval(*(2 * one / (1 + one) for one in ends))
    if target.confidence is None:
        verdict: TargetVerdict = "holds" if bounds.has(value) else "broken"
        return MeasuredTarget(place, target, verdict, share, value, ends, tail, "clopper_pearson")
    if target.measure == "f1":
        bounds = Bounds(*(None if one is None else one / (2 - one) for one in bounds))
    verdict = share_verdict(share, bounds, tail)
    more = more_cases(share, bounds, tail) if verdict == "undecided" else None
    return MeasuredTarget(place, target, verdict, share, value, ends, tail, "clopper_pearson", more)


def _counts_of(share: Proportion) -> Counts:
    """Return counts of which F1 is that of *share*, the hits among all that is flagged or should be."""
    return Counts(*(np.asarray(one) for one in (share.hits, share.cases - share.hits, 0, 0)))


def _unit(target: Target) -> str:
    return unit_of(target.measure, target.band, several=False)


def unit_of(measure: str, band: str, *, several: bool = True) -> str:
    """Return of what a measure is a share, in words.

    >>> unit_of("precision", "block"), unit_of("recall", "block", several=False)
    ('cases that reach `block`', 'positive')
    """
    if measure == "precision":
        return f"{'cases that reach' if several else 'labelled case that reaches'} `{band}`"
    if measure == "f1":
        return f"{'cases that reach' if several else 'labelled case that reaches'} or should reach `{band}`"
    word = {"recall": "positive", "false_positive_rate": "negative"}.get(measure, "case")
    return f"{word}s" if several else word


# --- measures that are no share of cases -------------------------------------------------------------------------


class _Combined(NamedTuple):
    """A measure of several shares: its value, and between which ends the true one lies."""

    measuring: Measuring
    limiting: Limiting


def _combined(policy: Policy, target: Target) -> _Combined | str:
    """Return how the measure of *target* is computed from counts, or why it is not."""
    if target.measure == "fbeta":
        objective = (policy.objective or {}).get(target.band)
        if objective is None or objective.beta is None:
            return f"`fbeta` takes its beta from the objective of `{target.band}`, which has none"
        return _Combined(fbeta(objective.beta), fbeta_ends(objective.beta))
    if target.measure == "net_benefit":
        return _net_benefit(policy, target.band)
    return _Combined(MEASURES[target.measure], ENDS[target.measure])


def _net_benefit(policy: Policy, band: str) -> _Combined | str:
    """Return the net benefit at the threshold of *band*, where it has one that is a probability, for all cases."""
    varies = any(band in (one.thresholds or {}) for one in policy.overrides) or band in policy.tunable
    threshold = None if policy.kind != "probability" or varies else policy.scales[0].thresholds[band]
    if threshold is None or not 0 <= threshold < 1:
        return f"`net_benefit` needs one threshold of `{band}` for all cases, which is a probability below 1"
    return _Combined(lambda counts: net_benefit(counts, np.asarray(threshold)), net_benefit_ends(threshold))


def _of_counts(place: int, target: Target, combined: _Combined, counts: Counts, tail: float) -> MeasuredTarget:
    value = float(combined.measuring(counts))
    if isnan(value):
        return MeasuredTarget(place, target, "undecided", why=f"`{target.measure}` is not defined on these cases")
    bounds, ends = bounds_of(target), combined.limiting(counts, tail)
    verdict: TargetVerdict = "holds" if bounds.has(value) else "broken"
    if target.confidence is not None:
        verdict = bounds.verdict_on(ends)
    return MeasuredTarget(place, target, verdict, None, value, ends, tail, "combined_clopper_pearson")
