"""From band to band: what the score gave, and what knock-outs, guardrails, reasons and samples made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policy_engine.engine.explanation.by_score import by_score
from policy_engine.resolution import format_number
from policy_engine.vocabulary import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policy_engine.engine.explanation.told import Told


class Stop(NamedTuple):
    """A band that the case had on its way, and what gave it."""

    band: str
    why: str


def way(told: Told) -> Iterator[Stop]:
    """Yield the bands that the case had, one after the other, the outcome last."""
    found, verdict = told.found, told.verdict
    yield Stop(found.outcome.joined, by_score(told))
    if found.outcome.outcome != found.outcome.joined:
        yield Stop(found.outcome.outcome, _by_knock_out(told))
    band = found.case.open_band(found.outcome.outcome)
    if band != found.outcome.outcome:
        yield Stop(band, _by_guardrail(told, found.outcome.outcome, band))
    unsampled = verdict.outcome if verdict.sample is None else verdict.sample.outcome_without
    if unsampled != band:
        yield Stop(unsampled, f"`{band}` needs a reason code that is known, and the case comes with none")
    if verdict.sample is not None:
        sample = next(one for one in told.policy.samples if one.id == verdict.sample.id)
        drawn = "subjects" if sample.by == SUBJECT else f"values of `{sample.by}`"
        yield Stop(
            verdict.outcome,
            f"it is drawn for the sample `{sample.id}`, {format_number(sample.percent)} of 100 {drawn}",
        )


def _by_knock_out(told: Told) -> str:
    outer, strictness = told.found.outcome.cell, told.policy.strictness
    outcome = told.found.outcome.outcome
    is_raised = strictness[outcome] < strictness[told.found.outcome.joined]
    if is_raised or told.found.outcome.is_raised:
        ids = [one.id for one in outer.knock_outs if one.at_least == outcome]
        return f"{_knock_outs_called(ids)} to at least `{outcome}`"
    ids = [one.id for one in outer.knock_outs if one.at_most == outcome]
    return f"{_knock_outs_called(ids)} to at most `{outcome}`"


def _by_guardrail(told: Told, closed: str, band: str) -> str:
    ids = [one.id for one in told.found.requiring("never", closed)]
    which = "milder" if told.policy.strictness[band] > told.policy.strictness[closed] else "stricter"
    return f"{_guardrails_called(ids)} closed `{closed}`, and this is the next {which} band that is open"


def _knock_outs_called(ids: Sequence[str]) -> str:
    names = ", ".join(f"`{name}`" for name in ids)
    return f"the knock-outs {names} bring it" if len(ids) > 1 else f"the knock-out {names} brings it"


def _guardrails_called(ids: Sequence[str]) -> str:
    names = ", ".join(f"`{name}`" for name in ids)
    return f"the guardrails {names} have" if len(ids) > 1 else f"the guardrail {names} has"
