"""Two guardrails with one id: a message could not say which of them is breached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog


def _check(catalog: Catalog) -> Iterator[Finding]:
    ids = [one.id for one in catalog.guardrails]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            number = next(number for number in range(2, len(ids) + 2) if f"{name}-{number}" not in ids)
            yield Finding(
                f"`{name}` is already the id of a guardrail above",
                f"give this one another id, such as `{name}-{number}`",
                ("guardrails", place, "id"),
            )


RULE = Rule(
    "PE229",
    "guardrail-named-twice",
    "catalog",
    "two guardrails have one id",
    _check,
)
