"""Decision tables applied: one case at a time, or many at once."""

from policy_engine.evaluator.ranges import candidates, cell_in_words, named_jurisdictions
from policy_engine.evaluator.scalar import Evaluator, PolicyEvaluator

__all__ = ["Evaluator", "PolicyEvaluator", "candidates", "cell_in_words", "named_jurisdictions"]
