"""Comments that speak to policy-engine. YAML's events have none, so they are looked for in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

import yaml

from policy_engine.loader._lines import Lines
from policy_engine.loader._text import as_parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.diagnostics import Span
    from policy_engine.loader.document import Document

_MARK: Final = "policy-engine:"
_COMMENT = re.compile(r"(?:^|(?<=[ \t\r]))#[ \t]*policy-engine:([^\r\n]*)", re.MULTILINE)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class MarkedComment(NamedTuple):
    """A comment that begins with `policy-engine:`, what it says behind that, and the line that it is about.

    That is its own line or, where nothing else stands on it, the next one that is more than a comment.
    """

    text: str
    span: Span
    about: int


def marked_comments(document: Document) -> tuple[MarkedComment, ...]:
    """Return the comments of a document that could be read, by place."""
    text = document.text
    # Most files have none, and need no second look
    if document.data is None or _MARK not in text:
        return ()
    scalars = _Scalars(as_parsed(text))
    lines = Lines(text)
    following = _following_lines(text)
    return tuple(
        MarkedComment(
            found[1].strip(), lines.span(found.start(), found.end()), _line_about(text, found, own, following)
        )
        for found in _COMMENT.finditer(text)
        if not scalars.hold(found.start())
        for own in [lines.line(found.start())]
    )


class _Scalars:
    """Where texts and other scalars stand: a `#` in one of them begins no comment."""

    def __init__(self, text: str) -> None:
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        scalars = [one for one in yaml.scan(text, Loader=loader) if isinstance(one, yaml.ScalarToken)]
        self._begins = [one.start_mark.index for one in scalars]
        self._ends = [one.end_mark.index for one in scalars]

    def hold(self, at: int) -> bool:
        """Say whether *at* lies in one of them."""
        before = bisect_right(self._begins, at)
        return before > 0 and at < self._ends[before - 1]


def _line_about(text: str, comment: re.Match[str], own: int, following: Sequence[int]) -> int:
    begin = max(text.rfind("\n", 0, comment.start()), text.rfind("\r", 0, comment.start())) + 1
    return own if text[begin : comment.start()].strip() else following[own - 1]


def _following_lines(text: str) -> list[int]:
    """Return for each line the next one that is more than a comment, or itself where none follows."""
    lines = _LINE_BREAK.split(text)
    following = list(range(1, len(lines) + 1))
    found: int | None = None
    for place in range(len(lines) - 1, -1, -1):
        following[place] = found or place + 1
        if lines[place].strip() and lines[place].lstrip()[0] != "#":
            found = place + 1
    return following
