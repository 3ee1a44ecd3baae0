"""The digest of a file, read in pieces."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_PIECE: Final = 2**20


def digest_of(path: Path, *, begin: int = 0) -> tuple[str, int]:
    """Return the SHA-256 of what a file has from byte *begin* on, and how much that is. Links are not followed."""
    digest, size = sha256(), 0
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        file.seek(begin)
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size
