"""What a policy promises of its tiers: a fit that is made for less is not written, and a broken target is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.cli._messages import tell
from policy_engine.reporting.as_text.targets import target_in_words
from policy_engine.resolution import format_number
from policy_engine.tuning import Outcome, tally_of, verify_targets

if TYPE_CHECKING:
    from policy_engine.tuning import Refit, TierPlan
    from policy_engine.tuning.tiered_policy import TieredPolicy


def why_too_weak(plan: TierPlan, tiered: TieredPolicy) -> str | None:
    """Return why a fit is for less than the policy's objective asks of its confident band, None where it is not."""
    band, wanted = tiered.confident, tiered.confident.at_least.get("precision")
    if wanted is None:
        return None
    surely = "" if band.confidence is None else f" with confidence {format_number(band.confidence)}"
    if plan.confident_accuracy < wanted:
        asked = f"this is for {format_number(plan.confident_accuracy)}"
    elif band.confidence is not None and plan.confidence < band.confidence:
        asked = f"this is for a confidence of {format_number(plan.confidence)}"
    else:
        return None
    return (
        f"the objective of `{band.band}` is a precision of at least {format_number(wanted)}{surely}, and {asked}: "
        "change the objective first, in review"
    )


def tell_broken_targets(found: Refit, tiered: TieredPolicy) -> None:
    """Say on the standard error which targets of the policy the new thresholds do not keep on these cases."""
    if found.tables is None:
        return
    outcomes = {
        Outcome(name, name, is_positive): many
        for name, tier in zip(tiered.names, found.tables.tiers, strict=True)
        for is_positive, many in ((True, tier.right), (False, tier.cases - tier.right))
    }
    tally = tally_of(tiered.names, outcomes, is_labelled=True)
    (verified,) = verify_targets([(tiered.file.policy, tally)])
    for one in verified.targets:
        if one.verdict == "broken":
            measured = "" if one.value is None else f": {one.value:.4f}"
            tell(f"on these cases the new thresholds break the target {target_in_words(one.target)}{measured}")
