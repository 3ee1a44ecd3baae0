"""How many cases reached a threshold when it was chosen, as the policy's evidence has it: a baseline without data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.lint import evident_in
from policy_engine.measures import Proportion, shift_of
from policy_engine.vocabulary import BASE

if TYPE_CHECKING:
    from policy_engine.measures import Shift
    from policy_engine.model import Policy
    from policy_engine.tuning.tallies import Tally


class EvidentShare(NamedTuple):
    """The share of the cases that reached `band` or one above it, when its threshold was chosen."""

    band: str
    share: Proportion


def evident_shares(policy: Policy, evidence: Any) -> tuple[EvidentShare, ...]:  # noqa: ANN401 - what a file holds
    """Return what the *evidence* of a policy says of its bands, in the policy's order.

    It is what `tune` recorded of the very threshold that the policy has, and of a threshold that all cases have: not of
    one that an override or a tunable makes another for some, nor of one of several scores.
    """
    entries = evidence.get("thresholds") if isinstance(evidence, dict) else None
    found = [one for entry in entries or () if (one := _share_in(policy, entry)) is not None]
    return tuple(sorted(found, key=lambda one: policy.band_names.index(one.band)))


def shifts_since(shares: tuple[EvidentShare, ...], tally: Tally, confidence: float) -> dict[str, Shift]:
    """Return how far the share that reaches each band has moved since."""
    return {one.band: shift_of(one.share, _share_now(tally, one.band), confidence) for one in shares}


def _share_now(tally: Tally, band: str) -> Proportion:
    return Proportion(sum(tally.bands[name].reached for name in tally.reaching(band)), tally.cases)


def _share_in(policy: Policy, entry: Any) -> EvidentShare | None:  # noqa: ANN401 - what a file holds
    evident = evident_in(entry)
    if evident is None or evident.source != BASE or evident.score is not None or policy.score is None:
        return None
    band = evident.band
    varies = any(band in (one.thresholds or {}) for one in policy.overrides) or band in policy.tunable
    if varies or policy.scales[0].thresholds.get(band) != policy.score.rounded(evident.threshold):
        return None
    tuned = entry.get("tuned")
    cases = tuned.get("n") if isinstance(tuned, dict) else None
    if type(cases) is not int or cases < 1:
        return None
    flagged = _flagged(tuned, evident.threshold)
    if flagged is None or not 0 <= flagged <= cases:
        return None
    # Those that `tune` flags reach the threshold, whether higher is riskier or safer
    return EvidentShare(band, Proportion(flagged, cases))


def _flagged(tuned: dict[str, Any], threshold: float) -> int | None:
    """Return how many cases were flagged by the choice that became the threshold."""
    for name in ("empirical", "guaranteed"):
        choice = tuned.get(name)
        if isinstance(choice, dict) and choice.get("threshold") == threshold and type(choice.get("flagged")) is int:
            return int(choice["flagged"])
    return None
