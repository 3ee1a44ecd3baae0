"""Jurisdictions that lie in each other: none of them would be the narrower."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import as_written, either
from policy_engine.lint.iso3166 import assigned, is_like_country

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog

_MOST_WAYS = 6


def _check(catalog: Catalog) -> Iterator[Finding]:
    done: set[str] = set()
    for name in catalog.jurisdictions:
        yield from _rings_above(catalog, name, done)


def _rings_above(catalog: Catalog, start: str, done: set[str]) -> Iterator[Finding]:
    """Walk from *start* to all that it lies in; whoever leads back to the way come closes a ring."""
    way = [start]
    ahead = [_parents(catalog, start)] if start not in done else []
    while ahead:
        parent = next(ahead[-1], None)
        if parent is None:
            ahead.pop()
            done.add(way.pop())
        elif parent in way:
            yield _ring(catalog, [*way[way.index(parent) :], parent])
        elif parent not in done:
            way.append(parent)
            ahead.append(_parents(catalog, parent))


def _parents(catalog: Catalog, name: str) -> Iterator[str]:
    return (parent for parent in catalog.jurisdictions[name].parents if parent in catalog.jurisdictions)


def _ring(catalog: Catalog, ring: list[str]) -> Finding:
    steps = list(pairwise(ring))
    upside_down = [(lower, upper) for lower, upper in steps if _width(lower) > _width(upper)]
    lower, upper = upside_down[0] if len(upside_down) == 1 else steps[-1]
    written = catalog.jurisdictions[lower].in_
    path: Path = ("jurisdictions", lower, "in")
    if not isinstance(written, str):
        path = (*path, catalog.jurisdictions[lower].parents.index(upper))
    if lower == upper:
        mend = f"write {_without(catalog, lower, upper)}"
    elif len(upside_down) == 1:
        mend = f"write {_without(catalog, lower, upper)}: the wider `{lower}` does not lie in the narrower `{upper}`"
    else:
        ways = [_without(catalog, *step) for step in (steps[-1], *steps[:-1])]
        mend = f"break the ring at one of its steps: write {either(ways[:_MOST_WAYS])}"
    return Finding(f"`{ring[0]}` lies in itself: {' in '.join(ring)}", mend, path)


def _width(name: str) -> int:
    """Return the rank of groups, countries and parts of countries by what they can hold."""
    if assigned(name) is None:
        return 2
    return 1 if is_like_country(name) else 0


def _without(catalog: Catalog, lower: str, upper: str) -> str:
    """Return the declaration of *lower* that is left when it does not lie in *upper* any more."""
    rest = [parent for parent in catalog.jurisdictions[lower].parents if parent != upper]
    lies = {"in": rest if len(rest) > 1 else rest[0]} if rest else {}
    return f"`{as_written(lower)}: {as_written(lies)}`"


RULE = Rule(
    "PE216",
    "ring-of-jurisdictions",
    "catalog",
    "jurisdictions lie in each other in a ring",
    _check,
)
