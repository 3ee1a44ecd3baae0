"""A finding is the same one after lines were added above it, and never the same as another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from policy_engine.diagnostics import Diagnostic, Report, Span, Waived
from policy_engine.reporting.fingerprints import marked
from policy_engine.reporting.repository import Repository
from tests.support.policies import CATALOG, POLICY, checked, edited
from tests.support.reports import HERE, finding, report_of


def fingerprints(report: Report, repository: Repository) -> list[str]:
    """Return the fingerprints of a report."""
    return [one.fingerprint for one in marked(report, repository)]


def mark(found: Diagnostic, *, of: Repository = HERE) -> str:
    """Return the fingerprint of the only finding."""
    (only,) = fingerprints(report_of(found), of)
    return only


@pytest.mark.parametrize(
    "other",
    [
        finding(span=Span(30, 1, 31, 2)),
        finding(mend="another help"),
        finding(witness=0.5),
        finding(file="./policies/a.yaml"),
        finding(file="/repo/policies/a.yaml"),
    ],
)
def test_place_and_help_change_nothing(other: Diagnostic) -> None:
    assert mark(finding()) == mark(other)


@pytest.mark.parametrize(
    "other",
    [
        finding(code="PE998"),
        finding("is wrong, too"),
        finding(file="policies/b.yaml"),
        finding(file="/elsewhere/policies/a.yaml"),
        finding(cell={"tier": "gold"}),
    ],
)
def test_what_a_finding_is_about_makes_it_another(other: Diagnostic) -> None:
    assert mark(finding()) != mark(other)


def test_a_line_and_a_file_in_a_message_are_places_too() -> None:
    below = Repository(Path("/repo"), Path("/repo/policies"))
    message = "it is live where `{}`, line {}, is live"
    one = report_of(finding(message.format("policies/b.yaml", 7)), files=("policies/a.yaml", "policies/b.yaml"))
    other = report_of(finding(message.format("b.yaml", 70), file="a.yaml"), files=("a.yaml", "b.yaml"))
    assert fingerprints(one, HERE) == fingerprints(other, below)
    assert mark(finding("first at line 3")) == mark(finding("first at line 30"))
    assert mark(finding("online 3")) != mark(finding("online 30"))


def test_equal_findings_of_one_file_differ_and_the_first_stays_the_first() -> None:
    three = fingerprints(report_of(finding(), finding(span=Span(9, 1, 9, 2)), finding(span=Span(12, 1, 12, 2))), HERE)
    assert len(set(three)) == 3
    assert fingerprints(report_of(finding(span=Span(4, 5, 4, 9))), HERE) == three[:1]


BROKEN = edited(
    POLICY,
    ("owner: payments-risk", "ownr: payments-risk\nowner: payments-risk\nowner: twice"),
    ("block: 0.93", "block: 0.50"),
)
"""A key twice, the line of the first in the message, and others."""


@pytest.mark.parametrize("policy", [BROKEN, edited(POLICY, ("block: 0.93", "block: 0.50"))])
def test_a_comment_on_top_changes_no_fingerprint_of_a_real_policy(policy: str) -> None:
    def marks(text: str) -> tuple[Report, list[str]]:
        report = checked(text, CATALOG).report
        return report, fingerprints(report, HERE)

    before, first = marks(policy)
    after, second = marks(f"# a comment\n\n{policy}")
    assert [one.span.line + 2 for one in before.diagnostics] == [one.span.line for one in after.diagnostics]
    assert first
    assert first == second


def test_a_waiver_changes_no_fingerprint_of_what_is_waived_or_left() -> None:
    first, second = finding(), finding(span=Span(9, 1, 9, 2))
    both = fingerprints(report_of(first, second), HERE)
    some = marked(replace(report_of(second), waived=(Waived(first, "as agreed"),)), HERE)
    assert some == [(first, both[0], "as agreed"), (second, both[1], None)]
