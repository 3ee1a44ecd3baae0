"""Whatever findings say, every format is whole, and nothing in it is obeyed or forged."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from policy_engine.printable import printable
from policy_engine.reporting.as_github import findings_as_github
from policy_engine.reporting.as_gitlab import findings_as_gitlab
from policy_engine.reporting.as_json import findings_as_json
from policy_engine.reporting.as_junit import findings_as_junit
from policy_engine.reporting.as_markdown import LONGEST, findings_as_markdown
from policy_engine.reporting.as_sarif import findings_as_sarif
from tests.support.reports import ANY_REPORT, HERE, finding, json_in, junit_in, report_of, sarif_in, shown

if TYPE_CHECKING:
    from policy_engine.diagnostics import Report


@given(ANY_REPORT)
def test_github_has_one_command_a_finding(report: Report) -> None:
    lines = shown(findings_as_github(report, HERE)).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(report.diagnostics)
    for line, found in zip(lines, report.diagnostics, strict=True):
        one_line = ",col=[0-9]+,endColumn=[0-9]+" if found.span.line == found.span.end_line else ""
        place = rf"file=[^,:]*,line={found.span.line},endLine={found.span.end_line}{one_line},title={found.code}"
        assert re.fullmatch(f"::{found.severity} {place}::.*", line)


@given(ANY_REPORT)
def test_gitlab_has_one_issue_a_finding_each_with_its_own_fingerprint(report: Report) -> None:
    issues = json_in(findings_as_gitlab(report, HERE))
    assert [issue["check_name"] for issue in issues] == [found.code for found in report.diagnostics]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


@given(ANY_REPORT)
def test_sarif_keeps_to_its_schema_and_has_one_result_a_finding(report: Report) -> None:
    run = sarif_in(findings_as_sarif(report, HERE))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [found.code for found in report.diagnostics]
    marks = {one["partialFingerprints"]["policyEngineFinding/v1"] for one in run["results"]}
    assert len(marks) == len(report.diagnostics)
    for one in run["results"]:
        assert "](" not in one["message"]["text"]
        assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].isascii()


@given(ANY_REPORT, st.booleans())
def test_junit_fails_as_often_as_the_command_has_reasons_to(report: Report, strict: bool) -> None:  # noqa: FBT001 - drawn
    root = junit_in(findings_as_junit(report, strict=strict))
    assert len(list(root.iter("failure"))) == (len(report.diagnostics) if strict else report.errors)
    assert len({suite.get("name") for suite in root}) == len({printable(file) for file in report.files})
    for suite in root:
        assert len({case.get("name") for case in suite}) == len(suite)


@given(ANY_REPORT)
def test_markdown_has_one_row_a_finding_with_five_cells(report: Report) -> None:
    page = shown(findings_as_markdown(report, 0))
    assert len(page) <= LONGEST
    rows = [line for line in page.split("\n") if line.startswith("|")][2:]
    assert len(rows) == len(report.diagnostics)
    for row in rows:
        assert row.count("|") == 6
        assert not re.search(r"[`@\\\[\]<>]", row.replace("<code>", "").replace("</code>", ""))


@given(st.text(), st.text(), st.text(), st.none() | st.floats())
def test_json_says_just_what_was_found(message: str, mend: str, file: str, witness: float | None) -> None:
    found = finding(message, mend, file, witness=witness, cell={message: mend})
    (read,) = json_in(findings_as_json(report_of(found)))["findings"]
    keys = "code severity file line column end_line end_column message help cell witness"
    assert list(read) == keys.split()
    assert (read["message"], read["help"], read["file"], read["cell"]) == (message, mend, file, {message: mend})
    assert json.dumps(read, allow_nan=False)
