"""What is found where policies are held against what they were, such as an edit that wants a new version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from policy_engine.compiler import compile_policies
from policy_engine.diagnostics import in_order
from policy_engine.lint import (
    AGAINST_RULES,
    FILE_AGAINST_RULES,
    USE_CASE_AGAINST_RULES,
    FileAgainst,
    PolicyAgainst,
    UseCaseAgainst,
)
from policy_engine.validator import Draft, check_leaving_out_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from policy_engine.compiler import DecisionTable, PolicyTable
    from policy_engine.diagnostics import Report
    from policy_engine.lint import Rule
    from policy_engine.loader import Document, Loaded
    from policy_engine.validator import Checked, CheckedPolicy, CheckedPolicySet, LeftOut


def held_against(loaded: Loaded, checked: Checked, before: Loaded, revision: str, now: datetime) -> Report:
    """Return the report of *loaded*, as it was *checked*, with what is found where it is held against *before*.

    That is what a *revision* has. What can be checked is held against what could be checked there; for a file that
    could not, there is a finding.
    """
    report = checked.report
    here = checked.policies or check_leaving_out_errors(loaded).policies
    if here is None:
        return report
    then = check_leaving_out_errors(before)
    drafts = {one.file: Draft(one, ()) for one in loaded.documents}
    if then.policies is not None:
        _hold_versions(drafts, here, then.policies, revision)
        # What has errors now may be the policy that is missing
        if checked.policies is not None:
            _hold_use_cases(drafts, here, then.policies, revision, now)
    _tell_left_out(drafts, then.left_out, revision, is_alone=then.policies is not None)
    found = [one for draft in drafts.values() for one in (*draft.found, *draft.about_waivers())]
    waived = [one for draft in drafts.values() for one in draft.waived]
    return replace(
        report,
        diagnostics=in_order([*report.diagnostics, *found]),
        waived=tuple(sorted((*report.waived, *waived), key=lambda one: one.finding.order)),
    )


def _hold_versions(drafts: Mapping[str, Draft], now: CheckedPolicySet, then: CheckedPolicySet, revision: str) -> None:
    """Find each policy of *now* that decides otherwise than in *then*, under a version known there."""
    before: dict[str, dict[int, set[str]]] = {}
    for table in _tables(compile_policies(then)):
        by_version = before.setdefault(table.policy.use_case, {})
        by_version.setdefault(table.policy.version, set()).add(table.digest)
    files = {one.policy.digest: one.file for one in now.policies}
    for table in _tables(compile_policies(now)):
        known = before.get(table.policy.use_case, {})
        subject = PolicyAgainst(table.policy, table.digest, revision, known)
        drafts[files[table.policy.digest]].hold_to(AGAINST_RULES, subject)


def _tables(table: DecisionTable) -> Iterator[PolicyTable]:
    for by_use_case in (table.policies, table.candidates):
        for tables in by_use_case.values():
            yield from tables


def _hold_use_cases(
    drafts: Mapping[str, Draft], here: CheckedPolicySet, then: CheckedPolicySet, revision: str, now: datetime
) -> None:
    """Find each use case that live policies decide in *then*, and none decides *here*."""
    last: dict[str, CheckedPolicy] = {}
    for one in _live(then):
        known = last.setdefault(one.policy.use_case, one)
        if one.policy.window[1] > known.policy.window[1]:
            last[one.policy.use_case] = one
    of_file = {one.file: one.policy.use_case for one in here.policies}
    decided = {one.policy.use_case for one in _live(here)}
    _look_for(USE_CASE_AGAINST_RULES, drafts)
    for use_case, one in last.items():
        instead = of_file.get(one.file)
        subject = UseCaseAgainst(use_case, revision, one.file, one.policy.window[1], now, decided, instead)
        draft = _first(drafts) if instead is None else drafts[one.file]
        draft.hold_to(USE_CASE_AGAINST_RULES, subject)


def _live(policies: CheckedPolicySet) -> list[CheckedPolicy]:
    return [one for one in policies.policies if one.policy.stage is None]


def _tell_left_out(drafts: Mapping[str, Draft], left_out: Iterable[LeftOut], revision: str, *, is_alone: bool) -> None:
    _look_for(FILE_AGAINST_RULES, drafts)
    for one in left_out:
        draft = drafts.get(one.file) or _first(drafts)
        draft.hold_to(FILE_AGAINST_RULES, FileAgainst(one.file, revision, one.why, is_alone=is_alone))


def _look_for(rules: Iterable[Rule[Any]], drafts: Mapping[str, Draft]) -> None:
    """Note that all documents are held to these rules, wherever what they find is told."""
    for draft in drafts.values():
        draft.looked_for.update(rule.code for rule in rules)


def _first(drafts: Mapping[str, Draft]) -> Draft:
    """Return the document to tell what is about no other: the catalog, or the first where there is none."""
    documents = [draft.document for draft in drafts.values()]
    return drafts[min(documents, key=lambda one: (not _is_catalog(one), one.file)).file]


def _is_catalog(document: Document) -> bool:
    return isinstance(document.data, dict) and document.data.get("schema") == "catalog/v1"
