"""An effect that the catalog does not declare: a guardrail on the real one would not hold for the band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.declaring import mend_word
from policy_engine.lint.flow import as_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    for i, band in enumerate(subject.policy.bands):
        if band.effect is not None and band.effect not in subject.catalog.effects:
            yield Finding(f"`{band.effect}` is no effect", _mend(subject, band.effect), ("bands", i, "effect"))


def _mend(subject: PolicyInCatalog, name: str) -> str:
    known = subject.catalog.effects
    return mend_word(subject, name, known, f"effects: {as_written([*known, name])}")


RULE = Rule(
    "PE404",
    "unknown-effect",
    "names",
    "a band has an effect that the catalog does not declare",
    _check,
)
