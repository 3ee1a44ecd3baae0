"""A record as bytes: compact JSON that says exactly what it was given, or a refusal.

Nothing is bent to fit: a value that JSON cannot hold (NaN, an infinity, an object) is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from hashlib import sha256
from math import isfinite
from operator import countOf
from typing import TYPE_CHECKING, Any, Final

import orjson

from policy_engine.audit.chain import LONGEST_PAYLOAD
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Iterator

DECISION: Final = "decision"
START: Final = "start"
RECOVERY: Final = "recovery"
GAP: Final = "gap"
SUSPECT: Final = "suspect"
BATCH: Final = "batch"
BATCH_MARK: Final = b'"type":"batch"'
"""What stands in the record of every batch, and may stand in others."""
OWN_TYPES: Final = frozenset({START, RECOVERY, GAP, SUSPECT, BATCH})
"""The types of record that the log writes by itself. A caller may not."""

LONGEST_BODY: Final = LONGEST_PAYLOAD - len('{"seq":,') - 16  # 16 digits number a record for good
LONGEST_TYPE: Final = 64
IDENTIFYING: Final = ("decision_id", "at", "use_case", "outcome")
"""What is kept of a record that is too long."""

LONGEST_KEPT: Final = 256

_PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
# What a terminal or an editor obeys instead of showing: DEL, C1 controls, line separators, direction marks.
# `policy_engine.printable` escapes more, and what, the Unicode of the running Python says: fit for what is shown, but
# the bytes of a record are hashed and must be the same on every Python. This set is fixed, and quick to rule out.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LEADS = (b"\xc2", b"\xd8", b"\xe2", b"\xef")  # the first bytes of all of these but DEL, in UTF-8


def body_of(payload: Mapping[str, Any]) -> bytes:
    """Return *payload* as the JSON object that follows `{"seq":N,`: its type first, its end with it.

    A record without a `type` is a decision. One that is too long becomes a stub which says so.
    Raises `AuditError` for whatever JSON cannot hold.
    """
    if not _is_mapping(payload):
        raise AuditError(f"a record is a mapping of names to values, not {type(payload).__name__}")
    if "seq" in payload:
        raise AuditError("`seq` is the log's own to write; leave it out of the record")
    if payload and "type" not in payload:
        # What most records are, without a copy of each to put the type first.
        return _fitting(DECISION, payload, b'"type":"decision",' + json_of(payload)[1:])
    kind = payload.get("type", DECISION)
    if type(kind) is not str or not 0 < len(kind) <= LONGEST_TYPE or kind in OWN_TYPES:
        raise AuditError(
            f"`type` must be text of 1 to {LONGEST_TYPE} characters, and not one that the log writes by itself"
        )
    return own_body(kind, payload)


def own_body(kind: str, payload: Mapping[str, Any]) -> bytes:
    """Return the record of type *kind* as `body_of` does, for the types that only the log may write."""
    return _fitting(kind, payload, json_of({"type": kind, **payload})[1:])


def _fitting(kind: str, payload: Mapping[str, Any], body: bytes) -> bytes:
    return body if len(body) <= LONGEST_BODY else _stub(kind, payload, body)


def json_of(payload: Mapping[str, Any]) -> bytes:
    """Return *payload* as compact JSON that shows as it is. Raises `AuditError` for whatever JSON cannot hold."""
    record = payload if type(payload) is dict else dict(payload)
    try:
        text = orjson.dumps(record, option=_PLAIN)
    except (TypeError, ValueError, RecursionError) as error:
        raise AuditError(_why_not(record, error)) from error
    # orjson writes NaN and the infinities as null. No more nulls than Nones at the top means: none of them.
    if text.count(b"null") != countOf(record.values(), None):
        _refuse_not_finite(record)
    if b"\n" in text:  # orjson escapes it everywhere but in an `orjson.Fragment`
        raise AuditError(
            "a fragment of ready-made JSON holds a line feed, which ends a line of the log; write it compactly"
        )
    return _escaped(text)


def _escaped(text: bytes) -> bytes:
    """Return *text* with what a terminal obeys escaped, so that a record shows as it is."""
    if b"\x7f" not in text and (text.isascii() or not any(lead in text for lead in _LEADS)):
        return text
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text.decode()).encode()


def _stub(kind: str, payload: Mapping[str, Any], body: bytes) -> bytes:
    kept = {name: payload[name] for name in IDENTIFYING if _is_short(payload.get(name))}
    whole = b"{" + body
    told = {"truncated": True, "bytes": len(whole), "sha256": sha256(whole).hexdigest()}
    return json_of({"type": kind, **kept, **told})[1:]


def _is_mapping(value: object) -> bool:
    return type(value) is dict or isinstance(value, Mapping)


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_KEPT


def _refuse_not_finite(record: dict[str, Any]) -> None:
    for path, value in _leaves(record, ""):
        if isinstance(value, float) and not isfinite(value):
            raise AuditError(f"field `{path}` is {value}, which JSON cannot hold; give a finite number, null or text")


def _why_not(record: dict[str, Any], error: Exception) -> str:
    """Return which field of *record* orjson refused, and why."""
    try:
        for path, value in _leaves(record, ""):
            reason = _refusal(value)
            if reason is not None:
                return f"field `{path}` cannot be recorded: {reason}"
    except RecursionError:
        return "the record is nested too deeply, or holds itself; flatten it"
    return f"the record cannot be written as JSON: {error}"


def _refusal(value: object) -> str | None:
    try:
        orjson.dumps(value, option=_PLAIN)
    except (TypeError, ValueError) as error:
        return str(error)
    return None


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Yield every value that holds no others, with the path to it; a key that is not text is one too."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, dict):
        for key, item in value.items():
            if not _is_key(key):
                yield f"{path}.{key!r}" if path else repr(key), {key: None}
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def _is_key(key: object) -> bool:
    return type(key) is str and _refusal(key) is None
