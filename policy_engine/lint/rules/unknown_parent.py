"""A jurisdiction that lies in one that nobody declared: what holds there would not hold for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import nearest
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import as_written
from policy_engine.lint.iso3166 import assigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Catalog


def _check(catalog: Catalog) -> Iterator[Finding]:
    for name, jurisdiction in catalog.jurisdictions.items():
        for place, parent in enumerate(jurisdiction.parents):
            if parent not in catalog.jurisdictions:
                path: Path = ("jurisdictions", name, "in")
                if not isinstance(jurisdiction.in_, str):
                    path = (*path, place)
                yield Finding(f"`{name}` lies in `{parent}`, which is not declared", _mend(catalog, name, parent), path)


def _mend(catalog: Catalog, name: str, parent: str) -> str:
    declare = f"add `{as_written(parent)}: {{}}` under `jurisdictions`"
    country = name.partition("-")[0]
    others = [other for other in catalog.jurisdictions if other != name]
    is_part = country != name and country in others
    near = country if is_part else nearest(parent, others)
    if assigned(parent) is not None and not is_part:
        declare = f"`{parent}` is {assigned(parent)}: {declare}"
        return declare if near is None else f"{declare}; or did you mean `{near}`?"
    return declare if near is None else f"did you mean `{near}`? if not, {declare}"


RULE = Rule(
    "PE208",
    "unknown-parent",
    "catalog",
    "a jurisdiction lies in one that is not declared",
    _check,
)
