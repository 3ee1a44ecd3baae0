"""Comments that answer for findings: which they may answer for, and what is said of the comments themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from policy_engine.compiler import compile_policies
from policy_engine.evaluator import Evaluator
from policy_engine.model import Request
from policy_engine.validator import ALL_RULES
from tests.support.policies import CATALOG, POLICY, Edit, checked, edited, findings, plus

ENDS = (
    "effective: {from: 2026-07-01T00:00:00Z}",
    "effective: {from: 2026-07-01T00:00:00Z, until: 2027-01-01T00:00:00Z}",
)
"""The policy ends and none follows, in line 5: the warning PE424."""
GOLD = "{id: gold, when: {tier: gold}, thresholds: {block: 0.97}, because: loyal}"
"""It meets `eu`, in line 17: the error PE203."""


def told(*edits: Edit, catalog: str = CATALOG) -> list[str]:
    """Return the code and the place of each finding."""
    report = checked(edited(POLICY, *edits), catalog).report
    return [f"{one.span.line}:{one.span.column} {one.code}" for one in report.diagnostics]


def waiving(edit: Edit, comment: str) -> Edit:
    """Return the edit with a comment behind its line."""
    return edit[0], f"{edit[1]} {comment}"


@pytest.mark.parametrize(
    "edit",
    [
        waiving(ENDS, "# policy-engine: ignore[PE424] the shop closes"),
        waiving(ENDS, "#policy-engine:ignore[PE424]  the shop closes"),
        waiving(ENDS, "#policy-engine:ignore[PE424]\tthe shop closes"),
        waiving(ENDS, "# it ends # policy-engine: ignore[PE424] the shop closes"),
        (ENDS[0], f"# policy-engine: ignore[PE424] the shop closes\n{ENDS[1]}"),
        (ENDS[0], f"  # policy-engine: ignore[PE424] the shop closes\n\n# as of now\n{ENDS[1]}"),
    ],
    ids=["behind", "close", "tab", "second", "above", "well-above"],
)
def test_a_warning_is_answered_for_on_its_line_or_above_it(edit: Edit) -> None:
    report = checked(edited(POLICY, edit)).report
    assert report.diagnostics == ()
    assert [(one.finding.code, one.reason) for one in report.waived] == [("PE424", "the shop closes")]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_waiver_is_seen_however_lines_end(end: str) -> None:
    text = edited(POLICY, (ENDS[0], f"# policy-engine: ignore[PE424] the shop closes\n# as of now\n{ENDS[1]}"))
    report = checked(text.replace("\n", end), CATALOG).report
    assert report.diagnostics == ()
    assert len(report.waived) == 1


def test_a_waiver_beside_a_character_that_nobody_sees_hides_nothing() -> None:
    comment = "# policy-engine: ignore[PE424] the shop closes"
    assert told(ENDS, ("version: 7", f"version: 7 # \x0b\n{comment}")) == ["3:14 PE004"]


def test_one_comment_may_answer_for_several_codes() -> None:
    assert told(ENDS, waiving(("version: 7", "version: 7"), "# policy-engine: ignore[PE424] elsewhere")) == [
        "3:12 PE011",
        "5:48 PE424",
    ]
    both = ENDS[0], f"{ENDS[1]} # policy-engine: ignore[PE424, PE423] the shop closes"
    assert told(both) == ["5:70 PE011"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# policy-engine: ignore[PE424]", "the waiver of PE424 gives no reason: nothing is waived by it"),
        ("# policy-engine: ignore[PE424] .", "the waiver of PE424 gives no reason: nothing is waived by it"),
        ("# policy-engine: ignore[PE424] \u2014 ?", "the waiver of PE424 gives no reason: nothing is waived by it"),
        (
            "# policy-engine: ignore[PE424]why",
            "the waiver of PE424 has no blank before its reason: nothing is waived by it",
        ),
        (
            "# policy-engine: ignore[PE424]: why",
            "the waiver of PE424 has no blank before its reason: nothing is waived by it",
        ),
        ("# policy-engine: ignore[PE999] why", "no finding has the code `PE999`: nothing is waived by it"),
        ("# policy-engine: ignore[] why", "the waiver names no code: nothing is waived by it"),
        ("# policy-engine: ignore PE424 why", "`ignore PE424 why` is no waiver: nothing is waived by it"),
        ("# policy-engine: nothing", "`nothing` is no waiver: nothing is waived by it"),
    ],
)
def test_a_comment_that_waives_nothing_is_told(comment: str, message: str) -> None:
    report = checked(edited(POLICY, waiving(ENDS, comment))).report
    assert {(one.code, one.severity) for one in report.diagnostics} == {("PE012", "warning"), ("PE424", "warning")}
    assert message in {one.message for one in report.diagnostics}


@pytest.mark.parametrize(
    "text",
    [
        'owner: "# policy-engine: ignore[PE424] why"',
        "owner: a#policy-engine: ignore[PE424] why",
        "owner: |\n  # policy-engine: ignore[PE424] why",
    ],
    ids=["quoted", "no-comment", "block"],
)
def test_what_is_no_comment_waives_nothing(text: str) -> None:
    assert not any(code.startswith("PE01") for code in (one.split()[1] for one in told(("owner: payments-risk", text))))


def test_a_waiver_in_the_catalog_answers_for_the_catalog() -> None:
    guardrails = "guardrails:\n  - {id: g, when: {use_case: other}, effects: [adverse], require: person} "
    assert told(catalog=f"{CATALOG}{guardrails}\n") == ["17:30 PE413"]
    assert told(catalog=f"{CATALOG}{guardrails}# policy-engine: ignore[PE413] it comes next week\n") == []


@pytest.mark.parametrize("code", ["PE101", "PE003", "PE501", "PE245", "PE424"])
def test_a_waiver_of_what_was_looked_for_by_any_step_and_not_found_is_told(code: str) -> None:
    waiver = f"# policy-engine: ignore[{code}] why"
    assert told(waiving(("version: 7", "version: 7"), waiver)) == ["3:12 PE011"]


@pytest.mark.parametrize("codes", ["PE101", "PE413, PE234", "PE501"])
def test_a_waiver_in_a_catalog_of_what_is_found_in_policies_is_told(codes: str) -> None:
    assert [one.split()[1] for one in told(catalog=f"{CATALOG}# policy-engine: ignore[{codes}] why\n")] == ["PE011"]


def test_of_tests_that_were_not_run_a_waiver_may_be_needed() -> None:
    waiver = waiving(("version: 7", "version: 7"), "# policy-engine: ignore[PE501] why")
    assert [one.split()[1] for one in told(waiver, catalog=f"{CATALOG}nonsense: 1\n")] == ["PE101"]


# --- errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        ("at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}", "at_least: 0.95, escalate: fraud-ops} # WAIVER"),
        ("owner: payments-risk", "ownr: payments-risk # WAIVER"),
        ("- {name: allow}", "- {name: allow, name: allow} # WAIVER"),
    ],
    ids=["PE201", "PE101", "PE007"],
)
def test_an_error_that_changes_the_meaning_is_not_waived(edit: Edit) -> None:
    code = told((edit[0], edit[1]))[0].split()[1]
    comment = f"policy-engine: ignore[{code}] we know"
    found = [one.split()[1] for one in told((edit[0], edit[1].replace("WAIVER", comment)))]
    assert code in found
    assert "PE013" in found


def test_where_a_tie_is_waived_the_stricter_threshold_holds() -> None:
    policies, report = checked(edited(POLICY, plus(f"{GOLD} # policy-engine: ignore[PE203] few are both")))
    assert policies is not None
    assert [one.finding.code for one in report.waived] == ["PE203"]
    evaluator = Evaluator(compile_policies(policies))
    at = datetime(2026, 8, 1, tzinfo=UTC)
    request = Request("card-fraud", 0.95, at, dimensions={"jurisdiction": "DE", "tier": "gold"})
    verdict = evaluator.verdict(request)
    assert (verdict.outcome, verdict.threshold, verdict.threshold_from) == ("block", 0.93, "eu")


def test_what_the_stricter_of_a_waived_tie_breaks_is_still_told() -> None:
    third = "{id: us, when: {jurisdiction: DE, tier: gold}, thresholds: {review: 0.95}, because: x}"
    found = told(plus(f"{GOLD} # policy-engine: ignore[PE203] few are both", third))
    assert [one.split()[1] for one in found] == ["PE201"]


def test_a_tie_of_what_knows_no_strictness_is_not_waived() -> None:
    paths = (
        "{id: a, when: {jurisdiction: EU}, escalate: {review: fraud-disputes}}",
        "{id: b, when: {tier: gold}, escalate: {review: fraud-ops}} # policy-engine: ignore[PE203] whichever",
    )
    assert [one.split()[1] for one in told(plus(*paths))] == ["PE203", "PE013"]


def test_of_a_document_with_errors_unused_waivers_are_not_told() -> None:
    comment = "# policy-engine: ignore[PE210] not yet"
    assert told(waiving(("version: 7", "version: 7"), comment), ("owner: payments-risk", "ownr: x")) == ["4:1 PE101"]


def test_waivers_are_never_waived() -> None:
    comment = "# policy-engine: ignore[PE011] why"
    assert [one.split()[1] for one in told(waiving(("version: 7", "version: 7"), comment))] == []
    codes = {one.code for one in ALL_RULES if not one.may_be_waived}
    assert {"PE011", "PE012", "PE013", "PE201", "PE410", "PE501"} <= codes


def test_findings_of_a_waiver_tell_what_to_do() -> None:
    assert findings(edited(POLICY, waiving(("version: 7", "version: 7"), "# policy-engine: ignore[PE424] why"))) == [
        (
            "3:12: PE011 PE424 is not found on line 3, and is waived there / delete the waiver, or move it to the line "
            "of the finding, or to the one above"
        )
    ]
