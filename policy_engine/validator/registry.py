"""Every code that a check may give, with what it stands for: of reading, schema, rules, waivers and tests."""

from __future__ import annotations

from typing import Final

from policy_engine.diagnostics import RuleInfo
from policy_engine.lint import RULES
from policy_engine.loader import READING_RULES
from policy_engine.validator._keys import MISSING_KEY, UNKNOWN_KEY
from policy_engine.validator._promises import FAILING_TEST
from policy_engine.validator._schema import SCHEMA_KEY
from policy_engine.validator._types import WRONG_TYPE
from policy_engine.validator._values import NOT_ALLOWED
from policy_engine.validator._waivers import WAIVER_RULES

SECOND_CATALOG: Final = "PE106"

_SCHEMA_RULES = (
    RuleInfo(UNKNOWN_KEY, "unknown-key", "a key that the language does not have there"),
    RuleInfo(MISSING_KEY, "missing-key", "a key that has to be there and is not"),
    RuleInfo(WRONG_TYPE, "wrong-type", "a value of the wrong type, such as text where a number is wanted"),
    RuleInfo(NOT_ALLOWED, "not-allowed", "a value that is not allowed there, such as an unknown word"),
    RuleInfo(SCHEMA_KEY, "schema-key", "`schema` is missing, not first, or unknown"),
    RuleInfo(SECOND_CATALOG, "second-catalog", "a second catalog in one set of policies"),
)
_TEST_RULES = (RuleInfo(FAILING_TEST, "failing-test", "a test of the policy that fails"),)

ALL_RULES: Final[tuple[RuleInfo, ...]] = tuple(
    sorted((*READING_RULES, *WAIVER_RULES, *_SCHEMA_RULES, *(rule.info for rule in RULES), *_TEST_RULES))
)
"""All of them, by code."""

BY_CODE: Final = {one.code: one for one in ALL_RULES}
"""The same, to look one up."""
