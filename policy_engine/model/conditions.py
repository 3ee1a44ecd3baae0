"""Conditions: in which cells an override, a knock-out or a guardrail holds."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written
from policy_engine.model.names import Value


class NumberCondition(Written):
    """Which values of a dimension with cuts are meant. Both ends stand on declared cuts."""

    at_least: float | None = None
    """From this cut on."""
    below: float | None = None
    """Up to, and without, this cut."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.at_least is None and self.below is None:
            raise PydanticCustomError("empty_condition", "says neither `at_least` nor `below`")
        return self


def _shape_of_condition(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    if isinstance(value, (dict, NumberCondition)):
        return "number"
    return "list" if isinstance(value, (list, tuple)) else "value"


Condition = Annotated[
    Annotated[Value, Tag("value")]
    | Annotated[tuple[Value, ...], Field(min_length=1, strict=False), Tag("list")]
    | Annotated[NumberCondition, Tag("number")],
    Discriminator(_shape_of_condition),
]
"""One value, any of several, or a stretch of a number."""


def _shape_of_condition_or_fact(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "fact" if isinstance(value, bool) else _shape_of_condition(value)


ConditionOrFact = Annotated[
    Annotated[bool, Tag("fact")]
    | Annotated[Value, Tag("value")]
    | Annotated[tuple[Value, ...], Field(min_length=1, strict=False), Tag("list")]
    | Annotated[NumberCondition, Tag("number")],
    Discriminator(_shape_of_condition_or_fact),
]
"""What a dimension must be, or whether a fact must be true or false."""
