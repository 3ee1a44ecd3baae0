"""A guardrail on a band that no policy has: it holds for nothing, and a misspelt one leaves the band open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Rule
from policy_engine.vocabulary import USE_CASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import CatalogInUse


def _check(whole: CatalogInUse) -> Iterator[Finding]:
    known = {band for policy in whole.policies for band in policy.band_names}
    # A catalog that is checked by itself says nothing of the policies, which lie elsewhere
    if not known:
        return
    for i, guardrail in enumerate(whole.catalog.guardrails):
        # Of one for a use case, its policy is told
        if USE_CASE in guardrail.when:
            continue
        for place, band in enumerate(guardrail.bands or ()):
            if band not in known:
                yield Finding(
                    f"no policy has a band `{band}`: the guardrail `{guardrail.id}` holds for nothing of it",
                    did_you_mean(band, known),
                    ("guardrails", i, "bands", place),
                )


RULE = Rule(
    "PE415",
    "guardrail-on-unknown-band",
    "whole",
    "a guardrail speaks of a band that no policy has",
    _check,
    "warning",
)
