"""A decision in plain words: what gave the outcome, which overrides won and why, how near the other bands were."""

from policy_engine.engine.explanation.contests import contests
from policy_engine.engine.explanation.explain import explain

__all__ = ["contests", "explain"]
