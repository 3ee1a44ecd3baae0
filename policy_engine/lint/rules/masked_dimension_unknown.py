"""A dimension that `audit` would mask and no catalog declares: the one that was meant would be recorded as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Rule
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog

_NEVER_MASKED = (JURISDICTION, ESCALATION_PATH)


def _check(catalog: Catalog) -> Iterator[Finding]:
    for name in () if catalog.audit is None else catalog.audit.dimensions:
        if name in catalog.dimensions:
            continue
        if name in _NEVER_MASKED:
            message = f"`{name}` is never masked: every decision says under which one it was made"
            mend = f"delete it; what may be masked is declared under `dimensions`: {_declared(catalog)}"
        else:
            message = f"`{name}` is no dimension: whatever was meant by it would be recorded as it is"
            mend = f"{did_you_mean(name, catalog.dimensions)}; a field of `context` belongs under `context`"
        yield Finding(message, mend, ("audit", "dimensions", name), "key")


def _declared(catalog: Catalog) -> str:
    return ", ".join(f"`{name}`" for name in catalog.dimensions) or "none so far"


RULE = Rule(
    "PE418",
    "masked-dimension-unknown",
    "catalog",
    "the catalog's `audit` names a dimension that nobody declared",
    _check,
)
