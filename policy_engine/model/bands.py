"""Bands: the outcomes of a policy, each an interval of the score with a name."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

from policy_engine.canonical import FrozenDict, frozen
from policy_engine.model._base import Written
from policy_engine.model.names import Code, Name

Attributes = Annotated[dict[str, JsonValue], AfterValidator(frozen)]
"""Anything that the caller wants to know about an outcome, by key."""


SomeAttributes = Annotated[dict[str, JsonValue], Field(min_length=1), AfterValidator(frozen)]
"""The same, at least one."""


def _without_repeats(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


Reasons = Annotated[tuple[Code, ...], Field(strict=False), AfterValidator(_without_repeats)]
"""Stable codes that ride along with an outcome."""


class Band(Written):
    """One outcome. The first band, read top down, whose threshold the score reaches wins."""

    name: Name
    """The outcome: what the caller acts on."""
    at_least: float | None = None
    """The threshold: the lowest score of this band. The last band, and only it, has none."""
    effect: Name | None = None
    """What the outcome does to a person: one of the catalog's `effects`."""
    escalate: Name | None = None
    """The escalation path that gets the case."""
    reasons: Reasons = ()
    """Codes that ride along with the outcome."""
    attributes: Attributes = Field(default_factory=FrozenDict)
    """Anything else that rides along with the outcome."""
