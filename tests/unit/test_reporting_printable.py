"""Nothing that policies or requests say is obeyed by a terminal."""

from __future__ import annotations

import json

import orjson
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.printable import printable, printable_json, quoted
from policy_engine.reporting.as_json import as_json
from policy_engine.reporting.columns import columns_of, cut_to, padded


@given(st.text())
def test_printable_text_holds_nothing_else(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    if text.isprintable():
        assert shown == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_with_escapes_means_the_same(text: str) -> None:
    made = as_json({text: [text]}, indent=False)
    assert json.loads(made) == orjson.loads(made) == {text: [text]}
    assert made.decode().removesuffix("\n").isprintable()


def test_a_character_beyond_the_basic_plane_is_escaped_as_two() -> None:
    assert printable_json('"\U000e0041"') == '"\\udb40\\udc41"'


@given(st.text())
def test_what_is_quoted_is_short_and_printable_between_two_backticks(text: str) -> None:
    shown = quoted(text)
    assert shown.isprintable()
    assert shown.count("`") == 2
    assert shown == f"`{printable(text)}`" or len(text) > 60 or "`" in text or not text


def test_indented_json_keeps_its_lines() -> None:
    assert as_json({"a": "\u202e"}) == b'{\n  "a": "\\u202e"\n}\n'


@given(st.text(), st.integers(1, 30))
def test_cut_text_fits(text: str, columns: int) -> None:
    shown = printable(text)
    assert columns_of(cut_to(shown, columns)) <= max(columns, 1)
    if columns_of(shown) <= columns:
        assert cut_to(shown, columns) == shown


def test_wide_and_combining_characters_count_as_they_show() -> None:
    assert columns_of("日本") == 4
    assert columns_of("e\u0301") == 1
    assert padded("日", 4) == "日  "
