"""From documents to policies that mean something, through one step after another."""

from policy_engine.validator._checked import CheckedPolicy, CheckedPolicySet, Source
from policy_engine.validator.check import Checked, check, review
from policy_engine.validator.in_part import CheckedInPart, LeftOut, check_leaving_out_candidates
from policy_engine.validator.registry import ALL_RULES, BY_CODE
from policy_engine.validator.trying import (
    ReachedByTests,
    TriedTest,
    judged_by,
    reached_by,
    request_of,
    sources_of,
    tried_tests,
)

__all__ = [
    "ALL_RULES",
    "BY_CODE",
    "Checked",
    "CheckedInPart",
    "CheckedPolicy",
    "CheckedPolicySet",
    "LeftOut",
    "ReachedByTests",
    "Source",
    "TriedTest",
    "check",
    "check_leaving_out_candidates",
    "judged_by",
    "reached_by",
    "request_of",
    "review",
    "sources_of",
    "tried_tests",
]
