"""JUnit XML: one suite a file, held to a published schema; what fails in it is what the exit code says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policy_engine.diagnostics import Report, Span
from policy_engine.printable import printable
from policy_engine.reporting.as_junit import findings_as_junit, own_tests_as_junit
from policy_engine.reporting.own_tests import own_tests
from policy_engine.validator import check
from tests.support.policies import CATALOG, POLICY, edited, loaded
from tests.support.reports import HOSTILE, finding, hostile, junit_in, report_of, warning

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET


def suites(report: Report, *, strict: bool = False) -> list[ET.Element]:
    """Return the suites of a report."""
    root = junit_in(findings_as_junit(report, strict=strict))
    assert root.get("name") == "policy-engine validate"
    return list(root)


def outcome(case: ET.Element) -> tuple[str, str | None]:
    """Return the name of a case and what came of it; None where it passed with nothing to tell."""
    return case.get("name", ""), case[0].tag if len(case) else None


def test_a_finding_is_a_failure_with_its_place() -> None:
    (suite,) = suites(report_of(finding()))
    assert suite.get("name") == "policies/a.yaml"
    (case,) = suite
    assert case.attrib == {"classname": "policies/a.yaml", "name": "PE999 at line 3, column 5"}
    (failure,) = case
    assert (failure.tag, failure.attrib) == ("failure", {"type": "PE999", "message": "is wrong"})
    assert failure.text == "policies/a.yaml:3:5: PE999 is wrong\nhelp: mend it"


def test_a_file_without_findings_is_a_test_that_passed() -> None:
    first, second = suites(report_of(finding(), files=("catalog.yaml",)))
    assert (first.get("name"), [outcome(case) for case in first]) == ("catalog.yaml", [("no findings", None)])
    assert [outcome(case) for case in second] == [("PE999 at line 3, column 5", "failure")]


def test_a_warning_passes_and_says_so_unless_it_counts() -> None:
    (suite,) = suites(report_of(warning(mend="")))
    ((told,),) = suite
    assert (told.tag, told.text) == ("system-out", "policies/a.yaml:3:5: PE999 warning: is odd")
    (suite,) = suites(report_of(warning()), strict=True)
    ((failure,),) = suite
    assert (failure.tag, failure.get("message")) == ("failure", "warning: is odd")


def test_cases_of_one_suite_have_names_of_their_own() -> None:
    (suite,) = suites(
        report_of(finding(), finding("is wrong, too"), finding("and this"), finding(span=Span(4, 1, 4, 2)))
    )
    assert [case.get("name") for case in suite] == [
        "PE999 at line 3, column 5",
        "PE999 at line 3, column 5 (2)",
        "PE999 at line 3, column 5 (3)",
        "PE999 at line 4, column 1",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_text(text: str) -> None:
    (suite,) = suites(hostile(text))
    ((failure,),) = suite
    assert suite.get("name") == printable(f"policies/{text}.yaml")
    assert failure.get("message") == printable(text)
    assert failure.text is not None
    assert failure.text.startswith(f"policies/{printable(text)}.yaml:3:5: PE999 {printable(text)}")


# --- the policies' own tests ---------------------------------------------------------------------------------

TESTS = """\
tests:
  - {name: high, given: {score: 0.95}, expect: {outcome: block}}
  - {name: high, given: {score: 0.6}, expect: {outcome: allow}}
  - {name: "high (2)", given: {score: 0.6}, expect: {outcome: review}}
  - {given: {score: 0.1}, expect: {outcome: allow}}
"""


def suites_of_tests(texts: dict[str, str]) -> dict[str, list[tuple[str, str | None]]]:
    """Return what came of the tests of policies, by file."""
    read = loaded(texts)
    root = junit_in(own_tests_as_junit(own_tests(read, check(read).report)))
    assert root.get("name") == "policy-engine test"
    return {suite.get("name", ""): [outcome(case) for case in suite] for suite in root}


def test_every_test_is_a_case_and_a_failing_one_says_why() -> None:
    read = loaded({"a.yaml": POLICY + TESTS, "catalog.yaml": CATALOG})
    (suite,) = junit_in(own_tests_as_junit(own_tests(read, check(read).report)))
    assert [outcome(case) for case in suite] == [
        ("high", None),
        ("high (2)", "failure"),
        ("high (2) (2)", None),
        ("test 4", None),
    ]
    failure = suite[1][0]
    assert failure.get("type") == "PE501"
    assert "`outcome` is `review`, not `allow` as expected" in failure.get("message", "")
    assert (failure.text or "").startswith("a.yaml:19:")


def test_tests_that_were_not_run_are_skipped_and_what_is_in_their_way_is_an_error() -> None:
    broken = edited(POLICY + TESTS, ("owner: payments-risk", "ownr: payments-risk"), ("card-fraud", "other"))
    assert suites_of_tests({"a.yaml": POLICY, "b.yaml": broken, "c.yaml": "a: [", "catalog.yaml": CATALOG}) == {
        "a.yaml": [],
        "b.yaml": [("tests", "skipped"), ("PE101 at line 4, column 1", "error")],
        "c.yaml": [("PE005 at line 1, column 5", "error")],
    }
