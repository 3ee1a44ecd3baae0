"""What decisions at a threshold amount to: counts, rates, and how well scores tell the two classes apart."""

from policy_engine.measures.curve import Curve, sweep
from policy_engine.measures.labelled import LabelledScores
from policy_engine.measures.rates import MEASURES, Counts, Measure, cost, fbeta, net_benefit
from policy_engine.measures.separability import Separability, auc_of, separability_of

__all__ = [
    "MEASURES",
    "Counts",
    "Curve",
    "LabelledScores",
    "Measure",
    "Separability",
    "auc_of",
    "cost",
    "fbeta",
    "net_benefit",
    "separability_of",
    "sweep",
]
