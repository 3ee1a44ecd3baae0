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
    from policy_engine.tuning.equivalence import Equivalence, paired_equivalence
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
    from policy_engine.tuning.sources import sources_of_rows
    from policy_engine.tuning.tuned import SegmentTuned, Trust, Tuned, tune_scores, tune_segments
    from policy_engine.tuning.writing import Proposal, propose, write_proposal

__all__ = [
    "BandToTune",
    "Bands",
    "Bootstrapped",
    "Certified",
    "Change",
    "Choice",
    "Comparison",
    "Drift",
    "Equivalence",
    "Flips",
    "Guaranteed",
    "Honest",
    "Kept",
    "McNemar",
    "Objective",
    "Plan",
    "PolicyFile",
    "Proposal",
    "Sample",
    "Scenario",
    "SegmentCompared",
    "SegmentDrift",
    "SegmentTuned",
    "Selected",
    "Start",
    "Sweep",
    "Tested",
    "ThresholdRange",
    "Transition",
    "Trust",
    "Tuned",
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
    "guarantee",
    "held_out",
    "paired_equivalence",
    "propose",
    "read_policy_file",
    "sources_of_rows",
    "sweep_scores",
    "tested_at",
    "transitions_of",
    "tune_scores",
    "tune_segments",
    "under_label_noise",
    "write_proposal",
]

_HOMES: Final = {
    "BandToTune": "band",
    "Certified": "guarantees",
    "Change": "comparing",
    "Comparison": "comparing",
    "Equivalence": "equivalence",
    "Flips": "comparing",
    "Guaranteed": "guaranteeing",
    "Kept": "guaranteeing",
    "McNemar": "comparing",
    "PolicyFile": "policy_file",
    "Proposal": "writing",
    "SegmentCompared": "comparing",
    "SegmentTuned": "tuned",
    "Tested": "guarantees",
    "Transition": "comparing",
    "Trust": "tuned",
    "Tuned": "tuned",
    "band_to_tune": "band",
    "cases_needed": "guarantees",
    "certified_precision": "guarantees",
    "certified_recall": "guarantees",
    "compare_decisions": "comparing",
    "guarantee": "guaranteeing",
    "paired_equivalence": "equivalence",
    "propose": "writing",
    "read_policy_file": "policy_file",
    "sources_of_rows": "sources",
    "tested_at": "guarantees",
    "transitions_of": "comparing",
    "tune_scores": "tuned",
    "tune_segments": "tuned",
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
