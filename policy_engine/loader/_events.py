"""The parser's events, one at a time: from libyaml where it is there, else from PyYAML's own parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    NextEvent = Callable[[], Any]


class Mark(Protocol):
    """A place in the text, counted from 0 in characters."""

    index: int
    line: int


class Event(Protocol):
    """What every event has: the place of what it tells of."""

    start_mark: Mark
    end_mark: Mark


class NodeEvent(Event, Protocol):
    """An alias, a scalar, or the start of a list or a mapping."""

    anchor: str | None


class ContentEvent(NodeEvent, Protocol):
    """A scalar, or the start of a list or a mapping."""

    tag: str | None


class ScalarEvent(ContentEvent, Protocol):
    """A scalar; `style` is empty where it stands without quotes."""

    value: str
    style: str | None


class OpeningEvent(ContentEvent, Protocol):
    """The start of a list or a mapping; `flow_style` tells brackets from indentation."""

    flow_style: bool


class DocumentStartEvent(Event, Protocol):
    """The start of a document with its directives."""

    version: tuple[int, int] | None
    tags: dict[str, str] | None


def events_of(text: str) -> NextEvent:
    """Return a function that gives the next event of *text*; a syntax error is raised as `yaml.YAMLError`."""
    if yaml.__with_libyaml__:
        return yaml.CSafeLoader(text).get_event
    return _from_plain_parser(text)


def _from_plain_parser(text: str) -> NextEvent:
    loader: Any = yaml.SafeLoader(text)

    def next_event() -> Any:  # noqa: ANN401 - one of PyYAML's events
        try:
            event = loader.get_event()
            getattr(event, "value", "").encode("utf-8")
        except (ValueError, OverflowError) as error:
            # libyaml refuses an escape such as \uD800 or \UFFFFFFFF by itself; PyYAML's own parser does not.
            mark = loader.get_mark()
            problem = "found invalid Unicode character escape code"
            raise yaml.scanner.ScannerError("while parsing a quoted scalar", mark, problem, mark) from error
        return event

    return next_event
