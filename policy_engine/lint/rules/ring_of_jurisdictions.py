"""Jurisdictions that lie in each other: none of them would be the narrower."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog


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
    closing, first = ring[-2:]
    written = catalog.jurisdictions[closing].in_
    path: Path = ("jurisdictions", closing, "in")
    if not isinstance(written, str):
        path = (*path, catalog.jurisdictions[closing].parents.index(first))
    return Finding(
        f"`{first}` lies in itself: {' in '.join(ring)}",
        f"delete `{first}` from the `in` of `{closing}`, or another step of the ring",
        path,
    )


RULE = Rule(
    "PE216",
    "ring-of-jurisdictions",
    "catalog",
    "jurisdictions lie in each other in a ring",
    _check,
)
