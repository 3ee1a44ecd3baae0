"""A comment stays with what it is about, wherever that goes."""

from __future__ import annotations

import pytest

from policy_engine.formatting import format_text

WAIVER = "# policy-engine: ignore[PE203] agreed with the desk"
LONG = "x" * 95


def formatted(text: str) -> str:
    after = format_text(text.encode(), "policy.yaml").after
    assert after is not None
    again = format_text(after, "policy.yaml").after
    assert again == after
    return after.decode()


def test_a_comment_goes_with_the_key_that_it_stands_above_or_beside() -> None:
    text = "schema: policy/v1\n# who answers\nowner: me # at the desk\n# what\nuse_case: a\n"
    assert formatted(text) == "schema: policy/v1\n# what\nuse_case: a\n# who answers\nowner: me # at the desk\n"


def test_what_is_said_of_the_file_stays_at_its_top() -> None:
    text = "# yaml-language-server: $schema=x\n#\n# About fraud.\nuse_case: a\nschema: policy/v1\n"
    assert formatted(text) == ("# yaml-language-server: $schema=x\n#\n# About fraud.\nschema: policy/v1\nuse_case: a\n")


def test_behind_a_blank_line_at_the_top_a_comment_is_about_the_key_below_it() -> None:
    text = "# About fraud.\n\n# the name\nuse_case: a\nschema: policy/v1\n"
    assert formatted(text) == "# About fraud.\n\nschema: policy/v1\n# the name\nuse_case: a\n"


def test_a_waiver_at_the_top_is_about_the_key_below_it() -> None:
    text = f"# About fraud.\n{WAIVER}\nuse_case: a\nschema: policy/v1\n"
    assert formatted(text) == f"# About fraud.\nschema: policy/v1\n{WAIVER}\nuse_case: a\n"


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("", "  - {name: a}\n# c\n"),
        ("  ", "  - {name: a}\n  # c\n"),
        ("      ", "  - name: a\n    # c\n"),
    ],
)
@pytest.mark.parametrize("next_key", ["", "ties: error\n"])
def test_a_comment_below_a_block_belongs_to_the_one_that_it_is_indented_like(
    column: str, expected: str, next_key: str
) -> None:
    text = f"schema: policy/v1\nbands:\n  - name: a\n{column}# c\n{next_key}"
    assert formatted(text) == f"schema: policy/v1\nbands:\n{expected}{next_key}"


def test_a_list_that_is_not_indented_ends_before_a_comment_in_its_column() -> None:
    text = "schema: policy/v1\nbands:\n- {name: a}\n# the end\n"
    assert formatted(text) == "schema: policy/v1\nbands:\n  - {name: a}\n# the end\n"


def test_a_comment_inside_brackets_makes_a_block_of_them() -> None:
    text = (
        "schema: policy/v1\nscore: {kind: number, # k\n  # above range\n  range: [0, # low\n    1 # high\n    # below\n"
        "  ],\n  model: { # m\n    name: a} # after a\n  # last\n} # score\n"
    )
    assert formatted(text) == (
        "schema: policy/v1\nscore: # score\n  kind: number # k\n  # above range\n  range:\n    - 0 # low\n"
        "    - 1 # high\n    # below\n  # after a\n  model: # m\n    name: a\n  # last\n"
    )


def test_a_comment_beside_a_key_keeps_its_block_open() -> None:
    text = "schema: catalog/v1\nfacts: # all\n  - a\nguardrails: # who may\n  - # first\n    id: a\n"
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("owner: # c\n  me", "owner: me # c"),
        ("owner:\n  # c\n  me", "# c\nowner: me"),
        ("owner: # c\n  # d\n  me # e", "# d\n# e\nowner: me # c"),
        ("owner: # c", "owner: null # c"),
        ("facts: [ # c\n  # d\n] # e", "# d\n# e\nfacts: [] # c"),
        ("owner: | # c\n  me\n", "owner: | # c\n  me"),
        ("? owner # c\n: me", "owner: me # c"),
    ],
)
def test_a_comment_between_a_key_and_its_value_stands_beside_or_above_both(written: str, expected: str) -> None:
    assert formatted(f"schema: policy/v1\n{written}\n") == f"schema: policy/v1\n{expected}\n"


def test_a_comment_above_the_first_key_of_an_item_stands_above_its_dash() -> None:
    text = "schema: policy/v1\nbands:\n  -\n    # c\n    at_least: 1\n    # d\n    name: a\n"
    assert formatted(text) == "schema: policy/v1\nbands:\n  # d\n  - name: a\n    # c\n    at_least: 1\n"


def test_a_comment_at_the_beginning_of_the_document_stays_there() -> None:
    assert formatted("# a\n--- # b\n# c\nschema: policy/v1\n...\n# d\n") == "# b\n# a\n# c\nschema: policy/v1\n# d\n"


def test_a_line_with_a_waiver_is_not_broken() -> None:
    line = f"  - {{name: a, reasons: [A, B], attributes: {{a: {LONG}}}}} {WAIVER}\n"
    text = f"schema: policy/v1\nbands:\n{line}"
    assert formatted(text) == text


def test_nor_is_the_line_below_one() -> None:
    text = f"schema: policy/v1\nbands:\n  {WAIVER}\n  - {{name: a, reasons: [A], attributes: {{a: {LONG}}}}}\n"
    assert formatted(text) == text


def test_nor_are_the_lines_below_one_joined() -> None:
    text = f"schema: policy/v1\nbands:\n  {WAIVER}\n  - name: a\n    at_least: 1\n"
    assert formatted(text) == text


def test_another_comment_does_not_count_for_the_width_and_goes_to_the_first_line() -> None:
    short = f"schema: policy/v1\nbands:\n  - {{name: a, attributes: {{a: {LONG[:80]}}}}} # {LONG}\n"
    assert formatted(short) == short
    long = f"schema: policy/v1\nbands:\n  - {{name: a, attributes: {{a: {LONG}}}}} # {LONG}\n"
    assert formatted(long) == f"schema: policy/v1\nbands:\n  - name: a # {LONG}\n    attributes: {{a: {LONG}}}\n"


def test_a_hash_inside_a_value_is_no_comment() -> None:
    text = 'schema: policy/v1\nowner: a#b\ndescription: "a #b" # c # d\n'
    assert formatted(text) == text


def test_a_blank_line_stays_alone_and_not_at_the_beginning_of_a_block() -> None:
    text = "\n\nschema: policy/v1\n\n\n# a\n\n\nowner: me\nbands:\n\n  - {name: a}\n\n\n  - {name: b}\n\n\n"
    assert formatted(text) == "schema: policy/v1\n\n# a\n\nowner: me\nbands:\n  - {name: a}\n\n  - {name: b}\n"


def test_a_comment_indented_further_than_the_key_below_it_is_about_that_key() -> None:
    text = "schema: policy/v1\n    # the name\nuse_case: a\n"
    assert formatted(text) == "schema: policy/v1\n# the name\nuse_case: a\n"


def test_a_file_in_braces_keeps_its_comments() -> None:
    text = "# a\n{schema: policy/v1, # b\n # c\n use_case: a # d\n # e\n} # f\n# g\n"
    assert formatted(text) == "# a\nschema: policy/v1 # b\n# c\n# f\nuse_case: a # d\n# e\n# g\n"
