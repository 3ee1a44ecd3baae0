"""What decisions at a threshold amount to: counts and rates, how scores tell classes apart, how they drift."""

from policy_engine.measures.curve import Curve, chance_at, curve_of
from policy_engine.measures.drift import Distance, Shift, Stability, distance_of, shift_of, stability_of
from policy_engine.measures.intervals import (
    Interval,
    Proportion,
    bonett_price,
    check_confidence,
    clopper_pearson,
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
from policy_engine.measures.segments import Segment, impact_ratios, parts_of, segments_of
from policy_engine.measures.separability import Separability, auc_of, separability_of

__all__ = [
    "GREATEST_BETA",
    "GREATEST_COST",
    "MEASURES",
    "Counts",
    "Curve",
    "Distance",
    "Interval",
    "LabelledScores",
    "Measuring",
    "Proportion",
    "Segment",
    "Separability",
    "Shift",
    "Stability",
    "auc_of",
    "bonett_price",
    "chance_at",
    "check_confidence",
    "clopper_pearson",
    "cost",
    "curve_of",
    "distance_of",
    "fbeta",
    "impact_ratios",
    "net_benefit",
    "newcombe",
    "parts_of",
    "segments_of",
    "separability_of",
    "shift_of",
    "stability_of",
    "truths_of",
    "wilson",
]
