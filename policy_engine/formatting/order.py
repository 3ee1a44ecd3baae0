"""The order of keys: that in which the models declare them. A new key of the language needs no edit here."""

from __future__ import annotations

from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, Union, get_args, get_origin

from pydantic import JsonValue

from policy_engine.formatting.tree import Collection, Scalar
from policy_engine.model import Catalog, Name, Policy, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policy_engine.formatting.tree import Entry

Shapes: TypeAlias = tuple[Any, ...]
"""What may stand in one place, as types: models, `dict[…]`, `tuple[…]` and others."""

_KINDS: Final[Mapping[str, type[Written]]] = {"policy/v1": Policy, "catalog/v1": Catalog}


def kind_of(data: Mapping[str, Any]) -> type[Written] | None:
    """Return the model of a file, which its key `schema` names; None if it is neither a policy nor a catalog."""
    named = data.get("schema")
    return _KINDS.get(named) if isinstance(named, str) else None


def put_in_order(root: Collection, kind: type[Written]) -> None:
    """Put the keys in order, in every mapping whose keys the language knows. Lists stay as they are.

    What is said band by band has the order of the bands; other keys of the author's own stay as they are.
    """
    _put_in_order(root, (kind,), _bands(root))


def _put_in_order(collection: Collection, shapes: Shapes, bands: Mapping[str, None]) -> None:
    if collection.is_mapping:
        _sort(collection.entries, _known_keys(_keys(collection), shapes, bands))
    for entry in collection.entries:
        if isinstance(entry.value, Collection):
            _put_in_order(entry.value, _inside(shapes, entry), bands)


def _sort(entries: list[Entry], known: Sequence[str]) -> None:
    """Sort *entries* by their keys. One that is not known stays behind the one that it followed."""
    rank = {key: place for place, key in enumerate(known)}
    ranks = []
    last = -1
    for entry in entries:
        last = rank.get(_key(entry), last)
        ranks.append(last)
    entries[:] = [entry for _, entry in sorted(zip(ranks, entries, strict=True), key=lambda pair: pair[0])]


def _known_keys(keys: set[str], shapes: Shapes, bands: Mapping[str, None]) -> Sequence[str]:
    """Return the keys that the language has for a mapping with *keys*, in their order."""
    if keys <= bands.keys() and any(_is_by_band(shape) for shape in shapes):
        return tuple(bands)
    # Where a mapping may be one thing or another, it is what has more of its keys
    models = [tuple(_fields(shape)) for shape in shapes if _is_model(shape)]
    return max(models, key=lambda fields: len(keys.intersection(fields)), default=())


def _inside(shapes: Shapes, entry: Entry) -> Shapes:
    """Return what may stand as the value of *entry* in a place for *shapes*."""
    found: list[Any] = []
    for shape in shapes:
        origin: Any = get_origin(shape)
        if _is_model(shape):
            found += _fields(shape).get(_key(entry), ())
        elif entry.key is not None and origin is dict:
            found += _alternatives(get_args(shape)[1])
        elif entry.key is None and origin is tuple:
            found += _alternatives(get_args(shape)[0])
    return tuple(found)


@lru_cache(maxsize=256)
def _fields(model: type[Written]) -> dict[str, Shapes]:
    return {field.alias or name: tuple(_alternatives(field.annotation)) for name, field in model.model_fields.items()}


def _alternatives(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - any type
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for one in get_args(annotation):
            yield from _alternatives(one)
    else:
        yield annotation


def _is_model(shape: Any) -> bool:  # noqa: ANN401 - any type
    return isinstance(shape, type) and issubclass(shape, Written)


def _is_by_band(shape: Any) -> bool:  # noqa: ANN401 - any type
    """Say whether a mapping has names as keys, which may be bands, and the language's own values."""
    return get_origin(shape) is dict and get_args(shape)[0] == Name and get_args(shape)[1] != JsonValue


def _bands(root: Collection) -> dict[str, None]:
    """Return the names of the bands, in the file's order."""
    bands = [entry for of_root in _inside_of(root, "bands") for entry in of_root.entries]
    names = (
        name.value.value
        for band in bands
        if isinstance(band.value, Collection)
        for name in band.value.entries
        if _key(name) == "name" and isinstance(name.value, Scalar)
    )
    return dict.fromkeys(names)


def _inside_of(mapping: Collection, key: str) -> list[Collection]:
    return [entry.value for entry in mapping.entries if _key(entry) == key and isinstance(entry.value, Collection)]


def _keys(mapping: Collection) -> set[str]:
    return {_key(entry) for entry in mapping.entries}


def _key(entry: Entry) -> str:
    """Return the key of an entry; that of an item of a list is empty."""
    return "" if entry.key is None else entry.key.value
