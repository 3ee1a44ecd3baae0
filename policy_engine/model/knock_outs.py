"""Knock-outs: what decides whatever the score is."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written
from policy_engine.model.bands import Reasons
from policy_engine.model.conditions import ConditionOrFact
from policy_engine.model.names import DimensionName, Name, Text


class KnockOut(Written):
    """A case that matches is decided at least, or at most, so strictly. Where it stands in the file means nothing."""

    id: Name
    """Its name in messages, in decisions and in the log."""
    when: Annotated[dict[DimensionName, ConditionOrFact], Field(min_length=1)]
    """Which cases it is about: facts that are true or false, and values of dimensions. All must match."""
    at_least: Name | None = None
    """The mildest band that such a case can get. A fact that the request leaves out counts as met."""
    at_most: Name | None = None
    """The strictest band that such a case can get. A fact that the request leaves out counts as not met."""
    reasons: Reasons = ()
    """Codes that ride along where its band is the outcome."""
    fail_open_because: Text | None = None
    """Why the score may be overruled towards the milder end: `at_most` needs it."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise PydanticCustomError("knock_out", "needs one of `at_least` and `at_most`")
        return self
