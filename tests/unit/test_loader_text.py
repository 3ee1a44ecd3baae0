"""Bytes are UTF-8 text that a reviewer can see, or a finding says where they are not."""

from __future__ import annotations

import hashlib

import pytest

from policy_engine.loader import read_document

MIB = 1024 * 1024


@pytest.mark.parametrize(
    "raw",
    [
        b"a: 1\n",
        b"\xef\xbb\xbfa: 1\n",
        b"a: 1",
        b"a: 1\r\n",
        b"a: 1\r",
        "a: 1 # Zürich, 東京\n".encode(),
        "a: 1 # 👩\u200d🔬 \u0645\u06cc\u200c\u062e\n".encode(),
    ],
)
def test_utf8_text_is_read_with_or_without_a_byte_order_mark(raw: bytes) -> None:
    document, findings = read_document(raw, "policy.yaml")
    assert findings == ()
    assert document.data == {"a": 1}
    assert not document.text.startswith("\ufeff")
    assert document.sha256 == hashlib.sha256(raw).hexdigest()


def test_a_byte_order_mark_moves_no_column() -> None:
    document, (finding,) = read_document(b"\xef\xbb\xbfa: .nan\n", "policy.yaml")
    assert (finding.span.line, finding.span.column) == (1, 4)
    assert document.key_span(("a",)).column == 1


@pytest.mark.parametrize(
    ("raw", "line", "column", "message"),
    [
        ("a: 1".encode("utf-16"), 1, 1, "not UTF-8 text (looks like UTF-16)"),
        ("a: 1".encode("utf-16-le"), 1, 1, "not UTF-8 text (looks like UTF-16)"),
        ("a: 1".encode("utf-16-be"), 1, 1, "not UTF-8 text (looks like UTF-16)"),
        (b"\xfe\xff" + "a: 1".encode("utf-16-be"), 1, 1, "not UTF-8 text (looks like UTF-16)"),
        ("a: 1".encode("utf-32"), 1, 1, "not UTF-8 text (looks like UTF-32)"),
        ("a: 1".encode("utf-32-le"), 1, 1, "not UTF-8 text (looks like UTF-32)"),
        (b"\x00\x00\xfe\xff" + "a: 1".encode("utf-32-be"), 1, 1, "not UTF-8 text (looks like UTF-32)"),
        (b"a: 1\nb: \x002\n", 2, 4, "not UTF-8 text (looks like a binary file)"),
        (b"\x00", 1, 1, "not UTF-8 text (looks like a binary file)"),
        ("a: 1\nb: Zürich\n".encode("latin-1"), 2, 5, "not UTF-8 text: the byte 0xFC begins no character here"),
        ("a: ü\nb: ü\n".encode() + b"c: \xe4\n", 3, 4, "not UTF-8 text: the byte 0xE4 begins no character here"),
        (b"\xef\xbb\xbfab: \xff\n", 1, 5, "not UTF-8 text: the byte 0xFF begins no character here"),
        (b"a: \xc0\x80\n", 1, 4, "not UTF-8 text: the byte 0xC0 begins no character here"),
        (b"a: \xed\xa0\x80\n", 1, 4, "not UTF-8 text: the byte 0xED begins no character here"),
        (b"a: \xf4\x90\x80\x80\n", 1, 4, "not UTF-8 text: the byte 0xF4 begins no character here"),
        (b"a: \xe2\x82", 1, 4, "not UTF-8 text: the byte 0xE2 begins no character here"),
    ],
)
def test_what_is_not_utf8_is_one_finding_at_its_first_wrong_byte(
    raw: bytes, line: int, column: int, message: str
) -> None:
    document, (finding,) = read_document(raw, "policy.yaml")
    assert (finding.code, finding.span.line, finding.span.column) == ("PE003", line, column)
    assert finding.message == message
    assert finding.help == "save it as UTF-8"
    assert document.data is None


HIDDEN = {
    "\x01": "control character",
    "\x07": "bell",
    "\x08": "backspace",
    "\x0b": "line tabulation",
    "\x0c": "form feed",
    "\x1b": "escape",
    "\x7f": "delete",
    "\x80": "control character",
    "\x85": "next line",
    "\x9f": "control character",
    "\u00ad": "soft hyphen",
    "\u061c": "arabic letter mark",
    "\u200b": "zero width space",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u2028": "line separator",
    "\u2029": "paragraph separator",
    "\u202a": "left-to-right embedding",
    "\u202e": "right-to-left override",
    "\u2060": "word joiner",
    "\u2066": "left-to-right isolate",
    "\u2069": "pop directional isolate",
    "\ufeff": "byte order mark",
    "\uffff": "not a character",
    "\U000e0041": "tag latin capital letter a",
}


@pytest.mark.parametrize(("char", "name"), HIDDEN.items())
@pytest.mark.parametrize("around", ["b: x{}y", 'b: "{}"', "b{}: 1", "b: 1 # {}", "b: [{}1]"])
def test_a_hidden_character_is_found_by_name_wherever_it_stands(char: str, name: str, around: str) -> None:
    text = f"a: 1\n{around.format(char)}\nc: 2\n"
    document, (finding,) = read_document(text.encode(), "policy.yaml")
    assert (finding.code, finding.span.line, finding.span.column) == ("PE004", 2, around.index("{") + 1)
    assert finding.message == f"a hidden character, U+{ord(char):04X} ({name})"
    assert document.key_span(("c",)).line == 3


@pytest.mark.parametrize(
    "char",
    ["\t", "\u00a0", "\u200c", "\u200d", "\ufe0f", "\u0301", "\u202f", "\u3000", "\u00df", "\U0001f469", "\ufffd"],
)
def test_a_character_that_is_seen_or_shapes_its_neighbours_is_read(char: str) -> None:
    document, findings = read_document(f'a: "x{char}y"\n'.encode(), "policy.yaml")
    assert findings == ()
    assert document.data == {"a": f"x{char}y"}


def test_a_hidden_character_written_as_an_escape_is_seen_and_so_allowed() -> None:
    document, findings = read_document(rb'a: "\u202e\0\e"' + b"\n", "policy.yaml")
    assert findings == ()
    assert document.data == {"a": "\u202e\x00\x1b"}


def test_after_a_hidden_character_reading_goes_on() -> None:
    document, findings = read_document("a: \u202e1\nb: .nan\n".encode(), "policy.yaml")
    assert [found.code for found in findings] == ["PE004", "PE009"]
    assert document.data == {"a": "\ufffd1", "b": None}
    assert "\u202e" in document.text


@pytest.mark.parametrize("size", [MIB - 1, MIB])
def test_a_file_of_one_mebibyte_is_read(size: int) -> None:
    document, findings = read_document(b"a: 1\n#" + b"x" * (size - 6), "policy.yaml")
    assert findings == ()
    assert document.data == {"a": 1}


def test_a_file_of_one_byte_more_is_not_looked_into() -> None:
    document, (finding,) = read_document(b"\xff" * (MIB + 1), "policy.yaml")
    assert (finding.code, finding.span.line, finding.span.column) == ("PE002", 1, 1)
    assert finding.message == "the file is larger than 1 MiB"
    assert document.data is None
    assert document.text == ""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_count_them(end: str) -> None:
    text = end.join(["a: 1", "# comment", "", "b: 'two", "", "  words'", "c: |", "  block", "  text", "d: .nan", ""])
    document, (finding,) = read_document(text.encode(), "policy.yaml")
    assert (finding.span.line, finding.span.column) == (10, 4)
    assert [document.key_span((key,)).line for key in "abcd"] == [1, 4, 7, 10]
    assert document.value_span(("b",)).end_line == 6
    assert document.data["c"] == "block\ntext\n"
