"""Cells: every combination of values in which the same overrides, knock-outs and guardrails hold, as one."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.resolution.dimensions import UNKNOWN, Dimension, used_dimensions
from policy_engine.resolution.fields import LEAD
from policy_engine.resolution.overlaps import Reach, reaches
from policy_engine.resolution.safeguards import Safeguard, safeguards
from policy_engine.resolution.settle import Settled, Settler, Tie
from policy_engine.vocabulary import NO_PATH, OF_MEMBERS, SCORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from policy_engine.model import Catalog, Policy, Scale
    from policy_engine.resolution.dimensions import ValueSet
    from policy_engine.resolution.fields import Field
    from policy_engine.vocabulary import InvalidClass, Ties


MOST_CELLS: Final = 20_000
"""Overrides on n dimensions that nothing else ties together make 2 ** n cells. So many load in seconds."""
MOST_OVERRIDES: Final = 1_000
"""Each is compared with each: so many are a million pairs."""


class Step(NamedTuple):
    """One step from a request to its cell: the state so far and a value's code give the next state.

    States are sets of overrides, knock-outs and guardrails that still match (and the score, where there are several),
    so there are never more of them than these make.
    """

    dimension: Dimension
    codes: Mapping[str | None, int]
    next: tuple[tuple[int, ...], ...]


def walk(
    steps: Iterable[Step], start: int, ranges: Mapping[str, Iterable[str | None]]
) -> dict[int, dict[str, str | None]]:
    """Return the states that the combinations of *ranges* lead to from *start*, with the first that leads to each."""
    # The combinations may be millions: of those that come to the same state, only the first goes on.
    reached: dict[int, dict[str, str | None]] = {start: {}}
    for step in steps:
        name = step.dimension.name
        firsts: dict[int, str | None] = {}
        for value in ranges[name]:
            firsts.setdefault(step.codes[value], value)
        ahead, reached = reached, {}
        for state, values in ahead.items():
            for code, value in firsts.items():
                reached.setdefault(step.next[state][code], {**values, name: value})
    return reached


class Cell(NamedTuple):
    """All values in which the same overrides, knock-outs and guardrails hold, with what holds there for one scale.

    `matched` are the overrides, `safeguards` the knock-outs and guardrails. `example` is one value per used dimension
    (None: *unknown*) and `since` an instant at which it holds. `mask` is the set of `matched` as a `Settler` takes it.
    """

    scale: Scale
    matched: tuple[str, ...]
    safeguards: tuple[Safeguard, ...]
    example: Mapping[str, str | None]
    since: datetime
    settled: Mapping[Field, Settled]
    ties: tuple[Tie, ...]
    mask: int

    def threshold(self, band: str) -> Settled | None:
        """Return the threshold of a band and where it came from; None for the last band."""
        return self.settled.get(("thresholds", band))

    def on_invalid(self, invalid: InvalidClass) -> Settled:
        """Return the band of a class of bad input."""
        return self.settled["on_invalid", invalid]

    def escalate(self, band: str) -> Settled:
        """Return the escalation path of a band; its value is None where nobody is asked."""
        return self.settled["escalate", band]

    def reasons(self, band: str) -> Settled:
        """Return the reason codes of a band, or where they are taken from."""
        return self.settled["reasons", band]

    def highlight(self, band: str) -> Settled:
        """Return which of the classes are shown with a band; its value is None where none are."""
        return self.settled["highlight", band]

    @property
    def lead(self) -> Settled:
        """How far the first class must be ahead; its value is None where that does not matter."""
        return self.settled[LEAD]

    def attributes(self, band: str) -> dict[str, Any]:
        """Return the attributes of a band, by key."""
        found = {field[2]: one.value for field, one in self.settled.items() if field[:2] == ("attributes", band)}
        return dict(sorted(found.items()))


class ResolvedPolicy(NamedTuple):
    """A policy with every cell that it makes.

    `instants` are those at which an override begins or ends; `starts` gives the first state for each of the
    stretches between them, `steps` lead on from there, and the last state is the cell's place in `cells`.
    """

    policy: Policy
    overrides: tuple[Reach, ...]
    safeguards: tuple[Safeguard, ...]
    instants: tuple[datetime, ...]
    starts: tuple[int, ...]
    steps: tuple[Step, ...]
    cells: tuple[Cell, ...]
    settlers: Mapping[str | None, Settler]

    @property
    def outer(self) -> int:
        """How many of the steps are the same for all members of a case."""
        return sum(step.dimension.name not in OF_MEMBERS for step in self.steps)

    def cell_at(self, at: datetime, values: Mapping[str, str | None]) -> Cell:
        """Return the cell of one value per used dimension at an instant; a value that nobody declared is *unknown*."""
        return self.cells[self.place_at(at, values)]

    def start_at(self, at: datetime) -> int:
        """Return the state before the first step at an instant."""
        return self.starts[bisect_right(self.instants, at)]

    def place_at(self, at: datetime, values: Mapping[str, str | None]) -> int:
        """Return the place in `cells` of the cell that `cell_at` returns."""
        state = self.start_at(at)
        for step in self.steps:
            value = values.get(step.dimension.name)
            state = step.next[state][step.codes[value if value in step.codes else UNKNOWN]]
        return state


class Layout(NamedTuple):
    """A policy with the sets of overrides and safeguards that meet, before anything is settled in them.

    `factors` says how many ways each dimension tells them apart: each may multiply the cells by so much.
    `is_whole` is False where there are too many overrides or cells, and the rest was not looked for.
    """

    policy: Policy
    overrides: tuple[Reach, ...]
    safeguards: tuple[Safeguard, ...]
    instants: tuple[datetime, ...]
    starts: tuple[int, ...]
    steps: tuple[Step, ...]
    found: Sequence[_Found]
    factors: Mapping[str, int]
    ties: Ties
    is_whole: bool


def resolve(policy: Policy, catalog: Catalog, environment: Mapping[str, float] | None = None) -> ResolvedPolicy:
    """Return every cell of *policy* with what holds in it. The work follows the overrides, not the values."""
    return settle_cells(lay_out(policy, catalog), environment)


def settle_cells(layout: Layout, environment: Mapping[str, float] | None = None) -> ResolvedPolicy:
    """Return every cell of a layout that is whole, with what holds in it.

    *environment* gives tunable numbers in place of the file's, by the names that they have in `tunable`.
    """
    if not layout.is_whole:
        message = f"`{layout.policy.use_case}` makes too many cells to settle"
        raise ValueError(message)
    settlers = {
        scale.name: Settler(layout.policy, scale, layout.overrides, layout.ties, environment or {})
        for scale in layout.policy.scales
    }
    cells = tuple(
        _cell(mask, example, since, layout, settlers[example.get(SCORE)]) for mask, example, since in layout.found
    )
    return ResolvedPolicy(
        layout.policy,
        layout.overrides,
        layout.safeguards,
        layout.instants,
        layout.starts,
        layout.steps,
        cells,
        settlers,
    )


def lay_out(policy: Policy, catalog: Catalog) -> Layout:
    """Return the sets of overrides and safeguards that meet, as far as they are few enough to be settled."""
    ties = policy.ties or catalog.ties or "error"
    if len(policy.overrides) > MOST_OVERRIDES:
        return Layout(policy, (), (), (), (), (), (), {}, ties, is_whole=False)
    dimensions = used_dimensions(policy, catalog)
    overrides = reaches(policy, dimensions)
    others = safeguards(policy, catalog, dimensions)
    instants = _instants(policy, overrides)
    begin = policy.effective.from_
    # Bits of overrides, then of knock-outs and guardrails, which hold at any instant, then one for each of several
    # scores: cells of two scales are never one
    lasting = (1 << (len(overrides) + len(others) + len(policy.scales))) - (1 << len(overrides))
    in_force = [_in_force(overrides, at) | lasting for at in (begin, *instants)]
    states = list(dict.fromkeys(in_force))
    starts = tuple(states.index(mask) for mask in in_force)
    found: list[_Found] = [(mask, {}, (begin, *instants)[in_force.index(mask)]) for mask in states]
    steps = []
    sets = [*(one.sets for one in overrides), *(one.sets for one in others)]
    coded = [_codes(dimension, sets, [scale.name for scale in policy.scales]) for dimension in dimensions]
    for one in coded:
        step, found = _walk(one, found)
        steps.append(step)
        if len(found) > MOST_CELLS:
            break
    factors = {one.dimension.name: len(one.masks) for one in coded}
    is_whole = len(found) <= MOST_CELLS
    return Layout(policy, overrides, others, instants, starts, tuple(steps), found, factors, ties, is_whole)


_Found = tuple[int, dict[str, str | None], "datetime"]


def _instants(policy: Policy, overrides: Sequence[Reach]) -> tuple[datetime, ...]:
    begin, end = policy.window
    ends = {instant for one in overrides for instant in one.window}
    return tuple(sorted(instant for instant in ends if begin < instant < end))


def _in_force(overrides: Sequence[Reach], at: datetime) -> int:
    return sum(1 << i for i, one in enumerate(overrides) if one.window[0] <= at < one.window[1])


class _Coded(NamedTuple):
    """A dimension by what its values do: a code for each, and for each code what still matches and an example."""

    dimension: Dimension
    codes: Mapping[str | None, int]
    masks: Sequence[int]
    examples: Sequence[str | None]


def _codes(dimension: Dimension, sets: Sequence[Mapping[str, ValueSet]], scores: Sequence[str | None]) -> _Coded:
    masks: dict[int, int] = {}
    codes: dict[str | None, int] = {}
    examples: list[str | None] = []
    is_score = dimension.name == SCORE
    for value in dimension.values if is_score else _telling_first(dimension):
        mask = sum(1 << i for i, one in enumerate(sets) if value in one[dimension.name])
        mask |= sum(1 << len(sets) + i for i, score in enumerate(scores) if not is_score or value == score)
        codes[value] = masks.setdefault(mask, len(masks))
        if codes[value] == len(examples):
            examples.append(value)
    return _Coded(dimension, codes, tuple(masks), examples)


def _walk(coded: _Coded, found: list[_Found]) -> tuple[Step, list[_Found]]:
    """Return the step of one dimension, and every state behind it with an example.

    It ends early once there are too many states to go on with.
    """
    dimension, codes, masks, examples = coded
    reached: dict[int, _Found] = {}
    places: dict[int, int] = {}
    rows = []
    for state, example, since in found:
        row = []
        for mask, value in zip(masks, examples, strict=True):
            target = state & mask
            if target not in places:
                places[target] = len(places)
                reached[target] = (target, {**example, dimension.name: value}, since)
            row.append(places[target])
        rows.append(tuple(row))
        if len(reached) > MOST_CELLS:
            break
    return Step(dimension, codes, tuple(rows)), list(reached.values())


def _telling_first(dimension: Dimension) -> tuple[str | None, ...]:
    """Return the values, those first that make the best examples: groups, no open path, *unknown* last."""
    ordered = sorted(dimension.values, key=lambda value: (-len(dimension.within[value]), value != NO_PATH))
    return (*ordered, UNKNOWN)


def _cell(mask: int, example: dict[str, str | None], since: datetime, layout: Layout, settler: Settler) -> Cell:
    settled, ties = settler.settle_all(mask)
    many = len(layout.overrides)
    matched = tuple(one.id for i, one in enumerate(layout.overrides) if mask >> i & 1)
    others = tuple(one for i, one in enumerate(layout.safeguards) if mask >> many + i & 1)
    return Cell(settler.scale, matched, others, example, since, settled, ties, mask & (1 << many) - 1)
