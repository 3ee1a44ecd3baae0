"""Where each piece of a document stands: offsets noted while reading, made into spans when asked for."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from policy_engine.diagnostics import START_OF_FILE, Span
from policy_engine.loader._lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator

Path: TypeAlias = tuple[str | int, ...]


class _Node(NamedTuple):
    """A value's place, the place of the key it stands under, and the values inside it."""

    start: int
    end: int
    key_start: int
    key_end: int
    inside: dict[str | int, _Node]


class Places:
    """The offsets of a document: a start and an end for every key and every value, in the text's order.

    Few documents are asked for more than a handful of places, so only the flat offsets are kept (8 bytes a
    token) and the tree over them is built with the first question.
    """

    __slots__ = ("_lines", "_offsets", "_root")

    def __init__(self, text: str = "", offsets: array[int] | None = None) -> None:
        """Take the offsets as the fold noted them; without offsets every place is the start of the file."""
        self._lines = Lines(text)
        self._offsets = array("I") if offsets is None else offsets
        self._root: _Node | None = None

    def key_span(self, path: Path, data: Any) -> Span:  # noqa: ANN401 - any YAML value
        """Return the place of the key at *path* in *data*, or of its nearest known ancestor."""
        node = self._nearest(path, data)
        return START_OF_FILE if node is None else self._lines.span(node.key_start, node.key_end)

    def value_span(self, path: Path, data: Any) -> Span:  # noqa: ANN401 - any YAML value
        """Return the place of the value at *path* in *data*, or of its nearest known ancestor."""
        node = self._nearest(path, data)
        return START_OF_FILE if node is None else self._lines.span(node.start, node.end)

    def value_range(self, path: Path, data: Any) -> tuple[int, int] | None:  # noqa: ANN401 - any YAML value
        """Return the offsets of the value at *path* in *data*; None where there is none."""
        node = self._nearest((), data)
        for step in path:
            node = None if node is None else node.inside.get(step)
        return None if node is None else (node.start, node.end)

    def _nearest(self, path: Path, data: Any) -> _Node | None:  # noqa: ANN401 - any YAML value
        if not self._offsets:
            return None
        node = self._root
        if node is None:
            node = self._root = _item(data, iter(self._offsets))
        for step in path:
            if step not in node.inside:
                break
            node = node.inside[step]
        return node


def key_start(key: str, mapping: dict[str, Any], offsets: Iterator[int]) -> int:
    """Return the offset of *key* in *mapping*, which has it; *offsets* begin at the first key."""
    return next(node.key_start for known, node in _pairs(mapping, offsets) if known == key)


def _item(value: Any, offsets: Iterator[int]) -> _Node:  # noqa: ANN401 - any YAML value
    start, end = next(offsets), next(offsets)
    return _Node(start, end, start, end, _inside(value, offsets))


def _pairs(mapping: dict[str, Any], offsets: Iterator[int]) -> Iterator[tuple[str | int, _Node]]:
    for key, value in mapping.items():
        at, to, start, end = next(offsets), next(offsets), next(offsets), next(offsets)
        yield key, _Node(start, end, at, to, _inside(value, offsets))


def _inside(value: Any, offsets: Iterator[int]) -> dict[str | int, _Node]:  # noqa: ANN401 - any YAML value
    if isinstance(value, dict):
        return dict(_pairs(value, offsets))
    if isinstance(value, list):
        return {index: _item(item, offsets) for index, item in enumerate(value)}
    return _NOTHING


_NOTHING: dict[str | int, _Node] = {}
