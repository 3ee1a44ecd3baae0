"""A policy's digest covers what it means, and what its tests expect."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from policy_engine.model import Catalog, Policy

POLICY: dict[str, Any] = {
    "schema": "policy/v1",
    "use_case": "x",
    "version": 1,
    "owner": "o",
    "effective": {"from": "2026-01-01T00:00:00Z"},
    "score": {"kind": "probability", "higher_is": "riskier", "model": {"name": "m"}},
    "bands": [{"name": "block", "at_least": 0.9}, {"name": "allow"}],
    "on_invalid": "block",
}


def digest_of(**changed: object) -> str:
    return Policy.model_validate({**POLICY, **changed}).digest


def expecting(**expected: object) -> list[dict[str, Any]]:
    return [{"given": {"score": 0.1}, "expect": {"outcome": "allow", **expected}}]


def test_the_order_of_keys_and_a_default_spelled_out_change_no_digest() -> None:
    assert Policy.model_validate(dict(reversed(POLICY.items()))).digest == digest_of()
    assert digest_of(overrides=[], unknown={}, description=None) == digest_of()


@pytest.mark.parametrize("expected", [{"threshold": None}, {"reasons": []}, {"invalid": None}])
def test_a_null_that_a_test_expects_is_part_of_the_digest(expected: dict[str, object]) -> None:
    assert digest_of(tests=expecting(**expected)) != digest_of(tests=expecting())


@pytest.mark.parametrize("changed", [{"owner": "p"}, {"version": 2}, {"on_invalid": {"otherwise": "block"}}])
def test_what_is_written_otherwise_has_another_digest(changed: dict[str, object]) -> None:
    assert digest_of(**changed) != digest_of()


@pytest.mark.parametrize("name", ["self", "scores", "score", "use_case", "at", "label", "model_version"])
def test_a_dimension_cannot_have_a_name_that_requests_use_for_something_else(name: str) -> None:
    with pytest.raises(ValidationError, match="use for something else"):
        Catalog.model_validate({"schema": "catalog/v1", "dimensions": {name: ["a"]}})
