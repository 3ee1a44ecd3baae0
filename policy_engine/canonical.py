"""One spelling for each value, so that equal things have equal digests on every machine and on any day."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value is the point
    """Return *value* as compact JSON with sorted keys, in UTF-8.

    Floats are written in their shortest form that reads back exactly. NaN and the infinities have no
    spelling: they raise `ValueError`.

    >>> canonical_json({"b": 1.0, "a": [True, None]})
    b'{"a":[true,null],"b":1.0}'
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def digest(value: Any) -> str:  # noqa: ANN401 - any JSON value is the point
    """Return the SHA-256 of the canonical form of *value*, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
