"""An escalation path that the catalog declares and no band escalates to: nobody is ever asked by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import CatalogInUse


def _check(whole: CatalogInUse) -> Iterator[Finding]:
    for name in whole.catalog.escalation_paths:
        if whole.policies and name not in whole.used.escalation_paths:
            yield Finding(
                f"no band escalates to `{name}`, and nothing depends on whether that path is open",
                f"delete `{name}` from `escalation_paths`, or let a band `escalate: {name}`",
                ("escalation_paths", name),
                "key",
            )


RULE = Rule(
    "PE305",
    "unused-escalation-path",
    "use",
    "no band escalates to a path that the catalog declares",
    _check,
    "warning",
)
