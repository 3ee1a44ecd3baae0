"""Every file that the loader accepts has the tree that ruamel.yaml, a parser of YAML 1.2, composes from it.

Three things are let pass, all of them looked into. ruamel.yaml places an empty value at the next token, not
behind its key. It refuses what libyaml reads in three corners: a tab between the words of a scalar, an odd
header or first line of a block scalar, and a second `...`. And it marks folds with a bell for writing them back.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from policy_engine.loader import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.nodes import Node

    from policy_engine.loader import Document

CORPUS = sorted(
    file
    for folder in ("policies", "tests/golden", "tests/conformance")
    for file in (Path(__file__).parents[2] / folder).rglob("*.yaml")
)
# ruamel.yaml takes a while; nothing here is about time.
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


SCALARS = st.one_of(
    st.sampled_from(["b", "NO", "yes", "010", "0o17", "0x1F", "1_000", "2026-07-01", "~", "null", "true", "0.90"]),
    st.sampled_from(
        ["-1e3", ".5", "it's", "x y", "a:b", "a#b", "http://x/y?z=1", "P1D", "4.2,<5", "Zürich", "東京 👩"]
    ),
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=9).map(
        lambda text: f"'{text.replace(chr(39), chr(39) * 2)}'"
    ),
    st.sampled_from(['"a\\nb"', '"\\x41\\u00fc"', '"\\t\\\\"', '""', "''", '"1"', "'~'", '"it\'s"']),
)
KEYS = st.lists(
    st.sampled_from(["a", "b-c", "d e", "NO", "é", '"1"', "'null'", "2026-07-01", "x:y", "<", "-k", "?q"]),
    min_size=1,
    max_size=4,
    unique=True,
)
GAPS = st.sampled_from(["", "", "", " # comment", "\n", "\n# comment", "  "])
FLOW = st.recursive(
    SCALARS.filter(lambda scalar: not set(scalar) & set(",[]{}") or scalar[:1] in "'\""),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(KEYS, st.lists(inner, min_size=4, max_size=4)).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in zip(*pairs, strict=False)) + "}"
        ),
    ),
    max_leaves=6,
)


@st.composite
def blocks(draw: st.DrawFn, indent: int = 0, depth: int = 0) -> str:
    """Draw a mapping in block style, in any of the layouts that people use."""
    lines = []
    for key in draw(KEYS):
        step = draw(st.integers(1, 4))
        inner = " " * (indent + step)
        kind = draw(st.sampled_from(["flow", "text", "list", "mapping"] if depth < 2 else ["flow", "text"]))
        start = f"{' ' * indent}{key}:"
        if kind == "flow":
            lines.append(f"{start} {draw(st.one_of(FLOW, st.just('')))}{draw(GAPS)}")
        elif kind == "text":
            header = draw(st.sampled_from(["|", ">", "|-", ">+"]))
            body = draw(st.lists(st.sampled_from(["x", "two words", "", "- no list", "a: b", "# none"]), max_size=3))
            lines.append(f"{start} {header}\n" + "\n".join(f"{inner}{line}" for line in ["first", *body]))
        elif kind == "list":
            dash = " " * (indent + draw(st.integers(0, 3))) + "- "
            items = [draw(st.one_of(FLOW, st.just(""), blocks(len(dash), 2).map(str.lstrip))) for _ in range(3)]
            lines.append(f"{start}{draw(GAPS)}\n" + "\n".join(dash + item for item in items))
        else:
            lines.append(f"{start}{draw(GAPS)}\n{draw(blocks(len(inner), depth + 1))}")
    return "\n".join(lines)


FRAGMENTS = st.sampled_from(
    [
        *("a: 1", "b", "- ", "  ", "\n", "[", "]", "{", "}", ", ", ": ", ":", "? ", '"x"', "'y'", "|\n", ">-\n"),
        *("#c", " #", "\r\n", "\r", "~", '"a\\n"', "x y", "0x1", "é", "---\n", "...\n", "-", "a:", "k: v\n"),
        *('"q": ', "|2\n", ">+\n", "\t"),
    ]
)


@st.composite
def edited(draw: st.DrawFn) -> str:
    """Draw a few lines of a file that people wrote, with a few pieces struck out or put in."""
    lines = draw(st.sampled_from(CORPUS)).read_text(encoding="utf-8").splitlines(keepends=True)
    first = draw(st.integers(0, len(lines)))
    text = "".join(lines[first : first + draw(st.integers(1, 12))])
    for piece in draw(st.lists(FRAGMENTS, max_size=4)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + piece + text[at + draw(st.integers(0, 2)) :]
    return text


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_files_that_people_wrote_are_read_as_ruamel_reads_them(file: Path) -> None:
    expect_the_same_tree(file.read_text(encoding="utf-8"))


@SETTINGS
@given(st.tuples(blocks(), st.sampled_from(["\n", "\r\n", "\r"])).map(lambda drawn: drawn[0].replace("\n", drawn[1])))
def test_generated_documents_are_read_as_ruamel_reads_them(text: str) -> None:
    expect_the_same_tree(text)


@SETTINGS
@given(st.lists(FRAGMENTS, max_size=14).map("".join))
@example("a:\n- b\n-\n  - c\nd:")
@example("? a\n: - b\n  - c\n")
@example("a: >\n x\n  y\n\n z\n#c\nb: |2\n   x\n")
def test_pieces_of_yaml_in_any_order_are_read_as_ruamel_reads_them(text: str) -> None:
    expect_the_same_tree(text)


@SETTINGS
@given(edited())
def test_edited_files_are_read_as_ruamel_reads_them(text: str) -> None:
    expect_the_same_tree(text)
