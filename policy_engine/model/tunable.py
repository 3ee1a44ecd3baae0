"""Tunables: what may be moved at run time, by whom, and how far."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written
from policy_engine.model.names import Text

TunableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,149}$")]
"""A band, `lead.ratio`, `<band>.highlight.above`, or `<score>.<band>` where there are several scores."""

EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
"""The name of an environment variable."""


def _rising(bounds: tuple[float, float]) -> tuple[float, float]:
    if bounds[0] > bounds[1]:
        raise PydanticCustomError("bounds", "must begin at or below its end")
    return bounds


class Tunable(Written):
    """A number that may be another one at run time, between two bounds."""

    env: EnvironmentName | None = None
    """The environment variable that replaces the file's value, read when policies are loaded."""
    per_call: Literal[True] | None = None
    """A request may give the number for itself, under `thresholds`."""
    within: Annotated[tuple[float, float], Field(strict=False), AfterValidator(_rising)]
    """The lowest and the highest number that is accepted. Others are refused, never clamped."""
    tighten_only: bool | None = None
    """Whether a number is refused that is milder than what holds without it; so for thresholds `per_call` unless
    said otherwise."""
    because: Text | None = None
    """Why it may also loosen: `tighten_only: false` needs it."""

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if (self.env is None) == (self.per_call is None):
            raise PydanticCustomError("tunable", "needs one of `env` and `per_call: true`")
        return self


class TunableNumber(NamedTuple):
    """What the name of a tunable means: a number of the policy."""

    score: str | None
    """The one of several scores that it is about, else None."""
    kind: Literal["thresholds", "lead", "highlight"]
    """A band's threshold, the ratio of the lead, or the cut of a band's highlight."""
    band: str | None
    """The band, of a threshold or a highlight."""
