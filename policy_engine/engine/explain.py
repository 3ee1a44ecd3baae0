"""A decision in plain words: which overrides matched, which won and why, how near the other bands were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.evaluator import known_value, named_jurisdictions
from policy_engine.model import format_instant
from policy_engine.resolution import format_number, ladder
from policy_engine.vocabulary import BASE, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.decision import Decision
    from policy_engine.model import Policy, Verdict
    from policy_engine.resolution import Cell, Reach

_INVALID = {
    "wrong_model": "the score is of another model, or of a version that the policy does not cover",
    "missing": "there is no score",
    "wrong_type": "the score is no number",
    "not_finite": "the score is no finite number",
    "out_of_range": "the score lies outside the range",
}


def explain(decision: Decision, table: PolicyTable) -> str:
    """Return the explanation: some lines of text, the outcome first."""
    policy = table.policy
    cell = _cell_of(decision, table)
    lines = [_headline(decision, policy, cell), _where(decision, policy)]
    if decision.verdict.unknown:
        names = ", ".join(f"`{name}`" for name in decision.verdict.unknown)
        lines.append(f"not known or left out: {names}; what it could be was judged as well, and the strictest taken")
    elif cell is None:
        lines.append("several jurisdictions were named; each was judged by itself, and the strictest taken")
    else:
        lines += _cell(cell, table)
    escalation = decision.escalation
    if escalation is not None:
        due = f" until {format_instant(escalation.due)}" if escalation.due is not None else ""
        lines.append(f"the case goes to `{escalation.path}`: {escalation.to}{due}")
    return "\n".join(lines)


def _headline(decision: Decision, policy: Policy, cell: Cell | None) -> str:
    verdict, score = decision.verdict, decision.signal
    if verdict.invalid is not None or score is None:
        return f"`{verdict.outcome}`: {_INVALID[verdict.invalid or 'missing']} (`{verdict.invalid}`)"
    parts = []
    if verdict.threshold is not None:
        source = _source(verdict.threshold_from)
        parts.append(
            f"{_distance(score - verdict.threshold)} the threshold {format_number(verdict.threshold)} ({source})"
        )
    if verdict.next_threshold is not None:
        above = _band_above(policy, verdict, cell)
        distance = _distance(score - verdict.next_threshold)
        parts.append(f"{distance} {format_number(verdict.next_threshold)}, from which on it is {above}")
    where = " and ".join(parts) or "in the only band that scores can reach there"
    return f"`{verdict.outcome}`: score {format_number(score)} is {where}"


def _distance(difference: float) -> str:
    if difference == 0:
        return "exactly on"
    return f"{abs(difference):.6g} {'above' if difference > 0 else 'below'}"


def _band_above(policy: Policy, verdict: Verdict, cell: Cell | None) -> str:
    """Return the band above in words; where several cells were judged, without a promise which it is."""
    if cell is None:
        return "a band above"
    rungs = ladder(policy, cell)
    place = next(place for place, rung in enumerate(rungs) if rung.band == verdict.outcome)
    return f"`{rungs[place + 1].band}`"


def _where(decision: Decision, policy: Policy) -> str:
    given = [f"{name} {_shown(value)}" for name, value in decision.request.dimensions.items() if value is not None]
    case = f"; {', '.join(given)}" if given else ""
    return f"policy `{policy.use_case}` version {policy.version}, at {format_instant(decision.at)}{case}"


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return " and ".join(str(item)[:60] for item in value)
    return str(value)[:60]


def _source(source: str | None) -> str:
    return "the policy's base" if source == BASE else f"override `{source}`"


def _cell_of(decision: Decision, table: PolicyTable) -> Cell | None:
    """Return the cell that decided, or None where several were judged."""
    given = decision.request.dimensions
    named = named_jurisdictions(given.get(JURISDICTION))
    if decision.verdict.unknown or len(named) > 1:
        return None
    values = {
        stage.name: known_value(stage, named[0] if stage.name == JURISDICTION else given.get(stage.name))
        for stage in table.stages
    }
    return table.resolved.cell_at(decision.at, values)


def _cell(cell: Cell, table: PolicyTable) -> Iterator[str]:
    policy = table.policy
    yield "thresholds there:"
    width = max(len(name) for name in policy.band_names)
    for rung in reversed(ladder(policy, cell)):
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
