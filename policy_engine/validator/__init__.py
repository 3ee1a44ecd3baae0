"""From documents to policies that mean something, through one step after another."""

from policy_engine.validator._checked import CheckedPolicy, CheckedPolicySet, Source
from policy_engine.validator._promises import request_of
from policy_engine.validator.check import Checked, check
from policy_engine.validator.in_part import CheckedInPart, LeftOut, check_leaving_out_candidates
from policy_engine.validator.reached import ReachedByTests, judged_tests, reached_by, sources_of
from policy_engine.validator.registry import ALL_RULES, BY_CODE

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
    "check",
    "check_leaving_out_candidates",
    "judged_tests",
    "reached_by",
    "request_of",
    "sources_of",
]
