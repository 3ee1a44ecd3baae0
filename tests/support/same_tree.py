"""The tree of a document beside the tree that ruamel.yaml, a parser of YAML 1.2, composes from the same text.

Three things are let pass, all of them looked into. ruamel.yaml places an empty value at the next token, not
behind its key. It refuses what libyaml reads in three corners: a tab between the words of a scalar, an odd
header or first line of a block scalar, and a second `...`. And it marks folds with a bell for writing them back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from policy_engine.loader import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.nodes import Node

    from policy_engine.loader import Document

TYPES = {"int": int, "float": float, "bool": bool, "null": type(None)}

Entry = tuple[tuple[str | int, ...], str, object, str, tuple[int, int] | None]


def by_ruamel(node: Node, path: tuple[str | int, ...] = ()) -> Iterator[Entry]:
    """Give path, kind, text, style and place of each node that ruamel.yaml composed."""
    place = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, ScalarNode):
        yield (
            path,
            "scalar",
            node.value.replace("\a", ""),
            node.style or "",
            place if node.value or node.style else None,
        )
    elif isinstance(node, SequenceNode):
        yield path, "list", None, "", place
        for index, item in enumerate(node.value):
            yield from by_ruamel(item, (*path, index))
    else:
        assert isinstance(node, MappingNode)
        yield path, "mapping", None, "", place
        for key, value in node.value:
            yield (*path, key.value), "key", key.value, "", (key.start_mark.line + 1, key.start_mark.column + 1)
            yield from by_ruamel(value, (*path, key.value))


def by_us(document: Document, value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Entry]:  # noqa: ANN401 - any YAML value
    """Give the same for each piece of the document's data; a scalar's text is that of the file."""
    span = document.value_span(path)
    place = (span.line, span.column)
    if isinstance(value, dict):
        yield path, "mapping", None, "", place
        for key, inner in value.items():
            key_span = document.key_span((*path, key))
            yield (*path, key), "key", key, "", (key_span.line, key_span.column)
            yield from by_us(document, inner, (*path, key))
    elif isinstance(value, list):
        yield path, "list", None, "", place
        for index, item in enumerate(value):
            yield from by_us(document, item, (*path, index))
    else:
        line = document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[span.line - 1]
        written = line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]
        style = written[:1] if written[:1] in {"'", '"', "|", ">"} else ""
        text = value if isinstance(value, str) else written
        yield path, "scalar", text, style, place if written else None


def types_by_ruamel(node: Node) -> Iterator[str]:
    """Give the type that ruamel.yaml gives to each scalar value."""
    if isinstance(node, ScalarNode):
        yield str(node.tag).rsplit(":", 1)[-1]
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from types_by_ruamel(item)
    else:
        for _, value in node.value:
            yield from types_by_ruamel(value)


def scalars(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any YAML value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from scalars(inner)
    else:
        yield value


def is_read_by_libyaml_only(text: str, error: YAMLError) -> bool:
    return "\t" in text or text.count("...") > 1 or "block scalar" in str(error)


def expect_the_same_tree(text: str) -> None:
    document, findings = read_document(text.encode(), "x.yaml")
    if findings:
        return
    try:
        node = YAML(typ="rt", pure=True).compose(text)
    except YAMLError as error:
        if not is_read_by_libyaml_only(text, error):
            raise
        return
    assert list(by_us(document, document.data)) == list(by_ruamel(node))
    for ours, theirs in zip(scalars(document.data), types_by_ruamel(node), strict=True):
        if not isinstance(ours, str):
            assert type(ours) is TYPES[theirs]
