"""Where the files that ship with the package are: inside it when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def schemas_folder() -> Path:
    """Return the folder of the published JSON Schemas."""
    return _folder("schemas", "schemas")


def rules_folder() -> Path:
    """Return the folder of the pages about rules, one a code."""
    return _folder("rules", "docs/rules")


def _folder(installed: str, in_checkout: str) -> Path:
    inside = _PACKAGE / installed
    return inside if inside.is_dir() else _PACKAGE.parent / in_checkout
