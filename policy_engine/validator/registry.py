"""Every code that a check may give, with what it stands for: of reading, schema, rules, waivers and tests."""

from __future__ import annotations

from typing import Final

from policy_engine.diagnostics import RuleInfo
from policy_engine.lint import (
    CATALOG_RULES,
    FILE_AGAINST_RULES,
    RULES,
    USE_CASE_AGAINST_RULES,
    USE_RULES,
    WHOLE_CATALOG_RULES,
)
from policy_engine.loader import READING_RULES
from policy_engine.validator._before_tuning import BEFORE_TUNING
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
_TEST_RULES = (
    RuleInfo(FAILING_TEST, "failing-test", "a test of the policy that fails"),
    RuleInfo(
        BEFORE_TUNING,
        "test-before-tuning",
        "a test of the policy that fails since a threshold was tuned",
        "warning",
        may_be_waived=True,
    ),
)

ALL_RULES: Final[tuple[RuleInfo, ...]] = tuple(
    sorted((*READING_RULES, *WAIVER_RULES, *_SCHEMA_RULES, *(rule.info for rule in RULES), *_TEST_RULES))
)
"""All of them, by code."""

BY_CODE: Final = {one.code: one for one in ALL_RULES}
"""The same, to look one up."""

_READ_AND_WELL_FORMED = frozenset(one.code for one in (*READING_RULES, *_SCHEMA_RULES))
_OF_CATALOGS = frozenset(
    (
        *(rule.code for rule in CATALOG_RULES),
        *(rule.code for rule in WHOLE_CATALOG_RULES),
        *(rule.code for rule in USE_RULES),
    )
)
_OF_ANY_FILE = frozenset((*(rule.code for rule in USE_CASE_AGAINST_RULES), *(rule.code for rule in FILE_AGAINST_RULES)))
_OF_POLICIES = frozenset(rule.code for rule in RULES) - _OF_CATALOGS - _OF_ANY_FILE | {FAILING_TEST, BEFORE_TUNING}

NEVER_IN_A_POLICY: Final = _READ_AND_WELL_FORMED | _OF_CATALOGS
"""What is not found in a policy that could be read: a comment that waives it there waives nothing."""

NEVER_IN_A_CATALOG: Final = _READ_AND_WELL_FORMED | _OF_POLICIES
"""The same of a catalog."""
