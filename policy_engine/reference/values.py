"""The dimensions of a policy: what values there are, which a condition means, what a given one may stand for."""

from __future__ import annotations

import math
from functools import cached_property
from re import fullmatch
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.exceptions import InvalidRequestError
from policy_engine.model import NumberCondition, NumberDimension
from policy_engine.reference.numbers import read_number
from policy_engine.vocabulary import (
    ESCALATION_PATH,
    JURISDICTION,
    LABEL,
    MODEL_VERSION,
    MOST_JURISDICTIONS,
    NO_PATH,
    OF_MEMBERS,
    SCORE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policy_engine.model import Catalog, Policy, Request
    from policy_engine.model.conditions import ConditionOrFact
    from policy_engine.reference.reading import Reading

Value = str | int | None
"""A dimension's value: text, or for a number the place of its interval; None is *unknown*."""
Ranges = dict[str, list[Value]]
"""Cells: every combination of the values that each dimension may have."""


class Ranged(NamedTuple):
    """What a case ranges over: the cells in which it is judged, and all those that it may be in.

    They differ where an unknown value is judged by the base alone: guardrails of every possible value hold there.
    """

    judged: Ranges
    possible: Ranges


class Space:
    """The dimensions that a policy uses and the values of each, worked out once."""

    def __init__(self, policy: Policy, catalog: Catalog) -> None:
        """Take a policy that was checked with this catalog."""
        self.policy, self.catalog = policy, catalog

    @cached_property
    def used(self) -> list[str]:
        """The dimensions, in order."""
        return used_dimensions(self.policy, self.catalog)

    @cached_property
    def values(self) -> dict[str, Sequence[str | int]]:
        """Every value that is known of each dimension, in order."""
        return {name: all_values(self.policy, self.catalog, name) for name in self.used}

    @cached_property
    def known(self) -> dict[str, frozenset[str | int]]:
        """The same, in no order."""
        return {name: frozenset(values) for name, values in self.values.items()}

    @cached_property
    def within(self) -> dict[str, set[Value]]:
        """The jurisdictions that lie in each, itself among them."""
        found: dict[str, set[Value]] = {}
        for place in self.catalog.jurisdictions:
            for group in _above(self.catalog, place):
                found.setdefault(group, set()).add(place)
        return found


def used_dimensions(policy: Policy, catalog: Catalog) -> list[str]:
    """Return the dimensions that the policy uses, in order: those in which the members of a case may differ, last."""
    # Several scores have a ladder each, whether or not an override tells them apart
    named = {*policy.unknown, *((SCORE,) if policy.scores else ())}.union(
        *(override.when for override in policy.overrides),
        *(knock_out.when for knock_out in policy.knock_outs),
        *(guardrail.when for guardrail in catalog.guardrails if policy.is_concerned_by(guardrail)),
    )
    return [name for name in (JURISDICTION, *catalog.dimensions, ESCALATION_PATH, *OF_MEMBERS) if name in named]


def all_values(policy: Policy, catalog: Catalog, name: str) -> Sequence[str | int]:
    """Return every value that is known of a dimension, in order."""
    if name == JURISDICTION:
        return sorted(catalog.jurisdictions)
    if name == ESCALATION_PATH:
        return sorted([NO_PATH, *catalog.escalation_paths])
    if name == MODEL_VERSION:
        return sorted({version for scale in policy.scales for version in scale.score.model.version_names})
    if name == LABEL:
        return sorted(policy.score.labels or ()) if policy.score is not None else []
    if name == SCORE:
        return sorted(policy.scores or ())
    dimension = catalog.dimensions[name]
    return range(len(dimension.cuts) + 1) if isinstance(dimension, NumberDimension) else sorted(dimension)


def matched_values(space: Space, when: Mapping[str, ConditionOrFact], name: str) -> set[Value]:
    """Return the values of a dimension that a `when` matches; of one that it does not name, all and *unknown*."""
    if name not in when:
        return {None, *space.values[name]}
    condition = when[name]
    if isinstance(condition, NumberCondition):
        cuts = [-math.inf, *space.catalog.dimensions[name].cuts, math.inf]  # type: ignore[union-attr]
        low = -math.inf if condition.at_least is None else condition.at_least
        high = math.inf if condition.below is None else condition.below
        return {place for place in range(len(cuts) - 1) if low <= cuts[place] and cuts[place + 1] <= high}
    wanted = condition if isinstance(condition, tuple) else (condition,)
    if name == JURISDICTION:
        return {place for group in wanted for place in space.within.get(str(group), ())}
    return set(wanted)


def _above(catalog: Catalog, place: str) -> Iterable[str]:
    """Return a jurisdiction and all that it lies in."""
    found = {place: None}
    ahead = [place]
    while ahead:
        # Each jurisdiction is met once, by however many ways it is reached
        following = [up for one in ahead for up in catalog.jurisdictions[one].parents]
        ahead = [up for up in dict.fromkeys(following) if up not in found]
        found.update(dict.fromkeys(ahead))
    return found


# --- what a case ranges over ---------------------------------------------------------------------------------


def ranges_of_case(space: Space, request: Request, unknown: set[str]) -> list[Ranged]:
    """Return what each jurisdiction that the request names ranges over, in order, and note what was *unknown*."""
    used = [name for name in space.used if name not in OF_MEMBERS]
    rest = {
        name: _range_of(space, name, request.dimensions.get(name), unknown) for name in used if name != JURISDICTION
    }
    named = given_jurisdictions(request) or [None]
    if JURISDICTION not in used:
        return [_ranged(rest) for _ in named]
    places = [_range_of(space, JURISDICTION, given, unknown) for given in named]
    return [_ranged({JURISDICTION: place, **rest}) for place in places]


def ranges_of_member(space: Space, reading: Reading, unknown: set[str]) -> Ranges:
    """Return what one member of a case ranges over in the dimensions of its own, and note what was *unknown*."""
    policy, ranges = space.policy, Ranges()
    for name in space.used:
        if name == MODEL_VERSION:
            known = policy.scale_of(reading.name).score.model.version_names
            everything: list[Value] = [None, *known]
            ranges[name] = [reading.version] if reading.version in known else everything
        if name == LABEL:
            if reading.name in space.known[LABEL]:
                ranges[name] = [reading.name]
            else:
                ranges[name] = [None] if policy.unknown_label == "base" else [None, *space.values[LABEL]]
        if name == SCORE:
            ranges[name] = [reading.name]
        if name in OF_MEMBERS and None in ranges[name]:
            unknown.add(name)
    return ranges


def given_jurisdictions(request: Request) -> Sequence[str | None]:
    """Return the jurisdictions that the request names, each once, by name; None, last, for what is no text."""
    given = request.dimensions.get(JURISDICTION)
    if given is None:
        return []
    names = given if isinstance(given, (list, tuple, set, frozenset)) else [given]
    found: list[str | None] = [*sorted({name for name in names if isinstance(name, str)})]
    if any(not isinstance(name, str) for name in names):
        found.append(None)
    if len(found) > MOST_JURISDICTIONS:
        message = f"the request names {len(found)} jurisdictions; {MOST_JURISDICTIONS} are the most"
        raise InvalidRequestError(message)
    return found


def _ranged(values: Mapping[str, tuple[list[Value], list[Value]]]) -> Ranged:
    judged = {name: first for name, (first, _) in values.items()}
    return Ranged(judged, {name: second for name, (_, second) in values.items()})


def _range_of(space: Space, name: str, given: object, unknown: set[str]) -> tuple[list[Value], list[Value]]:
    """Return the values by which *given* is judged, and those that it may stand for: itself, or all it could be."""
    if name == ESCALATION_PATH and given is None:
        return [NO_PATH], [NO_PATH]
    value = _known_value(space, name, given)
    if value is not None:
        return [value], [value]
    unknown.add(name)
    policy, catalog = space.policy, space.catalog
    rule = policy.unknown.get(name, "strictest")
    if rule == "error":
        message = f"`{name}` is not known or left out, and the policy of `{policy.use_case}` refuses that"
        raise InvalidRequestError(message)
    country = _country_of(given) if name == JURISDICTION else None
    if country in catalog.jurisdictions:
        inside: list[Value] = [place for place in space.values[name] if place in space.within[country]]
        return inside, inside
    everything: list[Value] = [None, *space.values[name]]
    return ([None] if rule == "base" else everything), everything


def _known_value(space: Space, name: str, given: object) -> Value:
    """Return the value of the dimension that *given* is, or None if the catalog does not know it."""
    dimension = space.catalog.dimensions.get(name)
    if isinstance(dimension, NumberDimension):
        number = read_number(given)
        return None if isinstance(number, str) else sum(number >= cut for cut in dimension.cuts)
    return given if isinstance(given, str) and given in space.known[name] else None


def _country_of(given: object) -> str | None:
    """Return the country of a name shaped like ISO 3166-2 (`DE-XX`), else None."""
    return given[:2] if isinstance(given, str) and fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", given) else None
