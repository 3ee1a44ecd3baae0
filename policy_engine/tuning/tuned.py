"""A threshold for labelled scores: the best on the cases, the best that is guaranteed, and how far to trust them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import curve_of, segments_of
from policy_engine.tuning.bootstrapping import bootstrap
from policy_engine.tuning.choosing import Choice, choose
from policy_engine.tuning.clusters import numbered
from policy_engine.tuning.guaranteeing import Guaranteed, guarantee
from policy_engine.tuning.guarantees import WEIGHTED
from policy_engine.tuning.honesty import cross_fitted, held_out
from policy_engine.tuning.plan import CONFIDENCE
from policy_engine.tuning.scenarios import at_cost_ratios, at_prevalence, under_label_noise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.measures import Curve, LabelledScores, Segment
    from policy_engine.tuning.bootstrapping import Bootstrapped
    from policy_engine.tuning.honesty import Honest
    from policy_engine.tuning.plan import Plan
    from policy_engine.tuning.scenarios import Scenario

FEWEST_CLUSTERS: Final = 10
_CLUSTERED = "cases of one cluster are not independent, and no exact test of them is known"


@dataclass(frozen=True, slots=True)
class Trust:
    """What is asked beside the choice, of how far it can be trusted. Nothing, of whatever is left out."""

    replicates: int = 1000
    seed: int = 0
    clusters: Sequence[Any] | None = None
    holdout: LabelledScores | None = None
    prevalence: float | None = None
    label_noise: tuple[float, float] | None = None
    progress: Callable[[int], object] | None = None


class SegmentTuned(NamedTuple):
    """A segment, at the threshold that was chosen for all and with the one that would be chosen for it alone.

    `guaranteed` holds for all segments together: each is tested at an equal part of what the confidence leaves.
    """

    segment: Segment
    empirical: Choice | None
    guaranteed: Guaranteed | None


@dataclass(frozen=True, slots=True, eq=False)
class Tuned:
    """A threshold for labelled scores, and what speaks for it.

    `empirical` is the best choice on the cases, None where none has what is wanted; what is measured on the cases that
    it was chosen on is too good, and `honest` and `interval` say by how much. `guaranteed` is the best of those that
    keep the bounds with the confidence; None where nothing is to be guaranteed. `effective_cases` is how many cases of
    equal weight say as much, and `clusters` how many are independent of each other: all cases, where none belong
    together. Of fewer than ten clusters there is no interval: so few resamples of them differ.
    """

    plan: Plan
    curve: Curve
    empirical: Choice | None
    guaranteed: Guaranteed | None
    effective_cases: float
    clusters: int
    interval: Bootstrapped | None = None
    honest: Honest | None = None
    honest_of_guaranteed: Honest | None = None
    scenarios: tuple[Scenario, ...] = ()
    segments: tuple[SegmentTuned, ...] = ()

    @property
    def choice(self) -> Choice | None:
        """The choice to take: the guaranteed one where there is something to guarantee, else the empirical one."""
        return self.empirical if self.guaranteed is None else self.guaranteed.choice


def tune_scores(
    labelled: LabelledScores,
    plan: Plan,
    trust: Trust | None = None,
    by: Mapping[str, Sequence[Any]] | None = None,
) -> Tuned:
    """Return the threshold that *plan* asks for, as far as there is one, and for each segment of the columns *by*.

    Raises `LabelledDataError` where there are no cases, and for columns by which there are no segments; `TuningError`
    for a plan that no cases could satisfy.

    >>> from policy_engine.measures import LabelledScores
    >>> from policy_engine.tuning import Objective, Plan
    >>> tuned = tune_scores(LabelledScores.of([0.9, 0.8, 0.4, 0.1], [1, 1, 0, 0]), Plan(Objective.maximise("f1")))
    >>> tuned.choice.threshold, tuned.choice.value
    (0.8, 1.0)
    """
    if not len(labelled):
        raise LabelledDataError("there are no cases")
    trust = trust or Trust()
    curve = curve_of(labelled, plan.higher_is)
    clusters = None if trust.clusters is None else numbered(trust.clusters, len(labelled))
    empirical = choose(curve, plan.objective, plan.at_least)
    guaranteed = _guaranteed(curve, plan, is_clustered=clusters is not None)
    many = len(labelled) if clusters is None else int(clusters.max()) + 1
    tuned = Tuned(plan, curve, empirical, guaranteed, labelled.effective_cases, many)
    interval = None
    if empirical is not None and trust.replicates and (clusters is None or tuned.clusters >= FEWEST_CLUSTERS):
        interval = bootstrap(
            labelled,
            curve,
            plan.objective,
            empirical,
            plan.at_least,
            clusters=clusters,
            replicates=trust.replicates,
            seed=trust.seed,
            confidence=CONFIDENCE if plan.confidence is None else plan.confidence,
            also=None if guaranteed is None else guaranteed.choice,
            progress=trust.progress,
        )
    honest, of_guaranteed = _honest(labelled, tuned, trust, clusters)
    scenarios = _scenarios(tuned, trust)
    segments = tune_segments(labelled, plan, by, tuned.choice, is_clustered=clusters is not None) if by else ()
    return replace(
        tuned,
        interval=interval,
        honest=honest,
        honest_of_guaranteed=of_guaranteed,
        scenarios=scenarios,
        segments=segments,
    )


def tune_segments(
    labelled: LabelledScores,
    plan: Plan,
    by: Mapping[str, Sequence[Any]],
    choice: Choice | None,
    *,
    is_clustered: bool = False,
    room_for: int | None = None,
    together: int | None = None,
) -> tuple[SegmentTuned, ...]:
    """Return each segment of *labelled* at a *choice*, and with the one that *plan* makes for it alone.

    A capacity is for so many cases as *room_for* says, or for all; each segment has its part of it. Guarantees hold for
    so many segments *together*, or for all of these.
    """
    many = len(labelled) if room_for is None else room_for
    threshold = None if choice is None else choice.threshold
    segments = segments_of(labelled, plan.higher_is, by, threshold, flagged_fare_better=plan.flagged_fare_better)
    return tuple(
        SegmentTuned(
            one,
            choose(one.curve, of_part.objective, of_part.at_least),
            _guaranteed(one.curve, of_part, is_clustered=is_clustered, together=together or len(segments)),
        )
        for one in segments
        for of_part in [replace(plan, objective=plan.objective.scaled(one.curve.cases, many))]
    )


def _guaranteed(curve: Curve, plan: Plan, *, is_clustered: bool, together: int = 1) -> Guaranteed | None:
    """Return what can be guaranteed of a curve that is one of so many that are tested *together*."""
    if plan.confidence is None or not plan.at_least:
        return None
    # 1 - 0.95 is a little more than 0.05
    delta = round(1 - plan.confidence, 12) / together
    if curve.is_weighted or is_clustered:
        return Guaranteed(None, delta, (), WEIGHTED if curve.is_weighted else _CLUSTERED)
    return guarantee(curve, plan.objective, plan.at_least, delta, plan.start)


def _honest(
    labelled: LabelledScores, tuned: Tuned, trust: Trust, clusters: NDArray[Any] | None
) -> tuple[Honest | None, Honest | None]:
    """Return what the empirical and the guaranteed choice are worth on other cases; the second on a holdout only."""
    plan = tuned.plan
    if trust.holdout is not None:
        holdout = curve_of(trust.holdout, plan.higher_is)
        sure = None if tuned.guaranteed is None else tuned.guaranteed.choice
        empirical, guaranteed = (
            None if one is None else held_out(holdout, plan.objective, one.threshold) for one in (tuned.empirical, sure)
        )
        return empirical, guaranteed
    if tuned.empirical is None or tuned.clusters < 2:  # noqa: PLR2004 - one to choose by, one to hold the choice against
        return None, None
    return (
        cross_fitted(labelled, plan.higher_is, plan.objective, plan.at_least, clusters=clusters, seed=trust.seed),
        None,
    )


def _scenarios(tuned: Tuned, trust: Trust) -> tuple[Scenario, ...]:
    """Return the scenarios that are asked for, at the choice to take."""
    choice, plan = tuned.choice, tuned.plan
    if choice is None:
        return ()
    found = []
    if trust.prevalence is not None:
        found.append(at_prevalence(tuned.curve, plan.objective, choice, trust.prevalence, plan.at_least))
    found += [under_label_noise(choice, noise) for noise in dict.fromkeys(trust.label_noise or ())]
    return (*found, *at_cost_ratios(tuned.curve, plan.objective, choice, plan.at_least))
