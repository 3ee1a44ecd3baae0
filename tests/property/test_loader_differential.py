"""Every file that the loader accepts has the tree that ruamel.yaml, a parser of YAML 1.2, composes from it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.corpus import CORPUS
from tests.support.same_tree import expect_the_same_tree

# ruamel.yaml takes a while; nothing here is about time.
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

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
    lines = CORPUS[draw(st.sampled_from(sorted(CORPUS)))].splitlines(keepends=True)
    first = draw(st.integers(0, len(lines)))
    text = "".join(lines[first : first + draw(st.integers(1, 12))])
    for piece in draw(st.lists(FRAGMENTS, max_size=4)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + piece + text[at + draw(st.integers(0, 2)) :]
    return text


@pytest.mark.parametrize("text", CORPUS.values(), ids=CORPUS.keys())
def test_files_that_people_wrote_are_read_as_ruamel_reads_them(text: str) -> None:
    expect_the_same_tree(text)


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
