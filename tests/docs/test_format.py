"""The pages of the format have every key of the language, and none that is not there; the index finds each.

`python tests/docs/test_format.py` writes the index anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from policy_engine.engine import Engine
from policy_engine.model import REQUEST_KEYS, Catalog, Policy
from policy_engine.validator._wording import noun_of
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = ROOT / "docs" / "format.md"
PAGES = (FIRST, *sorted((ROOT / "docs" / "format").glob("*.md")))

_TABLE = re.compile(r"<!-- keys of: (?P<of>\w+) -->\n\|.*\n\|[-|]+\n(?P<rows>(?:\|.*\n)+)")
_ROW = re.compile(r"\| `(?P<key>[^`]+)` \| (?P<default>[^|]+) \|")
_CODE = re.compile(r"\bPE[0-9]{3}\b")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_INDEX = re.compile(r"<!-- index -->\n\| key \| of \|\n\|---\|---\|\n(?P<rows>(?:\|.*\n)*)")

_NO_MAPPINGS = {"request": "a request", "decision": "a decision"}


class Table(NamedTuple):
    """A table of keys: what it is of, where it stands, and its keys with their defaults."""

    of: str
    link: str
    keys: dict[str, str]


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9 _-]", "", heading.lower()).strip().replace(" ", "-")


def _tables() -> Iterator[Table]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in _TABLE.finditer(text):
            above = _HEADING.findall(_FENCED.sub("", text[: found.start()]))[-1]
            link = f"{page.relative_to(FIRST.parent).as_posix()}#{_anchor(above)}"
            rows = {row["key"]: row["default"] for row in _ROW.finditer(found["rows"])}
            yield Table(found["of"], link, rows)


def _documented() -> dict[str, dict[str, str]]:
    """Return key to default for each table of keys, by what the comment before it says."""
    return {table.of: table.keys for table in _tables()}


def _mappings() -> dict[str, dict[str, Any]]:
    """Return the schema of every mapping of the language that has keys of its own."""
    found: dict[str, dict[str, Any]] = {}
    for model in (Policy, Catalog):
        schema = model.model_json_schema()
        found |= {model.__name__: schema, **schema["$defs"]}
    return {name: schema for name, schema in found.items() if schema.get("properties")}


def _index() -> str:
    """Return the rows of the index: every key, and the mappings that have it with their places."""
    homes: dict[str, list[str]] = {}
    for table in _tables():
        name = _NO_MAPPINGS.get(table.of) or noun_of(table.of)
        for key in table.keys:
            homes.setdefault(key, []).append(f"[{name}]({table.link})")
    return "".join(f"| `{key}` | {', '.join(dict.fromkeys(homes[key]))} |\n" for key in sorted(homes))


@pytest.mark.parametrize("name", sorted(_mappings()))
def test_every_key_of_a_mapping_is_documented_and_no_other(name: str) -> None:
    assert set(_documented()[name]) == set(_mappings()[name]["properties"])


@pytest.mark.parametrize("name", sorted(_mappings()))
def test_a_key_is_called_required_where_it_is(name: str) -> None:
    required = {key for key, default in _documented()[name].items() if default == "required"}
    assert required == set(_mappings()[name].get("required", ()))


def test_every_table_is_of_a_mapping_that_is_there() -> None:
    assert sorted(table.of for table in _tables()) == sorted({*_mappings(), *_NO_MAPPINGS})


def test_every_key_of_a_request_is_documented_and_no_other() -> None:
    assert set(_documented()["request"]) == set(REQUEST_KEYS)


def test_every_field_of_a_decision_is_documented_and_no_other() -> None:
    engine = Engine.load(ROOT / "policies" / "credit-default.yaml")
    assert list(_documented()["decision"]) == list(engine.decide("credit-default").to_dict())


def test_the_index_leads_to_every_key() -> None:
    written = _INDEX.search(FIRST.read_text(encoding="utf-8"))
    assert written is not None
    assert written["rows"] == _index()


def test_every_code_is_documented_and_no_other() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "policy_engine").rglob("*.py"))
    codes = {code for source in sources for code in re.findall(r'"(PE[0-9]{3})"', source)}
    assert set(_CODE.findall("".join(page.read_text(encoding="utf-8") for page in PAGES))) == codes


if __name__ == "__main__":
    text = FIRST.read_text(encoding="utf-8")
    found = _INDEX.search(text)
    if found is not None:
        FIRST.write_text(text[: found.start("rows")] + _index() + text[found.end("rows") :], encoding="utf-8")
