"""What rules look at, each a step further from the text: a policy with its catalog, its cells, all policies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.lint.use import InUse, in_use
from policy_engine.model import EMPTY_CATALOG, Catalog, Policy, format_instant
from policy_engine.resolution import LEAD, Cell, Field, Reach, ResolvedPolicy, Settler
from policy_engine.vocabulary import (
    BASE,
    ESCALATION_PATH,
    JURISDICTION,
    MODEL_VERSION,
    NO_PATH,
    OF_MEMBERS,
    SCORE,
    Ties,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from policy_engine.lint.evidence import Told, Unfit
    from policy_engine.resolution.overlaps import WindowInForce


class PolicyInCatalog(NamedTuple):
    """A policy as written, and the catalog that declares the words it uses."""

    policy: Policy
    catalog: Catalog

    @property
    def has_catalog(self) -> bool:
        """Whether there is a catalog at all, so that a help text can tell the reader to write one."""
        return self.catalog is not EMPTY_CATALOG


@dataclass(frozen=True)
class PolicyInCells:
    """A policy with every cell that it makes."""

    resolved: ResolvedPolicy
    catalog: Catalog

    @property
    def policy(self) -> Policy:
        """The policy as written."""
        return self.resolved.policy

    @property
    def ties(self) -> Ties:
        """What holds where overrides meet and neither is narrower."""
        return self.policy.ties or self.catalog.ties or "error"

    @cached_property
    def by_id(self) -> dict[str, Reach]:
        """The overrides by their ids."""
        return {one.id: one for one in self.resolved.overrides}

    @cached_property
    def simplest_first(self) -> tuple[Cell, ...]:
        """All cells, those first in which the fewest overrides match: they make the plainest examples."""
        return tuple(sorted(self.resolved.cells, key=lambda cell: len(cell.matched)))

    @cached_property
    def ladders(self) -> tuple[Cell, ...]:
        """One cell for each scale's combination of settled thresholds, in the order of `simplest_first`."""
        different: dict[tuple[str | int | None, ...], Cell] = {}
        for cell in self.simplest_first:
            # Cells share what is settled alike, so that the objects' identities tell ladders apart.
            ids = [id(cell.settled["thresholds", band]) for band in cell.scale.bands[:-1]]
            different.setdefault((cell.scale.name, *ids), cell)
        return tuple(different.values())

    @cached_property
    def by_override(self) -> dict[str, list[Cell]]:
        """The cells in which each override matches, in the order of `simplest_first`."""
        cells: dict[str, list[Cell]] = {one.id: [] for one in self.resolved.overrides}
        for cell in self.simplest_first:
            for name in cell.matched:
                cells[name].append(cell)
        return cells

    def settler_of(self, cell: Cell) -> Settler:
        """Settles the fields of the cell's scale for sets of overrides that no cell has."""
        return self.resolved.settlers[cell.scale.name]

    def mask(self, ids: Iterable[str]) -> int:
        """Return the set of overrides that a settler takes: bit *i* for the *i*-th by id."""
        wanted = frozenset(ids)
        return sum(1 << i for i, one in enumerate(self.resolved.overrides) if one.id in wanted)

    def in_words(self, cell: Cell, dimensions: Iterable[str]) -> str:
        """Return " for EU, gold": what the cell is on *dimensions*, as far as the policy uses them."""
        words = [_value_in_words(self.catalog, name, cell.example[name]) for name in cell.example if name in dimensions]
        return f" for {', '.join(words)}" if words else ""

    def where(self, cell: Cell, sources: Iterable[str], *, is_of_scale: bool = False) -> str:
        """Return " for EU, gold": the cell in words, as far as *sources* name dimensions; empty for `base` alone.

        Where it *is_of_scale* what is told, the one of several scores is named, too.
        """
        named = [self.by_id[source] for source in sources if source != BASE]
        dimensions = {name for one in named for name in one.override.when}
        if is_of_scale and cell.scale.name is not None:
            dimensions.add(SCORE)
        words = [_value_in_words(self.catalog, name, cell.example[name]) for name in cell.example if name in dimensions]
        begins = self.policy.window[0]
        if words and any(one.window[0] > begins for one in named):
            words[-1] += f", from {format_instant(cell.since)}"
        return f" for {', '.join(words)}" if words else ""


class PolicyWithEvidence(NamedTuple):
    """A policy that names its evidence, and what that tells, or why it cannot be read and the mend."""

    policy: Policy
    told: Told | Unfit
    trouble: tuple[str, str] | None


class PolicyAtInstant(NamedTuple):
    """A policy as somebody finds it at an instant."""

    policy: Policy
    at: datetime


class ReachedByTests(NamedTuple):
    """What tests of a policy reach: bands by name, overrides and knock-outs by id."""

    bands: frozenset[str]
    overrides: frozenset[str]
    knock_outs: frozenset[str]


class PolicyUnderTest(NamedTuple):
    """A policy whose tests pass, and what they reach; and whether any policy of the set has a test at all."""

    resolved: ResolvedPolicy
    reached: ReachedByTests
    is_any_tested: bool

    @property
    def policy(self) -> Policy:
        """The policy as written."""
        return self.resolved.policy


class PolicyAgainst(NamedTuple):
    """A policy, and what its use case was in a git revision: digests of what decides, by version."""

    policy: Policy
    digest: str
    revision: str
    before: Mapping[int, Collection[str]]


class UseCaseAgainst(NamedTuple):
    """A use case that policies decide in a git revision, the last of them in a file and until an instant.

    `decided` are the use cases that policies decide now, and `instead` is the one that this file decides now, if any.
    """

    use_case: str
    revision: str
    file: str
    until: datetime
    now: datetime
    decided: Collection[str]
    instead: str | None


class FileAgainst(NamedTuple):
    """A file of a git revision that has errors: the first of them, and whether others are held against all the same."""

    file: str
    revision: str
    why: str
    is_alone: bool


@dataclass(frozen=True)
class CatalogInUse:
    """A catalog, and all policies that are checked with it."""

    catalog: Catalog
    policies: tuple[Policy, ...]

    @cached_property
    def use_cases(self) -> frozenset[str]:
        """The use cases of the policies."""
        return frozenset(one.use_case for one in self.policies)

    @cached_property
    def used(self) -> InUse:
        """Which words of the catalog anything names."""
        return in_use(self.catalog, self.policies)

    def jurisdictions_above(self, name: str) -> set[str]:
        """Return the jurisdictions that *name* lies in, however deep."""
        above: set[str] = set()
        ahead = [name]
        while ahead:
            parents = self.catalog.jurisdictions[ahead.pop()].parents
            ahead += [one for one in parents if one not in above]
            above.update(parents)
        return above


class SitedPolicy(NamedTuple):
    """A policy among others, with the file and the line that another one's finding can point to."""

    policy: Policy
    file: str
    line: int


def in_time_by_use_case(policies: Sequence[SitedPolicy]) -> Iterator[list[int]]:
    """Yield, for each use case, the places of its policies in *policies*: the live ones by time, then the candidates.

    So what is found in the later of two is found in the candidate, if one of them is live.
    """
    by_use_case: dict[str, list[int]] = {}
    for place, one in enumerate(policies):
        by_use_case.setdefault(one.policy.use_case, []).append(place)
    for places in by_use_case.values():
        yield sorted(places, key=lambda place: _place_in_time(policies[place]))


def live_in_time_by_use_case(policies: Sequence[SitedPolicy]) -> Iterator[list[int]]:
    """Yield, for each use case, the places of its live policies in *policies*, of which there are some, by time."""
    for in_time in in_time_by_use_case(policies):
        live = [place for place in in_time if policies[place].policy.stage is None]
        if live:
            yield live


def _place_in_time(one: SitedPolicy) -> tuple[bool, WindowInForce, str]:
    return one.policy.stage is not None, one.policy.window, one.file


def cell_of(cell: Cell) -> Mapping[str, str]:
    """Return the values of a cell by dimension, for a finding."""
    return {name: "unknown" if value is None else value for name, value in cell.example.items()}


def is_tied(cell: Cell, field: Field) -> bool:
    """Say whether overrides tie on *field* in the cell, so that what is settled there is not to be relied on."""
    return any(tie.field == field for tie in cell.ties)


def source_in_words(source: str) -> str:
    """Return where a value came from: "base", or "override `eu`"."""
    return BASE if source == BASE else f"override `{source}`"


def field_in_words(field: Field) -> str:
    """Return what an override sets, such as "the threshold of `block`"."""
    kind, *names = field
    what = {
        "thresholds": "the threshold",
        "escalate": "`escalate`",
        "reasons": "the reasons",
        "highlight": "`highlight`",
    }.get(kind)
    if what is not None:
        return f"{what} of `{names[0]}`"
    if field == LEAD:
        return "`lead`"
    if kind == "on_invalid":
        return f"`on_invalid` for `{names[0]}`"
    return f"the attribute `{names[1]}` of `{names[0]}`"


def _value_in_words(catalog: Catalog, dimension: str, value: str | None) -> str:
    if value is None:
        return f"{dimension} unknown"
    if dimension == ESCALATION_PATH:
        return "no open escalation path" if value == NO_PATH else f"escalation path {value}"
    if dimension in OF_MEMBERS:
        return f"{'model version' if dimension == MODEL_VERSION else dimension} {value}"
    is_list = dimension == JURISDICTION or isinstance(catalog.dimensions[dimension], tuple)
    return value if is_list else f"{dimension} {value}"
