"""Workflow commands: one line a finding, and nothing in it that GitHub takes for another command or property."""

from __future__ import annotations

import re

import pytest

from policy_engine.diagnostics import Report, Span
from policy_engine.printable import printable
from policy_engine.reporting.as_github import findings_as_github
from tests.support.reports import HERE, HOSTILE, finding, hostile, report_of, shown, warning


def made(report: Report) -> str:
    """Return the commands."""
    return shown(findings_as_github(report, HERE))


def as_read(line: str) -> tuple[str, dict[str, str], str]:
    """Return what the runner of GitHub Actions reads in a line: the command, its properties, its data."""
    command = re.fullmatch(r"::(?P<name>\w+) (?P<properties>.*?)::(?P<data>.*)", line)
    assert command is not None
    pairs = dict(pair.split("=", 1) for pair in command["properties"].split(","))
    return command["name"], {name: _read(value) for name, value in pairs.items()}, _read(command["data"])


def _read(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_a_finding_of_one_line_has_both_columns() -> None:
    assert made(report_of(finding())) == (
        "::error file=policies/a.yaml,line=3,endLine=3,col=5,endColumn=9,title=PE999::is wrong%0Ahelp: mend it\n"
    )


def test_a_finding_of_several_lines_has_no_columns() -> None:
    assert made(report_of(finding(span=Span(3, 5, 4, 9)))).startswith(
        "::error file=policies/a.yaml,line=3,endLine=4,title=PE999::"
    )


def test_a_warning_is_one() -> None:
    assert made(report_of(warning(mend=""))).startswith("::warning file=")
    assert made(report_of(warning(mend=""))).endswith("::is odd\n")


def test_no_findings_are_no_lines() -> None:
    assert made(report_of(files=("policies/a.yaml",))) == ""


def test_properties_escape_what_ends_them_and_data_only_what_ends_a_line() -> None:
    line = made(report_of(finding("50%: a, b\n::error::c", "", "a,b:c%.yaml")))
    assert line.startswith("::error file=a%2Cb%3Ac%25.yaml,line=3,")
    assert line.endswith("::50%25: a, b\\n::error::c\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_read_back_as_it_is_shown_elsewhere(text: str) -> None:
    (line,) = made(hostile(text)).splitlines()
    name, properties, data = as_read(line)
    assert name == "error"
    assert list(properties) == ["file", "line", "endLine", "col", "endColumn", "title"]
    assert properties["file"].endswith(".yaml")
    assert data.split("\n")[0] == printable(text)
