"""Decision tables applied: one case at a time, or many at once."""

from policy_engine.evaluator.live import Evaluator
from policy_engine.evaluator.ranges import cell_in_words, judged_values, named_jurisdictions
from policy_engine.evaluator.ready import Ready, ReadyVerdicts, can_be_ready, keys_of
from policy_engine.evaluator.scalar import PolicyEvaluator

__all__ = [
    "Evaluator",
    "PolicyEvaluator",
    "Ready",
    "ReadyVerdicts",
    "can_be_ready",
    "cell_in_words",
    "judged_values",
    "keys_of",
    "named_jurisdictions",
]
