"""A dimension that the catalog declares and nothing names: every request may leave it out, and nobody would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import CatalogInUse


def _check(whole: CatalogInUse) -> Iterator[Finding]:
    for name in whole.catalog.dimensions:
        if whole.policies and name not in whole.used.dimensions:
            yield Finding(
                f"no policy and no guardrail depends on the dimension `{name}`",
                f"delete `{name}` from `dimensions`, or name it where decisions are to depend on it; a test that gives "
                "it says that requests have it all the same",
                ("dimensions", name),
                "key",
            )


RULE = Rule(
    "PE245",
    "unused-dimension",
    "use",
    "nothing names a dimension that the catalog declares",
    _check,
    "warning",
)
