"""Decision tables applied: one case at a time, or many at once."""

from policy_engine.evaluator.ranges import named_jurisdictions
from policy_engine.evaluator.scalar import Evaluator, PolicyEvaluator

__all__ = ["Evaluator", "PolicyEvaluator", "named_jurisdictions"]
