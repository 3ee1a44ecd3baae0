"""Markdown for a comment: a table that shows just the texts that it is given, and that always fits."""

from __future__ import annotations

import html
import re

import pytest

from policy_engine.diagnostics import Diagnostic, Report, Span
from policy_engine.printable import printable
from policy_engine.reporting.as_markdown import LONGEST, escaped, findings_as_markdown, own_tests_as_markdown
from policy_engine.reporting.own_tests import OwnTests
from tests.support.reports import HOSTILE, finding, hostile, report_of, shown, warning


def made(report: Report, policies: int = 0) -> str:
    """Return the page."""
    return shown(findings_as_markdown(report, policies))


def rows_of(page: str) -> list[list[str]]:
    """Return the cells of each row of the table, as they are written."""
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    return [row.removeprefix("| ").removesuffix(" |").split(" | ") for row in rows]


def seen(cell: str) -> str:
    """Return what a reader sees in a cell."""
    return html.unescape(re.sub(r"</?code>", "`", cell)).replace("\u200b", "")


def test_a_page_is_a_summary_and_a_table() -> None:
    assert made(report_of(finding("`ownr` is no key", "did you mean `owner`?"), files=("policies/b.yaml",))) == (
        "**policy-engine**: 1 error in 1 of 2 files\n"
        "\n"
        "| severity | code | place | message | help |\n"
        "|---|---|---|---|---|\n"
        "| error | PE999 | <code>policies/a.yaml&#58;3&#58;5</code> | <code>ownr</code> is no key "
        "| did you mean <code>owner</code>? |\n"
    )


def test_no_findings_are_one_line() -> None:
    assert made(report_of(files=("a.yaml", "b.yaml")), 1) == "**policy-engine**: 2 files, 1 policy: no findings\n"


def test_errors_come_first_in_the_order_of_their_places() -> None:
    found = (warning(file="a.yaml"), finding("one", file="b.yaml"), finding("two", file="c.yaml"))
    assert [row[3] for row in rows_of(made(report_of(*found)))] == ["one", "two", "is odd"]


def test_what_came_of_tests_is_the_summary_of_theirs() -> None:
    page = shown(own_tests_as_markdown(OwnTests((), (), report_of(finding(code="PE501")))))
    assert page.startswith("**policy-engine**: 0 tests, none failed, 1 other finding\n\n| severity |")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a|b", "a&#124;b"),
        ("`", "&#96;"),
        ("`a` and `b", "<code>a</code> and &#96;b"),
        ("``", "<code></code>"),
        ("`a|b*`", "<code>a&#124;b&#42;</code>"),
        ("a\nb", "a&#92;nb"),
        ("<b>&amp;", "&#60;b&#62;&#38;&#8203;amp;"),
        ("x: y, 50% off", "x: y, 50% off"),
    ],
)
def test_text_is_shown_as_it_is(text: str, cell: str) -> None:
    assert rows_of(made(report_of(finding(text))))[0][3] == cell


@pytest.mark.parametrize(
    "text", ["@all", "me@example.com", "#1", "!1", "~bug", "$1", "&1", "%1", ":100:", "GH-1", "gh-1"]
)
def test_nothing_is_looked_up_by_whoever_shows_the_page(text: str) -> None:
    parts = html.unescape(escaped(text)).split("\u200b")
    assert "".join(parts) == text
    assert len(parts) > 1


@pytest.mark.parametrize("text", ["http://evil.example", "www.evil.example", "WWW.EVIL.EXAMPLE"])
def test_no_address_becomes_a_link(text: str) -> None:
    assert "://" not in escaped(text)
    assert "www." not in escaped(text).lower()


def test_code_can_be_copied() -> None:
    assert "&#8203;" not in made(report_of(finding("`#1:1`", "`a:b`")))
    assert "user&#64;&#8203;example.com" in made(report_of(finding("`user@example.com`")))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_stays_in_its_cell(text: str) -> None:
    page = made(hostile(text))
    assert page.count("\n") == 5
    ((severity, code, place, message, mend),) = rows_of(page)
    assert (severity, code) == ("error", "PE999")
    assert seen(place) == f"`policies/{printable(text)}.yaml:3:5`"
    assert seen(message) == seen(mend) == printable(text)
    assert not re.search(r"[`@<>\[\]*_]", page.split("|---|\n")[1].replace("<code>", "").replace("</code>", ""))


# --- how much fits -------------------------------------------------------------------------------------------


def many(number: int, message: str) -> list[Diagnostic]:
    """Return so many errors."""
    return [finding(message, span=Span(line, 1, line, 2)) for line in range(1, number + 1)]


@pytest.mark.parametrize("message", ["is wrong", "@" * 900, "x" * 5_000])
def test_what_does_not_fit_is_counted(message: str) -> None:
    page = made(report_of(*many(5_000, message)))
    rows = rows_of(page)
    assert LONGEST - 15_000 < len(page) <= LONGEST
    assert page.endswith(f"|\n\nand {5_000 - len(rows):,} more\n")
    assert page.startswith("**policy-engine**: 5,000 errors in 1 of 1 file\n")


def test_the_last_row_that_fits_is_shown() -> None:
    row = len(made(report_of(*many(2, "x" * 500)))) - len(made(report_of(*many(1, "x" * 500))))
    number = 1
    while "more" not in (page := made(report_of(*many(number + 1, "x" * 500)))):
        number += 1
    assert len(made(report_of(*many(number, "x" * 500)))) <= LONGEST
    assert len(page) + row > LONGEST


@pytest.mark.parametrize("text", ["@:" * 5_000, "\U000e0041" * 5_000, "``" * 5_000])
def test_one_row_always_fits(text: str) -> None:
    (row,) = rows_of(made(report_of(finding(text, text, text))))
    assert [seen(cell).strip("`")[-1:] for cell in row[3:]] == ["…", "…"]


def test_a_text_as_long_as_is_quoted_is_whole() -> None:
    assert rows_of(made(report_of(finding("x" * 1_000))))[0][3] == "x" * 1_000
    assert rows_of(made(report_of(finding("x" * 1_001))))[0][3] == "x" * 999 + "…"
