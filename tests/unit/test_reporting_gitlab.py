"""A Code Quality report: what GitLab asks of an issue, and fingerprints that tell issues apart."""

from __future__ import annotations

import pytest

from policy_engine.diagnostics import Report, Span, Waived
from policy_engine.printable import printable
from policy_engine.reporting.as_gitlab import findings_as_gitlab
from tests.support.reports import HERE, HOSTILE, finding, hostile, json_in, report_of, warning


def test_an_issue_says_what_where_and_what_to_do() -> None:
    (issue,) = json_in(findings_as_gitlab(report_of(finding(span=Span(3, 5, 4, 2))), HERE))
    mark = issue.pop("fingerprint")
    assert len(mark) == 64
    assert issue == {
        "description": "PE999 is wrong; help: mend it",
        "check_name": "PE999",
        "severity": "major",
        "location": {"path": "policies/a.yaml", "lines": {"begin": 3, "end": 4}},
    }


def test_a_warning_is_minor() -> None:
    (issue,) = json_in(findings_as_gitlab(report_of(warning(mend="")), HERE))
    assert (issue["severity"], issue["description"]) == ("minor", "PE999 is odd")


def test_no_findings_are_an_empty_list() -> None:
    assert json_in(findings_as_gitlab(report_of(files=("policies/a.yaml",)), HERE)) == []


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    twice = report_of(finding(), finding(span=Span(9, 1, 9, 2)))
    first, second = json_in(findings_as_gitlab(twice, HERE))
    assert first["fingerprint"] != second["fingerprint"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_text(text: str) -> None:
    (issue,) = json_in(findings_as_gitlab(hostile(text), HERE))
    assert printable(text) in issue["description"]
    assert issue["description"].isprintable()
    assert issue["location"]["path"].isprintable()


def test_what_is_waived_is_no_issue() -> None:
    assert json_in(findings_as_gitlab(Report((), waived=(Waived(finding(), "as agreed"),)), HERE)) == []
