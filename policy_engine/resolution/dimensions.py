"""Dimensions: what values there are, and which of them an override's condition means."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from re import compile as pattern
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.model import NumberCondition, NumberDimension
from policy_engine.vocabulary import ESCALATION_PATH, JURISDICTION, LABEL, MODEL_VERSION, NO_PATH, SCORE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from policy_engine.model import Catalog, Policy
    from policy_engine.model.conditions import Condition, ConditionOrFact

UNKNOWN: None = None
"""Stands among the values of a dimension for one that the catalog does not know, or that was left out."""

ValueSet = frozenset[str | None]

_SUBDIVISION = pattern(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_COUNTRY = slice(0, 2)


class Dimension(NamedTuple):
    """The values of one dimension, in the order in which unknown ones are settled, and what lies in each.

    `within` maps each value to the values that a condition naming it means: itself, and for a jurisdiction
    all that lies in it. `cuts` is empty unless the dimension is a number.
    """

    name: str
    values: tuple[str, ...]
    within: Mapping[str, ValueSet]
    cuts: tuple[float, ...] = ()

    @property
    def all(self) -> ValueSet:
        """Every value, and *unknown*: what an override matches that does not name the dimension."""
        return frozenset((*self.values, UNKNOWN))

    def matched_by(self, when: Mapping[str, ConditionOrFact]) -> ValueSet:
        """Return the values that a `when` matches: all, and *unknown*, where it does not name the dimension."""
        condition = when.get(self.name)
        return self.all if condition is None or isinstance(condition, bool) else self.meant_by(condition)

    def meant_by(self, condition: Condition) -> ValueSet:
        """Return the values that a condition means. A value that nobody declared means nothing."""
        if isinstance(condition, NumberCondition):
            return self._between(condition)
        wanted = (condition,) if isinstance(condition, str) else condition
        return frozenset().union(*(self.within.get(value, ()) for value in wanted))

    def _between(self, condition: NumberCondition) -> ValueSet:
        low = -math.inf if condition.at_least is None else condition.at_least
        high = math.inf if condition.below is None else condition.below
        starts = (-math.inf, *self.cuts)
        ends = (*self.cuts, math.inf)
        places = zip(self.values, starts, ends, strict=True)
        return frozenset(value for value, start, end in places if low <= start and end <= high)


def used_dimensions(policy: Policy, catalog: Catalog) -> tuple[Dimension, ...]:
    """Return the dimensions that the policy uses, those in which the members of a case may differ last.

    Used is what an override, a knock-out, `unknown` or a guardrail that concerns the policy names; and which of
    several scores it is, since each has a scale of its own.
    """
    named = set(policy.unknown).union(
        *(override.when for override in policy.overrides),
        *(knock_out.when for knock_out in policy.knock_outs),
        *(guardrail.when for guardrail in catalog.guardrails if policy.is_concerned_by(guardrail)),
        {SCORE} if policy.scores is not None else (),
    )
    return tuple(dimension for dimension in all_dimensions(policy, catalog) if dimension.name in named)


def all_dimensions(policy: Policy, catalog: Catalog) -> Iterable[Dimension]:
    """Yield every dimension that the policy could use."""
    yield _jurisdictions(catalog)
    for name, declared in catalog.dimensions.items():
        if isinstance(declared, NumberDimension):
            values = number_values(declared.cuts)
            yield Dimension(name, values, _each_alone(values), declared.cuts)
        else:
            yield Dimension(name, tuple(sorted(declared)), _each_alone(declared))
    paths = tuple(sorted((NO_PATH, *catalog.escalation_paths)))
    yield Dimension(ESCALATION_PATH, paths, _each_alone(paths))
    yield from dimensions_of_members(policy)


def dimensions_of_members(policy: Policy) -> Iterable[Dimension]:
    """Yield the dimensions in which the members of a case may differ; one that the policy does not have is empty."""
    versions = tuple(sorted({name for scale in policy.scales for name in scale.score.model.version_names}))
    labels = tuple(sorted(policy.score.labels or ())) if policy.kind == "labels" and policy.score else ()
    scores = tuple(scale.name for scale in policy.scales if scale.name is not None)
    for name, values in ((MODEL_VERSION, versions), (LABEL, labels), (SCORE, scores)):
        yield Dimension(name, values, _each_alone(values))


def country_of(given: object, declared: Container[str]) -> str | None:
    """Return the declared country that a name shaped like ISO 3166-2 (`DE-XX`, declared or not) lies in, else None.

    >>> country_of("DE-XX", {"DE"}), country_of("FR-XX", {"DE"})
    ('DE', None)
    """
    if not isinstance(given, str) or not _SUBDIVISION.fullmatch(given):
        return None
    return given[_COUNTRY] if given[_COUNTRY] in declared else None


def number_values(cuts: tuple[float, ...]) -> tuple[str, ...]:
    """Return the names of the values that *cuts* make, lowest first.

    >>> number_values((100.0, 1000.0))
    ('below 100', '100 up to 1000', '1000 and above')
    """
    shown = [format_number(cut) for cut in cuts]
    between = [f"{low} up to {high}" for low, high in pairwise(shown)]
    return (f"below {shown[0]}", *between, f"{shown[-1]} and above")


def number_value(cuts: tuple[float, ...], number: float) -> str:
    """Return the name of the value that a finite *number* has. A number on a cut belongs to the value above it."""
    return number_values(cuts)[bisect_right(cuts, number)]


def format_number(number: float) -> str:
    """Return a number as people write it: shortest form that reads back exactly, no `.0`.

    >>> format_number(1000.0), format_number(0.55)
    ('1000', '0.55')
    """
    text = repr(float(number))
    return text.removesuffix(".0")


def _each_alone(values: Iterable[str]) -> dict[str, ValueSet]:
    return {value: frozenset((value,)) for value in values}


def _jurisdictions(catalog: Catalog) -> Dimension:
    within: dict[str, set[str | None]] = {name: {name} for name in catalog.jurisdictions}
    for name in catalog.jurisdictions:
        for group in _groups_of(catalog, name):
            within[group].add(name)
    frozen = {name: frozenset(places) for name, places in within.items()}
    return Dimension(JURISDICTION, tuple(sorted(catalog.jurisdictions)), frozen)


def _groups_of(catalog: Catalog, name: str) -> set[str]:
    """Return every declared jurisdiction that *name* lies in, however deep; a ring ends the walk."""
    seen: set[str] = set()
    ahead = [*catalog.jurisdictions[name].parents]
    while ahead:
        group = ahead.pop()
        if group not in seen and group in catalog.jurisdictions:
            seen.add(group)
            ahead.extend(catalog.jurisdictions[group].parents)
    return seen
