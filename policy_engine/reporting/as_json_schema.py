"""The JSON Schemas of policies and catalogs, generated from the models, for editors and other tools.

A schema says which keys there are and how values look. Whether a policy means something is what `validate` says.
"""

from __future__ import annotations

import ast
import inspect
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from pydantic.json_schema import GenerateJsonSchema

from policy_engine.model import Catalog, Policy
from policy_engine.model.overrides import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
KINDS: Final[dict[str, type[BaseModel]]] = {"policy": Policy, "catalog": Catalog}

_NULL: Final = {"type": "null"}


def _one_of(*keys: str) -> dict[str, Any]:
    """Return what lets just one of these keys stand."""
    return {"oneOf": [{"required": [key]} for key in keys]}


def _if(key: str, *values: str, then: dict[str, Any], otherwise: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what holds where *key* has one of these values, and what holds where it has not."""
    condition = {"properties": {key: {"enum": list(values)}}, "required": [key]}
    return {"if": condition, "then": then, **({} if otherwise is None else {"else": otherwise})}


def _without(*keys: str) -> dict[str, Any]:
    return {"properties": dict.fromkeys(keys, False)}


def _of_kind(kind: str, *, otherwise: dict[str, Any]) -> dict[str, Any]:
    """Return what holds where a policy has no single score of this kind."""
    of_score = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
    return {"if": {"properties": {"score": of_score}, "required": ["score"]}, "then": {}, "else": otherwise}


_OF_A_SCORE: Final = [
    _if("kind", "number", then={"required": ["range"]}),
    _if("kind", "probability", then={"properties": {"range": {"const": [0, 1]}}}),
    _if(
        "kind",
        "classes",
        then={"properties": {"range": {"prefixItems": [{"type": "number"}]}}},
        otherwise=_without("signal"),
    ),
    _if("kind", "classes", "labels", then={}, otherwise=_without("labels")),
    _if("kind", "labels", then={"required": ["labels"]}),
    _if("signal", "margin", then={"properties": {"higher_is": {"const": "safer"}}}),
]

_BEYOND_TYPES: Final[dict[str, dict[str, Any]]] = {
    "NumberCondition": {"minProperties": 1},
    "Window": {"minProperties": 1},
    "Override": {"anyOf": [{"required": [key]} for key in CHANGES]},
    "Score": {"allOf": _OF_A_SCORE},
    "NamedScore": {"allOf": [*_OF_A_SCORE, {"properties": {"kind": {"enum": ["probability", "number"]}}}]},
    "Policy": {
        "allOf": [
            {
                "if": {"required": ["scores"]},
                "then": _without("score", "on_invalid"),
                "else": {"required": ["score", "on_invalid"]},
            },
            _of_kind("classes", otherwise=_without("lead")),
            _of_kind("labels", otherwise=_without("unknown_label")),
        ]
    },
    "KnockOut": {**_one_of("at_least", "at_most"), "dependentRequired": {"at_most": ["fail_open_because"]}},
    "Tunable": {
        **_one_of("env", "per_call"),
        "if": {"properties": {"tighten_only": {"const": False}}, "required": ["tighten_only", "per_call"]},
        "then": {"required": ["because"]},
    },
    "Stage": _one_of("shadow", "canary"),
    "Target": _one_of("at_least", "at_most", "between"),
    "Guardrail": _if(
        "require",
        "tighten_only",
        then=_without("effects", "bands"),
        otherwise={"anyOf": [{"required": ["effects"]}, {"required": ["bands"]}]},
    ),
    "Objective": {
        **_one_of("maximise", "minimise"),
        "allOf": [
            _if("minimise", "cost", then={"required": ["costs"]}, otherwise=_without("costs")),
            _if("maximise", "fbeta", then={"required": ["beta"]}, otherwise=_without("beta")),
        ],
    },
}
"""What the models check beyond the types of their keys, as far as an editor can help with it."""

_NULL_IS_SAID: Final = frozenset({"Expect"})
"""Models in which null means something. Elsewhere a key without a value is one to delete."""


def schema_of(kind: str) -> dict[str, Any]:
    """Return the schema of `policy` or `catalog`."""
    model = KINDS[kind]
    made = model.model_json_schema(by_alias=True, schema_generator=_Described)
    definitions = made.pop("$defs")
    definitions.pop("JsonValue", None)
    return {
        "$schema": DIALECT,
        "$id": f"urn:policy-engine:schema:{kind}/v1",
        "title": f"policy-engine {kind}",
        **_of_model(model.__name__, made),
        "$defs": {name: _of_model(name, one) for name, one in sorted(definitions.items())},
    }


class _Described(GenerateJsonSchema):
    """Takes the description of each key from the words under it in the model's source.

    Pydantic could do so, but would read the sources whenever the models are imported, also to check a policy.
    """

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of one model."""
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, description in _words_under(model):
            made["properties"][model.model_fields[name].alias or name]["description"] = description
        return made


def _words_under(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the name of every field of *model*, its bases first, with the text that stands under it."""
    for one in reversed(model.__mro__):
        if not one.__module__.startswith("policy_engine."):
            continue
        (written,) = ast.parse(inspect.getsource(one)).body
        statements = written.body if isinstance(written, ast.ClassDef) else []
        for field, below in pairwise(statements):
            if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(field.target, ast.Name):
                yield field.target.id, str(ast.literal_eval(below.value))


def file_name(kind: str) -> str:
    """Return what the file is called in which the schema of a kind is published."""
    return f"{kind}.schema.json"


def schema_as_text(kind: str) -> str:
    """Return the schema of a kind as it is published."""
    return json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n"


def _of_model(name: str, made: dict[str, Any]) -> dict[str, Any]:
    without_title = {key: value for key, value in made.items() if key != "title"}
    properties = {
        key: _of_property(one, keeps_null=name in _NULL_IS_SAID) for key, one in made.get("properties", {}).items()
    }
    return {**_tidied(without_title), "properties": properties, **_BEYOND_TYPES.get(name, {})}


def _of_property(made: dict[str, Any], *, keeps_null: bool) -> dict[str, Any]:
    """Return the schema of a key. That it may be left out is said by `required`, so null need not be allowed."""
    kept = {key: value for key, value in made.items() if key != "title" and (key, value) not in _EMPTY_DEFAULTS}
    options = kept.get("anyOf", [])
    if not keeps_null and _NULL in options:
        (other,) = (one for one in kept.pop("anyOf") if one != _NULL)
        kept |= other
    return dict(_tidied(kept))


_EMPTY_DEFAULTS: Final[tuple[tuple[str, Any], ...]] = (("default", None), ("default", []))


def _tidied(made: Any) -> Any:  # noqa: ANN401 - a piece of a schema is any JSON value
    """Return a piece of a schema: any JSON value is `{}`, names of keys are told apart from what belongs under them."""
    if isinstance(made, list):
        return [_tidied(one) for one in made]
    if not isinstance(made, dict):
        return made
    if made.get("$ref") == "#/$defs/JsonValue":
        made = {key: value for key, value in made.items() if key != "$ref"}
    tidied = {key: _tidied(value) for key, value in made.items()}
    if "patternProperties" in tidied:
        ((pattern, inside),) = tidied.pop("patternProperties").items()
        tidied |= {"propertyNames": {"pattern": pattern}, "additionalProperties": inside}
    if isinstance(tidied.get("description"), str):
        tidied["description"] = " ".join(tidied["description"].split())
    return tidied
