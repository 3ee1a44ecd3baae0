"""Documents as files: what is drawn in memory goes through the front door."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.strategies import Document


def written(folder: Path, catalog: Document, *policies: Document) -> Path:
    """Write a catalog and policies to *folder* and return it. JSON is YAML."""
    for name, document in {"catalog": catalog, **{f"policy-{i}": one for i, one in enumerate(policies)}}.items():
        (folder / f"{name}.yaml").write_text(json.dumps(document, indent=2), encoding="utf-8")
    return folder
