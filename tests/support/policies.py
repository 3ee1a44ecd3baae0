"""Policies as text for tests: one that is in order, edits to it, and what `check` finds after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.loader import Loaded, read_document
from policy_engine.validator import Checked, check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.diagnostics import Diagnostic, Report

CATALOG: Final = """\
schema: catalog/v1
jurisdictions:
  EU: {}
  DE: {in: EU}
  DE-BY: {in: DE}
  FR: {in: EU}
  US: {}
  US-CA: {in: US}
dimensions:
  tier: [standard, gold, platinum]
  amount: {cuts: [100, 1000], unit: EUR}
effects: [adverse]
escalation_paths:
  fraud-ops: {levels: [{to: queue:fraud-l1, within: PT30M}]}
  fraud-disputes: {levels: [{to: role:disputes, within: P1D}]}
"""

POLICY: Final = """\
schema: policy/v1
use_case: card-fraud
version: 7
owner: payments-risk
effective: {from: 2026-07-01T00:00:00Z}
score:
  kind: probability
  higher_is: riskier
  model: {name: fraud-gbm}
bands:
  - {name: block, at_least: 0.90, effect: adverse, escalate: fraud-disputes, reasons: [FR01]}
  - {name: review, at_least: 0.55, escalate: fraud-ops, reasons: [FR02]}
  - {name: allow}
on_invalid: review
overrides:
  - {id: eu, when: {jurisdiction: EU}, thresholds: {block: 0.93}, because: fewer refusals}
"""
"""Line 16 is the place of its only override; `plus` adds others below it."""

USED_CATALOG: Final = "".join(
    line
    for line in CATALOG.splitlines(keepends=True)
    if line.split(":")[0].strip() not in ("dimensions", "tier", "amount")
)
"""The catalog without what the policy does not use, for whoever asks as `validate` does."""

Edit = tuple[str, str]


def edited(text: str, *edits: Edit) -> str:
    """Return *text* with each edit made at the one place that it speaks of."""
    for old, new in edits:
        count = text.count(old)
        assert count == 1, f"{old!r} stands {count} times in the text"
        text = text.replace(old, new)
    return text


def plus(*overrides: str) -> Edit:
    """Return the edit that puts overrides below the one that the policy has."""
    last = "because: fewer refusals}\n"
    return last, last + "".join(f"  - {override}\n" for override in overrides)


def instead(*overrides: str) -> Edit:
    """Return the edit that puts overrides in the place of the one that the policy has."""
    old = POLICY[POLICY.index("overrides:") :]
    return old, "overrides:\n" + "".join(f"  - {override}\n" for override in overrides)


def loaded(texts: Mapping[str, str]) -> Loaded:
    """Return texts by file name as if they had been read from a folder."""
    read = [read_document(text.encode(), file) for file, text in sorted(texts.items())]
    found = tuple(one for _, diagnostics in read for one in diagnostics)
    return Loaded(tuple(document for document, _ in read), found, tuple(sorted(texts)))


def checked(policy: str = POLICY, catalog: str | None = CATALOG, **others: str) -> Checked:
    """Check a policy in its catalog; others go by the names of their files, without `.yaml`."""
    texts = {"policy.yaml": policy, **{f"{name}.yaml": text for name, text in others.items()}}
    return check(loaded(texts if catalog is None else {**texts, "catalog.yaml": catalog}))


def findings(policy: str = POLICY, catalog: str | None = CATALOG, **others: str) -> list[str]:
    """Return what `checked` finds, one line each; the file is left out where it is the policy's."""
    return [line(found) for found in checked(policy, catalog, **others).report.diagnostics]


def after(*edits: Edit) -> list[str]:
    """Return what is found in the policy after edits."""
    return findings(edited(POLICY, *edits))


def after_in_catalog(*edits: Edit) -> list[str]:
    """Return what is found in the policy's catalog after edits."""
    return findings(POLICY, edited(CATALOG, *edits))


def line(found: Diagnostic) -> str:
    """Return a finding as one line: place, code, message and help."""
    file = "" if found.file == "policy.yaml" else f"{found.file}:"
    return f"{file}{found.span.line}:{found.span.column}: {found.code} {found.message} / {found.help}"


def reviewed(policy: str = POLICY, catalog: str | None = CATALOG, **others: str) -> list[str]:
    """Return what is found for a reviewer: beside `findings`, what nobody uses and what no test reaches."""
    texts = {"policy.yaml": policy, **{f"{name}.yaml": text for name, text in others.items()}}
    texts |= {} if catalog is None else {"catalog.yaml": catalog}
    return [line(found) for found in check(loaded(texts), for_review=True).report.diagnostics]


def codes(report: Report) -> list[str]:
    """Return the codes of what was found, by place."""
    return [found.code for found in report.diagnostics]
