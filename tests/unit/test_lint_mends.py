"""The overrides that help texts offer: added as they stand, they settle what was open."""

from __future__ import annotations

import re

import pytest

from tests.support.policies import CATALOG, POLICY, Edit, edited, findings, instead

EU = "{id: eu, when: {jurisdiction: EU}, "
OPEN: dict[str, tuple[str, ...]] = {
    "two thresholds": (
        EU + "thresholds: {block: 0.93}, because: x}",
        "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
    ),
    "a group and its parts": (
        "{id: some, when: {jurisdiction: [EU, US-CA]}, reasons: {block: [A]}}",
        "{id: most, when: {jurisdiction: [DE, FR, US]}, reasons: {block: [B]}}",
    ),
    "stretches that overlap": (
        "{id: low, when: {amount: {below: 1000}}, escalate: {block: fraud-ops}}",
        "{id: high, when: {amount: {at_least: 100}}, escalate: {block: fraud-disputes}}",
    ),
    "an open path": (
        "{id: disputes, when: {escalation_path: fraud-disputes}, on_invalid: {missing: block}}",
        EU + "on_invalid: {missing: review}}",
    ),
    "no open path": (
        "{id: closed, when: {escalation_path: none}, attributes: {block: {'a key': [1, null, true, '7']}}}",
        EU + "attributes: {block: {a key: 0.5}}}",
    ),
    "windows": (
        EU + "thresholds: {review: 0.5}, effective: {from: 2026-08-01T00:00:00Z}}",
        "{id: gold, when: {tier: gold}, thresholds: {review: 0.4}, effective: {until: 2026-09-01T00:00:00+02:00}}",
    ),
    "thresholds out of order": (
        EU + "thresholds: {block: 0.6}}",
        "{id: gold, when: {tier: [gold, platinum]}, thresholds: {review: 0.7}, because: x}",
    ),
    "an id that is taken": (
        EU + "thresholds: {block: 0.93}, because: x}",
        "{id: gold, when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
        "{id: eu-gold, when: {tier: platinum}, reasons: {block: [A]}}",
    ),
    "long ids": (
        "{id: " + "a" * 40 + ", when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: x}",
        "{id: " + "b" * 40 + ", when: {tier: gold}, thresholds: {block: 0.95}, because: x}",
    ),
}


@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
@pytest.mark.parametrize("case", OPEN)
def test_the_override_that_is_offered_settles_what_is_open(case: str, higher_is: str) -> None:
    direction: Edit = ("higher_is: riskier\n", f"higher_is: {higher_is}\n")
    reasons: Edit = ("effective:", "fail_open_because: a test\neffective:")
    policy = edited(POLICY, direction, reasons, instead(*_explained(OPEN[case])))
    found = findings(policy)
    assert [re.search("PE20[13]", line) is not None for line in found] == [True]
    offered = re.search("`- (.+?)`(?:, or|$)", found[0])
    assert offered is not None
    assert findings(policy + f"  - {offered[1]}\n") == []


def test_where_the_threshold_of_the_base_does_not_fit_one_between_is_offered() -> None:
    watch: Edit = ("  - {name: allow}", "  - {name: watch, at_least: 0.5}\n  - {name: allow}")
    open_between = (
        "{id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.6}}",
        "{id: gold, when: {tier: gold}, thresholds: {review: 0.7, watch: 0.56}, because: x}",
    )
    policy = edited(POLICY, watch, instead(*open_between))
    (found,) = findings(policy)
    offered = "{id: eu-gold, when: {jurisdiction: EU, tier: gold}, thresholds: {block: 0.6, review: 0.58}}"
    assert found.endswith(f"such as `- {offered}`")
    assert findings(f"{policy}  - {offered}\n") == []


def _explained(overrides: tuple[str, ...]) -> list[str]:
    return [one if "because" in one else f"{one[:-1]}, because: x}}" for one in overrides]


def test_strictest_settles_thresholds_as_well() -> None:
    policy = edited(POLICY, instead(*OPEN["two thresholds"]), ("on_invalid:", "ties: strictest\non_invalid:"))
    assert findings(policy) == []


def test_strictest_in_the_catalog_settles_them_too() -> None:
    policy = edited(POLICY, instead(*OPEN["two thresholds"]))
    assert findings(policy, edited(CATALOG, ("effects:", "ties: strictest\neffects:"))) == []
