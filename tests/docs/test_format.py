"""docs/format.md has every key of the language, and none that is not there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from policy_engine.engine import Engine
from policy_engine.model import REQUEST_KEYS, Catalog, Policy
from tests.docs.pages import ROOT

_TABLE = re.compile(r"<!-- keys of: (?P<of>\w+) -->\n\|.*\n\|[-|]+\n(?P<rows>(?:\|.*\n)+)")
_ROW = re.compile(r"\| `(?P<key>[^`]+)` \| (?P<default>[^|]+) \|")
_CODE = re.compile(r"\bPE[0-9]{3}\b")


def _text() -> str:
    return (ROOT / "docs" / "format.md").read_text(encoding="utf-8")


def _documented() -> dict[str, dict[str, str]]:
    """Return key to default for each table of keys, by what the comment before it says."""
    return {
        table["of"]: {row["key"]: row["default"] for row in _ROW.finditer(table["rows"])}
        for table in _TABLE.finditer(_text())
    }


def _mappings() -> dict[str, dict[str, Any]]:
    """Return the schema of every mapping of the language that has keys of its own."""
    found: dict[str, dict[str, Any]] = {}
    for model in (Policy, Catalog):
        schema = model.model_json_schema()
        found |= {model.__name__: schema, **schema["$defs"]}
    return {name: schema for name, schema in found.items() if schema.get("properties")}


@pytest.mark.parametrize("name", sorted(_mappings()))
def test_every_key_of_a_mapping_is_documented_and_no_other(name: str) -> None:
    assert set(_documented()[name]) == set(_mappings()[name]["properties"])


@pytest.mark.parametrize("name", sorted(_mappings()))
def test_a_key_is_called_required_where_it_is(name: str) -> None:
    required = {key for key, default in _documented()[name].items() if default == "required"}
    assert required == set(_mappings()[name].get("required", ()))


def test_every_table_is_of_a_mapping_that_is_there() -> None:
    assert set(_documented()) == {*_mappings(), "request", "decision"}


def test_every_key_of_a_request_is_documented_and_no_other() -> None:
    assert set(_documented()["request"]) == set(REQUEST_KEYS)


def test_every_field_of_a_decision_is_documented_and_no_other() -> None:
    engine = Engine.load(ROOT / "policies" / "credit-default.yaml")
    assert list(_documented()["decision"]) == list(engine.decide("credit-default").to_dict())


def test_every_code_is_documented_and_no_other() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "policy_engine").rglob("*.py"))
    codes = {code for source in sources for code in re.findall(r'"(PE[0-9]{3})"', source)}
    assert set(_CODE.findall(_text())) == codes
