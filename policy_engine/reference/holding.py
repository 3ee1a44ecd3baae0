"""Which thresholds hold in a cell, and everything else that an override can set."""

from __future__ import annotations

import math
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.model import CaseReasons, band_per_class
from policy_engine.reference.values import Space, matched_values
from policy_engine.vocabulary import BASE, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from policy_engine.model import Catalog, KnockOut, Override, Policy, Scale
    from policy_engine.model.conditions import ConditionOrFact
    from policy_engine.reference.values import Ranges, Value

Field = tuple[str, ...]
"""A single thing that an override can set: ("thresholds", band), ("on_invalid", class), ("lead",), ..."""
Held = dict[Field, tuple[Any, str]]
"""What holds of each field, and where it came from: `base`, `env`, or an override's id."""


class Matcher(NamedTuple):
    """What matches cells by a `when`: an override, a knock-out or a guardrail, by its id."""

    kind: str
    id: str


class Holding:
    """What holds where, with all that no case changes worked out once: what matchers match, which are narrower."""

    def __init__(self, policy: Policy, catalog: Catalog, environment: Mapping[str, float]) -> None:
        """Take a policy that was checked with this catalog, and the tunable numbers that the environment gives."""
        self.policy, self.catalog, self.environment = policy, catalog, environment
        self.space = Space(policy, catalog)
        self._held: dict[tuple[str | None, frozenset[Matcher]], Held] = {}
        self._narrower: dict[tuple[str, str], bool] = {}

    def in_environment(self, environment: Mapping[str, float]) -> Holding:
        """Return the same with other numbers from the environment, on which nothing depends but what holds."""
        # What both can share is worked out before there are two
        _ = self.matching_value, self.windows, self.lasting, self.knock_outs, self.fields, self.by_id
        holding = copy(self)
        holding.environment = environment
        holding._held = {}  # noqa: SLF001 - it is one of these
        vars(holding).pop("bases", None)
        return holding

    def matching(self, ranges: Ranges, at: datetime) -> Iterable[frozenset[Matcher]]:
        """Return the matchers that match in each cell of *ranges*: each such set once, in the order of the cells."""
        in_force = [matcher for matcher, window in self.windows.items() if _holds(window, at)]
        return self.narrowed(self.lasting.union(in_force), ranges)

    def narrowed(self, matchers: frozenset[Matcher], ranges: Ranges) -> Iterable[frozenset[Matcher]]:
        """Return those of *matchers* that match in each cell of *ranges*, each set once, in the order of the cells."""
        found = {matchers: None}
        for name, values in ranges.items():
            # A matcher matches a cell that has, on every dimension, one of its values. Of sets that are equal so
            # far only the first goes on: what becomes of the others is the same, and comes later.
            found = dict.fromkeys(ids & self.matching_value[name][value] for ids in found for value in values)
        return found

    @cached_property
    def by_id(self) -> dict[str, Override]:
        """The overrides, each by its id."""
        return {override.id: override for override in self.policy.overrides}

    @cached_property
    def whens(self) -> dict[Matcher, Mapping[str, ConditionOrFact]]:
        """In which cells each matcher holds."""
        guardrails = [one for one in self.catalog.guardrails if self.policy.is_concerned_by(one)]
        return {
            **{Matcher("override", one.id): one.when for one in self.policy.overrides},
            **{Matcher("knock_out", one.id): one.when for one in self.policy.knock_outs},
            **{Matcher("guardrail", one.id): one.when for one in guardrails},
        }

    @cached_property
    def windows(self) -> dict[Matcher, tuple[datetime, datetime]]:
        """From when until when each override may match."""
        return {Matcher("override", one.id): window_of(self.policy, one) for one in self.policy.overrides}

    @cached_property
    def lasting(self) -> frozenset[Matcher]:
        """The knock-outs and guardrails, which match as long as the policy is live."""
        return frozenset(matcher for matcher in self.whens if matcher.kind != "override")

    @cached_property
    def knock_outs(self) -> list[tuple[Matcher, KnockOut]]:
        """The knock-outs, by id."""
        ordered = sorted(self.policy.knock_outs, key=lambda one: one.id)
        return [(Matcher("knock_out", one.id), one) for one in ordered]

    @cached_property
    def matched(self) -> dict[Matcher, dict[str, set[Value]]]:
        """The values that each matcher matches, by dimension."""
        return {
            matcher: {name: matched_values(self.space, when, name) for name in self.space.used}
            for matcher, when in self.whens.items()
        }

    @cached_property
    def matching_value(self) -> dict[str, dict[Value, frozenset[Matcher]]]:
        """The matchers that match each value, by dimension."""
        return {
            name: {
                value: frozenset(matcher for matcher, matched in self.matched.items() if value in matched[name])
                for value in (None, *values)
            }
            for name, values in self.space.values.items()
        }

    def is_narrower(self, one: Override, other: Override) -> bool:
        """Say whether *one* wins where both match: it matches less, or as much and its window is the inner one."""
        pair = one.id, other.id
        if pair not in self._narrower:
            self._narrower[pair] = self._matches_less(one, other)
        return self._narrower[pair]

    def _matches_less(self, one: Override, other: Override) -> bool:
        fewer = False
        for name, mine in self.matched[Matcher("override", one.id)].items():
            theirs = self.matched[Matcher("override", other.id)][name]
            if not mine <= theirs:
                return False
            fewer = fewer or mine < theirs
        return fewer or _lies_inside(window_of(self.policy, one), window_of(self.policy, other))

    @cached_property
    def has_reasons_of_cases(self) -> bool:
        """Whether the reasons of any band, wherever it may be, are taken from the case."""
        reasons = [one.reasons for one in self.policy.bands]
        reasons += [said for one in self.policy.overrides for said in (one.reasons or {}).values()]
        return any(isinstance(one, CaseReasons) for one in reasons)

    @cached_property
    def bases(self) -> dict[str | None, Held]:
        """What holds of every field of each scale where no override matches."""
        return {scale.name: base_of(self.policy, scale, self.environment) for scale in self.policy.scales}

    @cached_property
    def fields(self) -> dict[str | None, dict[str, dict[Field, Any]]]:
        """What each override sets, by its id, for each scale."""
        return {
            scale.name: {one.id: fields_of(one, scale) for one in self.policy.overrides} for scale in self.policy.scales
        }

    def what_holds(self, scale: Scale, matching: frozenset[Matcher]) -> Held:
        """Return what holds of every field of one scale where the overrides among these matchers match."""
        key = scale.name, matching
        if key not in self._held:
            setting: dict[Field, list[Override]] = {}
            # By id: the order of the file means nothing
            for name in sorted(matcher.id for matcher in matching if matcher.kind == "override"):
                for field in self.fields[scale.name][name]:
                    setting.setdefault(field, []).append(self.by_id[name])
            held = self.bases[scale.name].copy()
            for field, those in setting.items():
                held[field] = self._settle(scale, field, those)
            self._held[key] = held
        return self._held[key]

    def _settle(self, scale: Scale, field: Field, setting: Sequence[Override]) -> tuple[Any, str]:
        """Return what holds of a field that the matching overrides *setting* set, and which of them says so."""
        fields = self.fields[scale.name]
        rest = [one for one in setting if not any(self.is_narrower(other, one) for other in setting)]
        # Only thresholds and on_invalid bands may differ here, and only under `ties: strictest`
        best = min(rest, key=lambda one: looseness(self.policy, scale, field, fields[one.id][field]))
        return fields[best.id][field], best.id


def base_of(policy: Policy, scale: Scale, environment: Mapping[str, float]) -> Held:
    """Return all that the policy itself says of one scale, each field by itself; the environment's numbers in it."""
    held: Held = {("lead",): (policy.lead, BASE)}
    for name, band in scale.on_invalid.items():
        held["on_invalid", name] = band, BASE
    for band, number in scale.thresholds.items():
        held["thresholds", band] = number, BASE
    for one in policy.bands:
        held["escalate", one.name] = one.escalate, BASE
        held["reasons", one.name] = one.reasons, BASE
        held["highlight", one.name] = one.highlight, BASE
        for key, value in one.attributes.items():
            held["attributes", one.name, key] = value, BASE
    return with_numbers(policy, scale, held, environment, FROM_ENVIRONMENT)


def with_numbers(policy: Policy, scale: Scale, held: Held, numbers: Mapping[str, float], source: str) -> Held:
    """Return *held* with these tunable numbers in it; `never` and `always` stay."""
    held = dict(held)
    for name, number in numbers.items():
        of = policy.tunable_numbers[name]
        if of.kind == "lead":
            held["lead",] = held["lead",][0].model_copy(update={"ratio": number}), source
        elif of.kind == "highlight":
            field = ("highlight", str(of.band))
            if held[field][0] is not None:
                held[field] = held[field][0].model_copy(update={"above": number}), source
        elif of.score == scale.name and not isinstance(held["thresholds", str(of.band)][0], str):
            held["thresholds", str(of.band)] = scale.score.rounded(number), source
    return held


def fields_of(override: Override, scale: Scale) -> dict[Field, Any]:
    """Return all that an override sets for one scale, each field by itself."""
    fields: dict[Field, Any] = {}
    for band, value in (override.thresholds or {}).items():
        if band in scale.thresholds:
            fields["thresholds", band] = value if isinstance(value, str) else scale.score.rounded(value)
    for kind in ("escalate", "reasons", "highlight"):
        for band, value in (getattr(override, kind) or {}).items():
            fields[kind, band] = value
    for band, attributes in (override.attributes or {}).items():
        for key, attribute in attributes.items():
            fields["attributes", band, key] = attribute
    for name, band in band_per_class(override.on_invalid, scale.score.kind).items():
        fields["on_invalid", name] = band
    if override.lead is not None:
        fields["lead",] = override.lead
    return fields


def looseness(policy: Policy, scale: Scale, field: Field, value: Any) -> float:  # noqa: ANN401 - a field holds anything
    """Return a number that grows as the value of a field gets milder; 0 for fields that know no strictness."""
    if field[0] == "on_invalid":
        return policy.strictness[value]
    if field[0] != "thresholds":
        return 0
    number: float = {"always": -math.inf, "never": math.inf}[value] if isinstance(value, str) else value
    return number if scale.is_riskier else -number


def window_of(policy: Policy, override: Override) -> tuple[datetime, datetime]:
    """Return from when until when the override holds: its own window, within the policy's."""
    begin, end = policy.window
    if override.effective is None:
        return begin, end
    return max(begin, override.effective.from_ or begin), min(end, override.effective.until or end)


def _holds(window: tuple[datetime, datetime], at: datetime) -> bool:
    return window[0] <= at < window[1]


def _lies_inside(inner: tuple[datetime, datetime], outer: tuple[datetime, datetime]) -> bool:
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]
