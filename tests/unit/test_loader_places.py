"""Every key and every value has its place, and a path that leads nowhere has the nearest place known."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics import START_OF_FILE, Span
from policy_engine.loader import Document, read_document

TEXT = """\
# a comment
schema: policy/v1
"quoted key" : 'a value'
bands:
- {name: block,  at_least: 0.90, reasons: [FR01, "FR\\x302"]}
- name: review
  because: |
    two
    lines

  # a comment inside
empty:
list:
    - - 1
      - 2
    -
    - >-
      folded
      text
flow: [
  a,
  {b: c},
]
name: Zürich 👩‍🔬 x   # a comment
last: {}
"""


@pytest.fixture(scope="module")
def document() -> Document:
    document, findings = read_document(TEXT.encode(), "policies/x.yaml")
    assert findings == ()
    return document


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("schema",), Span(2, 1, 2, 7), Span(2, 9, 2, 18)),
        (("quoted key",), Span(3, 1, 3, 13), Span(3, 16, 3, 25)),
        (("bands",), Span(4, 1, 4, 6), Span(5, 1, 9, 10)),
        (("bands", 0), Span(5, 3, 5, 61), Span(5, 3, 5, 61)),
        (("bands", 0, "at_least"), Span(5, 18, 5, 26), Span(5, 28, 5, 32)),
        (("bands", 0, "reasons"), Span(5, 34, 5, 41), Span(5, 43, 5, 60)),
        (("bands", 0, "reasons", 1), Span(5, 50, 5, 59), Span(5, 50, 5, 59)),
        (("bands", 1), Span(6, 3, 9, 10), Span(6, 3, 9, 10)),
        (("bands", 1, "because"), Span(7, 3, 7, 10), Span(7, 12, 9, 10)),
        (("empty",), Span(12, 1, 12, 6), Span(12, 7, 12, 7)),
        (("list",), Span(13, 1, 13, 5), Span(14, 5, 19, 11)),
        (("list", 0), Span(14, 7, 15, 10), Span(14, 7, 15, 10)),
        (("list", 0, 1), Span(15, 9, 15, 10), Span(15, 9, 15, 10)),
        (("list", 2), Span(17, 7, 19, 11), Span(17, 7, 19, 11)),
        (("flow",), Span(20, 1, 20, 5), Span(20, 7, 23, 2)),
        (("flow", 1, "b"), Span(22, 4, 22, 5), Span(22, 7, 22, 8)),
        (("name",), Span(24, 1, 24, 5), Span(24, 7, 24, 19)),
        (("last",), Span(25, 1, 25, 5), Span(25, 7, 25, 9)),
        ((), Span(2, 1, 25, 9), Span(2, 1, 25, 9)),
    ],
)
def test_a_key_and_its_value_stand_where_an_editor_shows_them(
    document: Document, path: tuple[str | int, ...], key: Span, value: Span
) -> None:
    assert document.key_span(path) == key
    assert document.value_span(path) == value


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        (("owner",), ()),
        (("owner", "name", 3), ()),
        (("bands", 2), ("bands",)),
        (("bands", -1), ("bands",)),
        (("bands", "0"), ("bands",)),
        (("bands", 0, "nam"), ("bands", 0)),
        (("bands", 0, "name", "x", 1), ("bands", 0, "name")),
        (("list", 1, 0), ("list", 1)),
    ],
)
def test_a_path_that_leads_nowhere_has_the_place_of_its_nearest_known_ancestor(
    document: Document, path: tuple[str | int, ...], nearest: tuple[str | int, ...]
) -> None:
    assert document.key_span(path) == document.key_span(nearest)
    assert document.value_span(path) == document.value_span(nearest)


@pytest.mark.parametrize("raw", [b"a: [", b"", b"\xff", b"[" * 70, b" " * (1024 * 1024 + 1)])
def test_a_document_without_data_places_everything_at_its_start(raw: bytes) -> None:
    document, _ = read_document(raw, "x.yaml")
    assert document.data is None
    assert document.key_span(("a",)) == document.value_span(()) == START_OF_FILE


def test_a_document_made_by_hand_places_everything_at_its_start() -> None:
    document = Document(file="x.yaml", text="a: 1", sha256="", data={"a": 1})
    assert document.key_span(("a",)) == START_OF_FILE


def test_the_text_of_a_span_is_the_token_as_written(document: Document) -> None:
    lines = document.text.splitlines()
    span = document.value_span(("bands", 0, "reasons", 1))
    assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == '"FR\\x302"'
    assert document.data["bands"][0]["reasons"][1] == "FR02"


def test_two_readings_of_the_same_bytes_are_equal() -> None:
    assert read_document(TEXT.encode(), "x.yaml") == read_document(TEXT.encode(), "x.yaml")
