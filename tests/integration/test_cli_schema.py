"""`schema`: what editors get, fresh, and of one mind with the models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policy_engine._resources import schemas_folder
from policy_engine.loader import read_document, read_documents
from policy_engine.reporting.as_json_schema import KINDS, schema_of
from tests.support.commands import POLICIES, ROOT, json_of, run
from tests.support.policies import CATALOG, POLICY, checked, edited

VALIDATORS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


def test_the_published_schemas_are_what_the_models_say() -> None:
    result = run("schema", "--check", ROOT / "schemas")
    assert (result.exit_code, result.stdout) == (0, "")
    assert schemas_folder() == ROOT / "schemas"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_of_json_schema_and_names_no_host(kind: str) -> None:
    schema = json_of(run("schema", kind))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:policy-engine:schema:{kind}/v1"
    text = json.dumps({key: value for key, value in schema.items() if key != "$schema"})
    assert "http" not in text
    assert "JsonValue" not in text


def test_a_policy_is_the_default() -> None:
    assert run("schema").stdout == run("schema", "policy").stdout


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_words_to_hover_over_and_no_mapping_takes_unknown_ones(kind: str) -> None:
    schema = schema_of(kind)
    for name, model in {kind: schema, **schema["$defs"]}.items():
        assert model["description"], name
        assert model["additionalProperties"] is False or name == "Given", name
        for key, inside in model["properties"].items():
            assert inside["description"].endswith((".", "`")), f"{name}.{key}"
            assert "default" not in inside or inside["default"], f"{name}.{key}"


def documents() -> dict[str, tuple[str, Any]]:
    """Return every sample and every mended policy of the corpus by file name: kind and data."""
    corpus = ROOT / "tests" / "golden" / "broken"
    files = [*Path(POLICIES).glob("*.yaml"), *corpus.glob("*.fixed.yaml"), corpus / "catalog.yaml"]
    read = [document for file in files for document in read_documents([file]).documents]
    return {one.file: (one.data["schema"].partition("/")[0], one.data) for one in read}


@pytest.mark.parametrize(("kind", "data"), documents().values(), ids=documents())
def test_what_the_models_take_the_schema_takes(kind: str, data: Any) -> None:  # noqa: ANN401 - any document
    assert [error.message for error in VALIDATORS[kind].iter_errors(data)] == []


BROKEN_POLICIES = [
    ("owner: payments-risk", "ownr: payments-risk"),
    ("owner: payments-risk", "owner: ''"),
    ("owner: payments-risk\n", ""),
    ("version: 7", "version: 0"),
    ("version: 7", "version: 7.5"),
    ("version: 7", "version: '7'"),
    ("schema: policy/v1", "schema: policy/v2"),
    ("use_case: card-fraud", "use_case: card fraud"),
    ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00"),
    ("effective: {from: 2026-07-01T00:00:00Z}", "effective: {until: 2026-07-01T00:00:00Z}"),
    ("kind: probability", "kind: percentage"),
    ("kind: probability", "kind: number"),
    ("kind: probability", "kind: probability\n  range: [0, 100]"),
    ("higher_is: riskier", "higher_is: worse"),
    ("at_least: 0.90", "at_least: '0.90'"),
    ("at_least: 0.90", "at_last: 0.90"),
    ("  - {name: allow}\n", "  - allow\n"),
    ("on_invalid: review", "on_invalid: [review]"),
    ("on_invalid: review", "on_invalid: {misssing: review}"),
    ("on_invalid: review", "on_invalid: {}"),
    ("thresholds: {block: 0.93}", "thresholds: {block: sometimes}"),
    ("thresholds: {block: 0.93}", "thresholds: {}"),
    ("thresholds: {block: 0.93}", "thresholds: {'no name': 0.93}"),
    ("thresholds: {block: 0.93}, ", ""),
    ("when: {jurisdiction: EU}", "when: {}"),
    ("when: {jurisdiction: EU}", "when: {jurisdiction: []}"),
    ("when: {jurisdiction: EU}", "when: {amount: {}}"),
    ("when: {jurisdiction: EU}", "when: {amount: {from: 100}}"),
    ("on_invalid: review", "on_invalid: review\nties: loosest"),
    ("on_invalid: review", "on_invalid: review\nobjective: {block: {minimise: cost}}"),
]


@pytest.mark.parametrize("edit", BROKEN_POLICIES)
def test_what_the_models_refuse_the_schema_refuses(edit: tuple[str, str]) -> None:
    text = edited(POLICY, edit)
    document, found = read_document(text.encode(), "a.yaml")
    assert found == ()
    assert not VALIDATORS["policy"].is_valid(document.data)
    assert not checked(text).report.ok


BROKEN_CATALOGS = [
    ("DE: {in: EU}", "DE: {inside: EU}"),
    ("DE: {in: EU}", "DE: EU"),
    ("tier: [standard, gold, platinum]", "tier: []"),
    ("tier: [standard, gold, platinum]", "Tier: [standard]"),
    ("cuts: [100, 1000]", "cuts: []"),
    ("cuts: [100, 1000]", "cuts: ['100']"),
    ("within: PT30M", "within: 30 minutes"),
    ("within: PT30M", "within: P1Y"),
    ("to: queue:fraud-l1", "to: the queue"),
    ("effects: [adverse]", "effects: adverse"),
]


@pytest.mark.parametrize("edit", BROKEN_CATALOGS)
def test_what_the_models_refuse_of_a_catalog_the_schema_refuses(edit: tuple[str, str]) -> None:
    text = edited(CATALOG, edit)
    document, found = read_document(text.encode(), "catalog.yaml")
    assert found == ()
    assert not VALIDATORS["catalog"].is_valid(document.data)
    assert not checked(POLICY, text).report.ok


def test_schemas_are_written_and_compared(tmp_path: Path) -> None:
    result = run("schema", "--check", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.count("write it anew with policy-engine schema --write") == 2
    assert run("schema", "--write", tmp_path).exit_code == 0
    assert run("schema", "--check", tmp_path).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog.schema.json", "policy.schema.json"]
    (tmp_path / "policy.schema.json").write_bytes(b"\xff{}")
    result = run("schema", "--check", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{tmp_path}/policy.schema.json is not what the models say")


@pytest.mark.parametrize(
    "args", [("--write", "nowhere"), ("--check", "nowhere"), ("--write", ".", "--check", "."), ("rule",)]
)
def test_a_mistake_is_wrong_usage(args: tuple[str, ...]) -> None:
    result = run("schema", *args)
    assert (result.exit_code, result.stdout) == (2, "")
