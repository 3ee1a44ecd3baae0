"""Bands: the outcomes of a policy, each an interval of the score with a name."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, JsonValue, Tag, model_validator
from pydantic_core import PydanticCustomError

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


class CaseReasons(Written):
    """Reasons that the caller gives with the case, such as the factors that weighed most in its score."""

    from_: Literal["reason_codes"] = Field(alias="from")
    """The key of the request that carries the ranked codes."""
    of: Annotated[tuple[Code, ...], Field(min_length=1, strict=False), AfterValidator(_without_repeats)]
    """The codes that are known. Others are passed over."""
    max: Annotated[int, Field(ge=1)] | None = None
    """How many of the known ones ride along, the first first; all unless given."""
    else_: Name = Field(alias="else")
    """The band of a case that comes with no known code: at most one band milder."""

    def known(self, given: object) -> tuple[str, ...]:
        """Return the first known codes among those of the case, in the caller's order."""
        codes = given if isinstance(given, (list, tuple)) else ()
        known = dict.fromkeys(code for code in codes if isinstance(code, str) and code in self.of)
        return tuple(known)[: self.max]


def _a_list_or_those_of_the_case(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "case" if isinstance(value, (dict, CaseReasons)) else "codes"


ReasonsOrCase = Annotated[
    Annotated[Reasons, Tag("codes")] | Annotated[CaseReasons, Tag("case")],
    Discriminator(_a_list_or_those_of_the_case),
]
"""Codes of the band, or those that come with the case."""


class Highlight(Written):
    """Which labels are shown with an outcome."""

    above: float
    """Labels whose score is strictly above this cut are shown."""
    floor: Annotated[int, Field(ge=0)] = 0
    """At least so many are shown: those next in score are filled in, and marked; 0 unless given."""
    cap: Annotated[int, Field(ge=1)] | None = None
    """At most so many are shown."""

    @model_validator(mode="after")
    def _floor_is_below_cap(self) -> Self:
        if self.cap is not None and self.floor > self.cap:
            raise PydanticCustomError("floor_above_cap", "fills up to more labels than its `cap` lets through")
        return self


class Band(Written):
    """One outcome. The first band, read top down, whose threshold the score reaches wins."""

    name: Name
    """The outcome: what the caller acts on."""
    at_least: float | None = None
    """The threshold: the lowest score of this band. The last band, and only it, has none; nor has any band of a
    policy with several `scores`."""
    effect: Name | None = None
    """What the outcome does to a person: one of the catalog's `effects`."""
    escalate: Name | None = None
    """The escalation path that gets the case."""
    highlight: Highlight | None = None
    """Which of the classes are shown with the outcome."""
    reasons: ReasonsOrCase = ()
    """Codes that ride along with the outcome, or where to take them from."""
    attributes: Attributes = Field(default_factory=FrozenDict)
    """Anything else that rides along with the outcome."""
