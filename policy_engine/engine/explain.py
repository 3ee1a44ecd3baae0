"""A decision in plain words: which overrides matched, which won and why, how near the other bands were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.evaluator import known_value, named_jurisdictions
from policy_engine.model import format_instant
from policy_engine.resolution import ladder
from policy_engine.vocabulary import BASE, JURISDICTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.compiler import PolicyTable
    from policy_engine.engine.decision import Decision
    from policy_engine.model import Policy
    from policy_engine.resolution import Cell, Reach

_INVALID = {
    "wrong_model": "the score is of another model, or of a version that the policy does not cover",
    "missing": "there is no score",
    "wrong_type": "the score is no number",
    "not_finite": "the score is no finite number",
    "out_of_range": "the score lies outside the range",
}


def explain(decision: Decision, table: PolicyTable) -> str:
    """Return the explanation, several lines of at most about 100 characters."""
    policy = table.policy
    lines = [_headline(decision, policy), _where(decision, policy)]
    values = _values(decision, table)
    if decision.verdict.unknown:
        names = ", ".join(f"`{name}`" for name in decision.verdict.unknown)
        lines.append(f"not known or left out: {names}; what it could be was judged as well, and the strictest taken")
    elif values is not None:
        lines += _cell(table.resolved.cell_at(decision.at, values), table)
    else:
        lines.append("several jurisdictions were named; each was judged by itself, and the strictest taken")
    escalation = decision.escalation
    if escalation is not None:
        due = f" until {format_instant(escalation.due)}" if escalation.due is not None else ""
        lines.append(f"the case goes to `{escalation.path}`: {escalation.to}{due}")
    return "\n".join(lines)


def _headline(decision: Decision, policy: Policy) -> str:
    verdict = decision.verdict
    outcome = f"`{verdict.outcome}`:"
    if verdict.invalid is not None:
        return f"{outcome} {_INVALID[verdict.invalid]} (`{verdict.invalid}`), and `on_invalid` says so"
    score = f"score {decision.signal!r}"
    if verdict.threshold is None:
        reached = f"{outcome} {score} reaches no threshold of a band above"
    else:
        reached = f"{outcome} {score} reaches {verdict.threshold!r}, set by {_source(verdict.threshold_from)}"
    if verdict.next_threshold is None or decision.signal is None:
        return reached
    above = next_band(policy, verdict.outcome)
    missing = verdict.next_threshold - decision.signal
    return f"{reached}; {missing:.6g} below {verdict.next_threshold!r}, from which on it is {above}"


def next_band(policy: Policy, outcome: str) -> str:
    """Return the band above in words, without promising one that is emptied in some cell."""
    place = policy.band_names.index(outcome)
    return f"`{policy.band_names[place - 1]}`" if place == 1 else "a band above"


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


def _values(decision: Decision, table: PolicyTable) -> dict[str, str | None] | None:
    """Return one value per dimension, or None where the case ranges over several jurisdictions."""
    given = decision.request.dimensions
    named = named_jurisdictions(given.get(JURISDICTION))
    if len(named) > 1:
        return None
    single = {**given, JURISDICTION: named[0] if named else None}
    return {stage.name: known_value(stage, single.get(stage.name)) for stage in table.stages}


def _cell(cell: Cell, table: PolicyTable) -> Iterator[str]:
    policy = table.policy
    yield "thresholds there:"
    width = max(len(name) for name in policy.band_names)
    for rung in reversed(ladder(policy, cell)):
        if rung.threshold is None:
            yield f"  {rung.band:<{width}}  everything else"
        else:
            yield f"  {rung.band:<{width}}  from {rung.threshold!r}, {_source(rung.source)}"
    matched = [one for one in table.resolved.overrides if one.id in cell.matched]
    if not matched:
        yield "no override matches there"
        return
    yield f"overrides that match: {', '.join(f'`{one.id}`' for one in matched)}"
    for one in matched:
        if one.override.because:
            yield f"  `{one.id}`: {' '.join(one.override.because.split())}"
    yield from _contests(cell, matched)


def _contests(cell: Cell, matched: list[Reach]) -> Iterator[str]:
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
            yield f"  `{field[1]}`: `{winner.id}` holds and not `{loser.id}` ({value!r}): {_why(winner, loser)}"


def _why(winner: Reach, loser: Reach) -> str:
    if winner.same_cells_as(loser):
        return "both match the same cells, and its window is the inner one"
    if winner.is_narrower_than(loser):
        return "it is narrower"
    return "neither is narrower, and the stricter holds"
