"""From documents to policies that mean something, through one stage after another."""

from policy_engine.validator._checked import CheckedPolicy, CheckedPolicySet, Source
from policy_engine.validator._promises import request_of
from policy_engine.validator.check import Checked, check

__all__ = ["Checked", "CheckedPolicy", "CheckedPolicySet", "Source", "check", "request_of"]
