"""Choosing thresholds from labelled scores: what each would do, and what the choice can be held to."""

from policy_engine.tuning.sweeping import Segment, Sweep, sweep_scores

__all__ = ["Segment", "Sweep", "sweep_scores"]
