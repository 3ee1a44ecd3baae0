"""The two thresholds of a classifier's tiers, from labelled cases: one by an accuracy to reach, one by a share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from policy_engine.exceptions import LabelledDataError, TuningError
from policy_engine.measures import Cuts, Tier, check_confidence, coverage_of, whole_of
from policy_engine.measures.highlights import check_bounds
from policy_engine.tuning.guarantees import certified_precision
from policy_engine.tuning.plan import CONFIDENCE

if TYPE_CHECKING:
    from policy_engine.measures import ClassScores, Coverage
    from policy_engine.tuning.guarantees import Certified

Taken = Literal["empirical", "guaranteed"]
MARGIN: Final = 0.01


@dataclass(frozen=True, slots=True)
class TierPlan:
    """What is wanted of the tiers of a classifier.

    `confident_accuracy` is how often the first class of a confident case is to be true, and `refer_share` which part of
    the cases is to be referred. `take` says which of the confident thresholds is the new one, and `confidence` is that
    of the guarantee and of intervals. `highlights` are cuts to try within the middle tier. `stricter_accuracy` is that
    of an option beside; unless given, that with half as many errors. A baseline is as good as equal within `margin`.
    """

    confident_accuracy: float
    refer_share: float
    highlights: tuple[float, ...] = ()
    floor: int = 1
    cap: int = 3
    stricter_accuracy: float | None = None
    take: Taken = "empirical"
    confidence: float = CONFIDENCE
    margin: float = MARGIN

    def __post_init__(self) -> None:
        """Raise `TuningError` for a plan that no cases could satisfy."""
        check_bounds(self.floor, self.cap)
        check_confidence(self.confidence)
        shares = {"confident accuracy": self.confident_accuracy, "refer share": self.refer_share}
        for name, share in {**shares, "stricter accuracy": self.stricter}.items():
            if not 0 < share < 1:
                raise TuningError(f"a {name} lies between 0 and 1, both ends excluded; {share:g} does not")

    @property
    def stricter(self) -> float:
        """The accuracy of the stricter option. In decimals: half of what 0.95 leaves is 0.975."""
        if self.stricter_accuracy is not None:
            return self.stricter_accuracy
        return round((1 + self.confident_accuracy) / 2, 12)


class ConfidentThreshold(NamedTuple):
    """The lowest observed highest scores with the wanted accuracy, None where none has it.

    `empirical` has it on these cases, `staying` as well as all above it, and `guaranteed` in the population behind
    them: `certified` says how that was tested. Testing goes from strict to loose, as every one of them has to pass, and
    begins at `start`, None where there are too few cases to begin.
    """

    empirical: float | None
    staying: float | None
    guaranteed: float | None
    certified: Certified
    start: float | None

    @property
    def takes(self) -> str | None:
        """How many covered cases a guarantee takes that there is not yet; None where no number is known."""
        needed = self.certified.needed
        if needed is None:
            return None
        return f"{needed:,} covered cases {'at least' if self.certified.first is None else 'at this share of errors'}"


class ReferThreshold(NamedTuple):
    """The observed highest score below which the part of the cases is nearest to the one `wanted`.

    Those below it are `referred`, the others `kept`.
    """

    wanted: float
    threshold: float
    referred: Tier
    kept: Tier


class Confident(NamedTuple):
    """What a confident threshold covers, which was chosen for an accuracy."""

    accuracy: float
    threshold: float
    covered: Tier


@dataclass(frozen=True, slots=True, eq=False)
class TierFit:
    """The thresholds of tiers, as labelled cases speak for them.

    `cuts` are the two to take, None where there are none such, and `why` says then what stands in the way.
    """

    whole: Tier
    coverage: Coverage
    confident: ConfidentThreshold
    refer: ReferThreshold
    cuts: Cuts | None
    why: str | None


def fit_tiers(scores: ClassScores, plan: TierPlan) -> TierFit:
    """Return the thresholds that *plan* asks for. Needs scipy, the extra `tune`.

    Raises `LabelledDataError` where there are no cases.

    >>> from policy_engine.measures import ClassScores
    >>> scores = ClassScores.of([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]], [0, 0, 1, 0])
    >>> fit_tiers(scores, TierPlan(confident_accuracy=0.9, refer_share=0.25)).cuts
    Cuts(confident=0.8, refer=0.7)
    """
    if not len(scores):
        raise LabelledDataError("there are no cases")
    coverage = coverage_of(scores)
    confident = _confident(coverage, plan)
    refer = refer_threshold(coverage, plan.refer_share)
    taken = confident.empirical if plan.take == "empirical" else confident.guaranteed
    if taken is None:
        return TierFit(whole_of(scores), coverage, confident, refer, None, _why_none(plan, confident))
    cuts = Cuts(taken, refer.threshold)
    if cuts.collide:
        return TierFit(whole_of(scores), coverage, confident, refer, None, why_they_collide(cuts))
    return TierFit(whole_of(scores), coverage, confident, refer, cuts, None)


def refer_threshold(coverage: Coverage, share: float) -> ReferThreshold:
    """Return the threshold below which the part of the cases, of which there is one at least, is nearest to *share*."""
    place = coverage.nearest_below(share)
    if place is None:
        raise LabelledDataError("there are no cases")
    whole, kept = covered_at(coverage, len(coverage.thresholds) - 1), covered_at(coverage, place)
    referred = Tier(whole.cases - kept.cases, whole.of, whole.right - kept.right, whole.at_top - kept.at_top)
    return ReferThreshold(share, float(coverage.thresholds[place]), referred, kept)


def confident_at(coverage: Coverage, accuracy: float) -> Confident | None:
    """Return the lowest confident threshold with an *accuracy* on the cases, None where none has it."""
    place = coverage.least_reaching(accuracy)
    return (
        None if place is None else Confident(accuracy, float(coverage.thresholds[place]), covered_at(coverage, place))
    )


def covered_at(coverage: Coverage, place: int) -> Tier:
    """Return the cases that the threshold at a place covers."""
    covered, right, at_top = (int(one[place]) for one in (coverage.covered, coverage.right, coverage.at_top))
    return Tier(covered, coverage.cases, right, at_top)


def why_they_collide(cuts: Cuts) -> str:
    """Return why cuts that collide are no thresholds of tiers."""
    return (
        f"the tiers collide: the confident threshold, {cuts.confident!r}, does not lie above the refer threshold, "
        f"{cuts.refer!r}, so that nothing would be possible; ask for a higher accuracy, or refer fewer"
    )


def _confident(coverage: Coverage, plan: TierPlan) -> ConfidentThreshold:
    accuracy, curve = plan.confident_accuracy, coverage.curve
    # 1 - 0.95 is a little more than 0.05
    certified = certified_precision(curve, accuracy, round(1 - plan.confidence, 12))
    places = (coverage.least_reaching(accuracy), coverage.least_staying(accuracy))
    empirical, staying = (None if place is None else float(coverage.thresholds[place]) for place in places)
    return ConfidentThreshold(
        empirical,
        staying,
        None if certified.last is None else curve.threshold_at(certified.last),
        certified,
        None if certified.first is None else curve.threshold_at(certified.first),
    )


def _why_none(plan: TierPlan, confident: ConfidentThreshold) -> str:
    accuracy = f"{plan.confident_accuracy:g}"
    if plan.take == "empirical" or confident.empirical is None:
        return f"no confident threshold has an accuracy of {accuracy} on these cases; ask for a lower one"
    more = "" if confident.takes is None else f"; it takes {confident.takes}, or a lower accuracy"
    return f"no confident threshold can be guaranteed to have an accuracy of {accuracy}{more}"
