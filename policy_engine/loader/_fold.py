"""The parser's events folded into plain data and offsets, with every finding that they show.

Neither PyYAML's composer nor its constructor takes part: they recurse, resolve by YAML 1.1, follow aliases
and lose places. Nothing here recurses, so nothing nests too deep to be refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from policy_engine.loader import _refusals as refuse
from policy_engine.loader._events import events_of
from policy_engine.loader._findings import DUPLICATE_KEY
from policy_engine.loader._places import key_starts
from policy_engine.loader._scalars import FIRST_OF_NOT_TEXT, NOT_FINITE, meaning

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy_engine.loader._events import Event, NodeEvent, OpeningEvent, ScalarEvent
    from policy_engine.loader._findings import Findings

    _Frame = tuple[Any, Callable[[Any], None] | None, int, bool]

MOST_LEVELS: Final = 64
"""So deep may lists and mappings nest."""

_MERGE_KEY: Final = "<<"
_FIRST_OF_ODD_KEYS: Final = FIRST_OF_NOT_TEXT | {"<"}
_OPENING: Final = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING: Final = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class StopReadingError(Exception):
    """A finding was noted after which the rest of the text is not worth reading."""


class Fold:
    """One reading of one text. `offsets` holds a start and an end for every key and value, as they follow.

    The innermost open collection is `_items`. For a list `_add` appends to it; for a mapping `_add` is None
    and `_key` is the key whose value comes next, or None where a key comes next.
    """

    def __init__(self, text: str, findings: Findings) -> None:
        """Begin at the first event of *text*."""
        self.offsets: list[int] = []
        self._note = self.offsets.append
        self._text = text
        # Only a text with one of these characters can hold an anchor or a tag.
        self._may_be_decorated = "&" in text or "!" in text
        self._findings = findings
        self._next = events_of(text)
        self._root: list[Any] = []
        self._stack: list[_Frame] = []
        self._items: Any = self._root
        self._add: Callable[[Any], None] | None = self._root.append
        self._key: str | None = None
        self._end = 0

    def read(self) -> Any:  # noqa: ANN401 - any YAML value
        """Return the data of the first document; a syntax error is raised as `yaml.YAMLError`."""
        self._next()
        start = self._next()
        if start.__class__ is yaml.DocumentStartEvent:
            refuse.find_directives(start, self._findings)
            self._read_document()
            self._expect_the_end()
        self._expect_a_mapping()
        return self._root[0] if self._root else None

    def _read_document(self) -> None:
        next_event = self._next
        handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceStartEvent: self._open_list,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
        }
        while True:
            event = next_event()
            handle = handlers.get(event.__class__)
            if handle is None:
                return
            handle(event)

    def _scalar(self, event: ScalarEvent) -> None:
        start = event.start_mark.index
        self._end = end = event.end_mark.index
        value = event.value
        if self._may_be_decorated:
            refuse.find_decoration(event, self._text, self._findings)
        add = self._add
        if add is None and self._key is None:
            self._take_key(event, value, start, end)
            return
        self._note(start)
        self._note(end)
        if not event.style and value[:1] in FIRST_OF_NOT_TEXT:
            value = self._resolved(event)
        if add is None:
            self._items[self._key] = value
            self._key = None
        else:
            add(value)

    def _resolved(self, event: ScalarEvent) -> Any:  # noqa: ANN401 - any scalar
        value = meaning(event.value)
        if value is NOT_FINITE:
            refuse.find_not_finite(event, self._findings)
            return None
        return value

    def _take_key(self, event: ScalarEvent, key: str, start: int, end: int) -> None:
        if key[:1] in _FIRST_OF_ODD_KEYS and not event.style:
            if key == _MERGE_KEY:
                refuse.find_merge_key(event, self._findings)
                self._skip()
                return
            read_as = meaning(key)
            if not isinstance(read_as, str):
                refuse.find_key_not_text(event, read_as, self._findings)
        if key in self._items:
            self._duplicate(event)
            return
        self._note(start)
        self._note(end)
        self._key = key

    def _duplicate(self, event: ScalarEvent) -> None:
        first = 0
        if not self._findings.is_full(DUPLICATE_KEY):
            position = self._stack[-1][2]
            first = key_starts(self._items, iter(self.offsets[position + 2 :]))[event.value]
        refuse.find_duplicate(event, self._findings.line(first), self._findings)
        self._skip()

    def _open_mapping(self, event: OpeningEvent) -> None:
        child: dict[str, Any] = {}
        self._open(event, child, None)

    def _open_list(self, event: OpeningEvent) -> None:
        child: list[Any] = []
        self._open(event, child, child.append)

    def _open(self, event: OpeningEvent, child: Any, add: Callable[[Any], None] | None) -> None:  # noqa: ANN401 - dict or list
        if self._may_be_decorated:
            refuse.find_decoration(event, self._text, self._findings)
        if self._add is not None:
            self._add(child)
        elif self._key is not None:
            self._items[self._key] = child
        else:
            refuse.find_complex_key(event, self._findings)
            self._skip(levels=1)
            self._skip()
            return
        if len(self._stack) == MOST_LEVELS:
            refuse.find_too_deep(event, MOST_LEVELS, self._findings)
            raise StopReadingError
        self._stack.append((self._items, self._add, len(self.offsets), event.flow_style))
        self._items, self._add, self._key = child, add, None
        self._note(event.start_mark.index)
        self._note(0)

    def _close(self, event: Event) -> None:
        self._items, self._add, position, is_flow = self._stack.pop()
        self._key = None
        # libyaml ends a block collection at the next token: its own end is that of its last child.
        if is_flow:
            self._end = event.end_mark.index
        self.offsets[position + 1] = self._end

    def _alias(self, event: NodeEvent) -> None:
        refuse.find_alias(event, self._findings)
        if self._add is None and self._key is None:
            self._skip()
            return
        self._note(event.start_mark.index)
        self._note(event.end_mark.index)
        if self._add is None:
            self._items[self._key] = None
            self._key = None
        else:
            self._add(None)

    def _skip(self, levels: int = 0) -> None:
        """Pass over the rest of *levels* open collections, or over one whole value."""
        while True:
            event = self._next()
            if isinstance(event, _OPENING):
                levels += 1
            elif isinstance(event, _CLOSING):
                levels -= 1
            if levels == 0:
                return

    def _expect_the_end(self) -> None:
        event = self._next()
        if event.__class__ is yaml.DocumentStartEvent:
            refuse.find_second_document(event, self._findings)

    def _expect_a_mapping(self) -> None:
        if not self._root or self.offsets[0] == self.offsets[1]:
            refuse.find_empty(self._findings)
        elif not isinstance(self._root[0], dict):
            refuse.find_not_a_mapping(self._root[0], self.offsets[0], self._findings)
