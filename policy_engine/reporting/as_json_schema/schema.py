"""The schema of a policy and of a catalog, put together from what the models, the words and the conditions say."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import GenerateJsonSchema

from policy_engine.model import Catalog, Policy
from policy_engine.reporting.as_json_schema.conditions import CONDITIONS, PROPOSED
from policy_engine.reporting.as_json_schema.help import EXAMPLES, FIRST, KNOWN_KEYS, NAMES_OF_KEYS
from policy_engine.reporting.as_json_schema.shape import ANYTHING, described, shaped
from policy_engine.reporting.as_json_schema.words import words_of_fields, words_of_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

    Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
KINDS: Final[dict[str, type[BaseModel]]] = {"policy": Policy, "catalog": Catalog}

_NULL: Final = {"type": "null"}
_NULL_IS_SAID: Final = frozenset({"Expect"})
"""Models in which null means something. Elsewhere a key without a value is one to delete."""

_OF_ONE_NUMBER: Final = ("probability", "number")
"""The kinds of one of several scores."""


def schema_of(kind: str) -> Schema:
    """Return the schema of `policy` or `catalog`."""
    root = KINDS[kind]
    made = root.model_json_schema(by_alias=True, schema_generator=_Described)
    models = _models({**made.pop("$defs"), root.__name__: made})
    whole = models.pop(root.__name__)
    return {
        "$schema": DIALECT,
        "$id": f"urn:policy-engine:schema:{kind}/v1",
        **whole,
        "title": kind,
        "defaultSnippets": [FIRST[kind]],
        "$defs": {name: models[name] for name in sorted(_referred_to(whole, models))},
    }


def file_name(kind: str) -> str:
    """Return what the file is called in which the schema of a kind is published."""
    return f"{kind}.schema.json"


def schema_as_text(kind: str) -> str:
    """Return the schema of a kind as it is published."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"


class _Described(GenerateJsonSchema):
    """Takes the description of each key from the words under it in the model's source.

    Pydantic could do so, but would read the sources whenever the models are imported, also to check a policy.
    """

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of one model."""
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, description in words_of_fields(model):
            made["properties"][model.model_fields[name].alias or name]["description"] = description
        return made


def _models(made: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the schemas of all models, each after those that become part of it."""
    models: dict[str, Schema] = {}
    waiting = {name: one for name, one in made.items() if name != "JsonValue"}
    while waiting:
        name = next(name for name, one in waiting.items() if not set(_names_in(one)) & (waiting.keys() - {name}))
        models[name] = _of_model(name, waiting.pop(name), models)
    return models


def _of_model(name: str, made: Schema, models: Mapping[str, Schema]) -> Schema:
    if name == "NamedScore":
        made = _of_one_number(made)
    rest = {key: value for key, value in made.items() if key not in ("title", "properties")}
    properties = {key: _of_key(name, key, one, models) for key, one in made.get("properties", {}).items()}
    title = "-".join(word.lower() for word in re.findall(r"[A-Z][a-z]*", name))
    proposals = PROPOSED.get(name, [])
    rules = CONDITIONS.get(name, []) + [
        {"if": where, "then": {"properties": {key: properties[key] for key in keys}}} for where, keys in proposals
    ]
    properties |= {key: _not_proposed(properties[key], models) for _, keys in proposals for key in keys}
    return {
        "title": title,
        **described(shaped(rest, models)),
        "properties": properties,
        **({"allOf": rules} if rules else {}),
    }


def _of_one_number(score: Schema) -> Schema:
    """Return the schema of one of several scores: it has fewer kinds, and no keys of the others."""
    properties = {key: value for key, value in score["properties"].items() if key not in ("signal", "labels")}
    return {**score, "properties": {**properties, "kind": {**properties["kind"], "enum": list(_OF_ONE_NUMBER)}}}


def _not_proposed(shape: Schema, models: Mapping[str, Schema]) -> Schema:
    # in place of a reference what it refers to: what stands beside one, and is more than words, gets lost on the way
    referred = models[shape["$ref"].split("/")[2]] if "$ref" in shape else {}
    return {**referred, **{key: value for key, value in shape.items() if key != "$ref"}, "doNotSuggest": True}


def _of_key(model: str, key: str, made: Schema, models: Mapping[str, Schema]) -> Schema:
    """Return the schema of a key. That it may be left out is said by `required`, so null need not be allowed."""
    kept = dict(made)
    if model not in _NULL_IS_SAID and _NULL in kept.get("anyOf", []):
        (other,) = (one for one in kept.pop("anyOf") if one != _NULL)
        kept = {**other, **kept}
    shape = {"title": key, **shaped(kept, models)}
    if not shape.keys() - {"title", "description", "markdownDescription"}:
        shape["type"] = list(ANYTHING)
    if (model, key) in EXAMPLES:
        shape["examples"] = EXAMPLES[model, key]
    inside = shape.get("else", shape)
    if isinstance(inside.get("additionalProperties"), dict) and "propertyNames" in inside:
        _open(inside, model, key, shape["description"])
    return shape


def _open(shape: Schema, model: str, key: str, description: str) -> None:
    """Say what is known of the keys of a mapping that takes others, too."""
    shape["propertyNames"] = {"title": NAMES_OF_KEYS.get((model, key), "band"), **shape["propertyNames"]}
    shape["additionalProperties"] = described({"description": description, **shape["additionalProperties"]})
    if (model, key) in KNOWN_KEYS:
        shape["properties"] = {
            known: described({**shape["additionalProperties"], "title": known, "description": words_of_name(known)})
            for known in KNOWN_KEYS[model, key]
        }


def _names_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - a piece of a schema is any JSON value
    """Yield the names of the models that a schema refers to."""
    if isinstance(value, dict):
        if str(value.get("$ref", "")).startswith("#/$defs/"):
            yield value["$ref"].split("/")[2]
        for one in value.values():
            yield from _names_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from _names_in(one)


def _referred_to(whole: Schema, models: Mapping[str, Schema]) -> set[str]:
    found: set[str] = set()
    new = set(_names_in(whole))
    while new:
        found |= new
        new = {name for one in new for name in _names_in(models[one])} - found
    return found
