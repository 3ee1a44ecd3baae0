"""What decisions at a threshold amount to: counts, rates, and how well scores tell the two classes apart."""

from policy_engine.measures.curve import Curve, curve_of
from policy_engine.measures.labelled import LabelledScores
from policy_engine.measures.rates import MEASURES, Counts, Measuring, cost, fbeta, net_benefit
from policy_engine.measures.segments import Segment, segments_of
from policy_engine.measures.separability import Separability, auc_of, separability_of

__all__ = [
    "MEASURES",
    "Counts",
    "Curve",
    "LabelledScores",
    "Measuring",
    "Segment",
    "Separability",
    "auc_of",
    "cost",
    "curve_of",
    "fbeta",
    "net_benefit",
    "segments_of",
    "separability_of",
]
