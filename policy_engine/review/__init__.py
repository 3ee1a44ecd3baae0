"""What a change means: policies as they are, held against what they were."""

from policy_engine.review.against import held_against

__all__ = ["held_against"]
