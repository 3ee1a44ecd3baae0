"""What decisions at a threshold amount to: counts and rates, how scores tell classes apart, how they drift."""

from policy_engine.measures.classified import ClassScores
from policy_engine.measures.coverage import Coverage, coverage_of
from policy_engine.measures.curve import Curve, chance_at, curve_of
from policy_engine.measures.drift import Distance, Shift, Stability, distance_of, shift_of, stability_of
from policy_engine.measures.highlights import Highlighting, highlighting_of
from policy_engine.measures.intervals import (
    Interval,
    Proportion,
    bonett_price,
    check_confidence,
    clopper_pearson,
    exact_ends,
    newcombe,
    wilson,
)
from policy_engine.measures.labelled import LabelledScores, truths_of
from policy_engine.measures.rates import (
    GREATEST_BETA,
    GREATEST_COST,
    MEASURES,
    Counts,
    Measuring,
    cost,
    fbeta,
    net_benefit,
)
from policy_engine.measures.segments import FOUR_FIFTHS, Segment, impact_ratios, parts_of, segments_of
from policy_engine.measures.separability import Separability, auc_of, separability_of
from policy_engine.measures.shares import SHARES, proportion_in
from policy_engine.measures.tiers import (
    TIERS,
    Cuts,
    Flip,
    OutcomeMix,
    Tier,
    flips_of,
    outcome_mix_of,
    places_of,
    tiers_of,
    whole_of,
)

__all__ = [
    "FOUR_FIFTHS",
    "GREATEST_BETA",
    "GREATEST_COST",
    "MEASURES",
    "SHARES",
    "TIERS",
    "ClassScores",
    "Counts",
    "Coverage",
    "Curve",
    "Cuts",
    "Distance",
    "Flip",
    "Highlighting",
    "Interval",
    "LabelledScores",
    "Measuring",
    "OutcomeMix",
    "Proportion",
    "Segment",
    "Separability",
    "Shift",
    "Stability",
    "Tier",
    "auc_of",
    "bonett_price",
    "chance_at",
    "check_confidence",
    "clopper_pearson",
    "cost",
    "coverage_of",
    "curve_of",
    "distance_of",
    "exact_ends",
    "fbeta",
    "flips_of",
    "highlighting_of",
    "impact_ratios",
    "net_benefit",
    "newcombe",
    "outcome_mix_of",
    "parts_of",
    "places_of",
    "proportion_in",
    "segments_of",
    "separability_of",
    "shift_of",
    "stability_of",
    "tiers_of",
    "truths_of",
    "whole_of",
    "wilson",
]
