"""The catalog: the words that all policies of a folder share."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written, all_different
from policy_engine.model.guardrails import Guardrail
from policy_engine.model.instants import Duration
from policy_engine.model.names import Destination, DimensionName, Name, Text, Value
from policy_engine.model.recording import Recording
from policy_engine.vocabulary import NO_PATH, RESERVED_DIMENSIONS, Ties


def _a_text_or_a_list(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "list" if isinstance(value, (list, tuple)) else "text"


def _a_list_or_cuts(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "cuts" if isinstance(value, (dict, NumberDimension)) else "values"


def _rising(cuts: tuple[float, ...]) -> tuple[float, ...]:
    if any(low >= high for low, high in pairwise(cuts)):
        raise PydanticCustomError("not_rising", "must rise from each cut to the next")
    return cuts


class Jurisdiction(Written):
    """A country, a part of one, or a group of jurisdictions."""

    in_: (
        Annotated[
            Annotated[Value, Tag("text")]
            | Annotated[tuple[Value, ...], Field(strict=False), AfterValidator(all_different), Tag("list")],
            Discriminator(_a_text_or_a_list),
        ]
        | None
    ) = Field(default=None, alias="in")
    """The jurisdiction, or the several, that this one lies in."""

    @property
    def parents(self) -> tuple[str, ...]:
        """The jurisdictions that this one lies in directly."""
        if self.in_ is None:
            return ()
        return (self.in_,) if isinstance(self.in_, str) else self.in_


MOST_JURISDICTIONS: Final = 10_000
"""Twice as many as ISO 3166 has."""
MOST_GROUPS: Final = 64
"""In so many others may a jurisdiction lie: what lies in what is held for each pair."""
MOST_CUTS: Final = 1_000
MOST_GUARDRAILS: Final = 1_000
"""Every policy is held to all of them."""


def _within_bounds(jurisdictions: dict[str, Jurisdiction]) -> dict[str, Jurisdiction]:
    if len(jurisdictions) > MOST_JURISDICTIONS:
        raise PydanticCustomError(
            "too_many_jurisdictions",
            "declares {count} names, and a catalog has at most {most}",
            {"count": f"{len(jurisdictions):,}", "most": f"{MOST_JURISDICTIONS:,}"},
        )
    for name in jurisdictions:
        if len(_groups_of(jurisdictions, name)) > MOST_GROUPS:
            raise PydanticCustomError(
                "too_many_groups", "has `{name}` lie in more than {most} others", {"name": name, "most": MOST_GROUPS}
            )
    return jurisdictions


def _groups_of(jurisdictions: dict[str, Jurisdiction], name: str) -> set[str]:
    """Return what a jurisdiction lies in, directly or not; no more of it than shows that it is too much."""
    seen: set[str] = set()
    ahead = [name]
    while ahead and len(seen) <= MOST_GROUPS:
        new = [one for one in jurisdictions[ahead.pop()].parents if one in jurisdictions and one not in seen]
        seen.update(new)
        ahead.extend(new)
    return seen


class NumberDimension(Written):
    """A number of the request, cut into values: below the first cut, from each cut up to the next, and above."""

    cuts: Annotated[tuple[float, ...], Field(min_length=1, max_length=MOST_CUTS, strict=False), AfterValidator(_rising)]
    """Where one value ends and the next begins. A number on a cut belongs to the value above it."""
    unit: Text | None = None
    """What the number counts, for people."""


DimensionValues = Annotated[
    tuple[Value, ...], Field(min_length=1, strict=False), AfterValidator(all_different), Tag("values")
]
Dimension = Annotated[DimensionValues | Annotated[NumberDimension, Tag("cuts")], Discriminator(_a_list_or_cuts)]
"""Something that thresholds may depend on: a list of values, or a number with cuts."""


def _not_reserved(dimensions: dict[str, Any]) -> dict[str, Any]:
    for name in dimensions:
        if name in RESERVED_DIMENSIONS:
            raise PydanticCustomError(
                "reserved", "declares `{name}`, a name that requests use for something else", {"name": name}
            )
    return dimensions


def _no_path_called_none(paths: dict[str, Any]) -> dict[str, Any]:
    if NO_PATH in paths:
        raise PydanticCustomError("reserved", "declares a path `none`, the word for no open path")
    return paths


class EscalationLevel(Written):
    """One step of an escalation path: who gets the case, and how long they have."""

    to: Destination
    """The queue, role or person that gets the case, such as `queue:fraud-l1`."""
    within: Duration
    """How long they have before the case counts as overdue, such as PT30M."""


HOLD: Final = "hold"
"""The word for no band in `when_exhausted`: the case stays with the last level, overdue."""


class EscalationPath(Written):
    """Who gets a case, in what order, and by when."""

    levels: Annotated[tuple[EscalationLevel, ...], Field(min_length=1, strict=False)]
    """The steps, first to last."""
    when_exhausted: Name = HOLD
    """What becomes of a case that no level took in time: `hold`, it stays with the last one, overdue; or a band."""
    because: Text | None = None
    """Why a case that nobody took may end in a milder band."""


class Catalog(Written):
    """The words that the policies of a folder share: jurisdictions, dimensions, effects, escalation paths."""

    schema_: Literal["catalog/v1"] = Field(alias="schema")
    """The kind and version of this file. It is the first key."""
    jurisdictions: Annotated[dict[Value, Jurisdiction], AfterValidator(_within_bounds)] = Field(default_factory=dict)
    """Whose rules apply. Each names what it lies in; groups of one's own are free."""
    dimensions: Annotated[dict[DimensionName, Dimension], AfterValidator(_not_reserved)] = Field(default_factory=dict)
    """What else a threshold may depend on, in the order in which unknown values are settled."""
    facts: Annotated[tuple[DimensionName, ...], Field(strict=False), AfterValidator(all_different)] = ()
    """What is true or false of a case. Only knock-outs read it."""
    ties: Ties | None = None
    """What holds where overrides meet and neither is narrower; `error` unless said. A policy may say otherwise."""
    effects: Annotated[tuple[Name, ...], Field(strict=False), AfterValidator(all_different)] = ()
    """What a band can do to a person, such as `adverse`."""
    escalation_paths: Annotated[dict[Name, EscalationPath], AfterValidator(_no_path_called_none)] = Field(
        default_factory=dict
    )
    """Who gets the cases that people decide."""
    guardrails: Annotated[tuple[Guardrail, ...], Field(strict=False, max_length=MOST_GUARDRAILS)] = ()
    """What every policy must respect, whatever it says."""
    audit: Recording | None = None
    """What of a request is recorded in an audit log; everything unless said. No decision depends on it."""


EMPTY_CATALOG = Catalog.model_validate({"schema": "catalog/v1"})
"""The catalog of a folder that has none."""
