"""The fenced blocks of a page, each with the comment before it that says what becomes of it.

A block does what its language says:

- `console`: lines that begin with `$ ` are commands, what follows each is what it prints;
- `python`: runs, in one namespace with the other Python of the page; a `text` block right after it is what
  it prints;
- everything else needs a comment on the line before it:

| comment | what becomes of the block |
|---|---|
| `<!-- file: PATH -->` | it is written to PATH, and what it says must be read without an error |
| `<!-- part of: PATH -->` | its lines stand in PATH, one after another |
| `<!-- change: PATH -->` | a `diff`: in PATH the lines with ` ` and `-` stand once, and become those with ` ` and `+` |
| `<!-- holds in: PATH -->` | its top-level keys, put into the policy or the catalog PATH, are valid |
| `<!-- refused in: PATH: CODE -->` | the same, and the findings are just of CODE |
| `<!-- run elsewhere -->` | a `console` block with nothing but the commands that set up and test the project |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "file"
PART: Final = "part of"
CHANGE: Final = "change"
HOLDS: Final = "holds in"
REFUSED: Final = "refused in"
ELSEWHERE: Final = "run elsewhere"

_ALLOWED: Final = {
    "console": ("", ELSEWHERE),
    "csv": (FILE,),
    "diff": (CHANGE,),
    "json": (FILE,),
    "jsonl": (FILE,),
    "lua": (FILE,),
    "python": ("", FILE),
    "text": ("",),
    "toml": (FILE,),
    "yaml": (FILE, PART, HOLDS, REFUSED),
}
"""Language to what may become of its blocks; the empty text is a block without a comment."""

_FENCE = re.compile(r"```(?P<language>[a-z]*)")
_COMMENT = re.compile(r"<!-- (?P<verb>[a-z ]+?)(?:: (?P<object>.+))? -->")


class PageError(Exception):
    """A page that does not keep to the form."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block. `line` is that of its first line of text, counted from 1."""

    page: str
    line: int
    language: str
    verb: str
    object: str
    text: str

    @property
    def place(self) -> str:
        """The place in words that an editor can follow."""
        return f"{self.page}:{self.line}"


def blocks_of(page: Path, name: str) -> list[Block]:
    """Return the blocks of a page in their order. Raises `PageError` for one that nothing would become of."""
    lines = page.read_text(encoding="utf-8").splitlines()
    blocks: list[Block] = []
    start: int | None = None
    language = ""
    for number, line in enumerate(lines, start=1):
        if start is None and line.lstrip().startswith(("```", "~~~")):
            fence = _FENCE.fullmatch(line)
            if fence is None:
                raise PageError(f"{name}:{number}: a block begins at the margin with three backticks and its language")
            start, language = number, fence["language"]
        elif start is not None and line == "```":
            text = "".join(f"{one}\n" for one in lines[start : number - 1])
            blocks.append(_block(name, start, language, lines[start - 2] if start > 1 else "", text))
            start = None
    if start is not None:
        raise PageError(f"{name}:{start}: this block has no end")
    return blocks


def _block(page: str, fence: int, language: str, before: str, text: str) -> Block:
    comment = _COMMENT.fullmatch(before)
    verb, target = (comment["verb"], comment["object"] or "") if comment else ("", "")
    if language not in _ALLOWED:
        raise PageError(f"{page}:{fence}: nothing runs a block of language `{language}`")
    if verb not in _ALLOWED[language]:
        ways = " or ".join(f"`{way}`" if way else "no comment" for way in _ALLOWED[language])
        raise PageError(f"{page}:{fence}: a block of language `{language}` has {ways} before it, not `{verb}`")
    return Block(page, fence + 1, language, verb, target, text)
