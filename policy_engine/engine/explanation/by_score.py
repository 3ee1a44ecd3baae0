"""How the score gave the band of the member that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.engine.explanation.bad_input import why_invalid
from policy_engine.engine.explanation.thresholds import source_of
from policy_engine.engine.explanation.words import cut_off
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.engine.explanation.told import Told
    from policy_engine.evaluator.case import Given
    from policy_engine.reference import Ranked


def by_score(told: Told) -> str:
    """Say how the score, or the absence of one, gave the band of the deciding member."""
    given, reading = told.member.given, told.member.reading
    of = {"labels": f"label `{cut_off(reading.name)}`: ", "scores": f"score `{reading.name}`: "}
    named = of.get(told.policy.kind, "")
    if given.invalid is not None or isinstance(reading.signal, str):
        return f"{named}{why_invalid(told, given.invalid)} (`{given.invalid}`)"
    if given.ratio is not None and _is_otherwise(given):
        return f"{named}{_too_close(given.ratio, reading.ranking)}, so the case gets the band for such cases"
    parts = []
    if given.threshold is not None:
        number, source = format_number(given.threshold), source_of(told, given.threshold_from, given.band)
        parts.append(f"{_distance(reading.signal, given.threshold)} the threshold {number} ({source})")
    if given.next_threshold is not None:
        above = next(rung.band for rung in given.cell.rungs if rung.threshold == given.next_threshold)
        number = format_number(given.next_threshold)
        parts.append(f"{_distance(reading.signal, given.next_threshold)} {number}, from which on it is `{above}`")
    where = " and ".join(parts) or "in the only band that scores can reach there"
    if told.policy.kind == "scores":
        return f"score `{reading.name}` {format_number(reading.signal)} is {where}"
    return f"{named}{_signal(told, reading.signal)} is {where}"


def _is_otherwise(given: Given) -> bool:
    return given.cell.lead is not None and given.cell.lead.otherwise is not None


def _signal(told: Told, signal: float) -> str:
    number, ranking = format_number(signal), told.member.reading.ranking
    if not ranking:
        return f"score {number}"
    first, *others = ranking
    if told.policy.scales[0].score.signal != "margin":
        return f"score {number} of the first class, `{cut_off(first.label)}`,"
    second = f"`{cut_off(others[0].label)}` {format_number(others[0].score)}" if others else "none"
    return f"margin {number} of `{cut_off(first.label)}` {format_number(first.score)} before {second}"


def _too_close(ratio: float, ranking: Sequence[Ranked]) -> str:
    first, *others = ranking
    second = f"that of `{cut_off(others[0].label)}` {format_number(others[0].score)}" if others else "the range's end"
    times = "above" if ratio == 1 else f"{format_number(ratio)} times"
    return f"the first class, `{cut_off(first.label)}` {format_number(first.score)}, is not {times} {second}"


def _distance(score: float, threshold: float) -> str:
    if score == threshold:
        return "exactly on"
    return f"{abs(score - threshold):.6g} {'above' if score > threshold else 'below'}"
