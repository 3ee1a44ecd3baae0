"""What the case is: its values, what was not known of it, its members, and how clear its first class is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.engine.explanation.words import MOST_LISTED, cut_off, in_words, listed, place_in_words
from policy_engine.model import format_instant
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.engine.explanation.told import Told


def where(told: Told) -> str:
    """Return the policy, the instant, and what the request says of the case."""
    policy, decision = told.policy, told.decision
    given = [f"{name} {in_words(value)}" for name, value in decision.request.dimensions.items() if value is not None]
    given += [f"fact {name} {in_words(value)}" for name, value in decision.request.facts.items()]
    case = f"; {', '.join(given)}" if given else ""
    return f"policy `{policy.use_case}` version {policy.version}, at {format_instant(decision.at)}{case}"


def what_was_not_known(told: Told) -> Iterator[str]:
    """Yield what was not known, and what decided of all that was judged."""
    if told.verdict.unknown:
        yield f"not known or left out: {', '.join(f'`{name}`' for name in told.verdict.unknown)}"
    if told.found.combinations > 1:
        values = place_in_words(told.found.place)
        found = f", first found at {values}" if values else ""
        yield f"judged in each of {told.found.combinations} combinations; the strictest holds{found}"


def members(told: Told) -> Iterator[str]:
    """Yield the labels or named scores with the band of each: the strictest of them holds."""
    every = told.verdict.members
    if not every:
        return
    yield f"{'labels' if told.policy.kind == 'labels' else 'scores'}, of which the strictest band holds:"
    first = sorted(every, key=lambda one: told.policy.strictness[one.outcome])[:MOST_LISTED]
    names = max(len(cut_off(one.name)) for one in first)
    bands = max(len(one.outcome) for one in first)
    for one in first:
        number = f"({one.invalid})" if one.signal is None else format_number(one.signal)
        yield f"  {cut_off(one.name):<{names}}  {one.outcome:<{bands}}  {number}"
    if len(every) > len(first):
        yield f"  and {len(every) - len(first)} more, no stricter"


def lead(told: Told) -> Iterator[str]:
    """Yield which classes are too close to tell apart."""
    if not told.verdict.ambiguous:
        return
    names = listed(f"`{cut_off(label)}`" for label in told.verdict.ambiguous)
    if len(told.verdict.ambiguous) == 1:
        yield f"ambiguous: {names} does not stand clear of the low end of the range"
        return
    ratio = max((one.ratio for own in told.found.outcome.members for one in own if one.ratio is not None), default=None)
    clear = "" if ratio is None else f": no first class has {format_number(ratio)} times the score of the others"
    yield f"ambiguous between {names}{clear}"
