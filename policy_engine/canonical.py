"""JSON values that stay what they are: one spelling for each, and a form that nobody can edit."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final, NoReturn

# `json.dumps` would make one for each value
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value is the point
    """Return *value* as compact JSON with sorted keys, in UTF-8.

    Floats are written in their shortest form that reads back exactly. NaN and the infinities have no
    spelling: they raise `ValueError`.

    >>> canonical_json({"b": 1.0, "a": [True, None]})
    b'{"a":[true,null],"b":1.0}'
    """
    return _ENCODER.encode(value).encode("utf-8")


def digest(value: Any) -> str:  # noqa: ANN401 - any JSON value is the point
    """Return the SHA-256 of the canonical form of *value*, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("this value is shared by many decisions; copy it to change it")


class FrozenDict(dict[str, Any]):
    """A mapping that cannot be edited: what many decisions share, none may change."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        """Copy and pickle by content."""
        return type(self), (dict(self),)


class FrozenList(list[Any]):
    """A list that cannot be edited. It is one still, so that whatever writes JSON takes it for one."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __reduce__(self) -> tuple[type[FrozenList], tuple[list[Any]]]:
        """Copy and pickle by content."""
        return type(self), (list(self),)


def frozen(value: Any) -> Any:  # noqa: ANN401 - any JSON value is the point
    """Return a JSON value in a form that cannot be edited.

    >>> frozen({"a": [1, {}]})["a"].append(2)
    Traceback (most recent call last):
    TypeError: this value is shared by many decisions; copy it to change it
    """
    if isinstance(value, dict):
        return FrozenDict({key: frozen(item) for key, item in value.items()})
    return FrozenList(frozen(item) for item in value) if isinstance(value, list) else value
