"""Guardrails: what every policy must respect, held by `validate` for every way into a band."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written, all_different
from policy_engine.model.conditions import Condition
from policy_engine.model.names import DimensionName, Name, Text
from policy_engine.vocabulary import Requirement

Names = Annotated[tuple[Name, ...], Field(min_length=1, strict=False), AfterValidator(all_different)]


def _two_ends(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] > value[1]:
        raise PydanticCustomError("bounds", "must begin at or below its end")
    return value


class ThresholdRange(Written):
    """Between which numbers a threshold must lie."""

    threshold: Annotated[tuple[float, float], Field(strict=False), AfterValidator(_two_ends)]
    """The lowest and the highest threshold that is allowed."""


def _a_word_or_a_range(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "range" if isinstance(value, (dict, ThresholdRange)) else "word"


class Guardrail(Written):
    """A rule that policies cannot override."""

    id: Name
    """Its name in messages."""
    when: dict[DimensionName, Condition] = Field(default_factory=dict)
    """Where it holds: values of dimensions, and of `use_case`; everywhere unless given."""
    effects: Names | None = None
    """The bands that it speaks of, by what they do to a person."""
    bands: Names | None = None
    """The bands that it speaks of, by name."""
    require: Annotated[
        Annotated[Requirement, Tag("word")] | Annotated[ThresholdRange, Tag("range")], Discriminator(_a_word_or_a_range)
    ]
    """What must be so: a word, or the range that the band's threshold lies in."""
    because: Text | None = None
    """Where it comes from, such as an article of law."""

    @model_validator(mode="after")
    def _speaks_of_bands(self) -> Self:
        speaks = self.effects is not None or self.bands is not None
        if self.require == "tighten_only" and speaks:
            raise PydanticCustomError("tighten_all", "is about all bands: `tighten_only` takes no `effects` or `bands`")
        if self.require != "tighten_only" and not speaks:
            raise PydanticCustomError("guardrail_bands", "needs `effects` or `bands`, to say of what it speaks")
        return self
