"""Tests of the time before a threshold was tuned: a warning while the evidence is true, and an error otherwise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from policy_engine.engine import Engine
from policy_engine.exceptions import InvalidPolicyError
from policy_engine.lint import told_by
from policy_engine.loader import read_documents
from policy_engine.validator import check
from tests.support.commands import run
from tests.support.kinds import SCORES
from tests.support.policies import CATALOG, POLICY, codes, edited, line, plus

if TYPE_CHECKING:
    from pathlib import Path

    from policy_engine.diagnostics import Report

BLOCK: Final[dict[str, Any]] = {"band": "block", "threshold": 0.9, "previous": 0.85, "version": 7}
"""The policy has 0.9, and had 0.85 before it was tuned."""

STALE: Final = "{name: old, given: {score: 0.86, jurisdiction: US}, expect: {outcome: block}}"
CURRENT: Final = "{name: new, given: {score: 0.9, jurisdiction: US}, expect: {outcome: block, threshold: 0.9}}"


def evidence(*thresholds: dict[str, Any], **more: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return evidence as tuning writes it."""
    head = {"schema": "evidence/v1", "use_case": "card-fraud", "version": 7}
    return json.dumps({**head, **more, "thresholds": list(thresholds)})


def laid_out(folder: Path, policy: str, told: str | None, *tests: str) -> Path:
    """Write a policy with its tests and its evidence into a folder, and return the policy's file."""
    (folder / "catalog.yaml").write_text(CATALOG)
    path = folder / "policy.yaml"
    path.write_text(f"{policy}evidence: e.json\ntests:\n" + "".join(f"  - {test}\n" for test in tests))
    if told is not None:
        (folder / "e.json").write_text(told)
    return path


def report_on(path: Path, *, for_review: bool = False) -> Report:
    """Return what is found in the policy, with its evidence."""
    return check(read_documents([path], keep_evidence=told_by), for_review=for_review).report


# --- what is a warning -----------------------------------------------------------------------------------------


def test_a_test_that_passed_before_tuning_is_told_with_what_was_tuned_and_why_it_fails(tmp_path: Path) -> None:
    report = report_on(laid_out(tmp_path, POLICY, evidence(BLOCK), STALE, CURRENT))
    assert [line(one).rpartition("policy.yaml:")[2] for one in report.diagnostics] == [
        (
            "19:75: PE506 the test `old` speaks of the time before `block` (base) was tuned from 0.85 to 0.9: "
            "`outcome` is `review`, not `block` as expected; 0.86 reaches 0.55, the threshold of `review` (base) / "
            "bring the test up to date: `policy-engine test` fails until then, and so does `validate` once somebody "
            "edits the number or raises the version by hand"
        )
    ]
    assert (report.ok, report.warnings) == (True, 1)


OVERRIDE: Final = {"band": "block", "threshold_from": "eu", "threshold": 0.93, "previous": 0.91, "version": 7}


@pytest.mark.parametrize(
    ("entry", "test", "whose"),
    [
        (
            OVERRIDE,
            "{given: {score: 0.92, jurisdiction: DE}, expect: {outcome: block}}",
            "`block` (override `eu`) was tuned from 0.91 to 0.93",
        ),
        (
            BLOCK,
            "{given: {score: 0.6, jurisdiction: US}, expect: {outcome: review, next_threshold: 0.85}}",
            "`block` (base) was tuned from 0.85 to 0.9",
        ),
    ],
)
def test_whatever_the_test_pins_of_a_tuned_number_is_told_so(
    tmp_path: Path, entry: dict[str, Any], test: str, whose: str
) -> None:
    (found,) = report_on(laid_out(tmp_path, POLICY, evidence(entry), test)).diagnostics
    assert found.code == "PE506"
    assert f"the test speaks of the time before {whose}: " in found.message


def test_of_several_scores_the_number_of_the_one_that_was_tuned_is_put_back(tmp_path: Path) -> None:
    told = evidence(
        {"band": "pass", "score": "face", "threshold": 0.8, "previous": 0.75, "version": 1}, use_case="kyc", version=1
    )
    given = "score: {document: 0.99, face: 0.76, risk: 1}, jurisdiction: US, model_version: {risk: '4.1'}"
    stale = f"{{given: {{{given}}}, expect: {{outcome: pass}}}}"
    (found,) = report_on(laid_out(tmp_path, SCORES, told, stale)).diagnostics
    assert "before `pass` of `face` (base) was tuned from 0.75 to 0.8: " in found.message


def test_a_number_of_the_environment_holds_whatever_was_tuned(tmp_path: Path) -> None:
    policy = edited(POLICY, ("overrides:", "tunable: {block: {env: B, within: [0.8, 0.95]}}\noverrides:"))
    with_variable = "{env: {B: 0.86}, given: {score: 0.87, jurisdiction: US}, expect: {outcome: review}}"
    assert codes(report_on(laid_out(tmp_path, policy, evidence(BLOCK), with_variable))) == ["PE501"]
    without = "{env: {}, given: {score: 0.87, jurisdiction: US}, expect: {outcome: block}}"
    assert codes(report_on(laid_out(tmp_path, policy, evidence(BLOCK), without))) == ["PE506"]


def test_two_tunings_are_gone_back_one_by_one(tmp_path: Path) -> None:
    review = {"band": "review", "threshold": 0.55, "previous": 0.5, "version": 7}
    told = evidence({**BLOCK, "version": 6}, review)
    # Since version 6, tests know the new number of `block`; that of `review` is newer than they are
    late = "{name: late, given: {score: 0.51, jurisdiction: US}, expect: {outcome: review, next_threshold: 0.9}}"
    early = "{name: early, given: {score: 0.51, jurisdiction: US}, expect: {outcome: review, next_threshold: 0.85}}"
    found = report_on(laid_out(tmp_path, POLICY, told, late, early)).diagnostics
    assert [one.code for one in found] == ["PE506", "PE506"]
    assert "before `review` (base) was tuned from 0.5 to 0.55: " in found[0].message
    both = "before `block` (base) was tuned from 0.85 to 0.9 and `review` (base) was tuned from 0.5 to 0.55: "
    assert both in found[1].message


def test_what_is_not_reached_is_not_asked_before_the_tests_are_up_to_date(tmp_path: Path) -> None:
    path = laid_out(tmp_path, POLICY, evidence(BLOCK), STALE)
    assert "PE502" not in codes(report_on(path, for_review=True))
    path = laid_out(tmp_path, POLICY, evidence(BLOCK), CURRENT)
    assert "PE502" in codes(report_on(path, for_review=True))


def test_the_policy_that_decides_the_case_is_the_one_that_was_tuned(tmp_path: Path) -> None:
    ended = edited(POLICY, ("00Z}", "00Z, until: 2027-07-01T00:00:00Z}"), ("version: 7", "version: 6"))
    test = "{given: {score: 0.86, jurisdiction: US, at: 2027-08-01T00:00:00Z}, expect: {outcome: block}}"
    (tmp_path / "ended.yaml").write_text(f"{ended}tests: [{test}]\n")
    laid_out(tmp_path, edited(POLICY, ("from: 2026", "from: 2027")), evidence(BLOCK), CURRENT)
    (found,) = report_on(tmp_path).diagnostics
    assert (found.file.rpartition("/")[2], found.code) == ("ended.yaml", "PE506")


# --- what stays an error ---------------------------------------------------------------------------------------

ERRORS: dict[str, tuple[str | None, list[str]]] = {
    "no evidence": (None, ["PE433", "PE501"]),
    "evidence of no policy": ("[]", ["PE434", "PE501"]),
    "of another use case": (evidence(BLOCK, use_case="kyc"), ["PE434", "PE501"]),
    "of an earlier version": (evidence(BLOCK, version=6), ["PE501"]),
    "of a later version": (evidence(BLOCK, version=8), ["PE501"]),
    "of no version": (evidence(BLOCK, version=None), ["PE501"]),
    "of a version that is no number": (evidence(BLOCK, version=True), ["PE501"]),
    "no number before": (evidence({"band": "block", "threshold": 0.9}), ["PE501"]),
    "a word before": (evidence({**BLOCK, "previous": "never"}), ["PE501"]),
    "the same number before": (evidence({**BLOCK, "previous": 0.9}), ["PE501"]),
    "a number before by which it fails too": (evidence({**BLOCK, "previous": 0.87}), ["PE501"]),
    "a number before with which the policy has errors": (evidence({**BLOCK, "previous": 0.5}), ["PE501"]),
    "a number beyond the range before": (evidence({**BLOCK, "previous": -1}), ["PE501"]),
    "a number edited since": (evidence({**BLOCK, "threshold": 0.91}), ["PE435", "PE501"]),
    "another number edited since": (evidence(BLOCK, {"band": "review", "threshold": 0.6}), ["PE435", "PE501"]),
    "another number that is gone": (evidence(BLOCK, {"band": "warn", "threshold": 0.6}), ["PE435", "PE501"]),
}


@pytest.mark.parametrize("case", ERRORS)
def test_where_the_evidence_does_not_answer_for_it_the_test_is_an_error(case: str, tmp_path: Path) -> None:
    told, expected = ERRORS[case]
    report = report_on(laid_out(tmp_path, POLICY, told, STALE, CURRENT))
    assert sorted(codes(report)) == expected
    assert not report.ok


def test_a_test_that_never_passed_is_an_error_beside_one_that_did(tmp_path: Path) -> None:
    never = "{given: {score: 0.2, jurisdiction: US}, expect: {outcome: block}}"
    assert codes(report_on(laid_out(tmp_path, POLICY, evidence(BLOCK), STALE, never))) == ["PE506", "PE501"]


def test_behind_very_many_warnings_an_error_is_still_found(tmp_path: Path) -> None:
    never = "{given: {score: 0.2, jurisdiction: US}, expect: {outcome: block}}"
    found = codes(report_on(laid_out(tmp_path, POLICY, evidence(BLOCK), *[STALE] * 250, never)))
    assert (found.count("PE506"), found.count("PE501")) == (201, 1)


CELLS: Final = [(place, tier) for place in ("FR", "US-CA", "DE-BY", "US") for tier in ("standard", "gold", "platinum")]
WITH_MANY: Final = edited(
    POLICY,
    plus(
        *(
            f"{{id: o{i}, when: {{jurisdiction: {place}, tier: {tier}}}, thresholds: {{block: 0.94}}, because: x}}"
            for i, (place, tier) in enumerate(CELLS)
        )
    ),
)


@pytest.mark.parametrize(("later", "expected"), [(9, ["PE506"]), (10, ["PE501"])])
def test_only_so_many_tunings_are_gone_back(later: int, expected: list[str], tmp_path: Path) -> None:
    others = [
        {"band": "block", "threshold_from": f"o{i}", "threshold": 0.94, "previous": 0.945, "version": 8 + i}
        for i in range(later)
    ]
    policy = edited(WITH_MANY, ("version: 7", "version: 20"))
    found = codes(report_on(laid_out(tmp_path, policy, evidence(BLOCK, *others, version=20), STALE)))
    assert [one for one in found if one.startswith("PE5")] == expected


@pytest.mark.parametrize("version", [0, -5, 8, 99])
def test_a_tuning_of_a_version_that_the_policy_never_had_is_not_believed(version: int, tmp_path: Path) -> None:
    told = evidence(BLOCK | {"version": version})
    assert codes(report_on(laid_out(tmp_path, POLICY, told, STALE))) == ["PE501"]


def test_without_a_look_at_the_evidence_it_is_an_error(tmp_path: Path) -> None:
    path = laid_out(tmp_path, POLICY, evidence(BLOCK), STALE)
    assert codes(check(read_documents([path])).report) == ["PE501"]


# --- waivers ---------------------------------------------------------------------------------------------------


def test_it_may_be_waived_with_a_reason_and_the_waiver_ends_with_it(tmp_path: Path) -> None:
    waiver = " # policy-engine: ignore[PE506] the supervisor is asked until Friday"
    report = report_on(laid_out(tmp_path, POLICY, evidence(BLOCK), STALE + waiver))
    assert (codes(report), [one.finding.code for one in report.waived]) == ([], ["PE506"])
    assert codes(report_on(laid_out(tmp_path, POLICY, evidence(BLOCK), CURRENT + waiver))) == ["PE011"]
    assert codes(report_on(laid_out(tmp_path, POLICY, evidence(BLOCK, version=6), STALE + waiver))) == ["PE501"]


# --- whoever loads policies says the same ----------------------------------------------------------------------


@pytest.mark.parametrize(("told", "is_usable"), [(evidence(BLOCK), True), (evidence(BLOCK, version=6), False)])
def test_validate_the_engine_and_decide_agree_and_test_always_fails(
    told: str,
    is_usable: bool,  # noqa: FBT001 - a case
    tmp_path: Path,
) -> None:
    path = laid_out(tmp_path, POLICY, told, STALE, CURRENT)
    validated = run("validate", path)
    assert (validated.exit_code, "PE506 warning" in validated.output) == (int(not is_usable), is_usable)
    assert run("validate", path, "--strict").exit_code == 1
    assert run("test", path).exit_code == 1
    assert run("decide", "card-fraud", "--policies", path, "--score", "0.9").exit_code == int(not is_usable)
    if is_usable:
        assert Engine.load(path).decide("card-fraud", score=0.9, jurisdiction="US").outcome == "block"
        return
    with pytest.raises(InvalidPolicyError):
        Engine.load(path)
