"""A group of jurisdictions that nothing names, nor anything in it or around it: it gathers what nobody asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.iso3166 import assigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import CatalogInUse


_COUNTRIES: Final = ("UK", "XK")
"""Codes that everyone writes though they are not assigned."""


def _check(whole: CatalogInUse) -> Iterator[Finding]:
    """Leave out countries and their parts: requests name them, whether or not a policy does."""
    named = whole.used.jurisdictions
    around = {*named, *whole.used.given_jurisdictions}.union(*(whole.jurisdictions_above(name) for name in named))
    for name in whole.catalog.jurisdictions if whole.policies else ():
        is_group = assigned(name) is None and name not in _COUNTRIES
        # One that lies in another which is named gathers its parts into that one
        if is_group and name not in around and not named & whole.jurisdictions_above(name):
            yield Finding(
                f"nothing names the jurisdiction `{name}`, nor any that lies in it",
                f"delete `{name}` from `jurisdictions`, or name it where something is to be different there",
                ("jurisdictions", name),
                "key",
            )


RULE = Rule(
    "PE247",
    "unused-group",
    "use",
    "nothing names a group of jurisdictions, nor what lies in it",
    _check,
    "warning",
)
