"""The meaning of a policy, in code that a reviewer reads in one sitting.

Every fast evaluator is held to this one by property tests. It resolves each case anew from the policy as
written, compares one number with one threshold at a time, and knows neither NumPy nor a compiled table.
It expects policies that were checked: what `check` refuses has no meaning here.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from numbers import Real
from re import fullmatch
from typing import TYPE_CHECKING, Any

from policy_engine.exceptions import InvalidRequestError, UnknownUseCaseError
from policy_engine.model import NumberCondition, NumberDimension, Verdict, band_per_class
from policy_engine.vocabulary import BASE, ESCALATION_PATH, JURISDICTION, MOST_JURISDICTIONS, NO_PATH, InvalidClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policy_engine.model import Catalog, Override, Policy, Request

Value = str | int | None
"""A dimension's value: text, or for a number the place of its interval; None is *unknown*."""
Cell = dict[str, Value]
Ranges = dict[str, list[Value]]
"""The cells of a case: every combination of the values that each dimension may have."""
Field = tuple[str, ...]
Held = dict[Field, tuple[Any, str]]
"""What holds of each field, and where it came from: `base`, or an override's id."""
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def decide(policies: Iterable[Policy], catalog: Catalog, request: Request) -> Verdict:
    """Return the verdict on *request* under the policy that is live at its instant."""
    return Meaning(live_policy(policies, request), catalog).verdict(request)


def live_policy(policies: Iterable[Policy], request: Request) -> Policy:
    """Return the policy of the use case whose window holds the instant. There is no default."""
    for policy in policies:
        window = policy.effective.from_, policy.effective.until or _END_OF_TIME
        if policy.use_case == request.use_case and _holds(window, request.at):
            return policy
    message = f"no live policy covers the use case `{request.use_case}` at {request.at.isoformat()}"
    raise UnknownUseCaseError(message)


def _holds(window: tuple[datetime, datetime], at: datetime) -> bool:
    return window[0] <= at < window[1]


class Meaning:
    """What a policy means, with all that no case changes worked out once: what overrides match, which are narrower."""

    def __init__(self, policy: Policy, catalog: Catalog) -> None:
        """Take a policy that was checked with this catalog."""
        self.policy, self.catalog = policy, catalog
        self._held: dict[frozenset[str], Held] = {}

    def verdict(self, request: Request) -> Verdict:
        """Return the verdict on *request*, at whose instant the policy is live."""
        policy = self.policy
        score = read_score(policy, request)
        unknown: set[str] = set()
        verdicts: list[Verdict] = []
        for place, ranges in enumerate(ranges_of(policy, self.catalog, request, unknown)):
            jurisdiction = place if given_jurisdictions(request) else None
            held = map(self.what_holds, self.matching(ranges, request.at))
            verdicts += [judge(policy, one, score, jurisdiction) for one in held]
        # min() keeps the first of equals: the first by name among those that reached the strictest band
        best = min(verdicts, key=lambda verdict: policy.strictness[verdict.outcome])
        return replace(best, unknown=tuple(name for name in used_dimensions(policy, self.catalog) if name in unknown))

    def matching(self, ranges: Ranges, at: datetime) -> Iterable[frozenset[str]]:
        """Return the overrides that match in each cell of *ranges*: each such set once, in the order of the cells."""
        found = {frozenset(one.id for one in self.overrides if _holds(window_of(self.policy, one), at)): None}
        for name, values in ranges.items():
            # An override matches a cell that has, on every dimension, one of its values. Of sets that are equal so
            # far only the first goes on: what becomes of the others is the same, and comes later.
            found = dict.fromkeys(ids & self.matching_value[name][value] for ids in found for value in values)
        return found

    @cached_property
    def overrides(self) -> list[Override]:
        """The overrides, by id: the order of the file means nothing."""
        return sorted(self.policy.overrides, key=lambda override: override.id)

    @cached_property
    def matched(self) -> dict[str, dict[str, set[Value]]]:
        """The values that each override matches, by its id and the dimension."""
        used = used_dimensions(self.policy, self.catalog)
        return {one.id: {name: matched_values(self.catalog, one, name) for name in used} for one in self.overrides}

    @cached_property
    def matching_value(self) -> dict[str, dict[Value, frozenset[str]]]:
        """The ids of the overrides that match each value, by dimension."""
        return {
            name: {
                value: frozenset(one.id for one in self.overrides if value in self.matched[one.id][name])
                for value in (None, *all_values(self.catalog, name))
            }
            for name in used_dimensions(self.policy, self.catalog)
        }

    @cached_property
    def base(self) -> Held:
        """What holds where no override matches."""
        return {field: (value, BASE) for field, value in fields_of_base(self.policy).items()}

    @cached_property
    def fields(self) -> dict[str, dict[Field, Any]]:
        """What each override sets, by its id."""
        return {one.id: fields_of(one) for one in self.overrides}

    def is_narrower(self, one: Override, other: Override) -> bool:
        """Say whether *one* wins where both match: it matches less, or as much and its window is the inner one."""
        fewer = False
        for name, mine in self.matched[one.id].items():
            theirs = self.matched[other.id][name]
            if not mine <= theirs:
                return False
            fewer = fewer or mine < theirs
        return fewer or _lies_inside(window_of(self.policy, one), window_of(self.policy, other))

    def what_holds(self, matching: frozenset[str]) -> Held:
        """Return what holds of every field where the overrides of these ids match."""
        if matching not in self._held:
            overrides = [one for one in self.overrides if one.id in matching]
            held = dict(self.base)
            for field in dict.fromkeys(field for one in overrides for field in self.fields[one.id]):
                held[field] = self._settle(overrides, field)
            self._held[matching] = held
        return self._held[matching]

    def _settle(self, overrides: Sequence[Override], field: Field) -> tuple[Any, str]:
        """Return what holds of a field that one or more of the matching *overrides* set, and which of them says so."""
        setting = [one for one in overrides if field in self.fields[one.id]]
        rest = [one for one in setting if not any(self.is_narrower(other, one) for other in setting)]
        # Only thresholds and on_invalid bands may differ here, and only under `ties: strictest`
        best = min(rest, key=lambda one: looseness(self.policy, field, self.fields[one.id][field]))
        return self.fields[best.id][field], best.id


# --- the score -----------------------------------------------------------------------------------------------


def read_score(policy: Policy, request: Request) -> float | InvalidClass:
    """Return the score in binary64, or the first class of bad input that it falls into."""
    if not policy.score.model.admits(request.model, request.model_version):
        return "wrong_model"
    if request.score is None:
        return "missing"
    number = read_number(request.score)
    if isinstance(number, str):
        return number
    if not policy.score.low <= number <= policy.score.high:
        return "out_of_range"
    return number


def read_number(value: object) -> float | InvalidClass:
    """Return *value* rounded to binary64, or why it is no number. Text and booleans are not coerced.

    NumPy's numbers and `Decimal` are numbers; dates, durations and arrays of NumPy are not.
    """
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        return "wrong_type"
    if getattr(getattr(value, "dtype", None), "kind", "f") not in "iuf":
        return "wrong_type"
    try:
        number = float(value)
    except (OverflowError, ValueError):
        # more than binary64 holds, or a signalling NaN
        return "not_finite"
    except TypeError:
        # a type that calls itself a number and has none
        return "wrong_type"
    return number if math.isfinite(number) else "not_finite"


# --- the cells that a request ranges over --------------------------------------------------------------------


def used_dimensions(policy: Policy, catalog: Catalog) -> list[str]:
    """Return the dimensions that the policy uses: jurisdiction, the declared ones in order, escalation_path."""
    named = set(policy.unknown).union(*(override.when for override in policy.overrides))
    return [name for name in (JURISDICTION, *catalog.dimensions, ESCALATION_PATH) if name in named]


def ranges_of(policy: Policy, catalog: Catalog, request: Request, unknown: set[str]) -> list[Ranges]:
    """Return what each jurisdiction that the request names ranges over, in order, and note what was *unknown*."""
    used = used_dimensions(policy, catalog)
    ranges = {
        name: range_of(policy, catalog, name, request.dimensions.get(name), unknown)
        for name in used
        if name != JURISDICTION
    }
    named = given_jurisdictions(request) or (None,)
    if JURISDICTION not in used:
        return [ranges for _ in named]
    places = (range_of(policy, catalog, JURISDICTION, given, unknown) for given in named)
    return [{JURISDICTION: place, **ranges} for place in places]


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


def range_of(policy: Policy, catalog: Catalog, name: str, given: object, unknown: set[str]) -> list[Value]:
    """Return the values that *given* may stand for: itself, or, where it is not known, all that it could be."""
    if name == ESCALATION_PATH and given is None:
        return [NO_PATH]
    value = known_value(catalog, name, given)
    if value is not None:
        return [value]
    unknown.add(name)
    rule = policy.unknown.get(name, "strictest")
    if rule == "error":
        message = f"`{name}` is not known or left out, and the policy of `{policy.use_case}` refuses that"
        raise InvalidRequestError(message)
    country = _country_of(given) if name == JURISDICTION else None
    if country in catalog.jurisdictions:
        return [place for place in sorted(catalog.jurisdictions) if lies_in(catalog, place, country)]
    return [None] if rule == "base" else [None, *all_values(catalog, name)]


def known_value(catalog: Catalog, name: str, given: object) -> Value:
    """Return the value of the dimension that *given* is, or None if the catalog does not know it."""
    dimension = catalog.dimensions.get(name)
    if isinstance(dimension, NumberDimension):
        number = read_number(given)
        return None if isinstance(number, str) else sum(number >= cut for cut in dimension.cuts)
    return given if isinstance(given, str) and given in all_values(catalog, name) else None


def all_values(catalog: Catalog, name: str) -> Sequence[str | int]:
    """Return every value that the catalog knows of a dimension, in order."""
    if name == JURISDICTION:
        return sorted(catalog.jurisdictions)
    if name == ESCALATION_PATH:
        return sorted([NO_PATH, *catalog.escalation_paths])
    dimension = catalog.dimensions[name]
    return range(len(dimension.cuts) + 1) if isinstance(dimension, NumberDimension) else sorted(dimension)


def lies_in(catalog: Catalog, place: str, group: str) -> bool:
    """Say whether a jurisdiction is *group* or lies in it, however deep."""
    above = [place]
    # The list grows while it is walked: each jurisdiction is met once, by however many ways it is reached
    for one in above:
        above += [up for up in catalog.jurisdictions[one].parents if up not in above]
    return group in above


def _country_of(given: object) -> str | None:
    """Return the country of a name shaped like ISO 3166-2 (`DE-XX`), else None."""
    return given[:2] if isinstance(given, str) and fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", given) else None


# --- which thresholds hold in a cell -------------------------------------------------------------------------


def matched_values(catalog: Catalog, override: Override, name: str) -> set[Value]:
    """Return the values of a dimension that the override matches; one that it does not name, all and *unknown*."""
    if name not in override.when:
        return {None, *all_values(catalog, name)}
    condition = override.when[name]
    if isinstance(condition, NumberCondition):
        cuts = [-math.inf, *catalog.dimensions[name].cuts, math.inf]  # type: ignore[union-attr]
        low = -math.inf if condition.at_least is None else condition.at_least
        high = math.inf if condition.below is None else condition.below
        return {place for place in range(len(cuts) - 1) if low <= cuts[place] and cuts[place + 1] <= high}
    wanted = [condition] if isinstance(condition, str) else condition
    if name == JURISDICTION:
        return {place for place in catalog.jurisdictions if any(lies_in(catalog, place, one) for one in wanted)}
    return set(wanted)


def fields_of_base(policy: Policy) -> dict[Field, Any]:
    """Return all that the policy itself says, each field by itself."""
    fields: dict[Field, Any] = {("on_invalid", name): band for name, band in band_per_class(policy.on_invalid, "number").items()}
    for band in policy.bands:
        fields["thresholds", band.name] = band.at_least
        fields["escalate", band.name] = band.escalate
        fields["reasons", band.name] = band.reasons
        for key, value in band.attributes.items():
            fields["attributes", band.name, key] = value
    return fields


def fields_of(override: Override) -> dict[Field, Any]:
    """Return all that an override sets, each field by itself."""
    fields: dict[Field, Any] = {}
    for kind in ("thresholds", "escalate", "reasons"):
        for band, value in (getattr(override, kind) or {}).items():
            fields[kind, band] = value
    for band, attributes in (override.attributes or {}).items():
        for key, value in attributes.items():
            fields["attributes", band, key] = value
    for name, band in band_per_class(override.on_invalid, "number").items():
        fields["on_invalid", name] = band
    return fields


def looseness(policy: Policy, field: Field, value: Any) -> float:  # noqa: ANN401 - a field may hold anything
    """Return a number that grows as the value of a field gets milder; 0 for fields that know no strictness."""
    if field[0] == "on_invalid":
        return policy.strictness[value]
    if field[0] != "thresholds":
        return 0
    number: float = {"always": -math.inf, "never": math.inf}[value] if isinstance(value, str) else value
    return number if policy.score.higher_is == "riskier" else -number


def window_of(policy: Policy, override: Override) -> tuple[datetime, datetime]:
    """Return from when until when the override holds: its own window, within the policy's."""
    begin, end = policy.effective.from_, policy.effective.until or _END_OF_TIME
    if override.effective is None:
        return begin, end
    return max(begin, override.effective.from_ or begin), min(end, override.effective.until or end)


def _lies_inside(inner: tuple[datetime, datetime], outer: tuple[datetime, datetime]) -> bool:
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]


# --- the verdict in a cell -----------------------------------------------------------------------------------


def judge(policy: Policy, held: Held, score: float | InvalidClass, place: int | None = None) -> Verdict:
    """Return the verdict in a cell by what holds there. An invalid score is never compared with a threshold."""
    threshold, threshold_from, above = None, None, None
    if isinstance(score, str):
        outcome, _ = held["on_invalid", score]
    else:
        for band in policy.band_names:
            outcome = band
            value, source = held["thresholds", band]
            if value is None or value == "always":
                break
            if value == "never":
                continue
            if score >= value:
                threshold, threshold_from = value, source
                break
            above = value
    attributes = {field[2]: value for field, (value, _) in held.items() if field[:2] == ("attributes", outcome)}
    return Verdict(
        outcome=outcome,
        threshold=threshold,
        threshold_from=threshold_from,
        next_threshold=above,
        invalid=score if isinstance(score, str) else None,
        escalate=held["escalate", outcome][0],
        reasons=held["reasons", outcome][0],
        attributes=attributes,
        jurisdiction=place,
    )
