"""What every answer of the loader is held to: places inside the text, words fit to be shown, the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policy_engine.diagnostics import in_order
from policy_engine.loader import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.diagnostics import Span

YAML_PIECES: Final = (
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
)
"""What a text of YAML is put together from, and what it should not contain."""


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
