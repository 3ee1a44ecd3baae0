"""Drawing lots: the same subject is drawn on any day, and a greater share only adds subjects."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_BUCKETS: Final = 2**64
_NUL: Final = b"\0"


def is_drawn(key: object, *, percent: float, salt: str, use_case: str) -> bool:
    """Say whether *key* is among the *percent* of a hundred that are drawn; what is no text never is.

    Its bucket is the first 8 bytes of the SHA-256 of `salt NUL use_case NUL key`, over 2 ** 64.

    >>> is_drawn("c-7", percent=100, salt="qa", use_case="kyc"), is_drawn("c-7", percent=0, salt="qa", use_case="kyc")
    (True, False)
    """
    if not isinstance(key, str):
        return False
    text = _NUL.join(part.encode("utf-8", "surrogatepass") for part in (salt, use_case, key))
    return int.from_bytes(sha256(text).digest()[:8], "big") < percent / 100 * _BUCKETS


class Lot(NamedTuple):
    """What is drawn for, by whom: two lots of one salt and one key have one bucket, and others know nothing of it."""

    key: str
    percent: float
    salt: str


def probability(lot: Lot, before: Iterable[Lot]) -> float:
    """Return how probable it is that *lot* is drawn, and none of those *before* it.

    >>> probability(Lot("c-7", 10, "qa"), []), probability(Lot("c-7", 50, "qa"), [Lot("c-7", 50, "other")])
    (0.1, 0.25)
    """
    taken: dict[tuple[str, str], float] = {}
    for one in before:
        taken[one.salt, one.key] = max(taken.get((one.salt, one.key), 0.0), one.percent)
    share = max(lot.percent - taken.pop((lot.salt, lot.key), 0.0), 0.0) / 100
    for percent in taken.values():
        share *= 1 - percent / 100
    return share
