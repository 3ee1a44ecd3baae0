"""Drawing lots: the same subject is drawn on any day, and a greater share only adds subjects."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

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
