"""Versions that were to be raised: an edit by which a policy decides otherwise needs a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.compiler import compile_policies
from policy_engine.diagnostics import Diagnostic
from policy_engine.lint import AGAINST_RULES, PolicyAgainst, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.compiler import DecisionTable, PolicyTable
    from policy_engine.loader import Document
    from policy_engine.validator import CheckedPolicySet


def unraised_versions(
    now: CheckedPolicySet, then: CheckedPolicySet, revision: str, documents: Mapping[str, Document]
) -> Iterator[Diagnostic]:
    """Yield a finding for each policy of *now* that decides otherwise than in *then*, under a version known there.

    *documents* has the files of *now* by their names.
    """
    before: dict[str, dict[int, set[str]]] = {}
    for table in _tables(compile_policies(then)):
        by_version = before.setdefault(table.policy.use_case, {})
        by_version.setdefault(table.policy.version, set()).add(table.digest)
    files = {one.policy.digest: one.file for one in now.policies}
    for table in _tables(compile_policies(now)):
        known = before.get(table.policy.use_case, {})
        document = documents[files[table.policy.digest]]
        subject = PolicyAgainst(table.policy, table.digest, revision, known)
        for rule in AGAINST_RULES:
            for found in rule.check(subject):
                yield Diagnostic(
                    rule.code,
                    document.file,
                    document.value_span(found.path),
                    visible(found.message),
                    visible(found.help),
                    rule.severity,
                )


def _tables(table: DecisionTable) -> Iterator[PolicyTable]:
    for by_use_case in (table.policies, table.candidates):
        for tables in by_use_case.values():
            yield from tables
