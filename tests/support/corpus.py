"""YAML that people wrote for this project: files, and what stands on pages between ```yaml and ```."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.support.policies import CATALOG, POLICY
from tests.support.whole_language import POLICIES_OF_EVERY_KIND, RICH_CATALOG

_ROOT: Final = Path(__file__).resolve().parents[2]
_FILES: Final = ("policies/*.yaml", "tests/**/*.yaml", "examples/**/*.yaml", "templates/*.yml", "*.yml", ".*.yaml")
_PAGES: Final = ("docs/**/*.md", "README.md", "examples/**/*.md")
_BLOCK: Final = re.compile(r"^( *)```yaml\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def _texts() -> dict[str, str]:
    texts = {
        path.relative_to(_ROOT).as_posix(): path.read_text(encoding="utf-8")
        for pattern in _FILES
        for path in sorted(_ROOT.glob(pattern))
    }
    for pattern in _PAGES:
        for page in sorted(_ROOT.glob(pattern)):
            text = page.read_text(encoding="utf-8")
            for found in _BLOCK.finditer(text):
                line = text.count("\n", 0, found.start()) + 2
                block = re.sub(f"^{found[1]}", "", found[2], flags=re.MULTILINE)
                texts[f"{page.relative_to(_ROOT).as_posix()}:{line}"] = block
    texts |= {f"every kind: {kind}": text for kind, text in POLICIES_OF_EVERY_KIND.items()}
    return texts | {"rich catalog": RICH_CATALOG, "plain policy": POLICY, "plain catalog": CATALOG}


CORPUS: Final = _texts()
"""Texts by file, or by page and line."""
