"""Guardrails on bands that no policy has, and near misses."""

from __future__ import annotations

import pytest

from tests.support.policies import CATALOG, POLICY, findings

ON = "guardrails:\n  - {{id: g, when: {{jurisdiction: US}}, bands: [{}], require: {{threshold: [0, 1]}}}}\n"


def told(bands: str) -> list[str]:
    return findings(POLICY, CATALOG + ON.format(bands))


def test_a_misspelt_band_is_told_where_it_stands() -> None:
    (found,) = told("blokc")
    message = "PE415 no policy has a band `blokc`: the guardrail `g` holds for nothing of it / did you mean `block`?"
    assert found == f"catalog.yaml:17:47: {message}"
    assert [one.split()[0] for one in told("block, refuse")] == ["catalog.yaml:17:54:"]


@pytest.mark.parametrize("bands", ["block", "review, block"])
def test_bands_that_some_policy_has_are_not_told(bands: str) -> None:
    assert told(bands) == []


def test_of_a_use_case_its_policy_is_told() -> None:
    catalog = CATALOG + ON.format("blokc").replace("jurisdiction: US", "use_case: card-fraud")
    assert [one.split()[1] for one in findings(POLICY, catalog)] == ["PE407"]
