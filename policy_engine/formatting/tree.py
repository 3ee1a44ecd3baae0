"""What stands in a text: its values with their places, and what the author wrote around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import yaml

from policy_engine.loader import events_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# `Any`: these stand for the events of a parser that always gives marks.
_SCALAR: Any = yaml.ScalarEvent
_MAPPING: Any = yaml.MappingStartEvent
_CLOSING: Any = yaml.CollectionEndEvent

BLANK: Final = ""
"""Stands for a blank line among comments."""


@dataclass(slots=True, eq=False)
class Scalar:
    """One value. `source` is how it was written, `style` the quote, `|` or `>` that it begins with, if any.

    Text below a `|` or `>` begins in `column`.
    """

    start: int
    end: int
    value: str
    style: str
    source: str
    column: int = 0

    @property
    def is_block(self) -> bool:
        """Whether it is text below a `|` or `>`."""
        return self.style in ("|", ">")


@dataclass(slots=True, eq=False)
class Collection:
    """A mapping or a list. `column` is that of its keys or dashes; `below` the comments after its last entry."""

    is_mapping: bool
    is_flow: bool
    start: int
    end: int
    column: int
    owner: Entry | None
    entries: list[Entry] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Entry:
    """A key with its value, or an item of a list, which has no key.

    `above` holds comments and blank lines before it, `beside` the comment at the end of its line, and any more
    that have no other place. `opens`: that comment stands before what it is beside, as in `bands: # top down`.
    """

    parent: Collection
    at: int
    column: int
    key: Scalar | None
    value: Node
    above: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    opens: bool = False


Node: TypeAlias = Scalar | Collection


@dataclass(slots=True)
class Comment:
    """A comment as written, from its `#` to the end of its line."""

    at: int
    text: str


@dataclass(slots=True)
class Tree:
    """All that a text holds. `head` is what is said before everything else, of the file as a whole."""

    text: str
    root: Collection
    comments: list[Comment]
    head: list[str] = field(default_factory=list)


def tree_of(text: str) -> Tree:
    """Return what stands in *text*, of which the loader has read that it is in order, with line feeds alone."""
    events = list(_events(text))
    comments, covered = _comments(text, events)
    # The loader refuses files that hold anything else than a mapping, and keys that are not text
    root = cast("Collection", _Builder(covered, text, events).node(None))
    return Tree(text, root, comments)


def comments_of(text: str) -> list[str]:
    """Return all comments of *text*, in its order."""
    return [comment.text for comment in _comments(text, list(_events(text)))[0]]


def _events(text: str) -> Iterator[Any]:
    next_event = events_of(text)
    while not isinstance(event := next_event(), yaml.StreamEndEvent):
        if isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent)):
            yield event


def _comments(text: str, events: list[Any]) -> tuple[list[Comment], str]:
    """Return the comments of *text*, and the text with blanks in place of comments and of values.

    INVARIANT: between two values stand only blanks, indicators and comments, so a `#` there begins a comment.
    """
    comments: list[Comment] = []
    pieces: list[str] = []
    position = 0

    def read_gap(end: int) -> None:
        nonlocal position
        while (found := text.find("#", position, end)) >= 0:
            stop = text.find("\n", found, end)
            stop = end if stop < 0 else stop
            comments.append(Comment(found, text[found:stop].rstrip()))
            pieces.extend((text[position:found], " " * (stop - found)))
            position = stop
        pieces.append(text[position:end])
        position = end

    for event in events:
        if isinstance(event, _SCALAR):
            for start, end in _spans(text, event):
                read_gap(start)
                pieces.append(" " * (end - start))
                position = end
    read_gap(len(text))
    return comments, "".join(pieces)


def _spans(text: str, event: Any) -> tuple[tuple[int, int], ...]:  # noqa: ANN401 - one of PyYAML's events
    """Return from where to where *event* is value; beside the `|` of text below it a comment may stand."""
    start, end = event.start_mark.index, event.end_mark.index
    if event.style not in ("|", ">"):
        return ((start, end),)
    line_end = text.find("\n", start, end)
    if line_end < 0:
        # Nothing is below it, and the parser has gone to the end of the text
        return ((start, start + 1),)
    return ((start, start + 1), (line_end, max(line_end, end - (text[end - 1] == "\n"))))


class _Builder:
    """Reads the events of one text, one node after the other."""

    def __init__(self, covered: str, text: str, events: list[Any]) -> None:
        self._covered = covered
        self._text = text
        self._events = events
        self._next = 0

    def _take(self) -> Any:  # noqa: ANN401 - one of PyYAML's events
        event = self._events[self._next]
        self._next += 1
        return event

    def node(self, owner: Entry | None) -> Node:
        event = self._take()
        if isinstance(event, _SCALAR):
            start, end = event.start_mark.index, event.end_mark.index
            scalar = Scalar(start, end, event.value, event.style or "", self._text[start:end])
            if scalar.is_block and owner is not None:
                scalar.column = _column_of_text(scalar.source, owner.parent.column)
            return scalar
        mark = event.start_mark
        is_mapping = isinstance(event, _MAPPING)
        collection = Collection(is_mapping, bool(event.flow_style), mark.index, mark.index, mark.column, owner)
        while not isinstance(self._events[self._next], _CLOSING):
            collection.entries.append(self._entry(collection))
        collection.end = self._take().end_mark.index
        return collection

    def _entry(self, parent: Collection) -> Entry:
        entry = Entry(parent, 0, 0, None, _NOTHING)
        if parent.is_mapping:
            entry.key = cast("Scalar", self.node(None))
            entry.at = entry.key.start
            entry.value = self.node(entry)
        else:
            entry.value = self.node(entry)
            start = entry.value.start
            entry.at = start if parent.is_flow else self._covered.rfind("-", parent.start, start)
        entry.column = entry.at - (self._text.rfind("\n", 0, entry.at) + 1)
        return entry


def _column_of_text(source: str, around: int) -> int:
    """Return where the text in *source* begins, below its `|` or `>`, in an entry in the column *around*."""
    header, *lines = source.split("\n")
    digit = _INDENTATION.match(header)
    if digit:
        return around + int(digit[1])
    first = next((line for line in lines if line.strip(" ")), "")
    return len(first) - len(first.lstrip(" ")) if first else len(source)


_INDENTATION: Final = re.compile(r"[|>][-+]?([1-9])")
_NOTHING: Final = Scalar(0, 0, "", "", "")
