"""A policy: what becomes of one use case's scores."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from policy_engine.canonical import digest
from policy_engine.model._base import Written
from policy_engine.model.bands import Band
from policy_engine.model.instants import PolicyWindow
from policy_engine.model.names import DimensionName, Name, Text
from policy_engine.model.on_invalid import OnInvalid
from policy_engine.model.overrides import Override
from policy_engine.model.promises import Objective, PolicyTest
from policy_engine.model.score import Score
from policy_engine.vocabulary import Ties, UnknownRule


class Policy(Written):
    """One use case's policy, as written: bands with thresholds, what differs where, and what is promised."""

    schema_: Literal["policy/v1"] = Field(alias="schema")
    """The kind and version of this file. It is the first key."""
    use_case: Name
    """What is decided, such as `card-fraud`. Requests name it; the file's name means nothing."""
    version: Annotated[int, Field(ge=1)]
    """A positive integer. An edit that can change a decision needs a new one."""
    owner: Text
    """Who answers for this policy."""
    description: Text | None = None
    """What it is about, for people."""
    effective: PolicyWindow
    """When it is live: from its first instant, up to and without its last."""
    score: Score
    """What the model returns."""
    bands: Annotated[tuple[Band, ...], Field(min_length=2, strict=False)]
    """The outcomes, from the highest threshold down; the last has none."""
    on_invalid: OnInvalid
    """The band of a score that is missing, of the wrong type or model, not finite, or out of range."""
    fail_open_because: Text | None = None
    """Why an invalid score, or an unknown value, may end in a band that is neither the strictest nor escalates."""
    ties: Ties | None = None
    """What holds where overrides meet and neither is narrower: `error`, or the `strictest` threshold or band."""
    unknown: dict[DimensionName, UnknownRule] = Field(default_factory=dict)
    """What a value that the catalog does not know, or that the request leaves out, comes to: the `strictest` band
    over every value it could be (the default), the `base` alone, or an `error`."""
    overrides: Annotated[tuple[Override, ...], Field(strict=False)] = ()
    """What differs where, and when."""
    tests: Annotated[tuple[PolicyTest, ...], Field(strict=False)] = ()
    """Cases with the decisions they must get, run whenever the policy is checked or loaded."""
    objective: Annotated[dict[Name, Objective], Field(min_length=1)] | None = None
    """What tuning optimises, by band."""

    @cached_property
    def band_names(self) -> tuple[str, ...]:
        """The outcomes, in the order of the file."""
        return tuple(band.name for band in self.bands)

    @cached_property
    def strictness(self) -> dict[str, int]:
        """Band to rank: 0 for the strictest, the mildest last."""
        strict_first = self.band_names if self.score.higher_is == "riskier" else self.band_names[::-1]
        return {name: rank for rank, name in enumerate(strict_first)}

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the policy's canonical form. Comments, layout and the order of keys do not change it."""
        return digest(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))
