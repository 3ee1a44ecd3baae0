"""Recording: what of a request an audit log keeps, what it leaves out, and what it keeps under a pseudonym."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from policy_engine.model._base import Written
from policy_engine.model.names import DimensionName, FieldPath
from policy_engine.vocabulary import RecordAs

MOST_FIELDS: Final = 1_000


class Recording(Written):
    """How requests are recorded. What decides the case, such as its score, is recorded as it is."""

    subject: RecordAs = "keep"
    """How it is recorded whom a case is about."""
    context: Annotated[dict[FieldPath, RecordAs], Field(max_length=MOST_FIELDS)] | None = None
    """How each field of `context` is recorded. One that is not named here is left out; without this, all are kept."""
    dimensions: dict[DimensionName, RecordAs] = Field(default_factory=dict)
    """How dimensions are recorded that say something of a person. Those that are not named are kept."""
