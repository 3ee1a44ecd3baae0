"""What a caller gets who has something recorded."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Receipt(NamedTuple):
    """What became of records: in the log, as numbers `first_seq` to `last_seq`, where `head` is the last one's link.

    Of no records at all, `last_seq` is one less than `first_seq`. Records that only wait to be written, as they do
    with `durability` "none", have no numbers yet, and those that were let go never will: `state` tells which.
    """

    stream: str
    first_seq: int | None = None
    last_seq: int | None = None
    head: str | None = None
    state: Literal["recorded", "queued", "let_go"] = "recorded"
