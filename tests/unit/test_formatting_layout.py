"""One layout: two blanks of indentation, short values in one line, quotes and breaks only where they are needed."""

from __future__ import annotations

import pytest
import yaml

from policy_engine.formatting import format_text, text
from policy_engine.formatting.scalars import in_quotes, is_plain_text

HEAD = "schema: policy/v1\n"
BAND = "schema: policy/v1\nbands:\n"


def formatted(written: str) -> str:
    after = format_text(written.encode(), "policy.yaml").after
    assert after is not None
    assert format_text(after, "policy.yaml").after == after
    return after.decode()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1", "1"), ("0.90", "0.90"), ("010", "010"), ("0x1F", "0x1F"), ("+.5", "+.5"), ("1e3", "1e3"),
        ("1_000", "1_000"), ("NO", "NO"), ("2026-01-01", "2026-01-01"),
        ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("", "null"), ("~", "null"), ("Null", "null"), ("TRUE", "true"), ("False", "false"),
        ("'me'", "me"), ('"me"', "me"), ('"caf\\u00e9"', "café"), ("'a, b'", "a, b"), ("'it''s'", "it's"),
        ("'NO'", '"NO"'), ("'y'", '"y"'), ("'1'", '"1"'), ("'1.0'", '"1.0"'), ("'null'", '"null"'), ("''", '""'),
        ("'1_000'", '"1_000"'), ("'2026-01-01'", '"2026-01-01"'), ("'12:30'", '"12:30"'), ("'='", '"="'),
        ("'a: b'", '"a: b"'), ("'a #b'", '"a #b"'), ("'- a'", '"- a"'), ("' a'", '" a"'), ("'a:'", '"a:"'),
        ("'{a'", '"{a"'), ("'&a'", '"&a"'), ("'@a'", '"@a"'), ("'say \"no\": \\d'", '"say \\"no\\": \\\\d"'),
        ('"a\\u202eb"', '"a\\u202eb"'), ('"a\\nb"', '"a\\nb"'), ("a\n  b", "a b"), ("'a\n  b'", "a b"),
        ("'a\n\n  b'", "'a\n\n  b'"), ("a\n\n\n  b", "a\n\n\n  b"), ('"a\\\n  b\\\n  \\  c"', "ab  c"),
    ],
)  # fmt: skip
def test_a_value_has_one_spelling(written: str, expected: str) -> None:
    assert formatted(f"{HEAD}owner: {written}\n") == f"{HEAD}owner: {expected}\n"


def test_text_too_long_for_a_line_keeps_its_line_breaks() -> None:
    long = f"{'a ' * 50}b\n     {'c ' * 50}d"
    expected = f"{HEAD}description: {'a ' * 50}b\n  {'c ' * 50}d # e\n"
    assert formatted(f"{HEAD}description: {long} # e\n") == expected
    assert formatted(f"{HEAD}description:\n     {long} # e\n") == expected


def test_a_blank_behind_a_backslash_stays_where_a_line_is_broken() -> None:
    written = f'{HEAD}description: "{"a: " * 40}\\ \n\n    b\\\n    \\ c"\n'
    assert formatted(written) == f'{HEAD}description: "{"a: " * 40}\\ \n\n  b\\\n  \\ c"\n'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("|\n     a\n       b\n\n     c\n\n\n", "|\n  a\n    b\n\n  c\n"),
        (">-\n     a\n     b\n", ">-\n  a\n  b\n"),
        ("|+\n a\n\n\n", "|+\n  a\n\n\n"),
        ("|4-\n      a\n    b\n", "|2-\n    a\n  b\n"),
        ("|-4\n      a\n    b\n", "|-2\n    a\n  b\n"),
        ("|\n\n\n", "|\n"),
        ("|", "|\n"),
        ("|\n # no comment\n # a", "|-\n  # no comment\n  # a\n"),
        (">+\n a", ">-\n  a\n"),
        ("|\n  a\n# a comment\n", "|\n  a\n# a comment\n"),
        ("|\n  a  \n", "|\n  a  \n"),
    ],
)
def test_text_below_a_mark_is_indented_anew_and_nothing_else(written: str, expected: str) -> None:
    assert formatted(f"{HEAD}description: {written}") == f"{HEAD}description: {expected}"


def test_text_below_a_mark_in_a_list() -> None:
    written = f"{HEAD}bands:\n- |2\n   a\n- - |1\n    b\n- name: >\n      c\n"
    assert formatted(written) == f"{HEAD}bands:\n  - |2\n     a\n  - - |2\n       b\n  - name: >\n      c\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("effective:\n    from: a", "effective: {from: a}"),
        ("facts:\n- a\n- b", "facts: [a, b]"),
        ("facts: [a,b , c]", "facts: [a, b, c]"),
        ("facts: [\n  a,\n\n  b,\n]", "facts: [a, b]"),
        ("facts: [ ]", "facts: []"),
        ("lead: {ratio: 1.5, bands: [a]}", "lead: {ratio: 1.5, bands: [a]}"),
        ("lead:\n  ratio: 1.5\n  bands:\n    - a", "lead:\n  ratio: 1.5\n  bands: [a]"),
        ("score: {kind: a, model: {name: b}}", "score:\n  kind: a\n  model: {name: b}"),
        ("samples: [{id: a}]", "samples:\n  - {id: a}"),
        ("unknown:\n  a: base\n\n  b: base", "unknown:\n  a: base\n\n  b: base"),
        ("facts:\n  - a, b\n  - c", "facts:\n  - a, b\n  - c"),
        ('facts: ["a, b", c]', 'facts: ["a, b", c]'),
        ("unknown:\n  'a, b': base", 'unknown: {"a, b": base}'),
        ("unknown: {? a : b, 'c': d, e}", "unknown: {a: b, c: d, e: null}"),
    ],
)
def test_what_is_plain_stands_on_one_line_and_top_keys_open_blocks(written: str, expected: str) -> None:
    assert formatted(f"{HEAD}{written}\n") == f"{HEAD}{expected}\n"


def test_what_is_not_plain_stays_as_its_author_wrote_it() -> None:
    written = (
        f"{BAND}  - {{name: a, attributes: {{b: {{c: [1]}}}}}}\n"
        "  - name: b\n    attributes: {c: 1}\n  - attributes:\n      c:\n        d: {}\n"
    )
    assert formatted(written) == written


@pytest.mark.parametrize("width", [120, 121])
def test_a_line_has_120_columns(width: int) -> None:
    line = f"  - {{name: a, attributes: {{b: {'x' * (width - 32)}}}}}\n"
    assert len(line) == width + 1
    broken = f"  - name: a\n    attributes: {{b: {'x' * (width - 32)}}}\n"
    assert formatted(BAND + line) == BAND + (line if width == 120 else broken)


def test_lists_of_lists_and_of_nothing() -> None:
    head = f"{BAND}  - name: a\n    attributes:\n      b:\n"
    written = f"{head}        - - - 1\n            -\n          - {{}}\n        - []\n"
    expected = f"{head}        - - [1, null]\n          - {{}}\n        - []\n"
    assert formatted(written) == expected


def test_line_ends_byte_order_mark_and_document_marks_are_one_way() -> None:
    written = "\ufeff---\r\nschema: policy/v1\r\nowner: 'a\r\n\r\n  b'\rdescription: |\r\n  c\r\n  d   \r\n..."
    assert formatted(written) == "schema: policy/v1\nowner: 'a\n\n  b'\ndescription: |\n  c\n  d   \n"


def test_without_libyaml_the_layout_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    written = (
        f"{HEAD}owner: # a\ndescription: |2 # b\n   c\n\n# d\nbands:\n- {{name: a, # e\n  at_least: 1}}\n-\n- - b\n"
    )
    expected = formatted(written)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert formatted(written) == expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"schema: policy/v1\nschema: policy/v1\n", "PE007"),
        (b"schema: policy/v1\nowner: *a\n", "PE006"),
        (b"schema: [\n", "PE005"),
        (b"\xff\n", "PE003"),
        (b"", "PE010"),
        (b"schema: policy/v1\nx: " + b"[" * 100, "PE002"),
    ],
)
def test_what_has_findings_has_no_canonical_form(raw: bytes, code: str) -> None:
    result = format_text(raw, "policy.yaml")
    assert result.after is None
    assert result.findings[0].code == code


@pytest.mark.parametrize("schema", ["policy/v2", "[1]", "''"])
def test_nor_has_what_is_neither_a_policy_nor_a_catalog(schema: str) -> None:
    result = format_text(f"schema: {schema}\n".encode(), "policy.yaml")
    assert result.after is None
    assert str(result.why_not).startswith("its `schema` is neither")


@pytest.mark.parametrize(
    ("laid_out", "why_not"),
    [
        ("schema: policy/v1\nversion: 1.0 # c\n", "it would mean something else"),
        ('schema: policy/v1\nversion: "1" # c\n', "it would mean something else"),
        ("schema: policy/v1\nversion: 1 # d\n", "the comment `# c` would be lost"),
        ("schema: policy/v1\nversion: *a\n", "it would have a finding, PE006"),
    ],
)
def test_a_layout_that_is_not_proven_is_not_given(laid_out: str, why_not: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "laid_out", lambda _: laid_out)
    result = format_text(b"schema: policy/v1\nversion: 1 # c\n", "policy.yaml")
    assert result.after is None
    assert why_not in str(result.why_not)


def test_nor_has_what_would_be_too_large_to_be_read() -> None:
    result = format_text(f"{HEAD}facts: [{'a,' * 400_000}]\n".encode(), "policy.yaml")
    assert (result.after, result.why_not) == (None, "formatted, it would be larger than 1 MiB: split it")


def test_a_character_that_cannot_be_seen_is_written_as_an_escape() -> None:
    assert in_quotes("\x07\u202e\U000e0041\t\n\\") == '"\\x07\\u202e\\U000e0041\\t\\n\\\\"'
    assert not is_plain_text("a\u202eb")
