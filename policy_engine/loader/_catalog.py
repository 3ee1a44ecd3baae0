"""The catalog that a single policy file belongs to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CATALOG: Final = "catalog.yaml"

_MOST_FOLDERS: Final = 8
_REPOSITORY: Final = ".git"


def catalog_for(path: Path) -> Path | None:
    """Return the nearest `catalog.yaml` beside or above the file *path*, or None.

    The search ends with the top folder of a git repository and after 8 folders. A catalog is its own.
    """
    for folder in _folders_above(path):
        candidate = folder / CATALOG
        # Not "is a file": a catalog that cannot be read is a finding, never a reason to take the next one.
        if os.path.lexists(candidate):
            return candidate
        if os.path.lexists(folder / _REPOSITORY):
            return None
    return None


def _folders_above(path: Path) -> Iterator[Path]:
    """Give the folders from that of *path* upwards, written relative where *path* is."""
    folder = path.parent
    for _ in range(_MOST_FOLDERS):
        yield folder
        folder = folder / ".." if folder.name in {"", ".."} else folder.parent
