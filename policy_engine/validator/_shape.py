"""The shape of the language, read off the models: which mapping stands where, and what each of its keys takes.

Only a document with a mistake needs it: to find the place that a complaint of pydantic speaks of, and to
say what belongs there.
"""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from policy_engine.model import Catalog, Policy

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: its kind in a reader's words, and the words it may be, if these are counted."""

    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    item: Shape


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping whose keys are the author's own, or one of `choices`."""

    value: Shape
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping whose keys the language gives, `takes_more` if the author may add others."""

    name: str
    keys: dict[str, Shape] = field(repr=False)
    takes_more: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
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
    return Keys(model.__name__, keys, takes_more=model.model_config.get("extra") == "allow")


def _of(annotation: Any) -> Shape:  # noqa: ANN401 - annotations have no type of their own
    if get_origin(annotation) is Annotated:
        return _of(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shape_of(annotation)
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _of_union([one for one in inside if one is not types.NoneType])
    if origin is Literal:
        return Scalar("text", tuple(str(choice) for choice in inside))
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the document a complaint belongs: a path in its data, and the shape of what belongs there.

    `around` is the shape that the last step of the path leads into, and `wanted` all that may stand there.
    """

    path: Path
    shape: Shape
    around: Shape
    wanted: Shape
    is_key: bool = False


def place_of(shape: Shape, loc: Path) -> Place:
    """Return the place that pydantic's *loc* means: without the tags of choices, which are not in the document."""
    path: list[str | int] = []
    around = wanted = shape
    is_key = False
    for step in loc:
        if isinstance(shape, Choice):
            shape = shape.by_tag[str(step)]
            continue
        if step == KEY_ITSELF and isinstance(around, Entries):
            is_key = True
            break
        path.append(step)
        around = shape
        shape = wanted = _inside(shape, step)
    return Place(tuple(path), shape, around, wanted, is_key)


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
def homes_of_keys() -> dict[str, tuple[str, ...]]:
    """Return the names of the mappings in which each key of the language has its place."""
    homes: dict[str, dict[str, None]] = {}
    ahead: list[Shape] = [shape_of(Policy), shape_of(Catalog)]
    seen: set[str] = set()
    while ahead:
        match ahead.pop(0):
            case Keys() as keys if keys.name not in seen:
                seen.add(keys.name)
                for key, inside in keys.keys.items():
                    homes.setdefault(key, {})[keys.name] = None
                    ahead.append(inside)
            case Items(item=inside) | Entries(value=inside):
                ahead.append(inside)
            case Choice() as choice:
                ahead.extend(choice.by_tag.values())
    return {key: tuple(names) for key, names in homes.items()}
