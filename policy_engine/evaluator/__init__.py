"""Decision tables applied: one case at a time, or many at once."""

from policy_engine.evaluator.live import Evaluator
from policy_engine.evaluator.ranges import cell_in_words, judged_values, named_jurisdictions
from policy_engine.evaluator.scalar import PolicyEvaluator

__all__ = ["Evaluator", "PolicyEvaluator", "cell_in_words", "judged_values", "named_jurisdictions"]
