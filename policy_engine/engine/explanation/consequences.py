"""What goes with the outcome: who gets the case, why, what the caller is told, and what candidates say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policy_engine.engine.explanation.words import cut_off, place_in_words
from policy_engine.model import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.engine.explanation.told import Told


def escalation(told: Told) -> Iterator[str]:
    """Yield which guardrails ask for a person, and to whom the case goes."""
    for one in told.found.requiring("person", told.verdict.outcome):
        because = f": {' '.join(one.because.split())}" if one.because else ""
        yield f"guardrail `{one.id}` requires a person for it{because}"
    escalation = told.decision.escalation
    if escalation is not None:
        due = f" until {format_instant(escalation.due)}" if escalation.due is not None else ""
        yield f"the case goes to `{escalation.path}`: {escalation.to}{due}"


def whose_details(told: Told) -> Iterator[str]:
    """Yield whose word holds on what follows, where that is another cell than the one that decided."""
    place, why = told.found.word
    words = place_in_words(place)
    if words == place_in_words(told.found.place):
        return
    reason = {
        "asks for a person": "the first by name where a guardrail asks for a person",
        "came to it": f"the first by name that came to `{told.verdict.outcome}`",
        "is named": "the first by name",
    }[why]
    yield f"escalation, reasons and attributes are those of {words}: {reason}"


def reasons_and_attributes(told: Told) -> Iterator[str]:
    """Yield the reasons and attributes that ride along."""
    if told.verdict.reasons:
        yield f"reasons: {', '.join(f'`{cut_off(code)}`' for code in told.verdict.reasons)}"
    for key, value in sorted(told.verdict.attributes.items()):
        yield f"attribute {cut_off(key)}: {cut_off(json.dumps(value, ensure_ascii=False))}"


def candidates(told: Told) -> Iterator[str]:
    """Yield what each candidate says of the case."""
    for one in told.decision.candidates:
        live = one.instead_of
        if one.decided and live is not None:
            said = f"the live version {live.version} says `{live.outcome}`"
            yield f"version {one.version} decided it as a {one.stage}; {said}"
        elif one.failed is not None:
            yield f"version {one.version}, a {one.stage}, gave no answer ({cut_off(one.failed)})"
        elif one.outcome is not None:
            yield f"version {one.version}, a {one.stage}, says `{one.outcome}`"
