"""Overrides: what differs where, and when."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written
from policy_engine.model.bands import Highlight, ReasonsOrCase, SomeAttributes
from policy_engine.model.conditions import Condition
from policy_engine.model.instants import Window
from policy_engine.model.lead import Lead
from policy_engine.model.names import DimensionName, Name, Text
from policy_engine.model.on_invalid import OnInvalid
from policy_engine.vocabulary import BASE, FROM_CALL, FROM_ENVIRONMENT, EmptyingThreshold


def _shape_of_threshold(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "word" if isinstance(value, str) else "number"


Threshold = Annotated[
    Annotated[float, Tag("number")] | Annotated[EmptyingThreshold, Tag("word")],
    Discriminator(_shape_of_threshold),
]
"""A number; or `never`, which empties the band for scores; or `always`, which empties all below it."""


def _not_base(name: str) -> str:
    if name in (BASE, FROM_ENVIRONMENT, FROM_CALL):
        raise PydanticCustomError(
            "reserved", "is `{name}`, a word that decisions use for something else", {"name": name}
        )
    return name


CHANGES = ("thresholds", "on_invalid", "escalate", "reasons", "attributes", "highlight", "lead")
"""The keys with which an override changes something."""


class Override(Written):
    """What differs in some cells. Where it stands in the file means nothing."""

    id: Annotated[Name, AfterValidator(_not_base)]
    """Its name in messages, in decisions and in the log."""
    when: Annotated[dict[DimensionName, Condition], Field(min_length=1)]
    """In which cells it holds: those that match on every dimension named here."""
    thresholds: Annotated[dict[Name, Threshold], Field(min_length=1)] | None = None
    """Band to threshold."""
    on_invalid: OnInvalid | None = None
    """The bands of invalid scores; `otherwise` means every class that this override does not name."""
    escalate: Annotated[dict[Name, Name], Field(min_length=1)] | None = None
    """Band to escalation path."""
    reasons: Annotated[dict[Name, ReasonsOrCase], Field(min_length=1)] | None = None
    """Band to reason codes, or to where they are taken from."""
    highlight: Annotated[dict[Name, Highlight], Field(min_length=1)] | None = None
    """Band to which of the classes are shown with it."""
    lead: Lead | None = None
    """How far the first class must be ahead; it is settled whole."""
    attributes: Annotated[dict[Name, SomeAttributes], Field(min_length=1)] | None = None
    """Band to attributes; each key is settled by itself."""
    because: Text | None = None
    """Why. Required where any cell would be stricter without this override."""
    effective: Window | None = None
    """When it holds; without it, as long as the policy."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not any(getattr(self, key) for key in CHANGES):
            raise PydanticCustomError(
                "empty_override",
                "changes nothing: give it `thresholds`, `on_invalid`, `escalate`, `reasons`, `attributes`, "
                "`highlight` or `lead`",
            )
        return self
