"""Every example of the README and of the pages in docs/ does what the page says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.blocks import PageError, blocks_of
from tests.docs.pages import PAGES, ROOT, run_page

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN_ELSEWHERE = frozenset({"docs/audit-log.md", "docs/conformance.md"})
"""Pages whose examples have tests of their own."""

_LINK = re.compile(r"\[[^]]*]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)


def _in_docs() -> set[str]:
    folders = (ROOT / "docs", ROOT / "docs" / "format", ROOT / "docs" / "how-to", ROOT / "docs" / "rules")
    return {path.relative_to(ROOT).as_posix() for folder in folders for path in folder.glob("*.md")}


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_the_page_does_what_the_page_says(page: str, tmp_path: Path) -> None:
    told = [f"{one.block.place}: {one.what}" for one in run_page(page, tmp_path)]
    assert not told, "\n\n".join([*told, "is it the page that is behind? `python -m tests.docs.refresh` rewrites it"])


def test_no_page_is_forgotten() -> None:
    assert _in_docs() - WRITTEN_ELSEWHERE == {page for page in PAGES if page.startswith("docs/")}


@pytest.mark.parametrize("page", sorted({*PAGES, *_in_docs()}))
def test_every_link_of_the_page_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    local = [found["target"] for found in _LINK.finditer(text) if "://" not in found["target"]]
    assert [target for target in local if not _exists(page, target)] == []


def _exists(page: str, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = (ROOT / page).parent / path if path else ROOT / page
    if not file.exists():
        return False
    return not anchor or anchor in _anchors(file)


def _anchors(file: Path) -> set[str]:
    titles = (found["title"] for found in _HEADING.finditer(file.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("```ruby\n1\n```\n", "nothing runs a block of language `ruby`"),
        ("```\n1\n```\n", "nothing runs a block of language ``"),
        ("```yaml\na: 1\n```\n", "not ``"),
        ("<!-- sketch -->\n```yaml\na: 1\n```\n", "not `sketch`"),
        ("1. x\n\n   ```yaml\n   a: 1\n   ```\n", "begins at the margin"),
        ("```console\n$ true\n", "has no end"),
    ],
)
def test_a_block_that_nothing_would_run_is_refused(text: str, words: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(PageError, match=words):
        blocks_of(page, "page.md")
