"""A decision in plain words: which overrides matched, which won and why, how near the other bands were."""

from __future__ import annotations

from bisect import bisect_right
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from policy_engine.evaluator import named_jurisdictions, possible_values
from policy_engine.exceptions import MiscompiledError
from policy_engine.model import format_instant
from policy_engine.resolution import format_number, ladder
from policy_engine.vocabulary import BASE, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from policy_engine.compiler import CompiledCell, PolicyTable
    from policy_engine.engine.decision import Decision
    from policy_engine.model import Policy, Verdict
    from policy_engine.resolution import Cell, Reach, ResolvedPolicy
    from policy_engine.vocabulary import InvalidClass

_INVALID: Mapping[InvalidClass | None, str] = {
    "wrong_model": "the score is of another model, or of a version that the policy does not cover or that is not named",
    "missing": "there is no score",
    "wrong_type": "the score is no number",
    "not_finite": "the score is no finite number",
    "out_of_range": "the score lies outside the range",
}


def explain(decision: Decision, table: PolicyTable) -> str:
    """Return the explanation: some lines of text, the outcome first."""
    policy, verdict = table.policy, decision.verdict
    judged = _judged(decision, table)
    lines = [_headline(decision, judged.cell, policy), _where(decision, policy), *_range(decision, judged)]
    if verdict.invalid is None:
        lines += _cell(judged.cell, table)
    else:
        band = judged.cell.on_invalid(verdict.invalid)
        lines.append(f"`on_invalid` gives it that band there ({_source(band.source)}), whatever the thresholds are")
    escalation = decision.escalation
    if escalation is not None:
        due = f" until {format_instant(escalation.due)}" if escalation.due is not None else ""
        lines.append(f"the case goes to `{escalation.path}`: {escalation.to}{due}")
    return "\n".join(lines)


class _Judged(NamedTuple):
    """The cell that decided with its values (None: *unknown*), and in how many combinations the case was judged."""

    cell: Cell
    values: Mapping[str, str | None]
    jurisdiction: str | None
    combinations: int


def _judged(decision: Decision, table: PolicyTable) -> _Judged:
    """Find the first combination, in the order in which they are judged, that gave the outcome."""
    given = decision.request.dimensions
    found, count = None, 0
    for jurisdiction in named_jurisdictions(given.get(JURISDICTION)) or (None,):
        case = {**given, JURISDICTION: jurisdiction}
        ranges = {step.name: possible_values(table, step.name, case.get(step.name)) for step in table.steps}
        count += prod(len(values) for values in ranges.values())
        for place, values in _cells_in(table.resolved, decision.at, ranges).items():
            if found is None and _outcome(table.cells[place], decision) == decision.outcome:
                found = table.resolved.cells[place], values, jurisdiction
    if found is None:
        raise MiscompiledError("no cell of the case gives its outcome; please report this as a bug")
    return _Judged(*found, count)


def _cells_in(
    resolved: ResolvedPolicy, at: datetime, ranges: Mapping[str, Sequence[str | None]]
) -> dict[int, dict[str, str | None]]:
    """Return the places of all cells that the combinations of *ranges* lead to, with the first that leads to each."""
    # The combinations may be millions: of those that come to the same state, only the first goes on.
    reached: dict[int, dict[str, str | None]] = {resolved.start_at(at): {}}
    for step in resolved.steps:
        name, ahead = step.dimension.name, reached
        reached = {}
        for state, values in ahead.items():
            for value in ranges[name]:
                reached.setdefault(step.next[state][step.codes[value]], {**values, name: value})
    return reached


def _outcome(cell: CompiledCell, decision: Decision) -> str:
    if decision.verdict.invalid is not None:
        return cell.by_class[decision.verdict.invalid]
    return cell.rungs[bisect_right(cell.cuts, decision.signal or 0.0)].band


def _range(decision: Decision, judged: _Judged) -> Iterator[str]:
    """Yield what was not known, and what decided of all that was judged."""
    if decision.verdict.unknown:
        yield f"not known or left out: {', '.join(f'`{name}`' for name in decision.verdict.unknown)}"
    if judged.combinations > 1:
        values = [f"{name} {value or 'unknown'}" for name, value in judged.values.items()]
        if JURISDICTION not in judged.values and judged.jurisdiction is not None:
            values.insert(0, f"{JURISDICTION} {judged.jurisdiction[:60]}")
        decided = ", ".join(values)
        yield f"judged in each of {judged.combinations} combinations; the strictest holds, first found at {decided}"


def _headline(decision: Decision, cell: Cell, policy: Policy) -> str:
    verdict, score = decision.verdict, decision.signal
    if verdict.invalid is not None or score is None:
        return f"`{verdict.outcome}`: {_INVALID[verdict.invalid]} (`{verdict.invalid}`)"
    parts = []
    if verdict.threshold is not None:
        number, source = format_number(verdict.threshold), _source(verdict.threshold_from)
        parts.append(f"{_distance(score - verdict.threshold)} the threshold {number} ({source})")
    if verdict.next_threshold is not None:
        number, above = format_number(verdict.next_threshold), _band_above(verdict, cell)
        parts.append(f"{_distance(score - verdict.next_threshold)} {number}, from which on it is `{above}`")
    where = " and ".join(parts) or "in the only band that scores can reach there"
    return f"`{verdict.outcome}`: score {format_number(score)} is {where}"


def _distance(difference: float) -> str:
    if difference == 0:
        return "exactly on"
    return f"{abs(difference):.6g} {'above' if difference > 0 else 'below'}"


def _band_above(verdict: Verdict, cell: Cell) -> str:
    rungs = ladder(cell)
    place = next(place for place, rung in enumerate(rungs) if rung.band == verdict.outcome)
    return rungs[place + 1].band


def _where(decision: Decision, policy: Policy) -> str:
    given = [f"{name} {_shown(value)}" for name, value in decision.request.dimensions.items() if value is not None]
    case = f"; {', '.join(given)}" if given else ""
    return f"policy `{policy.use_case}` version {policy.version}, at {format_instant(decision.at)}{case}"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return " and ".join(str(item)[:60] for item in value)
    return str(value)[:60]


def _source(source: str | None) -> str:
    return "the policy's base" if source == BASE else f"override `{source}`"


def _cell(cell: Cell, table: PolicyTable) -> Iterator[str]:
    policy = table.policy
    yield "thresholds there:"
    width = max(len(name) for name in policy.band_names)
    for rung in reversed(ladder(cell)):
        if rung.threshold is None:
            yield f"  {rung.band:<{width}}  everything else"
        else:
            yield f"  {rung.band:<{width}}  from {format_number(rung.threshold)}, {_source(rung.source)}"
    matched = [one for one in table.resolved.overrides if one.id in cell.matched]
    if not matched:
        yield "no override matches there"
        return
    yield f"overrides that match: {', '.join(f'`{one.id}`' for one in matched)}"
    for one in matched:
        if one.override.because:
            yield f"  `{one.id}`: {' '.join(one.override.because.split())}"
    yield from contests(cell, matched)


def contests(cell: Cell, matched: Sequence[Reach]) -> Iterator[str]:
    """Yield, for each threshold that several overrides set, who won and why."""
    by_id = {one.id: one for one in matched}
    for field, settled in cell.settled.items():
        if field[0] != "thresholds" or settled.source == BASE:
            continue
        winner = by_id[settled.source]
        for loser in matched:
            if loser is winner or field not in loser.fields:
                continue
            value = loser.fields[field]
            other = value if isinstance(value, str) else format_number(value)
            yield f"  `{field[1]}`: `{winner.id}` holds and not `{loser.id}` ({other}): {_why(winner, loser)}"


def _why(winner: Reach, loser: Reach) -> str:
    if winner.same_cells_as(loser):
        return "both match the same cells, and its window is the inner one"
    if winner.is_narrower_than(loser):
        return "it is narrower"
    return "neither is narrower, and the stricter holds"
