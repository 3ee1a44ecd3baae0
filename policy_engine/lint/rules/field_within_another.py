"""A field of the context within another that `audit` names: it would be recorded as the whole is, not as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog


def _check(catalog: Catalog) -> Iterator[Finding]:
    named = (None if catalog.audit is None else catalog.audit.context) or {}
    for path in named:
        above = next((path[:dot] for dot, letter in enumerate(path) if letter == "." and path[:dot] in named), None)
        if above is not None:
            yield Finding(
                f"`{path}` lies in `{above}`, and `{above}: {named[above]}` holds for all that is in it",
                f"delete `{above}` and name each field in it that is recorded; or delete `{path}`",
                ("audit", "context", path),
                "key",
            )


RULE = Rule(
    "PE419",
    "field-within-another",
    "catalog",
    "the catalog's `audit` names a field of the context and another one within it",
    _check,
)
