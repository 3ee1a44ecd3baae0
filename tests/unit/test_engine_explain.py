"""Explanations say in plain words which override won and why, and how near the other bands were."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine import Engine
from tests.support.evaluators import compiled
from tests.support.plain import catalog_with, override, policy_with

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
schema: policy/v1
use_case: door
version: 3
owner: nobody
effective: {from: 2026-01-01T00:00:00Z}
score: {kind: number, range: [null, null], higher_is: riskier, model: {name: m}}
bands:
  - {name: shut, at_least: 9, escalate: guards}
  - {name: ask, at_least: 5}
  - {name: open}
on_invalid: shut
ties: strictest
overrides:
  - {id: eu, when: {jurisdiction: EU}, thresholds: {shut: 8}}
  - {id: de, when: {jurisdiction: DE}, thresholds: {shut: 8.5, ask: 4}, because: "asked  for\\n by DE"}
  - {id: big, when: {amount: {at_least: 100}}, thresholds: {ask: 3}}
  - id: fair
    when: {jurisdiction: DE}
    thresholds: {ask: 2}
    effective: {from: 2026-05-01T00:00:00Z, until: 2026-06-01T00:00:00Z}
  - {id: closed, when: {escalation_path: guards}, thresholds: {ask: always}}
"""
CATALOG = """
schema: catalog/v1
jurisdictions: {EU: {}, DE: {in: EU}, US: {}}
dimensions: {amount: {cuts: [100]}}
escalation_paths: {guards: {levels: [{to: "queue:guards", within: PT1H}]}}
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder: Path = tmp_path_factory.mktemp("policies")
    (folder / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (folder / "door.yaml").write_text(POLICY, encoding="utf-8")
    return Engine.load(folder, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))


def test_a_plain_case(engine: Engine) -> None:
    assert engine.decide("door", 8.6, jurisdiction="DE", amount=5).explain().splitlines() == [
        "`shut`: score 8.6 is 0.1 above the threshold 8.5 (override `de`)",
        "policy `door` version 3, at 2026-03-01T00:00:00Z; jurisdiction DE, amount 5",
        "thresholds there:",
        "  shut  from 8.5, override `de`",
        "  ask   from 4, override `de`",
        "  open  everything else",
        "overrides that match: `de`, `eu`",
        "  `de`: asked for by DE",
        "  `shut`: `de` holds and not `eu` (8): it is narrower",
        "the case goes to `guards`: queue:guards until 2026-03-01T01:00:00Z",
    ]


@pytest.mark.parametrize(
    ("score", "given", "line"),
    [
        (1.0, {"jurisdiction": "US", "amount": 5}, "no override matches there"),
        (1.0, {"jurisdiction": "US", "amount": 5}, "`open`: score 1 is 4 below 5, from which on it is `ask`"),
        (6.0, {"jurisdiction": "US", "amount": 5}, "and 3 below 9, from which on it is `shut`"),
        (
            5,
            {"jurisdiction": "US", "amount": 5},
            "score 5 is exactly on the threshold 5 (the policy's base) and 4 below 9",
        ),
        (1.0, {"jurisdiction": ["US", "DE"], "amount": 5}, "score 1 is 3 below 4, from which on it is `ask`"),
        (
            4.5,
            {"jurisdiction": ["US", "DE"], "amount": 5},
            "first found at jurisdiction DE, amount below 100, escalation_",
        ),
        (6.0, {"jurisdiction": "DE", "amount": 500}, "`ask`: `big` holds and not `de` (4): neither is narrower, and"),
        (
            6.0,
            {"jurisdiction": "DE", "amount": 5, "at": "2026-05-02T00:00:00Z"},
            "`ask`: `fair` holds and not `de` (4): both match the same cells, and its window is the inner one",
        ),
        (1.0, {"jurisdiction": "US", "amount": 5, "escalation_path": "guards"}, "  ask   everything else"),
        ("x", {"jurisdiction": "US", "amount": 5}, "`shut`: the score is no number (`wrong_type`)"),
        (None, {"jurisdiction": "US", "amount": 5}, "there is no score (`missing`)"),
        ("x", {"jurisdiction": "US", "amount": 5}, "`on_invalid` gives it that band there (the policy's base)"),
        (1.0, {"amount": 5}, "not known or left out: `jurisdiction`"),
        (
            8.2,
            {"amount": 5},
            "judged in each of 4 combinations; the strictest holds, first found at jurisdiction EU, a",
        ),
        (8.2, {"jurisdiction": "DE-XX", "amount": 5}, "`ask`: score 8.2 is 4.2 above the threshold 4 (override `de`)"),
        (1.0, {"jurisdiction": ["DE", "US"], "amount": 5}, "jurisdiction DE and US, amount 5"),
    ],
)
def test_an_explanation_tells(engine: Engine, score: object, given: dict[str, object], line: str) -> None:
    assert line in engine.decide_request({"use_case": "door", "score": score, **given}).explain()


def test_a_case_of_a_million_combinations_is_counted_and_not_walked(tmp_path: Path) -> None:
    names = [f"d{number}" for number in range(7)]
    values = [f"v{number}" for number in range(9)]
    declared = "".join(f"  {name}: [{', '.join(values)}]\n" for name in names)
    (tmp_path / "catalog.yaml").write_text(
        f"{CATALOG[: CATALOG.index('dimensions')]}dimensions:\n{declared}{CATALOG[CATALOG.index('escalation') :]}",
        encoding="utf-8",
    )
    overrides = "".join(f"  - {{id: {name}, when: {{{name}: v3}}, thresholds: {{shut: 8}}}}\n" for name in names)
    policy = POLICY[: POLICY.index("  - {id: eu")] + overrides
    (tmp_path / "door.yaml").write_text(policy, encoding="utf-8")
    explained = Engine.load(tmp_path).decide("door", 8.5, at=datetime(2026, 3, 1, tzinfo=UTC)).explain()
    assert (
        "judged in each of 10000000 combinations; the strictest holds, first found at d0 unknown, d1 unknown, "
        "d2 unknown, d3 unknown, d4 unknown, d5 unknown, d6 v3"
    ) in explained


def test_a_value_that_is_nested_without_end_is_explained() -> None:
    nested: list[Any] = []
    for _ in range(3000):
        nested = [nested]
    policy = policy_with(overrides=[override("de", {"jurisdiction": "DE"}, thresholds={"block": 0.8})])
    engine = Engine(compiled(catalog_with(jurisdictions={"DE": {}}), [policy]))
    assert "`review`" in engine.decide("card-fraud", 0.6, jurisdiction=["DE", nested]).explain()
