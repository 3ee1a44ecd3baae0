"""A guardrail on a word that the catalog does not have: it would hold nowhere, and nobody would notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.diagnostics import did_you_mean
from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.flow import as_written, either
from policy_engine.model import NumberCondition, NumberDimension
from policy_engine.resolution import format_number
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, NO_PATH, OF_MEMBERS, USE_CASE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from policy_engine.model import Catalog
    from policy_engine.model.conditions import Condition


def _check(catalog: Catalog) -> Iterator[Finding]:
    for i, guardrail in enumerate(catalog.guardrails):
        path: Path = ("guardrails", i)
        for name, condition in guardrail.when.items():
            yield from _of_condition(catalog, name, condition, (*path, "when", name))
        for place, effect in enumerate(guardrail.effects or ()):
            if effect not in catalog.effects:
                mend = f"{did_you_mean(effect, catalog.effects)}; or add `{effect}` to `effects`"
                yield Finding(f"`{effect}` is no effect", mend, (*path, "effects", place))


def _of_condition(catalog: Catalog, name: str, condition: Condition, path: Path) -> Iterator[Finding]:
    if name in OF_MEMBERS:
        message = f"a guardrail holds for all scores of a case, so it cannot depend on `{name}`"
        yield Finding(message, "leave it out, and name the dimensions of the case", path, "key")
    elif name == USE_CASE:
        if isinstance(condition, NumberCondition):
            yield Finding("`use_case` has names, not numbers", "name a use case, or several as a list", path)
    elif (dimension := catalog.dimensions.get(name)) is not None and isinstance(dimension, NumberDimension):
        yield from _of_number(name, condition, dimension, path)
    elif (values := _values(catalog, name)) is None:
        known = [JURISDICTION, *catalog.dimensions, ESCALATION_PATH, USE_CASE]
        mend = f"{did_you_mean(name, known)}; or declare it under `dimensions`"
        yield Finding(f"`{name}` is no dimension", mend, path, "key")
    elif isinstance(condition, NumberCondition):
        mend = f"name one of them, or several as a list; {did_you_mean('', values)}"
        yield Finding(f"`{name}` has values, not numbers", mend, path)
    else:
        named = (
            [(condition, path)] if isinstance(condition, str) else [(v, (*path, i)) for i, v in enumerate(condition)]
        )
        for value, at in named:
            if value not in values:
                mend = f"{did_you_mean(value, values)}; or declare it in the catalog"
                yield Finding(f"`{value}` is no value of `{name}`", mend, at)


def _of_number(name: str, condition: Condition, dimension: NumberDimension, path: Path) -> Iterator[Finding]:
    if not isinstance(condition, NumberCondition):
        shown = as_written({"at_least": dimension.cuts[0]})
        yield Finding(f"`{name}` is a number, so a value of it is a stretch", f"write such as `{shown}`", path)
        return
    for end in ("at_least", "below"):
        number = getattr(condition, end)
        if number is not None and number not in dimension.cuts:
            cuts = either([format_number(cut) for cut in dimension.cuts])
            message = f"{format_number(number)} is no cut of `{name}`"
            yield Finding(message, f"write {cuts}, or add {format_number(number)} to its cuts", (*path, end))


def _values(catalog: Catalog, name: str) -> Collection[str] | None:
    """Return the values of a dimension that has a list of them; None where nobody declared the dimension."""
    if name == JURISDICTION:
        return catalog.jurisdictions
    if name == ESCALATION_PATH:
        return (NO_PATH, *catalog.escalation_paths)
    dimension = catalog.dimensions.get(name)
    return dimension if isinstance(dimension, tuple) else None


RULE = Rule(
    "PE406",
    "unknown-word-in-guardrail",
    "catalog",
    "a guardrail names a dimension, a value or an effect that nobody declared",
    _check,
)
