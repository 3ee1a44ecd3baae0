"""The step after reading: a document as a policy or a catalog, or everything in it that is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from policy_engine.diagnostics import did_you_mean, nearest
from policy_engine.lint import quoted
from policy_engine.model import Catalog, Policy
from policy_engine.validator._complaint import Complaint, Told, complaint
from policy_engine.validator._keys import missing_key, misspelt, unknown_key
from policy_engine.validator._shape import empty_places, shape_of
from policy_engine.validator._types import NOTHING, TYPES, wrong_type
from policy_engine.validator._values import NOT_ALLOWED, not_allowed
from policy_engine.validator._wording import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

    from policy_engine.loader import Document

SCHEMA_KEY = "PE105"

MOST_TOLD = 100
"""So many complaints about one file are told one by one; the rest is counted."""

_MODELS: dict[str, type[Policy | Catalog]] = {"policy/v1": Policy, "catalog/v1": Catalog}
_ONLY_IN_A_CATALOG = frozenset(
    {"jurisdictions", "dimensions", "effects", "facts", "escalation_paths", "guardrails", "audit"}
)


def read_written(document: Document) -> tuple[Policy | Catalog | None, list[Told]]:
    """Return what a document says, or all that keeps it from saying anything."""
    told = list(_about_schema_key(document.data))
    kind = kind_of(document.data)
    if kind is None:
        return None, told
    model = _MODELS[kind]
    written, errors = _validated(model, document.data)
    complaints = [complaint(document, model, one) for one in errors]
    # The key `schema` is settled, whatever pydantic says of it.
    settled = {("schema",), (misspelt_schema(document.data),)}
    open_ones = [one for one in complaints if one.path not in settled]
    told += [*_tell(open_ones[:MOST_TOLD]), *_count(open_ones[MOST_TOLD:])]
    return (None if told else written), told


def _validated(
    model: type[Policy | Catalog], data: dict[str, Any]
) -> tuple[Policy | Catalog | None, list[ErrorDetails]]:
    """Return what the data says, and all that pydantic refuses of it or, being made for more than files, does not."""
    written, errors = None, []
    try:
        written = model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    if model is Policy:
        errors = [*(one for one in errors if one["type"] not in _OF_SCORES), *_about_kind_of_score(data)]
    if _has_nothing_somewhere(data):
        refused = {one["loc"] for one in errors}
        empty = [loc for loc in empty_places(shape_of(model), data) if loc not in refused]
        errors += [_error(NOTHING, loc, None) for loc in dict.fromkeys(empty)]
    return written, errors


_OF_SCORES = frozenset({"one_score", "on_invalid_needed", "on_invalid_of_scores"})
"""What the model says of a whole policy once nothing else is wrong in it."""


def _about_kind_of_score(data: dict[str, Any]) -> Iterator[ErrorDetails]:
    """Yield the same at the keys that it is about, whatever else is wrong."""
    is_one, are_several = "score" in data, "scores" in data
    if is_one and are_several:
        yield _error("one_score", ("scores",), data["scores"])
    elif not is_one and not are_several:
        yield _error("missing", ("score",), data)
    if not are_several and "on_invalid" not in data:
        yield _error("missing", ("on_invalid",), data)
    elif are_several and not is_one and "on_invalid" in data:
        yield _error("on_invalid_of_scores", ("on_invalid",), data["on_invalid"])


def _error(type_: str, loc: tuple[str | int, ...], value: object) -> ErrorDetails:
    return {"type": type_, "loc": loc, "msg": "", "input": value}


def _has_nothing_somewhere(data: object) -> bool:
    ahead = [data]
    while ahead:
        one = ahead.pop()
        if one is None:
            return True
        if isinstance(one, dict):
            ahead.extend(one.values())
        elif isinstance(one, list):
            ahead.extend(one)
    return False


def _about_schema_key(data: dict[str, object]) -> Iterator[Told]:
    first = next(iter(data), None)
    if "schema" not in data:
        near = misspelt_schema(data)
        path = () if near is None else (near,)
        yield Told(SCHEMA_KEY, "`schema` is missing", _first_line(data, near), path, "key")
        return
    written = data["schema"]
    if not isinstance(written, str) or written not in _MODELS:
        what = quoted(written) if isinstance(written, str) else found(written)
        yield Told(SCHEMA_KEY, f"`schema` is {what}, which is no kind of file", _kind(str(written)), ("schema",))
    if first != "schema":
        message = f"`schema` is not the first key: {quoted(str(first))} stands before it"
        yield Told(SCHEMA_KEY, message, f"move `schema: {written}` to the top", ("schema",), "key")


def misspelt_schema(data: dict[str, object]) -> str | None:
    """Return the key that is most likely `schema`, misspelt, where that is missing."""
    return None if "schema" in data else nearest("schema", data)


def _first_line(data: dict[str, object], near: str | None) -> str:
    if near is not None:
        return f"write `schema` instead of {quoted(near)}"
    kind = _likely(data)
    if kind is None:
        return "write `schema: policy/v1` or `schema: catalog/v1` as the first line"
    return f"write `schema: {kind}` as the first line"


def _kind(written: str) -> str:
    return did_you_mean(written, _MODELS)


def kind_of(data: object) -> str | None:
    """Return the kind of file that a document is, or most likely wants to be; None where nothing tells."""
    if not isinstance(data, dict):
        return None
    written = data.get("schema")
    near = nearest(written, _MODELS) if isinstance(written, str) else None
    return near or _likely(data)


def _likely(data: dict[str, object]) -> str | None:
    if "use_case" in data or "bands" in data:
        return "policy/v1"
    return "catalog/v1" if _ONLY_IN_A_CATALOG & data.keys() else None


def _tell(complaints: list[Complaint]) -> Iterator[Told]:
    """Tell each complaint that is the cause of something, and none that only follows from another."""
    found_elsewhere = misspelt(complaints)
    for one in complaints:
        told = None if one.type == "missing" and one.path in found_elsewhere else _telling(one)
        if told is not None:
            yield told


def _count(complaints: list[Complaint]) -> Iterator[Told]:
    """Count what is too much to be told one by one: whoever mends the first ones mends most of these, too."""
    if complaints:
        told = _telling(complaints[0])
        code = NOT_ALLOWED if told is None else told.code
        message = f"{len(complaints)} more findings follow in this file"
        yield Told(code, message, "mend the first ones and check again", complaints[0].path, "key")


def _telling(one: Complaint) -> Told | None:
    if one.type == "extra_forbidden":
        return unknown_key(one)
    if one.type == "missing" and isinstance(one.path[-1], str):
        return missing_key(one)
    return wrong_type(one) if one.type in TYPES else not_allowed(one)
