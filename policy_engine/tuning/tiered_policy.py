"""The tiers of a classifier as a policy has them: two thresholds of the highest score, and the cut of highlights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_engine.exceptions import TuningError
from policy_engine.measures import TIERS, Cuts
from policy_engine.tuning.band import band_to_tune
from policy_engine.tuning.writing import Chosen, propose_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from policy_engine.model import Highlight, Policy, Score
    from policy_engine.tuning.band import BandToTune
    from policy_engine.tuning.policy_file import PolicyFile
    from policy_engine.tuning.writing import Proposal


@dataclass(frozen=True, slots=True)
class TieredPolicy:
    """A policy whose three bands are tiers: the two that have a threshold, and the one for the rest.

    The thresholds are those of its base, as written.
    """

    file: PolicyFile
    confident: BandToTune
    possible: BandToTune

    @property
    def names(self) -> tuple[str, ...]:
        """What the tiers are called, in the order of `TIERS`."""
        return tuple(self.file.policy.band_names)

    @property
    def cuts(self) -> Cuts:
        """The thresholds that the policy has."""
        return Cuts(self.confident.present, self.possible.present)

    @property
    def score(self) -> Score:
        """The score of all classes."""
        return self.confident.scale.score

    @property
    def highlight(self) -> Highlight | None:
        """What is highlighted in the middle tier."""
        return self.file.policy.bands[1].highlight

    def classes_among(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the classes in the order that decides between equal scores: of names, as in decisions."""
        return tuple(sorted(self.score.labels or names))


def tiers_in(file: PolicyFile) -> TieredPolicy:
    """Return the tiers of a policy; raise `TuningError` where its bands are none."""
    policy = file.policy
    for why in _why_none(policy):
        raise TuningError(f"`{policy.use_case}` has no tiers to fit: {why}")
    first, middle, _ = policy.band_names
    return TieredPolicy(file, band_to_tune(file, first), band_to_tune(file, middle))


def propose_tiers(tiered: TieredPolicy, cuts: Cuts, record: Mapping[str, Any], above: float | None = None) -> Proposal:
    """Return the edit that gives a policy these thresholds, and, where it is said, the cut *above* of its highlights.

    Raises `TuningError` as `propose` does, for thresholds that collide, and for a cut where nothing is highlighted.
    """
    if cuts.collide:
        raise TuningError("thresholds that collide are not written")
    cut = {} if above is None else {tiered.possible.band: above}
    bands = (tiered.confident, tiered.possible)
    return propose_together([Chosen(*one, record) for one in zip(bands, cuts, strict=True)], cut)


def _why_none(policy: Policy) -> Iterator[str]:
    """Yield what keeps bands from being tiers."""
    score = policy.score
    if score is None or score.kind != "classes":
        yield "its score is not of the kind `classes`"
        return
    if (score.signal or "top") != "top":
        yield f"its signal is the `{score.signal}`, not the highest score (`top`)"
    if score.higher_is != "safer":
        yield "higher is riskier there: the confident tier is the highest, so higher is safer"
    if len(policy.bands) != len(TIERS) or any(one.at_least is None for one in policy.bands[:-1]):
        yield f"it has {len(policy.bands)} bands; tiers are three, the first two with a threshold"
    if policy.lead is not None:
        yield "its `lead` has a say beside the thresholds"
