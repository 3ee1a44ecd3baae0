"""Whatever the bytes are, the loader answers: a document with places inside its text, and findings inside it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy_engine.diagnostics import in_order
from policy_engine.loader import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from policy_engine.diagnostics import Span

PIECES = st.sampled_from(
    [
        *(
            "a",
            "b: ",
            "- ",
            "  ",
            "\n",
            "\r\n",
            "\r",
            "[",
            "]",
            "{",
            "}",
            ", ",
            ": ",
            "? ",
            "'",
            '"',
            "\\",
            "|\n",
            "> ",
        ),
        *(
            "#",
            "&a ",
            "*a",
            "!t ",
            "! ",
            "!!str ",
            "<<: ",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "\t",
            "@",
            "`",
            "~",
            "true",
        ),
        *("1", "0x", ".nan", "1e999", "\ufeff", "\u202e", "\x85", "\x00", "\x1b", "\ud7ff", "\U0001f469", "é"),
    ]
)
BYTES = st.one_of(
    st.binary(max_size=40),
    st.lists(PIECES, max_size=20).map(lambda pieces: "".join(pieces).encode()),
    st.lists(PIECES, max_size=8).map(lambda pieces: "".join(pieces).encode("utf-16")),
)
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - any YAML value
    yield path
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, step))


def is_inside(span: Span, text: str) -> bool:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begin, end = (span.line, span.column), (span.end_line, span.end_column)
    return (
        (1, 1) <= begin <= end
        and end[0] <= len(lines)
        and span.column <= len(lines[span.line - 1]) + 1
        and span.end_column <= len(lines[span.end_line - 1]) + 1
    )


def expect_an_answer(raw: bytes) -> None:
    document, findings = read_document(raw, "x.yaml")
    assert findings == in_order(findings)
    assert all(is_inside(found.span, document.text) for found in findings)
    assert all((found.message + found.help).isprintable() for found in findings)
    assert document.data is not None or findings
    for path in paths(document.data):
        assert is_inside(document.key_span(path), document.text)
        assert is_inside(document.value_span(path), document.text)
    assert read_document(raw, "x.yaml") == (document, findings)


@SETTINGS
@given(BYTES)
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    expect_an_answer(raw)


@SETTINGS
@given(raw=BYTES)
def test_any_bytes_get_an_answer_without_libyaml_too(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(yaml, "__with_libyaml__", False)
        expect_an_answer(raw)
