"""What came in beside the score: knock-outs, labels that are shown, numbers of the request itself, rounding."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from policy_engine.diagnostics import nearest
from policy_engine.engine.explanation.words import MOST_LISTED, cut_off, listed
from policy_engine.reference import read_fact
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.engine.explanation.told import Told
    from policy_engine.model import KnockOut
    from policy_engine.vocabulary import Refusal


def knock_outs(told: Told) -> Iterator[str]:
    """Yield the knock-outs that match, each with its bound and what nobody told of its facts."""
    by_id = {one.id: one for one in told.policy.knock_outs}
    for name in told.verdict.knock_outs:
        one = by_id[name]
        bound = f"at least `{one.at_least}`" if one.at_least is not None else f"at most `{one.at_most}`"
        why = f": {' '.join(one.fail_open_because.split())}" if one.fail_open_because else ""
        yield f"the knock-out `{name}` matches, {bound}{_not_told(told, one)}{why}"


def _not_told(told: Told, knock_out: KnockOut) -> str:
    facts = told.decision.request.facts
    missing = [
        f"`{name}`"
        for name, wanted in knock_out.when.items()
        if isinstance(wanted, bool) and read_fact(facts.get(name)) is None
    ]
    return f" (not told: {', '.join(missing)}, which speaks for the stricter band)" if missing else ""


def highlight(told: Told) -> Iterator[str]:
    """Yield the labels that are shown with the outcome."""
    if told.verdict.highlighted:
        words = [
            f"`{cut_off(one.label)}` {format_number(one.score)}{' (filled in)' if one.filled else ''}"
            for one in told.verdict.highlighted
        ]
        yield f"shown with it: {listed(words)}"


def tuned(told: Told) -> Iterator[str]:
    """Yield what the request itself asked for, and what came of it."""
    tuned = told.verdict.tuned
    if tuned is None:
        return
    if tuned.applied:
        numbers = listed(f"`{name}` {format_number(number)}" for name, number in tuned.applied.items())
        yield f"the request itself sets {numbers}; without that it is `{tuned.outcome_without}`"
        return
    # To look for what was meant takes its time: no more than what is listed
    first = islice(tuned.refused.items(), MOST_LISTED)
    words = [f"`{cut_off(name)}` ({_why_refused(told, name, why)})" for name, why in first]
    refused = listed(words, of=len(tuned.refused))
    yield f"the request asks for numbers of its own, and none of them applies: {refused}"


def _why_refused(told: Told, name: str, why: Refusal) -> str:
    tunables = told.policy.tunable
    if why == "not_a_number":
        return "it is no number"
    if why == "out_of_bounds":
        low, high = map(format_number, tunables[name].within)
        return f"it is out of bounds, which are {low} and {high}"
    if why == "milder":
        return "it is milder than what holds"
    if name in tunables:
        return "the environment sets it, and no request may"
    near = nearest(name, [known for known, one in tunables.items() if one.per_call is not None])
    return "the policy lets no request set it" + ("" if near is None else f": did you mean `{near}`?")


def float32(told: Told) -> Iterator[str]:
    """Yield that numbers were rounded before they were compared, where they were."""
    score = told.member.cell.scale.score
    if score.type == "float32" and told.member.given.invalid is None:
        yield "scores and thresholds are compared as float32, and shown so"
