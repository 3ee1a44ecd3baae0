"""Comments that speak to policy-engine. YAML's events have none, so they are looked for in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import yaml

from policy_engine.loader._lines import Lines

if TYPE_CHECKING:
    from policy_engine.diagnostics import Span
    from policy_engine.loader.document import Document

_MARK: Final = "policy-engine:"
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*policy-engine:[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)


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
    scalars = _scalars(text)
    lines = Lines(text)
    return tuple(
        MarkedComment(found[1], lines.span(found.start(), found.end(1)), _line_about(text, lines, found.start()))
        for found in _COMMENT.finditer(text)
        if not any(begin <= found.start() < end for begin, end in scalars)
    )


def _scalars(text: str) -> list[tuple[int, int]]:
    """Return where texts and other scalars stand: a `#` in one of them begins no comment."""
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    tokens = yaml.scan(text, Loader=loader)
    return [(one.start_mark.index, one.end_mark.index) for one in tokens if isinstance(one, yaml.ScalarToken)]


def _line_about(text: str, lines: Lines, at: int) -> int:
    own = lines.line(at)
    if text[text.rfind("\n", 0, at) + 1 : at].strip():
        return own
    following = text.split("\n")[own:]
    return next((own + i for i, line in enumerate(following, 1) if line.strip() and line.lstrip()[0] != "#"), own)
