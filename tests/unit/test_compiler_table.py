"""Tables: what their digest covers, who makes them, and what happens to one that is wrong."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from policy_engine.compiler import compile_policies, compile_policy
from policy_engine.compiler.confirm import confirm
from policy_engine.exceptions import MiscompiledError
from policy_engine.loader import read_documents
from policy_engine.model import Highlight, Lead
from policy_engine.resolution import resolve
from policy_engine.validator import check
from tests.support.evaluators import compiled
from tests.support.files import written
from tests.support.plain import catalog_with, document_with, override, policy_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policy_engine.compiler import CompiledCell, PolicyTable

KEYS: dict[str, Any] = {
    "jurisdictions": {"DE": {}, "FR": {}},
    "dimensions": {"tier": ["gold", "silver"], "amount": {"cuts": [100]}},
    "escalation_paths": {"night": {"levels": [{"to": "queue:night", "within": "PT1H"}]}},
}
CATALOG = catalog_with(**KEYS)
OVERRIDES = [override("de", {"jurisdiction": "DE"}), override("fr", {"jurisdiction": "FR"}, reasons={"block": ["F"]})]
POLICY = policy_with(overrides=OVERRIDES)


def _table(policy: Any = POLICY) -> PolicyTable:  # noqa: ANN401 - a policy
    return compile_policy(resolve(policy, CATALOG), CATALOG)


# --- a wrong table -------------------------------------------------------------------------------------------


def test_a_table_as_it_was_made_is_confirmed() -> None:
    confirm(_table(), CATALOG)


def _of_block(cell: CompiledCell, **keys: Any) -> CompiledCell:  # noqa: ANN401 - any field of what goes with a band
    return replace(cell, details={**cell.details, "block": replace(cell.details["block"], **keys)})


WRONG: dict[str, Callable[[CompiledCell], CompiledCell]] = {
    "a cut a little too high": lambda cell: replace(cell, cuts=(0.5, math.nextafter(0.9, 1))),
    "a cut a little too low": lambda cell: replace(cell, cuts=(math.nextafter(0.5, 0), 0.9)),
    "bands upside down": lambda cell: replace(cell, rungs=cell.rungs[::-1]),
    "another source": lambda cell: replace(cell, rungs=tuple(rung._replace(source="eu") for rung in cell.rungs)),
    "another band for a class": lambda cell: replace(cell, by_class={**cell.by_class, "missing": "allow"}),
    "other reasons": lambda cell: _of_block(cell, reasons=("X",)),
    "another escalation path": lambda cell: _of_block(cell, escalate="night"),
    "other attributes": lambda cell: _of_block(cell, attributes={"a": 1}),
    "a highlight": lambda cell: _of_block(cell, highlight=Highlight(above=0.5)),
    "a closed band": lambda cell: replace(cell, closed=frozenset({"block"})),
    "a person": lambda cell: replace(cell, asking=frozenset({"block"})),
    "a lead": lambda cell: replace(cell, lead=Lead(ratio=1.5, bands=("block",))),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_table_that_decides_otherwise_at_any_cut_or_class_is_not_handed_out(wrong: str) -> None:
    table = _table(policy_with())
    with pytest.raises(MiscompiledError, match=r"`card-fraud` was compiled wrongly .* please report this as a bug"):
        confirm(replace(table, cells=tuple(WRONG[wrong](cell) for cell in table.cells)), CATALOG)


def test_the_message_about_a_wrong_table_names_the_overrides_the_score_and_both_bands() -> None:
    table = _table()
    wrong = tuple(replace(cell, rungs=cell.rungs[::-1]) for cell in table.cells)
    with pytest.raises(MiscompiledError, match=r"where .* hold: score .* has the band 'block', not 'allow'"):
        confirm(replace(table, cells=wrong), CATALOG)


# --- the digest ----------------------------------------------------------------------------------------------


def _digest(catalog: dict[str, Any] | None = None, **policy: Any) -> str:  # noqa: ANN401 - any key
    keys = {"overrides": OVERRIDES, **policy}
    return compiled(catalog_with(**{**KEYS, **(catalog or {})}), [policy_with(**keys)]).digest


@pytest.mark.parametrize(
    "changed",
    [
        {"owner": "someone-else"},
        {"description": "said otherwise"},
        {"fail_open_because": "of that"},
        {"overrides": OVERRIDES[::-1]},
        {"overrides": [{**OVERRIDES[0], "because": "of that"}, OVERRIDES[1]]},
        {"tests": [{"given": {"score": 0.95}, "expect": {"outcome": "block"}}]},
        {"objective": {"block": {"maximise": "recall"}}},
        {"on_invalid": {"otherwise": "block"}},
        {"ties": "strictest"},
        {"catalog": {"jurisdictions": {"FR": {}, "DE": {}}}},
        {"catalog": {"ties": "strictest"}},
        {"catalog": {"effects": ["adverse"]}},
        {"catalog": {"audit": {"subject": "hmac", "context": {"card_number": "drop"}}}},
        {"targets": [{"measure": "share", "band": "block", "at_most": 0.1}]},
        {"evidence": "evidence/card-fraud.json"},
    ],
    ids=repr,
)
def test_what_no_decision_depends_on_leaves_the_digest_as_it_is(changed: dict[str, Any]) -> None:
    assert _digest(**changed) == _digest()


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"use_case": "other"},
        {"effective": {"from": "2026-01-02T00:00:00Z"}},
        {"effective": {"from": "2026-01-01T00:00:00Z", "until": "2030-01-01T00:00:00Z"}},
        {"score": {"kind": "probability", "higher_is": "riskier", "model": {"name": "other"}}},
        {"score": {"kind": "probability", "higher_is": "riskier", "model": {"name": "gbm", "versions": ">=1"}}},
        {"score": {"kind": "probability", "higher_is": "safer", "model": {"name": "gbm"}}},
        {"score": {"kind": "number", "range": [0, None], "higher_is": "riskier", "model": {"name": "gbm"}}},
        {
            "bands": [
                {"name": "block", "at_least": 0.9000000000000001},
                {"name": "review", "at_least": 0.5},
                {"name": "allow"},
            ]
        },
        {
            "bands": [
                {"name": "block", "at_least": 0.9, "reasons": ["A"]},
                {"name": "review", "at_least": 0.5},
                {"name": "allow"},
            ]
        },
        {
            "bands": [
                {"name": "block", "at_least": 0.9, "attributes": {"a": 1}},
                {"name": "review", "at_least": 0.5},
                {"name": "allow"},
            ]
        },
        {"on_invalid": {"missing": "review", "otherwise": "block"}},
        {"unknown": {"jurisdiction": "base"}},
        {"unknown": {"jurisdiction": "error"}},
        {"unknown": {"tier": "error"}},
        {"overrides": OVERRIDES[:1]},
        {"overrides": [{**OVERRIDES[0], "id": "germany"}, OVERRIDES[1]]},
        {"overrides": [{**OVERRIDES[0], "effective": {"from": "2026-06-01T00:00:00Z"}}, OVERRIDES[1]]},
        {"catalog": {"jurisdictions": {"DE": {}, "FR": {}, "IT": {}}}},
        {"catalog": {"jurisdictions": {"DE": {"in": "FR"}, "FR": {}}}},
        {"catalog": {"dimensions": {**KEYS["dimensions"], "channel": ["web"]}}},
        {"catalog": {"escalation_paths": {"night": {"levels": [{"to": "queue:night", "within": "PT2H"}]}}}},
        {"catalog": {"facts": ["vip"]}},
        {"catalog": {"guardrails": [{"id": "g", "when": {"tier": "gold"}, "bands": ["block"], "require": "person"}]}},
        {"catalog": {"guardrails": [{"id": "g", "when": {"tier": "gold"}, "bands": ["block"], "require": "never"}]}},
        {"knock_outs": [{"id": "k", "when": {"tier": "gold"}, "at_least": "review"}]},
        {"tunable": {"block": {"per_call": True, "within": [0.8, 0.9]}}},
        {"samples": [{"id": "qa", "of": "allow", "percent": 1, "to": "review", "by": "subject", "salt": "s"}]},
        {"stage": {"shadow": {"until": "2027-01-01T00:00:00Z"}}},
        {"score": {"kind": "probability", "type": "float32", "higher_is": "riskier", "model": {"name": "gbm"}}},
    ],
    ids=repr,
)
def test_what_a_decision_depends_on_changes_the_digest(changed: dict[str, Any]) -> None:
    assert _digest(**changed) != _digest()


# --- from what was checked -----------------------------------------------------------------------------------


def test_the_tables_of_a_use_case_stand_in_the_order_of_their_beginnings(tmp_path: Path) -> None:
    window = {"from": "2025-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    documents = [
        document_with(use_case="zeta"),
        document_with(version=2),
        document_with(effective=window),
        document_with(use_case="alpha"),
    ]
    checked, report = check(read_documents([written(tmp_path, {"schema": "catalog/v1", **KEYS}, *documents)]))
    assert checked is not None, report.diagnostics
    table = compile_policies(checked)
    assert list(table.policies) == ["alpha", "card-fraud", "zeta"]
    assert [one.policy.version for one in table.policies["card-fraud"]] == [1, 2]
    assert table.catalog == CATALOG
