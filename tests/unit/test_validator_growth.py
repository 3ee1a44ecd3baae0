"""The work of a check grows with the policies and no faster. Calls are counted: a clock would tell of the machine."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from policy_engine.validator import check
from tests.support.policies import CATALOG, POLICY, edited, loaded, plus

if TYPE_CHECKING:
    from collections.abc import Callable

FEW = 8
TEST = """\
  - given: {{jurisdiction: DE, tier: gold, amount: 20, score: {score}}}
    expect: {{outcome: {outcome}}}
"""
OVERRIDE = (
    "{{id: o{number}, when: {{jurisdiction: DE, tier: {tier}}}, thresholds: {{block: 0.9{number}}}, because: why}}"
)


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions *work* calls, those written in C among them."""
    calls = 0

    def count(_frame: object, event: str, _given: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def calls_of_check(texts: dict[str, str]) -> int:
    documents = loaded(texts)
    report = check(documents).report
    assert report.ok
    return calls_of(partial(check, documents))


def with_tests(text: str, many: int) -> str:
    cases = [("0.99", "block"), ("0.7", "review"), ("0.1", "allow")]
    return text + "tests:\n" + "".join(TEST.format(score=s, outcome=o) for s, o in (cases * many)[:many])


def policies(many: int, use_case: str) -> dict[str, str]:
    """Return policies with a test each, whose use case and first instant are told by their number."""
    texts = {"catalog.yaml": CATALOG}
    for number in range(many):
        window = f"effective: {{from: {2026 + number}-07-01T00:00:00Z, until: {2027 + number}-07-01T00:00:00Z}}"
        text = edited(
            POLICY,
            ("version: 7", f"version: {number + 1}"),
            ("use_case: card-fraud", f"use_case: {use_case.format(number)}"),
            ("effective: {from: 2026-07-01T00:00:00Z}", window),
            plus(*(OVERRIDE.format(number=i, tier=tier) for i, tier in enumerate(("standard", "gold"), 5))),
        )
        texts[f"policy-{number:03}.yaml"] = with_tests(text, 3)
    return texts


LINEAR = 1.05
"""Exactly 1 when this was written, but for the sorting."""


@pytest.mark.parametrize("use_case", ["use-case-{}", "card-fraud"], ids=["of a use case each", "one after the other"])
def test_twice_the_policies_are_twice_the_calls(use_case: str) -> None:
    none, few, many, more = (calls_of_check(policies(FEW * times, use_case)) for times in (0, 1, 2, 4))
    assert none < few
    assert many - few <= LINEAR * (few - none)
    assert more - many <= LINEAR * 2 * (many - few)


def test_twice_the_tests_are_no_more_than_twice_the_calls() -> None:
    few, many, more = (
        calls_of_check({"catalog.yaml": CATALOG, "policy.yaml": with_tests(POLICY, tests)}) for tests in (12, 24, 48)
    )
    assert few < many
    assert more - many <= LINEAR * 2 * (many - few)


def test_tests_with_environments_of_their_own_share_all_that_no_environment_changes() -> None:
    tunable = "tunable:\n  block: {env: BLOCK_AT, within: [0.85, 0.95]}\n"
    case = "  - {{env: {{BLOCK_AT: {number}}}, given: {{jurisdiction: US, score: 0.1}}, expect: {{outcome: allow}}}}\n"

    def texts(many: int) -> dict[str, str]:
        tests = "".join(case.format(number=0.9 + number / 1000) for number in range(many))
        overrides = [OVERRIDE.format(number=i, tier=tier) for i, tier in enumerate(("standard", "gold"), 5)]
        return {"catalog.yaml": CATALOG, "policy.yaml": edited(POLICY, plus(*overrides)) + tunable + "tests:\n" + tests}

    first, few, many = (calls_of_check(texts(count)) for count in (1, FEW, 2 * FEW))
    each = (many - few) / FEW
    assert each < first / 4
    assert few - first <= LINEAR * each * (FEW - 1)
