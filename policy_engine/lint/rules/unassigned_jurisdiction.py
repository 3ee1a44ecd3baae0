"""A jurisdiction whose name is shaped like an ISO 3166 code that nobody assigned: most likely a slip."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog

_COUNTRY = re.compile(r"[A-Z]{2}")
_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_IN_USE = frozenset({"EU", "UK", "XK"})
"""Reserved or user-assigned codes that everyone writes."""


def _check(catalog: Catalog) -> Iterator[Finding]:
    for name in catalog.jurisdictions:
        if _COUNTRY.fullmatch(name) and name not in _IN_USE and name not in _countries():
            yield _unassigned(name, "a country", _countries())
        elif _SUBDIVISION.fullmatch(name) and name not in _subdivisions():
            same_country = [code for code in _subdivisions() if code[:3] == name[:3]]
            yield _unassigned(name, "a part of a country", same_country)


def _unassigned(name: str, what: str, known: dict[str, str] | list[str]) -> Finding:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    names = {**_countries(), **_subdivisions()} if near else {}
    meant = " or ".join(f"`{code}` ({names[code]})" for code in near)
    group = f"a group of your own has a name of another shape, such as `{name}-group`"
    return Finding(
        f"`{name}` is shaped like the ISO 3166 code of {what}, but no such code is assigned",
        f"did you mean {meant}? {group}" if meant else group,
        ("jurisdictions", name),
        "key",
    )


@cache
def _countries() -> dict[str, str]:
    from pycountry import countries  # noqa: PLC0415 - few catalogs need it, and it takes as long as a check

    return {one.alpha_2: one.name for one in countries}


@cache
def _subdivisions() -> dict[str, str]:
    from pycountry import subdivisions  # noqa: PLC0415 - as above

    return {one.code: one.name for one in subdivisions}


RULE = Rule(
    "PE209",
    "unassigned-jurisdiction",
    "catalog",
    "a jurisdiction is named like an ISO 3166 code that is not assigned",
    _check,
)
