"""A verdict: the part of a decision that the policy and the case settle, the same in every evaluator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.canonical import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.vocabulary import InvalidClass, Refusal


class Member(NamedTuple):
    """One label or named score of a case, with the band that it got by itself."""

    name: str
    signal: float | None
    outcome: str
    threshold: float | None = None
    threshold_from: str | None = None
    next_threshold: float | None = None
    invalid: InvalidClass | None = None


class Highlighted(NamedTuple):
    """A label that is shown with the outcome; `filled` marks one that is not above the cut."""

    label: str
    score: float
    filled: bool


class Tuned(NamedTuple):
    """The numbers that the request gave for itself: all applied, or none and why; and the outcome without them."""

    asked: Mapping[str, Any]
    applied: Mapping[str, float]
    refused: Mapping[str, Refusal]
    outcome_without: str


class Sampled(NamedTuple):
    """The sample that a case was drawn for, with the probability of that, and its band without it."""

    id: str
    probability: float
    outcome_without: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which band a case got, and why.

    `threshold` is the one that the score crossed and `next_threshold` the one above, both null where there
    is none, or where something else than a score gave the outcome. `label` is the first of several classes, or the
    first label that gave the outcome. `ambiguous` names the classes that are too close to tell apart, `members` are
    the labels or named scores of the case. `jurisdiction` is the place of the one whose escalation, reasons and
    attributes these are, among those of the request in the order of their names, or null where it gave none.
    `unknown` names the dimensions whose value the catalog does not know or the request left out.
    """

    outcome: str
    threshold: float | None = None
    threshold_from: str | None = None
    next_threshold: float | None = None
    invalid: InvalidClass | None = None
    escalate: str | None = None
    reasons: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=FrozenDict)
    jurisdiction: int | None = None
    unknown: tuple[str, ...] = ()
    label: str | None = None
    ambiguous: tuple[str, ...] = ()
    highlighted: tuple[Highlighted, ...] = ()
    members: tuple[Member, ...] = ()
    knock_outs: tuple[str, ...] = ()
    tuned: Tuned | None = None
    sample: Sampled | None = None

    def __post_init__(self) -> None:
        """Freeze the attributes: every decision of the table shares them."""
        object.__setattr__(self, "attributes", FrozenDict(self.attributes))
