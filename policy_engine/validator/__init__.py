"""From documents to policies that mean something, through one step after another."""

from policy_engine.validator._before_tuning import BEFORE_TUNING
from policy_engine.validator._checked import CheckedPolicy, CheckedPolicySet, Source
from policy_engine.validator._draft import Draft
from policy_engine.validator._promises import FAILING_TEST
from policy_engine.validator.check import Checked, check, review
from policy_engine.validator.in_part import (
    CheckedInPart,
    LeftOut,
    check_leaving_out_candidates,
    check_leaving_out_errors,
)
from policy_engine.validator.registry import ALL_RULES, BY_CODE
from policy_engine.validator.trying import (
    ReachedByTests,
    Reaching,
    TriedTest,
    request_of,
    tried_tests,
)

__all__ = [
    "ALL_RULES",
    "BEFORE_TUNING",
    "BY_CODE",
    "FAILING_TEST",
    "Checked",
    "CheckedInPart",
    "CheckedPolicy",
    "CheckedPolicySet",
    "Draft",
    "LeftOut",
    "ReachedByTests",
    "Reaching",
    "Source",
    "TriedTest",
    "check",
    "check_leaving_out_candidates",
    "check_leaving_out_errors",
    "request_of",
    "review",
    "tried_tests",
]
