"""The parser's events folded into plain data and offsets, with every finding that they show.

Neither PyYAML's composer nor its constructor takes part: they recurse, resolve by YAML 1.1, follow aliases
and lose places. Nothing here recurses, so nothing nests too deep to be refused.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import yaml

from policy_engine.loader import _refusals as refuse
from policy_engine.loader._events import events_of
from policy_engine.loader._findings import DUPLICATE_KEY
from policy_engine.loader._places import key_start
from policy_engine.loader._scalars import FIRST_OF_NOT_TEXT, NOT_FINITE, meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from policy_engine.loader._events import Event, NodeEvent, OpeningEvent, ScalarEvent
    from policy_engine.loader._findings import Findings

    _Frame = tuple[dict[str, Any] | list[Any], int, bool]

MOST_LEVELS: Final = 64
"""So deep may lists and mappings nest."""

_MERGE_KEY: Final = "<<"
_FIRST_OF_ODD: Final = FIRST_OF_NOT_TEXT | {_MERGE_KEY[0]}
# `Any`: these stand for the events of a parser that always gives marks.
_SCALAR: Any = yaml.ScalarEvent
_DOCUMENT: Any = yaml.DocumentStartEvent
_MAPPING: Any = yaml.MappingStartEvent
_OPENING: Any = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING: Any = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class _Everything:
    """What holds every character."""

    def __contains__(self, char: object) -> bool:
        return True


class StopReadingError(Exception):
    """A finding was noted after which the rest of the text is not worth reading."""


class Fold:
    """One reading of one text. `offsets` holds a start and an end for every key and value, as they follow.

    `_items` is the innermost open list or mapping. In a mapping `_key` is the key whose value comes next, and
    None where a key comes next. The two loops over scalars, `_pairs` and `_list_items`, are all that a usual
    policy runs through: what they call once a scalar costs a tenth of the time.
    """

    def __init__(self, text: str, findings: Findings) -> None:
        """Begin at the first event of *text*."""
        self.offsets: list[int] = []
        # Only a text with one of these characters can hold an anchor or a tag; then every scalar is looked at.
        self._may_be_decorated = "&" in text or "!" in text
        self._odd: Container[str] = _Everything() if self._may_be_decorated else _FIRST_OF_ODD
        self._findings = findings
        self._next = events_of(text)
        self._root: list[Any] = []
        self._stack: list[_Frame] = []
        self._items: dict[str, Any] | list[Any] = self._root
        self._key: str | None = None
        self._end = 0

    def read(self) -> Any:  # noqa: ANN401 - any YAML value
        """Return the data of the first document; a syntax error is raised as `yaml.YAMLError`."""
        self._next()
        start = self._next()
        if start.__class__ is _DOCUMENT:
            refuse.find_directives(start, self._findings)
            self._read_document()
            self._expect_the_end()
        self._expect_a_mapping()
        return self._root[0] if self._root else None

    def _read_document(self) -> None:
        handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
        }
        while True:
            items = self._items
            event = self._pairs(items) if isinstance(items, dict) else self._list_items(items)
            handle = handlers.get(event.__class__)
            if handle is None:
                return
            handle(event)

    def _pairs(self, mapping: dict[str, Any]) -> Any:  # noqa: ANN401 - one of PyYAML's events
        """Read pairs of scalars, and return the first event that is none."""
        next_event, note, odd = self._next, self.offsets.append, self._odd
        while True:
            event = next_event()
            if event.__class__ is not _SCALAR:
                return event
            key = event.value
            if (key in mapping or key[:1] in odd) and self._drops(event, mapping):
                continue
            note(event.start_mark.index)
            note(event.end_mark.index)
            event = next_event()
            if event.__class__ is not _SCALAR:
                self._key = key
                return event
            value = event.value
            if value[:1] in odd:
                value = self._meaning(event)
            mapping[key] = value
            note(event.start_mark.index)
            note(event.end_mark.index)

    def _list_items(self, items: list[Any]) -> Any:  # noqa: ANN401 - one of PyYAML's events
        """Read scalars, and return the first event that is none."""
        next_event, note, odd = self._next, self.offsets.append, self._odd
        while True:
            event = next_event()
            if event.__class__ is not _SCALAR:
                return event
            value = event.value
            if value[:1] in odd:
                value = self._meaning(event)
            items.append(value)
            note(event.start_mark.index)
            note(event.end_mark.index)

    def _meaning(self, event: ScalarEvent) -> Any:  # noqa: ANN401 - any scalar
        if self._may_be_decorated:
            refuse.find_decoration(event, self._findings)
        if event.style:
            return event.value
        value = meaning(event.value)
        if value is NOT_FINITE:
            refuse.find_not_finite(event, self._findings)
            return None
        return value

    def _drops(self, event: ScalarEvent, mapping: dict[str, Any]) -> bool:
        """Look at a key closely; where it cannot stand, pass over its value and return True."""
        if self._may_be_decorated:
            refuse.find_decoration(event, self._findings)
        key = event.value
        if not event.style and key == _MERGE_KEY:
            refuse.find_merge_key(event, self._findings)
        elif not event.style and not isinstance(read_as := meaning(key), str):
            refuse.find_key_not_text(event, read_as, self._number_before(event, mapping), self._findings)
            if key not in mapping:
                return False
        elif key in mapping:
            self._find_duplicate(event, mapping, self._skip())
            return True
        else:
            return False
        self._skip()
        return True

    def _number_before(self, event: ScalarEvent, mapping: dict[str, Any]) -> int | None:
        """Return the whole number that a comma alone parts from this key, as in `{at_least: 0,5}`."""
        before = next(reversed(mapping.values()), None)
        is_next_to_it = bool(self.offsets) and event.start_mark.index == self.offsets[-1] + 1
        return before if before.__class__ is int and is_next_to_it else None

    def _find_duplicate(self, event: ScalarEvent, mapping: dict[str, Any], value: Any) -> None:  # noqa: ANN401 - an event
        first, both = 0, None
        if not self._findings.is_full(DUPLICATE_KEY):
            position = self._stack[-1][1]
            first = key_start(event.value, mapping, islice(self.offsets, position + 2, None))
            if value.__class__ is _SCALAR and not isinstance(mapping[event.value], (dict, list)):
                read = value.value if value.style else meaning(value.value)
                both = (mapping[event.value], value.value if read is NOT_FINITE else read)
        refuse.find_duplicate(event, self._findings.line(first), both, self._findings)

    def _open(self, event: OpeningEvent) -> None:
        if self._may_be_decorated:
            refuse.find_decoration(event, self._findings)
        items, stack, offsets = self._items, self._stack, self.offsets
        child: dict[str, Any] | list[Any] = {} if event.__class__ is _MAPPING else []
        self._expect_room(event, 1)
        if isinstance(items, list):
            items.append(child)
        elif self._key is not None:
            items[self._key] = child
            self._key = None
        else:
            self._refuse_complex_key(event)
            return
        stack.append((items, len(offsets), event.flow_style))
        self._items = child
        offsets.append(event.start_mark.index)
        offsets.append(0)

    def _refuse_complex_key(self, event: OpeningEvent) -> None:
        refuse.find_complex_key(event, self._findings)
        # The key itself is open already.
        self._skip(levels=1)
        self._skip()

    def _close(self, event: Event) -> None:
        self._items, position, is_flow = self._stack.pop()
        # libyaml ends a block at the next token after it; its own end is that of the last thing in it, which
        # is either the last scalar noted or the last collection closed.
        self._end = event.end_mark.index if is_flow else max(self._end, self.offsets[-1])
        self.offsets[position + 1] = self._end

    def _alias(self, event: NodeEvent) -> None:
        refuse.find_alias(event, self._findings)
        if isinstance(self._items, list):
            self._items.append(None)
        elif self._key is not None:
            self._items[self._key] = None
            self._key = None
        else:
            self._skip()
            return
        self.offsets += (event.start_mark.index, event.end_mark.index)

    def _skip(self, levels: int = 0) -> Any:  # noqa: ANN401 - one of PyYAML's events
        """Pass over the rest of *levels* open collections, or over one whole value; return the first event of it."""
        first = None
        while True:
            event = self._next()
            first = first or event
            if isinstance(event, _OPENING):
                levels += 1
                self._expect_room(event, levels)
            elif isinstance(event, _CLOSING):
                levels -= 1
            # The end of a block has no width of its own.
            if event.start_mark.index < event.end_mark.index:
                self._end = event.end_mark.index
            if levels == 0:
                return first

    def _expect_room(self, event: NodeEvent, levels: int) -> None:
        """Stop where *levels* more are too many: libyaml's time grows with the square of the depth."""
        if len(self._stack) + levels > MOST_LEVELS:
            refuse.find_too_deep(event, MOST_LEVELS, self._findings)
            raise StopReadingError

    def _expect_the_end(self) -> None:
        event = self._next()
        if event.__class__ is _DOCUMENT:
            refuse.find_second_document(event, self._findings)

    def _expect_a_mapping(self) -> None:
        if not self._root or self.offsets[0] == self.offsets[1]:
            refuse.find_empty(self._findings)
        elif not isinstance(self._root[0], dict):
            refuse.find_not_a_mapping(self._root[0], self.offsets[0], self._findings)
