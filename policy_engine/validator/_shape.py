"""The shape of the language, read off the models: which mapping stands where, and what each of its keys takes.

Only a document with a mistake needs it: to find the place that a complaint of pydantic speaks of, and to
say what belongs there.
"""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from policy_engine.model import Catalog, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

Path: TypeAlias = tuple[str | int, ...]


class Scalar(NamedTuple):
    """One value: its kind in a reader's words, and the words it may be, if these are counted."""

    kind: str
    choices: tuple[str, ...] = ()


class Items(NamedTuple):
    """A list."""

    item: Shape


class Entries(NamedTuple):
    """A mapping whose keys are the author's own, or one of `choices`."""

    value: Shape
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping whose keys the language gives, and of which some may not be left out."""

    name: str
    keys: dict[str, Shape] = field(repr=False)
    required: frozenset[str] = frozenset()


class Choice(NamedTuple):
    """One of several shapes, told apart by what stands there; pydantic names them by tags."""

    by_tag: dict[str, Shape]


Shape: TypeAlias = Scalar | Items | Entries | Keys | Choice

KEY_ITSELF = "[key]"
"""How pydantic says that it is the key that it complains about, not the value."""

_SCALARS: dict[Any, str] = {
    str: "text",
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    datetime: "an instant such as 2026-07-01T00:00:00Z",
}


@cache
def shape_of(model: type[BaseModel]) -> Keys:
    """Return the shape of what *model* describes."""
    keys = {info.alias or name: _of(info.annotation) for name, info in model.model_fields.items()}
    required = (info.alias or name for name, info in model.model_fields.items() if info.is_required())
    return Keys(model.__name__, keys, frozenset(required))


def _of(annotation: Any) -> Shape:  # noqa: ANN401 - annotations have no type of their own
    if get_origin(annotation) is Annotated:
        return _of(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shape_of(annotation)
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _of_union([one for one in inside if one is not types.NoneType])
    if origin is Literal:
        return Scalar("text", tuple("true" if choice is True else str(choice) for choice in inside))
    if origin is tuple:
        return Items(_of(inside[0]))
    if origin is dict:
        key = _of(inside[0])
        return Entries(_of(inside[1]), key.choices if isinstance(key, Scalar) else ())
    return Scalar(_SCALARS.get(annotation, "any value"))


def _of_union(members: list[Any]) -> Shape:
    if len(members) == 1:
        return _of(members[0])
    return Choice({_tag_of(member): _of(member) for member in members})


def _tag_of(member: Any) -> str:  # noqa: ANN401 - annotations have no type of their own
    return next(str(mark.tag) for mark in get_args(member) if isinstance(mark, Tag))


_NO_KEYS = Keys("", {})


class Place(NamedTuple):
    """Where in the document a complaint belongs: a path in its data, and what may stand there.

    `owner` is the mapping of the language that the last step leads into; `wanted` all that may stand there,
    and `shape` the one of these that pydantic tried.
    """

    path: Path
    owner: Keys
    wanted: Shape
    shape: Shape
    is_key: bool = False


def place_of(shape: Shape, loc: Path, *, may_be_key: bool = True) -> Place:
    """Return the place that pydantic's *loc* means: without the tags of choices, which are not in the document.

    Unless *may_be_key*, a step that looks as if a key itself were meant is a key of the author's.
    """
    path: list[str | int] = []
    owner, wanted = _NO_KEYS, shape
    is_key = False
    entries: Entries | None = None
    for step in loc:
        if step == KEY_ITSELF and entries is not None and may_be_key:
            is_key, shape = True, entries
        elif isinstance(shape, Choice):
            shape, entries = shape.by_tag[str(step)], None
        else:
            path.append(step)
            entries = shape if isinstance(shape, Entries) else None
            owner = shape if isinstance(shape, Keys) else _NO_KEYS
            shape = wanted = _inside(shape, step)
    return Place(tuple(path), owner, wanted, shape, is_key)


def _inside(shape: Shape, step: str | int) -> Shape:
    match shape:
        case Items():
            return shape.item
        case Entries():
            return shape.value
        case Keys():
            return shape.keys.get(str(step), Scalar("any value"))
    return Scalar("any value")


@cache
def mappings_of(model: type[BaseModel]) -> dict[str, Keys]:
    """Return the mappings with keys of the language that a file of *model* can hold, by name, its own first."""
    found: dict[str, Keys] = {}
    ahead: list[Shape] = [shape_of(model)]
    while ahead:
        match ahead.pop(0):
            case Keys() as keys if keys.name not in found:
                found[keys.name] = keys
                ahead.extend(keys.keys.values())
            case Items(item=inside) | Entries(value=inside):
                ahead.append(inside)
            case Choice() as choice:
                ahead.extend(choice.by_tag.values())
    return found


@cache
def homes_of_keys(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """Return the names of the mappings in which each key has its place: those of *model*, else those of the other."""
    own, other = (_homes(one) for one in ((Policy, Catalog) if model is Policy else (Catalog, Policy)))
    return {**other, **own}


def _homes(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    homes: dict[str, list[str]] = {}
    for keys in mappings_of(model).values():
        for key in keys.keys:
            homes.setdefault(key, []).append(keys.name)
    return {key: tuple(names) for key, names in homes.items()}


_NULL_SAYS_SOMETHING = frozenset({"Expect", "Given"})
"""Mappings in which a key with nothing after it is a value like any other."""


def empty_places(shape: Shape, data: Any) -> Iterator[Path]:  # noqa: ANN401 - anything may stand in a file
    """Yield where a key has nothing after it, as pydantic's `loc` would have it, with the tags of choices.

    The models take it for a key that is left out, as it is in their own dumps. In a file it is a slip: `stage:` over
    lines that are commented out would make a candidate the live policy.
    """
    match shape:
        case Keys() if isinstance(data, dict) and shape.name not in _NULL_SAYS_SOMETHING:
            for key, inside in shape.keys.items():
                if key in data:
                    below = [()] if data[key] is None else empty_places(inside, data[key])
                    yield from ((key, *path) for path in below)
        case Entries(value=inside) if isinstance(data, dict):
            yield from ((key, *path) for key, one in data.items() for path in empty_places(inside, one))
        case Items(item=inside) if isinstance(data, list):
            yield from ((place, *path) for place, one in enumerate(data) for path in empty_places(inside, one))
        case Choice():
            yield from ((tag, *path) for tag, one in shape.by_tag.items() for path in empty_places(one, data))
