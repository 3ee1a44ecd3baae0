"""A guardrail for a use case that no policy has: it holds nowhere, and a misspelt one would go unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.vocabulary import USE_CASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import CatalogInUse


def _check(whole: CatalogInUse) -> Iterator[Finding]:
    # A catalog that is checked by itself says nothing of the policies, which lie elsewhere
    if not whole.use_cases:
        return
    for i, guardrail in enumerate(whole.catalog.guardrails):
        path: Path = ("guardrails", i, "when", USE_CASE)
        condition = guardrail.when.get(USE_CASE)
        named = [(condition, path)] if isinstance(condition, str) else []
        if isinstance(condition, tuple):
            named = [(use_case, (*path, place)) for place, use_case in enumerate(condition)]
        for use_case, at in named:
            if use_case not in whole.use_cases:
                yield Finding(
                    f"no policy has the use case `{use_case}`: the guardrail `{guardrail.id}` holds for nothing of it",
                    did_you_mean(use_case, whole.use_cases),
                    at,
                )


RULE = Rule(
    "PE413",
    "guardrail-without-policy",
    "whole",
    "a guardrail is for a use case that no policy has",
    _check,
    "warning",
)
