"""Findings as text: the mark stands under what is meant, whatever the line holds."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics import Diagnostic, Report, Span
from policy_engine.reporting.as_text import Paint, findings_as_text, summary_of
from policy_engine.reporting.columns import columns_of


def report(text: str, span: Span, message: str = "is wrong", mend: str = "mend it") -> Report:
    """Return a report with one finding in a file of that text."""
    return Report((Diagnostic("PE999", "a.yaml", span, message, mend),), ("a.yaml",), {"a.yaml": text})


def shown(text: str, column: int, end_column: int, **options: int) -> list[str]:
    """Return the lines of a finding in the only line of a text."""
    span = Span(1, column, 1, end_column)
    return findings_as_text(report(text, span), **options).splitlines()  # type: ignore[arg-type]


def marked(lines: list[str]) -> str:
    """Return what stands over the mark."""
    line, mark = lines[1].partition("| ")[2], lines[2].partition("| ")[2]
    begin, end = mark.index("^"), len(mark)
    taken, place = "", 0
    for char in line:
        if begin <= place < end:
            taken += char
        place += columns_of(char)
    return taken


@pytest.mark.parametrize(
    ("text", "column", "end_column", "meant"),
    [
        ("key: value", 1, 4, "key"),
        ("key: value", 6, 11, "value"),
        ("\tkey: value", 2, 5, "key"),
        ("日本: value", 5, 10, "value"),
        ("e\u0301: value", 5, 10, "value"),
        ("a\x1b[31m: value", 9, 14, "value"),
        ("x" * 200 + " value " + "y" * 200, 202, 207, "value"),
        ("日" * 100 + " value", 102, 107, "value"),
        ("value " + "y" * 200, 1, 6, "value"),
        ("y" * 200 + " value", 202, 207, "value"),
        ("x" * 5000 + " value " + "y" * 5000, 5002, 5007, "value"),
        ("value " + "y" * 5000, 1, 6, "value"),
        ("y" * 5000 + " value", 5002, 5007, "value"),
    ],
)
def test_the_mark_stands_under_what_is_meant(text: str, column: int, end_column: int, meant: str) -> None:
    lines = shown(text, column, end_column)
    assert marked(lines) == meant
    assert max(columns_of(line) for line in lines) <= 80
    assert "\x1b" not in "".join(lines)


def test_a_place_behind_the_end_is_marked_all_the_same() -> None:
    assert shown("key:", 5, 5)[2] == "      |     ^"
    assert shown("key:", 9, 12)[2] == "      |     ^"


def test_a_span_of_several_lines_is_marked_in_the_first() -> None:
    lines = findings_as_text(report("a: [1,\n  2]\n", Span(1, 4, 2, 5))).splitlines()
    assert lines[1:3] == ["    1 | a: [1,", "      |    ^^^"]


def test_what_is_wider_than_the_window_is_marked_as_far_as_it_shows() -> None:
    lines = shown("x" * 300, 1, 301)
    assert lines[2].endswith("^")
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(("text", "line"), [("", 1), ("a: 1\n", 3), ("a: 1\n \n", 2)])
def test_a_line_that_is_not_there_or_blank_is_left_out(text: str, line: int) -> None:
    lines = findings_as_text(report(text, Span(line, 1, line, 2))).splitlines()
    assert lines == [f"a.yaml:{line}:1: PE999 is wrong", " help: mend it", ""]


def test_a_carriage_return_is_no_part_of_a_line() -> None:
    assert findings_as_text(report("a: 1\r\n", Span(1, 1, 1, 2))).splitlines()[1] == "    1 | a: 1"


def test_a_message_stays_on_one_line_unless_it_is_to_be_wrapped() -> None:
    found = report("a: 1", Span(1, 1, 1, 2), "word " * 40, "help " * 40)
    assert len(findings_as_text(found).splitlines()) == 5
    wrapped = findings_as_text(found, wrap=60).splitlines()
    assert max(map(len, wrapped)) <= 60
    assert len(wrapped) > 9


def test_a_finding_without_help_says_none() -> None:
    assert "help" not in findings_as_text(report("a: 1", Span(1, 1, 1, 2), mend=""))


def test_colours_change_no_words() -> None:
    found = report("a: 1", Span(1, 1, 1, 2))
    painted = findings_as_text(found, paint=Paint(on=True))
    assert "\x1b[1ma.yaml:1:1:\x1b[0m \x1b[1;31mPE999\x1b[0m" in painted
    for code in ("\x1b[1m", "\x1b[1;31m", "\x1b[2m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == findings_as_text(found)


def test_the_summary_counts_errors_warnings_and_files() -> None:
    span = Span(1, 1, 1, 2)
    found = (
        Diagnostic("PE1", "a", span, "m", "h"),
        Diagnostic("PE2", "b", span, "m", "h", "warning"),
        Diagnostic("PE3", "b", span, "m", "h", "warning"),
    )
    assert summary_of(Report(found, ("a", "b", "c")), 0) == "1 error, 2 warnings in 2 of 3 files"
    assert summary_of(Report(found[1:2], ("a", "b", "c")), 2) == "1 warning in 1 of 3 files"
    assert summary_of(Report((), tuple("abc")), 2) == "3 files, 2 policies: no findings"
