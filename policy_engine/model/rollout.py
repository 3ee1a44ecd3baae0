"""Roll-out: policies that decide beside the live one, or for a share of subjects; and samples of a band."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads it
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written
from policy_engine.model.instants import Instant
from policy_engine.model.names import DimensionName, Name, Text

Percent = Annotated[float, Field(ge=0, le=100)]
"""A share, from 0 to 100."""

Salt = Annotated[Text, Field(pattern=r"^[^\x00]+$", max_length=200)]
"""What makes one drawing of lots independent of another."""


class Shadow(Written):
    """Decides beside the live policy: recorded, and never the caller's result."""

    until: Instant
    """When it ends. It is exclusive."""


class Canary(Written):
    """Decides for a share of the subjects. A greater share only adds subjects."""

    percent: Percent
    """How many of a hundred subjects it decides for."""
    by: DimensionName
    """What is drawn: `subject`, or a dimension. A case without it is decided by the live policy."""
    salt: Salt
    """Makes the drawing independent of others. Who is drawn changes with it."""
    until: Instant
    """When it ends. It is exclusive."""


class Stage(Written):
    """What a policy is that is not live: a candidate, beside the live one of its use case."""

    shadow: Shadow | None = None
    """It decides beside the live policy."""
    canary: Canary | None = None
    """It decides for a share of the subjects."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.shadow is None) == (self.canary is None):
            raise PydanticCustomError("stage", "needs one of `shadow` and `canary`")
        return self

    @property
    def until(self) -> datetime:
        """When it ends. It is exclusive."""
        return self.shadow.until if self.shadow is not None else self.canary.until  # type: ignore[union-attr]


class Sample(Written):
    """A share of a band's cases that goes to another band, so that labels do not come from one side only."""

    id: Name
    """Its name in decisions and in the log."""
    of: Name
    """The band that is sampled."""
    percent: Percent
    """How many of a hundred of its subjects are drawn."""
    to: Name
    """The band that those get. A milder one needs `fail_open_because` on the policy."""
    by: DimensionName
    """What is drawn: `subject`, or a dimension. A case without it is never drawn."""
    salt: Salt
    """Makes the drawing independent of others. Who is drawn changes with it."""
    until: Instant | None = None
    """When it ends. It is exclusive."""
