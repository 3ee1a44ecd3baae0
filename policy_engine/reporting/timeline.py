"""Every instant at which something changes for a use case, and what changes in which cells."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from policy_engine.canonical import canonical_json
from policy_engine.model import BESIDE_CELLS, END_OF_TIME, Policy
from policy_engine.reporting.effective import EVERYWHERE, EVERYWHERE_ELSE, is_of_scale, values_of, where_in_words
from policy_engine.resolution import UNKNOWN, has_strictness, looseness
from policy_engine.vocabulary import NO_PATH, SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from policy_engine.resolution import Cell, Dimension, Field, ResolvedPolicy

Direction = Literal["tighter", "looser"]

EventKind = Literal[
    "goes_live",
    "ends",
    "override_begins",
    "override_ends",
    "shadow_begins",
    "canary_begins",
    "stage_ends",
    "sample_ends",
]


class Event(NamedTuple):
    """What begins or ends: a version, one of its overrides or samples by id, a candidate."""

    kind: EventKind
    version: int
    id: str | None = None


class FieldChange(NamedTuple):
    """What a field was and what it becomes, None where it is not there; the direction where there is one."""

    field: Field
    before: Any
    after: Any
    direction: Direction | None


@dataclass(frozen=True, slots=True)
class CellChange:
    """Everything that changes in one cell. `values` are an example; None is *unknown*."""

    where: str
    values: Mapping[str, str | None]
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What changes at one instant, for the live policy or, at the beginning of a candidate, from that to the candidate.

    `before` and `after` are versions, None where no policy decides. `keys` are those of the policy itself that
    differ: what no cell shows.
    """

    at: datetime
    events: tuple[Event, ...]
    before: int | None
    after: int | None
    is_candidate: bool
    keys: tuple[FieldChange, ...]
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All changes of a use case, the first first; `is_partial` if only some of its cells were asked for."""

    use_case: str
    changes: tuple[Change, ...]
    is_partial: bool = False


class _State(NamedTuple):
    """A policy with the state at which its cells begin at an instant."""

    resolved: ResolvedPolicy
    start: int


def timeline(use_case: str, policies: Iterable[ResolvedPolicy], given: Mapping[str, object]) -> Timeline:
    """Return every change of *use_case*; only in the cells of the values *given*, where there are some."""
    own = [one for one in policies if one.policy.use_case == use_case]
    live = [one for one in own if one.policy.stage is None]
    candidates = [one for one in own if one.policy.stage is not None]
    changes = [_live_change(live, at, given) for at in _instants(live)]
    changes += [_candidate_change(live, one, at, given) for one in candidates for at in _instants([one])]
    ordered = sorted(changes, key=lambda one: (one.at, one.is_candidate, one.after or 0))
    return Timeline(use_case, tuple(ordered), is_partial=bool(given))


def _instants(policies: Sequence[ResolvedPolicy]) -> list[datetime]:
    ends = {instant for one in policies for instant in (*one.policy.window, *one.instants, *_sample_ends(one))}
    return sorted(ends - {END_OF_TIME})


def _sample_ends(resolved: ResolvedPolicy) -> Iterator[datetime]:
    begin, end = resolved.policy.window
    for sample in resolved.policy.samples:
        if sample.until is not None and begin < sample.until < end:
            yield sample.until


def _live_change(live: Sequence[ResolvedPolicy], at: datetime, given: Mapping[str, object]) -> Change:
    before = next((_just_before(one, at) for one in live if _holds_before(one, at)), None)
    after = next((_State(one, one.start_at(at)) for one in live if _holds_at(one, at)), None)
    events = sorted(event for one in live for event in _events(one, at))
    return _change(at, tuple(events), before, after, given, is_candidate=False)


def _candidate_change(
    live: Sequence[ResolvedPolicy], candidate: ResolvedPolicy, at: datetime, given: Mapping[str, object]
) -> Change:
    begin, end = candidate.policy.window
    events = tuple(sorted(_events(candidate, at)))
    if at == end:
        return Change(at, events, candidate.policy.version, None, is_candidate=True, keys=(), cells=())
    before: _State | None = _just_before(candidate, at)
    if at == begin:
        before = next((_State(one, one.start_at(at)) for one in live if _holds_at(one, at)), None)
    return _change(at, events, before, _State(candidate, candidate.start_at(at)), given, is_candidate=True)


def _just_before(resolved: ResolvedPolicy, at: datetime) -> _State:
    return _State(resolved, resolved.starts[bisect_left(resolved.instants, at)])


def _holds_before(resolved: ResolvedPolicy, at: datetime) -> bool:
    begin, end = resolved.policy.window
    return begin < at <= end


def _holds_at(resolved: ResolvedPolicy, at: datetime) -> bool:
    begin, end = resolved.policy.window
    return begin <= at < end


def _events(resolved: ResolvedPolicy, at: datetime) -> Iterator[Event]:
    policy = resolved.policy
    begin, end = policy.window
    stage = policy.stage
    if at == begin:
        kind: EventKind = "goes_live" if stage is None else "shadow_begins" if stage.shadow else "canary_begins"
        yield Event(kind, policy.version)
    if at == end:
        yield Event("ends" if stage is None else "stage_ends", policy.version)
    if begin < at < end:
        for one in resolved.overrides:
            if at == one.window[0]:
                yield Event("override_begins", policy.version, one.id)
            if at == one.window[1]:
                yield Event("override_ends", policy.version, one.id)
        for sample in policy.samples:
            if at == sample.until:
                yield Event("sample_ends", policy.version, sample.id)


def _change(
    at: datetime,
    events: tuple[Event, ...],
    before: _State | None,
    after: _State | None,
    given: Mapping[str, object],
    *,
    is_candidate: bool,
) -> Change:
    versions = [None if one is None else one.resolved.policy.version for one in (before, after)]
    keys: tuple[FieldChange, ...] = ()
    cells: tuple[CellChange, ...] = ()
    if before is not None and after is not None:
        keys = tuple(_keys(before.resolved.policy, after.resolved.policy, at))
        cells = tuple(_cells(before, after, given))
    return Change(at, events, versions[0], versions[1], is_candidate, keys, cells)


# --- what changes --------------------------------------------------------------------------------------------

_KEYS = tuple(key for key in Policy.model_fields if key in BESIDE_CELLS or key == "unknown")
"""The keys of a policy that decisions depend on beside its cells, in their order in the language."""


def _keys(before: Policy, after: Policy, at: datetime) -> Iterator[FieldChange]:
    """Yield what differs between two policies but for their cells; lists of named things by their ids.

    A sample that has ended by then is there no more.
    """
    if before.band_names != after.band_names:
        yield FieldChange(("bands",), list(before.band_names), list(after.band_names), None)
    for key in _KEYS:
        was, becomes = (_parts(key, one, at) for one in (before, after))
        for name in dict.fromkeys((*was, *becomes)):
            if canonical_json(was.get(name)) != canonical_json(becomes.get(name)):
                field = (key,) if name == key else (key, name)
                yield FieldChange(field, was.get(name), becomes.get(name), None)


def _parts(key: str, policy: Policy, at: datetime) -> dict[str, Any]:
    if key == "samples":
        in_force = [one for one in policy.samples if one.until is None or one.until > at]
        return {one.id: one.model_dump(mode="json", exclude_none=True) for one in in_force}
    value = policy.model_dump(mode="json", by_alias=True, include={key}, exclude_none=True).get(key)
    if isinstance(value, list):
        return {one["id"]: one for one in value}
    return value if isinstance(value, dict) and key != "score" else {key: value}


def _cells(before: _State, after: _State, given: Mapping[str, object]) -> Iterator[CellChange]:
    """Yield every cell in which something changes, the plainest first."""
    found = []
    pairs = list(_pairs(before, after, given))
    is_alone = all(not (was.matched or becomes.matched) for (was, becomes), _ in pairs)
    for (was, becomes), values in pairs:
        fields = tuple(_fields(was, becomes, before.resolved.policy, after.resolved.policy))
        if fields:
            matched = {
                id(reach): reach
                for cell, resolved in ((was, before.resolved), (becomes, after.resolved))
                for reach in resolved.overrides
                if reach.id in cell.matched
            }
            steps = {step.dimension.name: step for one in (before, after) for step in one.resolved.steps}
            where = where_in_words(steps.values(), tuple(matched.values()), values.get(SCORE))
            found.append((len(matched), CellChange(where, values, fields)))
    told: list[tuple[str, tuple[FieldChange, ...]]] = []
    for _, one in sorted(found, key=lambda item: (item[0], item[1].where)):
        # cells that differ only in their knock-outs and guardrails are one here
        if (one.where, one.fields) not in told:
            told.append((one.where, one.fields))
            where = one.where or (EVERYWHERE if is_alone or given else EVERYWHERE_ELSE)
            yield CellChange(where, one.values, one.fields)


def _pairs(
    before: _State, after: _State, given: Mapping[str, object]
) -> Iterator[tuple[tuple[Cell, Cell], dict[str, str | None]]]:
    """Yield every pair of cells, one before and one after, that some values lead to, with the first that do.

    A score that only one side knows has no cell on the other: the key `scores` tells of it.
    """
    sides = (before, after)
    dimensions = _dimensions(sides)
    scores = _values(dimensions[SCORE], given) if SCORE in dimensions else (None,)
    for score in scores:
        if SCORE in dimensions and any(score not in (side.resolved.policy.scores or ()) for side in sides):
            continue
        scales = [side.resolved.policy.scale_of(score) for side in sides]
        ranges = {
            name: [value for value in _values(dimension, given) if any(is_of_scale(one, name, value) for one in scales)]
            for name, dimension in dimensions.items()
        }
        for (was, becomes), values in _walked(sides, ranges).items():
            yield (before.resolved.cells[was], after.resolved.cells[becomes]), values


def _walked(
    sides: tuple[_State, _State], ranges: Mapping[str, Sequence[str | None]]
) -> dict[tuple[int, int], dict[str, str | None]]:
    """Return the places that the combinations of *ranges* lead to on both sides, with the first that leads there."""
    reached: dict[tuple[int, int], dict[str, str | None]] = {(sides[0].start, sides[1].start): {}}
    for name, wanted in ranges.items():
        steps = [next((s for s in side.resolved.steps if s.dimension.name == name), None) for side in sides]
        following: dict[tuple[int, int], dict[str, str | None]] = {}
        for state, values in reached.items():
            for value in wanted:
                target = tuple(
                    at if step is None else step.next[at][step.codes[value if value in step.codes else UNKNOWN]]
                    for step, at in zip(steps, state, strict=True)
                )
                following.setdefault((target[0], target[1]), {**values, name: value})
        reached = following
    return reached


def _dimensions(sides: Iterable[_State]) -> dict[str, Dimension]:
    found: dict[str, Dimension] = {}
    for side in sides:
        for step in side.resolved.steps:
            found.setdefault(step.dimension.name, step.dimension)
    return found


def _values(dimension: Dimension, given: Mapping[str, object]) -> tuple[str | None, ...]:
    if dimension.name in given:
        return values_of(dimension, given)
    # of several scores none is unknown
    if dimension.name == SCORE:
        return dimension.values
    # no open path is what most cases have: it makes the best example
    return (*sorted(dimension.values, key=lambda value: value != NO_PATH), UNKNOWN)


def _fields(was: Cell, becomes: Cell, before: Policy, after: Policy) -> Iterator[FieldChange]:
    for field in dict.fromkeys((*was.settled, *becomes.settled)):
        values = [cell.settled[field].value if field in cell.settled else None for cell in (was, becomes)]
        if _is_same(*values):
            continue
        yield FieldChange(field, values[0], values[1], _direction(field, was, becomes, (before, after)))


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - a field may hold anything
    return type(one) is type(other) and canonical_json(as_plain(one)) == canonical_json(as_plain(other))


def as_plain(value: Any) -> Any:  # noqa: ANN401 - a field may hold anything
    """Return the value of a field as JSON has it."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return list(value) if isinstance(value, tuple) else value


def _direction(field: Field, was: Cell, becomes: Cell, policies: tuple[Policy, Policy]) -> Direction | None:
    """Say whether a threshold or a band of `on_invalid` gets stricter; None where the two cannot be compared."""
    before, after = policies
    is_alike = before.by_strictness == after.by_strictness and was.scale.is_riskier == becomes.scale.is_riskier
    if not (has_strictness(field) and is_alike and field in was.settled and field in becomes.settled):
        return None
    loose = [looseness(after, becomes.scale, field, cell.settled[field].value) for cell in (was, becomes)]
    if loose[0] == loose[1]:
        return None
    return "looser" if loose[1] > loose[0] else "tighter"
