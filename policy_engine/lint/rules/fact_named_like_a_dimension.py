"""A fact with the name of a dimension, or of a key of requests: a knock-out could mean either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.vocabulary import RESERVED_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog


def _check(catalog: Catalog) -> Iterator[Finding]:
    for place, name in enumerate(catalog.facts):
        if name in catalog.dimensions:
            taken = "is also the name of a dimension"
        elif name in RESERVED_DIMENSIONS:
            taken = "has a name that requests or decisions use for something else"
        else:
            continue
        yield Finding(
            f"the fact `{name}` {taken}: in a knock-out it could mean either",
            f"give the fact another name, such as `is_{name}`",
            ("facts", place),
        )


RULE = Rule(
    "PE223",
    "fact-named-like-a-dimension",
    "catalog",
    "a fact has the name of a dimension, or a name that is used for something else",
    _check,
)
