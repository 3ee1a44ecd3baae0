"""A fact that the catalog declares and no knock-out reads: whoever sends it thinks that it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import CatalogInUse


def _check(whole: CatalogInUse) -> Iterator[Finding]:
    for place, name in enumerate(whole.catalog.facts):
        if whole.policies and name not in whole.used.facts:
            yield Finding(
                f"no knock-out reads the fact `{name}`: whether it is true changes nothing",
                f"delete `{name}` from `facts`, or write the knock-out that reads it",
                ("facts", place),
            )


RULE = Rule(
    "PE246",
    "unused-fact",
    "use",
    "no knock-out reads a fact that the catalog declares",
    _check,
    "warning",
)
