"""The lead: how far the first class must be ahead of the others to stand alone."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from policy_engine.model._base import Written, all_different
from policy_engine.model.names import Name


class Lead(Written):
    """The first class stands alone when its score is at least `ratio` times the second's, and above it."""

    ratio: Annotated[float, Field(ge=1)]
    """How many times the second score the first must be."""
    bands: Annotated[tuple[Name, ...], Field(min_length=1, strict=False), AfterValidator(all_different)]
    """The bands in which it matters. A case of theirs that has no clear first class is *ambiguous*."""
    otherwise: Name | None = None
    """The band of an ambiguous case; without it, the case keeps its band."""
