"""An effect that the catalog declares and neither a band has nor a guardrail speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import CatalogInUse


def _check(whole: CatalogInUse) -> Iterator[Finding]:
    for place, name in enumerate(whole.catalog.effects):
        if whole.policies and name not in whole.used.effects:
            yield Finding(
                f"no band has the effect `{name}`, and no guardrail speaks of it",
                f"delete `{name}` from `effects`, or write `effect: {name}` on the bands that have it",
                ("effects", place),
            )


RULE = Rule(
    "PE248",
    "unused-effect",
    "use",
    "no band has an effect that the catalog declares, and no guardrail speaks of it",
    _check,
    "warning",
)
