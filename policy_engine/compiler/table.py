"""The decision table: everything that a decision needs, settled beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policy_engine.model import CaseReasons, Catalog, Highlight, KnockOut, Lead, Policy
    from policy_engine.resolution import ResolvedPolicy, Rung
    from policy_engine.vocabulary import EmptyingThreshold, InvalidClass, UnknownRule

Range = tuple[int, ...]
"""The codes of all values that a given value may stand for, in the order in which they are judged."""


@dataclass(frozen=True, slots=True)
class Details:
    """What goes with a band in a cell: who gets the case, why, what else the caller is told, what is shown.

    The cut of the highlight is as the score's type holds it.
    """

    escalate: str | None
    reasons: tuple[str, ...] | CaseReasons
    attributes: Mapping[str, Any]
    highlight: Highlight | None


@dataclass(frozen=True, slots=True)
class CompiledCell:
    """One cell for one scale: its ladder by stretches of the signal, lowest first, and what else holds there.

    `rungs[i]` is the band of the stretch from `cuts[i - 1]` up to `cuts[i]`. `thresholds` has each band's number or
    word, and where it came from. `closed` are the bands that a guardrail closes, `asking` those for which
    one requires a person. `knock_outs` are those whose dimensions match; their facts are the case's.
    """

    # INVARIANT: cuts rise strictly and rungs has one more; the compiler proves it, bisect needs it.
    cuts: tuple[float, ...]
    rungs: tuple[Rung, ...]
    thresholds: Mapping[str, tuple[float | EmptyingThreshold, str]]
    by_class: Mapping[InvalidClass, str]
    details: Mapping[str, Details]
    lead: Lead | None
    knock_outs: tuple[KnockOut, ...]
    closed: frozenset[str]
    asking: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """One dimension: what given values stand for, and where the codes lead from each state.

    `known` maps a value to its range of one code, `nothing` is the code of *unknown*. `unknown` is the range by which
    a value that nobody declared is judged, or None where the policy refuses one; `possible` all that it may be.
    `within` maps a jurisdiction to the range of all that lies in it.
    """

    name: str
    cuts: tuple[float, ...]
    values: tuple[str, ...]
    known: Mapping[str, Range]
    nothing: int | None
    unknown: Range | None
    possible: Range
    within: Mapping[str, Range]
    next: tuple[tuple[int, ...], ...]
    rule: UnknownRule


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """One policy, compiled. `begin` and `end` are its window, for a candidate that of its stage; `end` is exclusive.

    The first `outer` of the steps are the same for all members of a case. `environment` has the numbers that came
    from there, by the names that they have in `tunable`.
    """

    policy: Policy
    resolved: ResolvedPolicy
    begin: datetime
    end: datetime
    instants: tuple[datetime, ...]
    starts: tuple[int, ...]
    steps: tuple[CompiledStep, ...]
    outer: int
    cells: tuple[CompiledCell, ...]
    environment: Mapping[str, float]
    digest: str


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """All policies of a set, compiled. Only `compile_policies` makes one.

    `policies` lists the tables of each use case by their beginning, `candidates` those of the policies that are
    not live. `digest` is the SHA-256 of everything that a decision depends on; two sets with one digest decide alike.
    """

    catalog: Catalog
    policies: Mapping[str, tuple[PolicyTable, ...]]
    candidates: Mapping[str, tuple[PolicyTable, ...]]
    digest: str
