"""The record that vouches for a batch: made of what the batch says of itself, and of what is known of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from policy_engine.audit.payload import BATCH, BATCH_MARK, LONGEST_BODY, json_of
from policy_engine.exceptions import AuditError

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_THE_LOG: Final = frozenset({"seq", "type", "sha256", "bytes"})


class Said(NamedTuple):
    """How many decisions a record is of, and the ids of the first and the last, as far as they have any."""

    decisions: int
    first: str | None
    last: str | None


def batch_body(fields: Mapping[str, Any], sha256: str = "0" * 64, size: int = 2**63) -> bytes:
    """Return the record of a batch whose file has that digest, in hexadecimal, and that size in bytes.

    Without them it is as long as it can become. Raises `AuditError` for *fields* that no batch may have, or that are
    too many for a record.
    """
    rows = fields.get("rows")
    if type(rows) is not int or rows < 1:
        raise AuditError("a batch says in `rows` how many decisions it has: a whole number, 1 or greater")
    taken = sorted(_OF_THE_LOG & fields.keys())
    if taken:
        raise AuditError(f"`{taken[0]}` is the log's own to write; leave it out of what a batch says")
    body = json_of({"type": BATCH, **fields, "sha256": sha256, "bytes": size})[1:]
    if len(body) > LONGEST_BODY:
        raise AuditError("a batch says more of itself than a record can hold; say less in its `fields`")
    return body


def decisions_in(body: bytes) -> int:
    """Return of how many decisions a record is. Only what may be a batch is read for it."""
    return said_by(body).decisions if BATCH_MARK in body else 1


def said_by(body: bytes) -> Said:
    """Return of which decisions a record is."""
    record: dict[str, Any] = orjson.loads(b"{" + body)
    if record.get("type") == BATCH:
        first, last = record.get("first"), record.get("last")
        return Said(record["rows"], _text(first), _text(last))
    name = _text(record.get("decision_id"))
    return Said(1, name, name)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
