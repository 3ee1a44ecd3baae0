"""What is not YAML is one finding in plain words, at the place that has to be mended."""

from __future__ import annotations

import pytest

from policy_engine.loader import read_document

BROKEN = [
    # text, line, column, the beginning of the message, a part of the help
    ("a: 1\n\tb: 2\n", 2, 1, "a tab in the indentation", "indent with spaces"),
    ("a:\n\t- b\n", 2, 1, "a tab in the indentation", "indent with spaces"),
    ("a:\n  \tb: 1\n", 2, 3, "a tab in the indentation", "indent with spaces"),
    ("\ta: 1\n", 1, 1, "a tab in the indentation", "indent with spaces"),
    ("a: |\n\tb\n", 2, 1, "a tab in the indentation", "indent with spaces"),
    ("a: b: c\n", 1, 5, "a `:` where no key can stand", "in quotes"),
    ("a: x\n b: c\n", 2, 3, "a `:` where no key can stand", "in quotes"),
    ("a: 1\nfoo\nb: 2\n", 2, 1, "a `:` is missing after this key", "`key: value`"),
    ("a: 1\nfoo\n", 2, 1, "a `:` is missing after this key", "`key: value`"),
    ("a: - b\n", 1, 4, "a list item where none can stand", "on its own line"),
    ("- a: ? b\n", 1, 6, "a key where none can stand", "on its own line"),
    ("a: @b\n", 1, 4, "no value can begin with `@`", "quotes"),
    ("a: `b`\n", 1, 4, "no value can begin with a backtick", "quotes"),
    ("a: %b\n", 1, 4, "no value can begin with `%`", "quotes"),
    ("a:\n  - b\n c: d\n", 3, 2, "this line does not fit the mapping around it, begun at line 1", "same column"),
    ("a:\n  - b\n  c: d\n", 3, 3, "this line does not fit the list around it, begun at line 2", "same column"),
    ("a: 'b' c\n", 1, 8, "this line does not fit the mapping around it", "same column"),
    ("a: [1, 2\nb: 3\n", 2, 2, "the list in `[` and `]` does not go on like this, begun at line 1", "closing `]`"),
    ("a: [1 2\n", 1, 8, "the list in `[` and `]` does not go on like this", "closing `]`"),
    ("a: {b: 1\n", 1, 9, "the mapping in `{` and `}` does not go on like this", "closing `}`"),
    ("a: {b: 1]\n", 1, 9, "the mapping in `{` and `}` does not go on like this", "closing `}`"),
    ("a: [,]\n", 1, 5, "a key or a value is missing here", "write it"),
    ("a: ]\n", 1, 4, "a key or a value is missing here", "write it"),
    ('a: "b\nc: d\n', 1, 4, "a quote is not closed", "close it"),
    ("a: 1\nb: 'c\n", 2, 4, "a quote is not closed", "close it"),
    ("a: 'b\n---\nc'\n", 1, 4, "a quote is not closed", "close it"),
    ('a: "\\q"\n', 1, 5, "a `\\` that begins no known escape", "single quotes"),
    ('a: "C:\\dir"\n', 1, 7, "a `\\` that begins no known escape", "single quotes"),
    ('a: "\\x1"\n', 1, 7, "an escape with too few digits", "single quotes"),
    ('a: "\\uD800"\n', 1, 7, "an escape that stands for no character", "single quotes"),
    ('a: "\\UFFFFFFFF"\n', 1, 7, "an escape that stands for no character", "single quotes"),
    ("a: |0\n  b\n", 1, 5, "an indentation that is no digit from 1 to 9", "leave the digit out"),
    ("a: | b\n", 1, 6, "text where the line must end", "its own line"),
    ("a: 1\n]\n", 2, 1, "this line does not fit the mapping around it", "same column"),
    ("'a'\nb: 1\n", 2, 1, "this belongs to nothing above it", "same column"),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "remedy"), BROKEN)
def test_broken_yaml_is_one_finding_in_plain_words(
    text: str, line: int, column: int, message: str, remedy: str
) -> None:
    document, (finding,) = read_document(text.encode(), "policy.yaml")
    assert (finding.code, finding.span.line, finding.span.column) == ("PE005", line, column)
    assert finding.message.startswith(message)
    assert remedy in finding.help
    assert document.data is None


@pytest.mark.parametrize("text", [case[0] for case in BROKEN])
def test_the_words_are_the_readers_not_the_parsers(text: str) -> None:
    _, (finding,) = read_document(text.encode(), "policy.yaml")
    for jargon in ("token", "node", "scalar", "did not find", "block mapping", "flow", "stream", "\n"):
        assert jargon not in finding.message + finding.help


def test_what_was_found_before_the_syntax_error_is_told_too() -> None:
    _, findings = read_document(b"a: 1\na: 2\nb: .nan\nc: [\n", "policy.yaml")
    assert [(found.code, found.span.line) for found in findings] == [("PE007", 2), ("PE009", 3), ("PE005", 4)]


def test_what_is_missing_at_the_end_is_missed_behind_the_last_word() -> None:
    _, (finding,) = read_document(b"a: [1, 2\n\n\n", "policy.yaml")
    assert (finding.span.line, finding.span.column) == (1, 9)


@pytest.mark.parametrize("text", ["a:\t1\n", "a: 1\t# x\n", "a: 'x\ty'\n", "# \t\na: 1\n", "a: [1,\t2]\n"])
def test_a_tab_that_indents_nothing_is_read(text: str) -> None:
    assert read_document(text.encode(), "policy.yaml")[1] == ()
