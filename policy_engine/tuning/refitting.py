"""The tiers of a classifier fitted again: what the new thresholds do, beside the old ones and beside a baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.exceptions import TuningError
from policy_engine.measures import flips_of, highlighting_of, parts_of, places_of, tiers_of
from policy_engine.measures.tiers import POSSIBLE
from policy_engine.tuning.fitting_tiers import confident_at, fit_tiers, refer_threshold, why_they_collide
from policy_engine.tuning.tier_baseline import held_against

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy_engine.measures import ClassScores, Cuts, Flip, Highlighting, Tier
    from policy_engine.tuning.fitting_tiers import Confident, ReferThreshold, TierFit, TierPlan
    from policy_engine.tuning.tier_baseline import AgainstBaseline

_SHARES: Final = (0.5, 1.0, 1.5)
"""Candidates of the refer threshold, as parts of the share that is wanted."""


class Tables(NamedTuple):
    """What two thresholds do: the three tiers, and within the middle one the cuts of highlights."""

    cuts: Cuts
    tiers: tuple[Tier, Tier, Tier]
    highlights: tuple[Highlighting, ...]


class SegmentTiers(NamedTuple):
    """The cases with the same values in some columns, at the thresholds that were chosen for all."""

    values: Mapping[str, Any]
    cases: int
    tables: Tables | None


class BaselineTables(NamedTuple):
    """Another set of cases: its own fit, what the thresholds at work do there, and how far the cases have moved."""

    fit: TierFit
    tables: Tables | None
    against: AgainstBaseline


@dataclass(frozen=True, slots=True, eq=False)
class Refit:
    """Thresholds fitted again, and what they do.

    `old` and `flips`, from old to new, are there where old ones are known.
    """

    plan: TierPlan
    fit: TierFit
    tables: Tables | None
    candidates: tuple[ReferThreshold, ...]
    stricter: Confident | None
    old: Tables | None = None
    flips: tuple[Flip, ...] | None = None
    baseline: BaselineTables | None = None
    segments: tuple[SegmentTiers, ...] = ()


def refit(
    scores: ClassScores,
    plan: TierPlan,
    *,
    old: Cuts | None = None,
    baseline: ClassScores | None = None,
    baseline_pairs: bool = False,
    by: Mapping[str, Sequence[Any]] | None = None,
) -> Refit:
    """Return the thresholds that *plan* asks for on *scores*, beside *old* ones, on a *baseline*, and by segment.

    With *baseline_pairs* each of *scores* is the case in the same row of the baseline, scored again; without it they
    are pairs only where both are the same cases with the same scores, in whatever order.

    Raises `LabelledDataError` where there are no cases, for pairs that have other true classes, and for columns *by*
    which there are no segments; `TuningError` for old thresholds that collide.

    >>> from policy_engine.measures import ClassScores
    >>> from policy_engine.tuning import TierPlan
    >>> scores = ClassScores.of([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]], [0, 0, 1, 0])
    >>> found = refit(scores, TierPlan(confident_accuracy=0.9, refer_share=0.25))
    >>> [tier.cases for tier in found.tables.tiers]
    [2, 1, 1]
    """
    if old is not None and old.collide:
        raise TuningError(f"of the old thresholds: {why_they_collide(old)}")
    fit = fit_tiers(scores, plan)
    found = Refit(
        plan,
        fit,
        _tables(scores, fit.cuts, plan),
        _candidates(fit, plan),
        confident_at(fit.coverage, plan.stricter),
        _tables(scores, old, plan),
    )
    if old is not None and fit.cuts is not None:
        found = replace(found, flips=flips_of(scores, old, fit.cuts))
    if baseline is not None:
        found = replace(found, baseline=_baseline(scores, baseline, plan, fit.cuts, pairs=baseline_pairs))
    if by:
        found = replace(found, segments=_segments(scores, by, plan, fit.cuts))
    return found


def _tables(scores: ClassScores, cuts: Cuts | None, plan: TierPlan) -> Tables | None:
    if cuts is None:
        return None
    middle = scores.where(places_of(scores, cuts) == POSSIBLE)
    return Tables(cuts, tiers_of(scores, cuts), highlighting_of(middle, plan.highlights, plan.floor, plan.cap))


def _candidates(fit: TierFit, plan: TierPlan) -> tuple[ReferThreshold, ...]:
    """Return the refer thresholds around the share that is wanted, in decimals: half of 0.13 more is 0.195."""
    shares = (round(plan.refer_share * part, 12) for part in _SHARES)
    return tuple(refer_threshold(fit.coverage, share) for share in shares if share < 1)


def _baseline(
    scores: ClassScores, baseline: ClassScores, plan: TierPlan, cuts: Cuts | None, *, pairs: bool
) -> BaselineTables:
    against = held_against(baseline, scores, cuts, pairs=pairs, margin=plan.margin, confidence=plan.confidence)
    return BaselineTables(fit_tiers(baseline, plan), _tables(baseline, cuts, plan), against)


def _segments(
    scores: ClassScores, by: Mapping[str, Sequence[Any]], plan: TierPlan, cuts: Cuts | None
) -> tuple[SegmentTiers, ...]:
    return tuple(
        SegmentTiers(values, len(rows), _tables(scores.where(rows), cuts, plan))
        for values, rows in parts_of(by, len(scores))
    )
