"""An effect that the catalog does not declare: a guardrail on the real one would not hold for the band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.declaring import how_to_begin, mend_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    for i, band in enumerate(subject.policy.bands):
        if band.effect is not None and band.effect not in subject.catalog.effects:
            yield Finding(f"`{band.effect}` is no effect", _mend(subject, band.effect), ("bands", i, "effect"))


def _mend(subject: PolicyInCatalog, name: str) -> str:
    known = subject.catalog.effects
    declare = f"add `{name}` to `effects` in the catalog" if known else how_to_begin(subject, f"effects: [{name}]")
    return mend_word(name, known, declare)


RULE = Rule(
    "PE404",
    "unknown-effect",
    "names",
    "a band has an effect that the catalog does not declare",
    _check,
)
