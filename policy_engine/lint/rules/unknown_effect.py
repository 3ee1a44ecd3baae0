"""An effect that the catalog does not declare: a guardrail on the real one would not hold for the band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    for i, band in enumerate(subject.policy.bands):
        if band.effect is not None and band.effect not in subject.catalog.effects:
            yield Finding(f"`{band.effect}` is no effect", _mend(subject, band.effect), ("bands", i, "effect"))


def _mend(subject: PolicyInCatalog, name: str) -> str:
    if not subject.has_catalog:
        return f"there is no catalog: declare it in a catalog.yaml beside the policies, as `effects: [{name}]`"
    if not subject.catalog.effects:
        return f"declare it in the catalog, as `effects: [{name}]`"
    return f"{did_you_mean(name, subject.catalog.effects)} if it is none of these, declare it in the catalog"


RULE = Rule(
    "PE404",
    "unknown-effect",
    "names",
    "a band has an effect that the catalog does not declare",
    _check,
)
