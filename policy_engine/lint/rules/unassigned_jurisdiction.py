"""A jurisdiction whose name is shaped like an ISO 3166 code that nobody assigned: most likely a slip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.flow import either
from policy_engine.lint.iso3166 import assigned, is_like_country, is_like_part, most_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog

_IN_USE = frozenset({"EU", "UK", "XK"})
"""Reserved or user-assigned codes that everyone writes."""


def _check(catalog: Catalog) -> Iterator[Finding]:
    for name in catalog.jurisdictions:
        if name in _IN_USE or assigned(name) is not None:
            continue
        if is_like_country(name):
            yield _unassigned(name, "a country")
        elif is_like_part(name):
            yield _unassigned(name, "a part of a country")


def _unassigned(name: str, what: str) -> Finding:
    near = [f"`{code}` ({assigned(code)})" for code in most_like(name)]
    # `US-CL` may also be the country `CL`, taken for a part of another.
    part = name.partition("-")[2]
    if assigned(part) is not None:
        near.append(f"the country `{part}` ({assigned(part)})")
    group = f"a group of your own has a name of another shape, such as `{name}-group`"
    return Finding(
        f"`{name}` is shaped like the ISO 3166 code of {what}, but no such code is assigned",
        f"did you mean {either(near)}? {group}" if near else group,
        ("jurisdictions", name),
        "key",
    )


RULE = Rule(
    "PE209",
    "unassigned-jurisdiction",
    "catalog",
    "a jurisdiction is named like an ISO 3166 code that is not assigned",
    _check,
    may_be_waived=True,
)
