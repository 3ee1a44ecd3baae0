"""The decision table: everything that a decision needs, settled beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.model import Catalog, Policy, Verdict
    from policy_engine.resolution import ResolvedPolicy
    from policy_engine.vocabulary import InvalidClass, UnknownRule

Range = tuple[int, ...]
"""The codes of all values that a given value may stand for, in the order in which they are judged."""


@dataclass(frozen=True, slots=True)
class CompiledCell:
    """The verdicts of one cell: one for each stretch between two cuts, lowest first, and one per invalid class."""

    # INVARIANT: cuts rise strictly and by_score has one verdict more; the compiler proves it, bisect needs it.
    cuts: tuple[float, ...]
    by_score: tuple[Verdict, ...]
    by_class: Mapping[InvalidClass, Verdict]


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """One dimension: what given values stand for, and where the codes lead from each state.

    `known` maps a value to its range of one code. `unknown` is the range of a value that nobody declared, or
    None where the policy refuses one. `within` maps a jurisdiction to the range of all that lies in it.
    """

    name: str
    cuts: tuple[float, ...]
    values: tuple[str, ...]
    known: Mapping[str, Range]
    unknown: Range | None
    within: Mapping[str, Range]
    next: tuple[tuple[int, ...], ...]
    rule: UnknownRule


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """One policy, compiled. `begin` and `end` are its window; `end` is exclusive."""

    policy: Policy
    resolved: ResolvedPolicy
    begin: datetime
    end: datetime
    instants: tuple[datetime, ...]
    starts: tuple[int, ...]
    steps: tuple[CompiledStep, ...]
    cells: tuple[CompiledCell, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """All policies of a set, compiled. Only `compile_policies` makes one.

    `policies` lists the tables of each use case by their beginning. `digest` is the SHA-256 of everything
    that a decision depends on; two sets with one digest decide alike.
    """

    catalog: Catalog
    policies: Mapping[str, tuple[PolicyTable, ...]]
    digest: str
