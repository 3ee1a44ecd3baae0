"""What runs the pages notices a page that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.blocks import PageError
from tests.docs.commands import is_as_shown
from tests.docs.pages import Mismatch, rewritten, run_page

if TYPE_CHECKING:
    from pathlib import Path

_ID = "01a2006b-bf2e-73cc-b8ab-723611465f6e"
_OTHER_ID = "01a2006c-63d5-7fa9-b6a1-5c9c53acc894"


def _page(folder: Path, text: str) -> str:
    path = folder / "page.md"
    path.write_text(text, encoding="utf-8")
    return str(path)


def _run(folder: Path, text: str) -> list[Mismatch]:
    work = folder / "work"
    work.mkdir()
    return list(run_page(_page(folder, text), work))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("```console\n$ echo b\na\n```\n", "`echo b` prints\nb"),
        ("```console\n$ echo a\n```\n", "`echo a` prints\na"),
        ("```console\n$ true\na\n```\n", "`true` prints\n"),
        ("```console\n$ exit 3\n```\n", "exit code 3 of the last command"),
        ("```console\n$ exit 3\n$ true\n```\n", "exit code 3, and no `echo $?` shows it"),
        ("```console\n$ exit 3\n$ echo $?\n1\n```\n", "`echo $?` prints\n3"),
        ("```python\nprint('a')\n```\n", "no `text` block after it shows\na"),
        ("```python\nprint('a')\n```\n\n```text\nb\n```\n", "the Python before it prints\na"),
        ("```python\n1 / 0\n```\n", "ZeroDivisionError"),
        ("<!-- part of: policies/kyc.yaml -->\n```yaml\nuse_case: kcy\n```\n", "do not stand in `policies/kyc.yaml`"),
        ("<!-- holds in: policies/card-fraud.yaml -->\n```yaml\nversion: 0\n```\n", "expected no finding, found ['PE1"),
        (
            "<!-- refused in: policies/card-fraud.yaml: PE203 -->\n```yaml\nversion: 9\n```\n",
            "expected PE203, found []",
        ),
    ],
)
def test_an_example_that_does_something_else_is_told(text: str, what: str, tmp_path: Path) -> None:
    [told] = _run(tmp_path, text)
    assert what in told.what


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ echo a\na\n$ echo b\nb\n```\n",
        "```console\n$ exit 3\n$ echo $?\n3\n```\n",
        "```console\n$ echo a \\\n    b\na b\n```\n",
        "```python\na = 1\n```\n\nThen:\n\n```python\nprint(a)\n```\n\n```text\n1\n```\n",
        "<!-- file: a/b.csv -->\n```csv\nx\n```\n\n```console\n$ cat a/b.csv\nx\n```\n",
        (
            "<!-- file: a.csv -->\n```csv\nx\ny\n```\n\n<!-- change: a.csv -->\n```diff\n x\n-y\n+z\n```\n\n"
            "```console\n$ cat a.csv\nx\nz\n```\n"
        ),
        "<!-- part of: policies/kyc.yaml -->\n```yaml\nuse_case: kyc\nversion: 1\n```\n",
        "<!-- run elsewhere -->\n```console\n$ make test\n```\n",
    ],
)
def test_an_example_that_does_what_it_says_is_not(text: str, tmp_path: Path) -> None:
    assert _run(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!-- change: policies/card-fraud.yaml -->\n```diff\n-there is no such line\n```\n", "0 times"),
        ("<!-- change: policies/card-fraud.yaml -->\n```diff\nversion\n```\n", "begins with a space"),
        ("<!-- file: ../a.csv -->\n```csv\n1\n```\n", "leads out"),
        ("<!-- run elsewhere -->\n```console\n$ rm -rf policies\n```\n", "is to be run"),
        ("```text\na\n```\n", "after the Python that prints it"),
    ],
)
def test_a_page_that_cannot_be_followed_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(PageError, match=words):
        _run(tmp_path, text)


def test_a_rewritten_page_shows_what_its_commands_print(tmp_path: Path) -> None:
    text = "# A\n\n```console\n$ echo b\na\n$ true\n```\n\n```python\nprint(1)\n```\n\nEnd.\n"
    mismatches = _run(tmp_path, text)
    now = "# A\n\n```console\n$ echo b\nb\n$ true\n```\n\n```python\nprint(1)\n```\n\n```text\n1\n```\n\nEnd.\n"
    assert rewritten(str(tmp_path / "page.md"), mismatches) == now


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nd\n", True),
        ("a\n...\nd\n", "a\nb\n", False),
        ("a ... d\n", "a b c d\n", True),
        ("a ... d\n", "a b\nc d\n", False),
        ("", "a\n", False),
        (f"{_ID} x\n", f"{_OTHER_ID} x\n", True),
        (f"{_ID} x\n", f"{_OTHER_ID} y\n", False),
        ("at 2026-11-21T23:23:53.173876Z\n", "at 2026-11-22T01:00:00.5Z\n", True),
        ("at 2026-11-21T23:23:53Z\n", "at 2026-11-22T01:00:00Z\n", False),
        ("a" * 64 + "\n", "b" * 64 + "\n", True),
    ],
)
def test_only_what_varies_may_differ(shown: str, printed: str, *, fits: bool) -> None:
    assert is_as_shown(shown, printed) is fits
