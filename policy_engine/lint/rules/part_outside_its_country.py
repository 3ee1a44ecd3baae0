"""A part of a country that does not lie in it, though the country is declared: what holds there would not hold here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import as_written
from policy_engine.lint.iso3166 import assigned, is_like_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.model import Catalog


def _check(catalog: Catalog) -> Iterator[Finding]:
    for name, jurisdiction in catalog.jurisdictions.items():
        country = name.partition("-")[0]
        if not is_like_part(name) or country not in catalog.jurisdictions or country in _around(catalog, name):
            continue
        # A parent that is not declared, and a code that is not assigned, have findings of their own.
        if assigned(name) is not None and all(parent in catalog.jurisdictions for parent in jurisdiction.parents):
            yield Finding(
                f"`{name}` is a part of `{country}`, which is declared, but does not lie in it: "
                f"what holds for `{country}` would not hold for `{name}`",
                _mend(catalog, name, country),
                ("jurisdictions", name),
                "key",
            )


def _around(catalog: Catalog, name: str) -> set[str]:
    """Return all that *name* lies in, however many steps away."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        here = catalog.jurisdictions.get(ahead.pop())
        new = [parent for parent in here.parents if parent not in found] if here is not None else []
        found.update(new)
        ahead += new
    return found


def _mend(catalog: Catalog, name: str, country: str) -> str:
    """Return the entry to write; where the country lies in its own part, which is a ring then, that of both."""
    mend = f"write {_entry(name, [*catalog.jurisdictions[name].parents, country])}"
    parents = catalog.jurisdictions[country].parents
    rest = [parent for parent in parents if parent != name and name not in _around(catalog, parent)]
    return mend if len(rest) == len(parents) else f"{mend}, and {_entry(country, rest)}"


def _entry(name: str, parents: Sequence[str]) -> str:
    lies = {"in": parents if len(parents) > 1 else parents[0]} if parents else {}
    return f"`{as_written(name)}: {as_written(lies)}`"


RULE = Rule(
    "PE220",
    "part-outside-its-country",
    "catalog",
    "a part of a country does not lie in the country, which is declared",
    _check,
)
