"""From a checked set of policies to a decision table, which the reference then confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy_engine.compiler.confirm import confirm
from policy_engine.compiler.digests import policy_digest, table_digest
from policy_engine.compiler.table import CompiledCell, CompiledStep, DecisionTable, Details, PolicyTable, Range
from policy_engine.model import KnockOut
from policy_engine.reference import numbers_from
from policy_engine.resolution import UNKNOWN, resolve, rungs_of
from policy_engine.vocabulary import JURISDICTION, LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policy_engine.model import Catalog, Highlight, Policy
    from policy_engine.resolution import Cell, ResolvedPolicy, Step
    from policy_engine.validator import CheckedPolicy, CheckedPolicySet


def compile_policies(
    checked: CheckedPolicySet,
    environment: Mapping[str, str] | None = None,
    leave_out: Callable[[CheckedPolicy, Exception], None] | None = None,
) -> DecisionTable:
    """Return the decision table of *checked*, with the numbers that the variables of *environment* give to tunables.

    With *leave_out*, a candidate that cannot be compiled is left out, and *leave_out* is told why.
    Raises `EnvironmentNumberError` for a variable that is no number or lies outside its bounds, and
    `MiscompiledError` where the table would decide other than the reference at any cut of any cell, at a float
    neighbour of one, or for any class of bad input.
    """
    tables = []
    for one in checked.policies:
        try:
            tables.append(compile_policy(one.resolved, checked.catalog, environment))
        except Exception as error:
            if leave_out is None or one.policy.stage is None:
                raise
            leave_out(one, error)
    policies = _by_use_case(table for table in tables if table.policy.stage is None)
    candidates = _by_use_case(table for table in tables if table.policy.stage is not None)
    return DecisionTable(checked.catalog, policies, candidates, table_digest(checked.catalog, policies, candidates))


def _by_use_case(tables: Iterable[PolicyTable]) -> dict[str, tuple[PolicyTable, ...]]:
    found: dict[str, tuple[PolicyTable, ...]] = {}
    for table in sorted(tables, key=lambda table: (table.policy.use_case, table.begin, table.policy.version)):
        found[table.policy.use_case] = (*found.get(table.policy.use_case, ()), table)
    return found


def compile_policy(
    resolved: ResolvedPolicy, catalog: Catalog, environment: Mapping[str, str] | None = None
) -> PolicyTable:
    """Return the table of one policy, confirmed by the reference."""
    policy = resolved.policy
    numbers = numbers_from(policy, environment or {})
    if numbers:
        resolved = resolve(policy, catalog, numbers)
    begin, end = policy.window
    made = _Cells(policy)
    steps = tuple(_step(policy, step) for step in resolved.steps)
    cells = tuple(made.cell(cell) for cell in resolved.cells)
    table = PolicyTable(
        policy=policy,
        resolved=resolved,
        begin=begin,
        end=end,
        instants=resolved.instants,
        starts=resolved.starts,
        steps=steps,
        outer=resolved.outer,
        cells=cells,
        environment=numbers,
        digest=policy_digest(policy, resolved, steps, cells),
    )
    confirm(table, catalog)
    return table


def _step(policy: Policy, step: Step) -> CompiledStep:
    dimension = step.dimension
    rule = policy.unknown.get(dimension.name, "strictest")
    if dimension.name == LABEL:
        rule = policy.unknown_label or "strictest"
    known = {value: (step.codes[value],) for value in dimension.values}
    nothing = step.codes.get(UNKNOWN)
    alone = () if nothing is None else (nothing,)
    everything = _each_once(*alone, *(step.codes[value] for value in dimension.values))
    unknown = {"strictest": everything, "base": alone, "error": None}[rule]
    within: dict[str, Range] = {}
    if dimension.name == JURISDICTION and rule != "error":
        for group, places in dimension.within.items():
            within[group] = _each_once(*(step.codes[place] for place in dimension.values if place in places))
    return CompiledStep(
        name=dimension.name,
        cuts=dimension.cuts,
        values=dimension.values,
        known=known,
        nothing=nothing,
        unknown=unknown,
        possible=everything,
        within=within,
        next=step.next,
        rule=rule,
    )


def _each_once(*codes: int) -> Range:
    return tuple(dict.fromkeys(codes))


class _Cells:
    """Compiles cells. What is settled alike in several is made once."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._made: dict[tuple[int, ...], Mapping[str, Details]] = {}

    def cell(self, cell: Cell) -> CompiledCell:
        settled = {band: cell.settled["thresholds", band] for band in cell.scale.bands[:-1]}
        thresholds = {band: (one.value, one.source) for band, one in settled.items()}
        rungs = rungs_of(cell.scale, thresholds)
        guardrails = [one.of for one in cell.safeguards if not isinstance(one.of, KnockOut)]
        return CompiledCell(
            cuts=tuple(rung.threshold for rung in rungs if rung.threshold is not None),
            rungs=rungs,
            thresholds=thresholds,
            by_class={name: cell.on_invalid(name).value for name in cell.scale.on_invalid},
            details=self._details(cell),
            lead=cell.lead.value,
            knock_outs=tuple(one.of for one in cell.safeguards if isinstance(one.of, KnockOut)),
            closed=self._bands(guardrail for guardrail in guardrails if guardrail.require == "never"),
            asking=self._bands(guardrail for guardrail in guardrails if guardrail.require == "person"),
        )

    def _bands(self, guardrails: Iterable[Any]) -> frozenset[str]:
        return frozenset(band for one in guardrails for band in self._policy.bands_under(one))

    def _details(self, cell: Cell) -> Mapping[str, Details]:
        # Cells share what is settled alike, so that the objects' identities tell it apart
        fields = [one for field, one in cell.settled.items() if field[0] not in ("thresholds", "on_invalid", "lead")]
        key = tuple(id(one) for one in fields)
        if key not in self._made:
            self._made[key] = {
                band: Details(
                    cell.escalate(band).value,
                    cell.reasons(band).value,
                    cell.attributes(band),
                    self._rounded(cell.highlight(band).value),
                )
                for band in self._policy.band_names
            }
        return self._made[key]

    def _rounded(self, highlight: Highlight | None) -> Highlight | None:
        if highlight is None:
            return None
        above = self._policy.scales[0].score.rounded(highlight.above)
        return highlight.model_copy(update={"above": above})
