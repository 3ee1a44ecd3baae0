"""The reference by itself: what vectors do not ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from policy_engine import reference
from policy_engine.exceptions import InvalidRequestError, UnknownUseCaseError
from policy_engine.reference.values import Space
from tests.support.plain import SUMMER, catalog_with, override, policy_with, request_with


def test_a_jurisdiction_with_many_ways_up_is_walked_once() -> None:
    layers = 32
    jurisdictions: dict[str, Any] = {"Z": {}, "a0": {}, "b0": {}}
    for layer in range(1, layers):
        above = {"in": [f"a{layer - 1}", f"b{layer - 1}"]}
        jurisdictions |= {f"a{layer}": above, f"b{layer}": above}
    catalog = catalog_with(jurisdictions=jurisdictions)
    within = Space(policy_with(), catalog).within
    assert f"a{layers - 1}" in within["b0"]
    assert within["Z"] == {"Z"}


def test_no_policy_at_all_covers_nothing() -> None:
    with pytest.raises(UnknownUseCaseError, match="no live policy covers the use case `card-fraud` at 2026-07-01"):
        reference.decide([], catalog_with(), request_with())


def test_an_unknown_use_case_is_an_invalid_request_among_others() -> None:
    with pytest.raises(InvalidRequestError):
        reference.decide([policy_with()], catalog_with(), replace(request_with(), use_case="other"))


def test_what_is_refused_names_the_dimension_and_the_use_case() -> None:
    with pytest.raises(InvalidRequestError, match="`tier` is not known or left out, and the policy of `card-fraud`"):
        reference.decide(
            [policy_with(unknown={"tier": "error"})], catalog_with(dimensions={"tier": ["gold"]}), request_with()
        )


def test_the_instant_may_be_given_with_any_offset() -> None:
    policy = policy_with(effective={"from": SUMMER})
    at = datetime.fromisoformat("2026-07-01T05:45:00+05:45")
    assert reference.decide([policy], catalog_with(), request_with(at=at)).outcome == "review"


@pytest.mark.parametrize("given", ["DE", ["DE"], ("DE", "DE"), {"DE"}, frozenset({"DE"})], ids=repr)
def test_one_jurisdiction_is_one_in_whatever_it_comes(given: object) -> None:
    catalog = catalog_with(jurisdictions={"DE": {}, "FR": {}})
    policy = policy_with(overrides=[override("de", {"jurisdiction": "DE"}, thresholds={"block": 0.6})])
    verdict = reference.decide([policy], catalog, request_with(jurisdiction=given))
    assert (verdict.outcome, verdict.jurisdiction, verdict.unknown) == ("block", 0, ())
