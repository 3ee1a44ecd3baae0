"""From a checked set of policies to a decision table, which the reference then confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.compiler.confirm import confirm
from policy_engine.compiler.digests import table_digest
from policy_engine.compiler.table import CompiledCell, CompiledStep, DecisionTable, PolicyTable, Range
from policy_engine.model import Verdict
from policy_engine.resolution import UNKNOWN, ladder, policy_window
from policy_engine.vocabulary import INVALID_CLASSES, JURISDICTION

if TYPE_CHECKING:
    from policy_engine.model import Catalog, Policy
    from policy_engine.resolution import Cell, ResolvedPolicy, Rung, Step
    from policy_engine.validator import CheckedPolicySet
    from policy_engine.vocabulary import InvalidClass


def compile_policies(checked: CheckedPolicySet) -> DecisionTable:
    """Return the decision table of *checked*.

    Raises `MiscompiledError` where the table would decide other than the reference at any cut of any cell, at
    a float neighbour of one, or for any class of bad input.
    """
    by_use_case: dict[str, tuple[PolicyTable, ...]] = {}
    for one in checked.policies:
        table = compile_policy(one.resolved, checked.catalog)
        by_use_case[one.policy.use_case] = (*by_use_case.get(one.policy.use_case, ()), table)
    tables = {
        use_case: tuple(sorted(by_use_case[use_case], key=lambda table: table.begin))
        for use_case in sorted(by_use_case)
    }
    return DecisionTable(checked.catalog, tables, table_digest(checked.catalog, tables))


def compile_policy(resolved: ResolvedPolicy, catalog: Catalog) -> PolicyTable:
    """Return the table of one policy, confirmed by the reference."""
    policy = resolved.policy
    begin, end = policy_window(policy)
    table = PolicyTable(
        policy=policy,
        resolved=resolved,
        begin=begin,
        end=end,
        instants=resolved.instants,
        starts=resolved.starts,
        steps=tuple(_step(policy, step) for step in resolved.steps),
        cells=tuple(_cell(policy, cell) for cell in resolved.cells),
    )
    confirm(table, catalog)
    return table


def _step(policy: Policy, step: Step) -> CompiledStep:
    dimension = step.dimension
    rule = policy.unknown.get(dimension.name, "strictest")
    nothing = step.codes[UNKNOWN]
    known = {value: (step.codes[value],) for value in dimension.values}
    everything = _each_once(nothing, *(step.codes[value] for value in dimension.values))
    unknown = {"strictest": everything, "base": (nothing,), "error": None}[rule]
    within: dict[str, Range] = {}
    if dimension.name == JURISDICTION and rule != "error":
        for group, places in dimension.within.items():
            within[group] = _each_once(*(step.codes[place] for place in dimension.values if place in places))
    return CompiledStep(
        name=dimension.name,
        cuts=dimension.cuts,
        values=dimension.values,
        known=known,
        unknown=unknown,
        within=within,
        next=step.next,
        rule=rule,
    )


def _each_once(*codes: int) -> Range:
    return tuple(dict.fromkeys(codes))


def _cell(policy: Policy, cell: Cell) -> CompiledCell:
    rungs = ladder(policy, cell)
    above = [rung.threshold for rung in rungs[1:]] + [None]
    cuts = tuple(rung.threshold for rung in rungs if rung.threshold is not None)
    by_score = tuple(_scored(cell, rung, up) for rung, up in zip(rungs, above, strict=True))
    by_class = {invalid: _unscored(cell, invalid) for invalid in INVALID_CLASSES[:-1]}
    return CompiledCell(cuts, by_score, by_class)


def _scored(cell: Cell, rung: Rung, above: float | None) -> Verdict:
    return Verdict(
        outcome=rung.band,
        threshold=rung.threshold,
        threshold_from=rung.source,
        next_threshold=above,
        escalate=cell.escalate(rung.band).value,
        reasons=cell.reasons(rung.band).value,
        attributes=cell.attributes(rung.band),
    )


def _unscored(cell: Cell, invalid: InvalidClass) -> Verdict:
    band = cell.on_invalid(invalid).value
    return Verdict(
        outcome=band,
        invalid=invalid,
        escalate=cell.escalate(band).value,
        reasons=cell.reasons(band).value,
        attributes=cell.attributes(band),
    )
