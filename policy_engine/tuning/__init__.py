"""Choosing thresholds from labelled scores: what each would do, and what the choice can be held to."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from policy_engine.tuning.bootstrapping import Bootstrapped, Selected, ThresholdRange, bootstrap
from policy_engine.tuning.choosing import Choice, choose
from policy_engine.tuning.drifting import Bands, Drift, Sample, SegmentDrift, drift_of
from policy_engine.tuning.honesty import Honest, cross_fitted, held_out
from policy_engine.tuning.objectives import Objective
from policy_engine.tuning.plan import Plan, Start
from policy_engine.tuning.scenarios import Scenario, at_cost_ratios, at_prevalence, under_label_noise
from policy_engine.tuning.sweeping import Sweep, sweep_scores

if TYPE_CHECKING:
    from policy_engine.tuning.band import BandToTune, band_to_tune
    from policy_engine.tuning.bounded import TargetVerdict
    from policy_engine.tuning.comparing import (
        Change,
        Comparison,
        Flips,
        McNemar,
        SegmentCompared,
        Transition,
        compare_decisions,
        transitions_of,
    )
    from policy_engine.tuning.equivalence import Equivalence, paired_equivalence, unpaired_equivalence
    from policy_engine.tuning.fitting_tiers import TierFit, TierPlan, fit_tiers
    from policy_engine.tuning.guaranteeing import Guaranteed, Kept, guarantee
    from policy_engine.tuning.guarantees import (
        Certified,
        Tested,
        cases_needed,
        certified_precision,
        certified_recall,
        tested_at,
    )
    from policy_engine.tuning.policy_file import PolicyFile, read_policy_file
    from policy_engine.tuning.recorded import Recorded, RecordedKind, RecordedPolicy, Which, read_recorded
    from policy_engine.tuning.refitting import Refit, Tables, refit
    from policy_engine.tuning.since_evidence import EvidentShare, evident_shares, shifts_since
    from policy_engine.tuning.sources import sources_of_rows
    from policy_engine.tuning.tallies import Outcome, Tally, tally_of
    from policy_engine.tuning.targets import MeasuredTarget, VerifiedPolicy, sharing, verify_targets
    from policy_engine.tuning.tier_baseline import AgainstBaseline
    from policy_engine.tuning.tuned import SegmentTuned, Trust, Tuned, tune_scores, tune_segments
    from policy_engine.tuning.writing import Chosen, Proposal, propose, propose_together, write_proposal

__all__ = [
    "AgainstBaseline",
    "BandToTune",
    "Bands",
    "Bootstrapped",
    "Certified",
    "Change",
    "Choice",
    "Chosen",
    "Comparison",
    "Drift",
    "Equivalence",
    "EvidentShare",
    "Flips",
    "Guaranteed",
    "Honest",
    "Kept",
    "McNemar",
    "MeasuredTarget",
    "Objective",
    "Outcome",
    "Plan",
    "PolicyFile",
    "Proposal",
    "Recorded",
    "RecordedKind",
    "RecordedPolicy",
    "Refit",
    "Sample",
    "Scenario",
    "SegmentCompared",
    "SegmentDrift",
    "SegmentTuned",
    "Selected",
    "Start",
    "Sweep",
    "Tables",
    "Tally",
    "TargetVerdict",
    "Tested",
    "ThresholdRange",
    "TierFit",
    "TierPlan",
    "Transition",
    "Trust",
    "Tuned",
    "VerifiedPolicy",
    "Which",
    "at_cost_ratios",
    "at_prevalence",
    "band_to_tune",
    "bootstrap",
    "cases_needed",
    "certified_precision",
    "certified_recall",
    "choose",
    "compare_decisions",
    "cross_fitted",
    "drift_of",
    "evident_shares",
    "fit_tiers",
    "guarantee",
    "held_out",
    "paired_equivalence",
    "propose",
    "propose_together",
    "read_policy_file",
    "read_recorded",
    "refit",
    "sharing",
    "shifts_since",
    "sources_of_rows",
    "sweep_scores",
    "tally_of",
    "tested_at",
    "transitions_of",
    "tune_scores",
    "tune_segments",
    "under_label_noise",
    "unpaired_equivalence",
    "verify_targets",
    "write_proposal",
]

_HOMES: Final = {
    "AgainstBaseline": "tier_baseline",
    "BandToTune": "band",
    "Certified": "guarantees",
    "Change": "comparing",
    "Chosen": "writing",
    "Comparison": "comparing",
    "Equivalence": "equivalence",
    "EvidentShare": "since_evidence",
    "Flips": "comparing",
    "Guaranteed": "guaranteeing",
    "Kept": "guaranteeing",
    "McNemar": "comparing",
    "MeasuredTarget": "targets",
    "Outcome": "tallies",
    "PolicyFile": "policy_file",
    "Proposal": "writing",
    "Recorded": "recorded",
    "RecordedKind": "recorded",
    "RecordedPolicy": "recorded",
    "Refit": "refitting",
    "SegmentCompared": "comparing",
    "SegmentTuned": "tuned",
    "Tables": "refitting",
    "Tally": "tallies",
    "TargetVerdict": "bounded",
    "Tested": "guarantees",
    "TierFit": "fitting_tiers",
    "TierPlan": "fitting_tiers",
    "Transition": "comparing",
    "Trust": "tuned",
    "Tuned": "tuned",
    "VerifiedPolicy": "targets",
    "Which": "recorded",
    "band_to_tune": "band",
    "cases_needed": "guarantees",
    "certified_precision": "guarantees",
    "certified_recall": "guarantees",
    "compare_decisions": "comparing",
    "evident_shares": "since_evidence",
    "fit_tiers": "fitting_tiers",
    "guarantee": "guaranteeing",
    "paired_equivalence": "equivalence",
    "propose": "writing",
    "propose_together": "writing",
    "read_policy_file": "policy_file",
    "read_recorded": "recorded",
    "refit": "refitting",
    "sharing": "targets",
    "shifts_since": "since_evidence",
    "sources_of_rows": "sources",
    "tally_of": "tallies",
    "tested_at": "guarantees",
    "transitions_of": "comparing",
    "tune_scores": "tuned",
    "tune_segments": "tuned",
    "unpaired_equivalence": "equivalence",
    "verify_targets": "targets",
    "write_proposal": "writing",
}
"""What needs scipy, or reads policies, and the module that it is in."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has the name
    """Import what needs more than NumPy when it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"policy_engine.tuning.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] != "scipy":
            raise
        raise ImportError(f"`{name}` needs scipy: pip install 'policy-engine[tune]'") from error
