"""What a change means: policies as they are, held against what they were."""

from policy_engine.review.versions import unraised_versions

__all__ = ["unraised_versions"]
