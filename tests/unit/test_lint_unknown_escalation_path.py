"""Escalation paths that are named and do not exist."""

from __future__ import annotations

import pytest

from tests.support.policies import Edit, after, plus

FOUND: dict[str, tuple[list[Edit], list[str]]] = {
    "bands, overrides, tests": (
        [
            ("escalate: fraud-ops", "escalate: fraud-op"),
            plus(
                "{id: g, when: {tier: gold}, escalate: {block: disputes}}",
            ),
            (
                "overrides:",
                "tests:\n  - {given: {score: 1}, expect: {outcome: block, escalate: fraud_disputes}}\noverrides:",
            ),
        ],
        [
            (
                "12:46: PE301 `fraud-op` is no escalation path / did you mean `fraud-ops`? if not, add `fraud-op: "
                "{levels: [{to: queue:fraud-op, within: PT8H}]}` under `escalation_paths` in the catalog"
            ),
            (
                "16:60: PE301 `fraud_disputes` is no escalation path / did you mean `fraud-disputes`? if not, add "
                "`fraud_disputes: {levels: [{to: queue:fraud_disputes, within: PT8H}]}` under `escalation_paths` in "
                "the catalog"
            ),
            (
                "19:51: PE301 `disputes` is no escalation path / did you mean `fraud-disputes`? if not, add "
                "`disputes: {levels: [{to: queue:disputes, within: PT8H}]}` under `escalation_paths` in the catalog"
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_path_that_nobody_declared_is_told_wherever_it_is_named(case: str) -> None:
    edits, told = FOUND[case]
    assert after(*edits) == told
