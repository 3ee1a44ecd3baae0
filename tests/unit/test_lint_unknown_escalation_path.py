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


NONE = {
    "a band": (
        [("escalate: fraud-ops", "escalate: none")],
        "12:46: PE301 `none` is no escalation path / delete it: a band without `escalate` goes to nobody",
    ),
    "an override": (
        [plus("{id: g, when: {tier: gold}, escalate: {block: none}}")],
        (
            "17:51: PE301 `none` is no escalation path / delete it: an override can send a band to another path, and "
            "cannot take its escalation away"
        ),
    ),
    "a test": (
        [("overrides:", "tests:\n  - {given: {score: 1}, expect: {outcome: block, escalate: none}}\noverrides:")],
        "16:60: PE301 `none` is no escalation path / delete it: a test cannot ask that nobody gets the case",
    ),
}


@pytest.mark.parametrize("case", NONE)
def test_none_is_no_path_that_could_be_declared(case: str) -> None:
    edits, told = NONE[case]
    assert after(*edits) == [told]


def test_none_is_a_value_of_the_dimension() -> None:
    assert after(plus("{id: g, when: {escalation_path: none}, reasons: {block: [A]}}")) == []
