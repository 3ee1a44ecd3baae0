"""From what pydantic says of a value to what an editor makes most of.

Editors guess badly between alternatives: what is wrong in the one that was meant is told of another one. So values of
several types become one schema, in which each keyword speaks of the type that it belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.reporting.as_json_schema.words import SHAPES, SIMPLER, in_one_line, meanings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    Schema = dict[str, Any]

_REF: Final = "#/$defs/"
_ANY: Final = "#/$defs/JsonValue"
_LISTED: Final = ("oneOf", "anyOf", "prefixItems")
_NESTED: Final = ("items", "additionalProperties", "propertyNames")
ANYTHING: Final = ("string", "number", "boolean", "array", "object", "null")
"""The types of JSON: a key that takes all of them is then still completed with its colon."""


def shaped(made: Any, models: Mapping[str, Schema]) -> Any:  # noqa: ANN401 - a schema is a mapping, true or false
    """Return the schema of a value; *models* has those of mappings, which are shaped already."""
    if not isinstance(made, dict):
        return made
    if made.get("$ref") == _ANY:
        return {key: value for key, value in made.items() if key not in ("$ref", "title", "default")}
    shape = {key: value for key, value in made.items() if key not in ("title", "default", "patternProperties")}
    for pattern, inside in made.get("patternProperties", {}).items():
        shape |= {"propertyNames": {"pattern": pattern}, "additionalProperties": inside}
    shape |= {key: [shaped(one, models) for one in shape[key]] for key in _LISTED if key in shape}
    shape |= {key: shaped(shape[key], models) for key in _NESTED if key in shape}
    options = shape.pop("oneOf", None) or shape.pop("anyOf", None)
    return described(_with_words({**_merged(options, models), **shape} if options else shape))


def described(shape: Schema) -> Schema:
    """Return the schema with its description in one line, once more as Markdown where that makes a difference.

    Beside a reference it does, too: there the Markdown of what is referred to would hide it.
    """
    if "description" not in shape:
        return shape
    text = in_one_line(shape["description"])
    values = "; ".join(
        f"`{'null' if value is None else value}`: {meaning}"
        for value, meaning in zip(shape.get("enum", ()), shape.get("enumDescriptions", ()), strict=True)
    )
    plain = f"{text} {values}." if values else text
    return {**shape, "description": plain, **({"markdownDescription": text} if "`" in plain or "$ref" in shape else {})}


def _with_words(shape: Schema) -> Schema:
    if "enum" in shape:
        return {**shape, "enumDescriptions": [one.replace("`", "") for one in meanings_of(shape["enum"])]}
    if "const" in shape:
        # without `type`, which would say once more that a value is another one
        return {key: value for key, value in shape.items() if key != "type"}
    if shape.get("pattern") in SHAPES:
        pattern = shape["pattern"]
        told = SIMPLER.get(pattern, pattern)
        return {**shape, "pattern": told, "patternErrorMessage": SHAPES[pattern]}
    named = shape.get("propertyNames", {})
    if "enum" in named:
        rest = {key: value for key, value in shape.items() if key != "propertyNames"}
        each = {
            key: described(
                {**shape["additionalProperties"], "title": key, "description": f"{meaning[0].upper()}{meaning[1:]}."}
            )
            for key, meaning in zip(named["enum"], meanings_of(named["enum"]), strict=True)
        }
        return {**rest, "properties": each, "additionalProperties": False}
    return shape


def _merged(options: list[Schema], models: Mapping[str, Schema]) -> Schema:
    """Return one schema for values of several types."""
    options = [_with_one_word(_without_words(_resolved(one, models))) for one in options]
    null = {"type": "null"}
    if null in options:
        (other,) = (one for one in options if one != null)
        nullable = {**other, "type": [other["type"], "null"]}
        return _with_words({**nullable, "enum": [*other["enum"], None]}) if "enum" in other else nullable
    types = {"type": [one["type"] for one in options]}
    words = next((one for one in options if "enum" in one), None)
    if words is not None:
        (other,) = (one for one in options if one is not words)
        inside = {"then": _keywords(other)} if _keywords(other) else {}
        return {
            **types,
            "defaultSnippets": _offered(words),
            "if": {"type": other["type"]},
            **inside,
            "else": _words(words, other["type"]),
        }
    # `else`, and not `then`: an editor that is asked what may stand in an empty place looks there
    first, *rest = options
    otherwise = {key: value for one in rest for key, value in _keywords(one).items()}
    return {**types, **_keywords(first), "if": {"type": first["type"]}, "else": otherwise}


def _with_one_word(one: Schema) -> Schema:
    """Return a single word as one of several, of which there is one."""
    return _with_words({"type": "string", "enum": [one["const"]]}) if "const" in one else one


def _words(words: Schema, other: str) -> Schema:
    """Return what holds of a value that is none of the *other* type: it is one of some words."""
    listed = ", ".join(f"`{word}`" for word in words["enum"])
    return {**_keywords(words), "errorMessage": f"neither a {_IN_YAML[other]} nor one of {listed}"}


_IN_YAML: Final = {"number": "number", "object": "mapping"}


def _offered(words: Schema) -> list[Schema]:
    """Return words as what an editor offers: it looks for those of an `else` only where something stands."""
    each = zip(words["enum"], words["enumDescriptions"], strict=True)
    return [{"label": word, "body": word, "description": meaning} for word, meaning in each]


def _resolved(one: Schema, models: Mapping[str, Schema]) -> Schema:
    return models[one["$ref"].removeprefix(_REF)] if "$ref" in one else one


def _without_words(one: Schema) -> Schema:
    return {key: value for key, value in one.items() if key not in ("title", "description", "markdownDescription")}


def _keywords(one: Schema) -> Schema:
    return {key: value for key, value in one.items() if key != "type"}
