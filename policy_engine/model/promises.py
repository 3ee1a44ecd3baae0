"""What a policy promises about itself: tests with expected decisions, and what tuning optimises."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Tag, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.canonical import FrozenDict
from policy_engine.model._base import Written
from policy_engine.model.bands import Attributes, Reasons
from policy_engine.model.instants import Instant
from policy_engine.model.names import Name, Text
from policy_engine.model.tunable import EnvironmentName
from policy_engine.vocabulary import InvalidClass


class Given(Written):
    """The case of a test, with the names that a request has; every other key is a dimension."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, JsonValue]

    score: JsonValue = None
    """The score, as a request would carry it; without it, it is missing."""
    model: JsonValue = None
    """The model's name."""
    model_version: JsonValue = None
    """The model's version, as text."""
    subject: Text | None = None
    """Whom the case is about."""
    facts: dict[str, JsonValue] | None = None
    """What is true or false of the case; only knock-outs read it."""
    thresholds: dict[str, JsonValue] | None = None
    """The numbers that the request gives for itself."""
    reason_codes: Annotated[tuple[JsonValue, ...], Field(strict=False)] | None = None
    """The codes that come with the case, the weightiest first."""
    context: dict[str, JsonValue] | None = None
    """What is recorded and never read."""
    at: Instant | None = None
    """The instant of the decision; without it, the policy's `effective.from`."""

    @property
    def dimensions(self) -> dict[str, Any]:
        """The values of the dimensions, as given."""
        return self.__pydantic_extra__


class Expect(Written):
    """What the decision must say. Only the keys that are written are compared; null means that there is none."""

    outcome: Name
    """The band."""
    invalid: InvalidClass | None = None
    """The class of bad input."""
    label: Text | None = None
    """The first of several classes, or the first label that gave the outcome."""
    threshold: float | None = None
    """The threshold that the score crossed."""
    threshold_from: Name | None = None
    """Where that threshold came from: `base`, `env`, `call`, or an override's id."""
    next_threshold: float | None = None
    """The threshold above."""
    ambiguous: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The classes that are too close to tell apart, the likeliest first."""
    highlighted: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    """The labels that are shown, the likeliest first."""
    effect: Name | None = None
    """What the outcome does to a person."""
    escalate: Name | None = None
    """The escalation path that gets the case."""
    reasons: Reasons = ()
    """The reason codes."""
    attributes: Attributes = Field(default_factory=FrozenDict)
    """All that rides along with the outcome."""
    knock_outs: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """The knock-outs that matched, by name."""
    sample: Name | None = None
    """The sample that the case was drawn for."""

    @model_serializer(mode="plain")
    def _as_written(self) -> dict[str, Any]:
        # A null that is written says more than one that is not, so the digest covers it
        return self.written

    @property
    def written(self) -> dict[str, Any]:
        """The keys that the test wrote, with their values."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


Refused = Literal["refused"]
"""What a test expects of a case that must not be decided.

- `refused`: no decision, since a policy refuses the case, none is live then, or the environment stops the start
"""


def _a_word_or_keys(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "word" if isinstance(value, str) else "keys"


class PolicyTest(Written):
    """One case and the decision it must get."""

    name: Text | None = None
    """What the test shows, for people."""
    env: dict[EnvironmentName, JsonValue] | None = None
    """Variables of the environment in which the case is decided."""
    given: Given
    """The case."""
    expect: Annotated[Annotated[Refused, Tag("word")] | Annotated[Expect, Tag("keys")], Discriminator(_a_word_or_keys)]
    """The decision; or `refused`, where there must be none."""

    @property
    def expected(self) -> Expect | None:
        """What the decision must say; None where there must be none."""
        return None if isinstance(self.expect, str) else self.expect


Measure = Literal["f1", "fbeta", "mcc", "youden", "recall", "precision", "accuracy", "balanced_accuracy", "net_benefit"]
"""How good decisions are, on labelled cases.

- `f1`: the harmonic mean of precision and recall
- `fbeta`: the same, where `beta` says how much more recall counts
- `mcc`: Matthews' correlation of decisions and labels
- `youden`: the true positive rate less the false positive rate
- `recall`: the share of the cases that belong there that get there
- `precision`: the share of the cases that get there that belong there
- `accuracy`: the share of all cases that are decided rightly
- `balanced_accuracy`: the mean of the rates at which both sides are decided rightly
- `net_benefit`: the gain of right decisions less the loss of wrong ones, at the odds of the threshold
"""


class Costs(Written):
    """What a mistake costs, in any unit: only their ratio matters to the choice of a threshold."""

    false_positive: Annotated[float, Field(ge=0)]
    """A case that reaches the band's threshold and did not belong there."""
    false_negative: Annotated[float, Field(ge=0)]
    """A case that belonged there and does not reach it."""


class Bound(Written):
    """How much of a measure is required, and how surely."""

    at_least: Annotated[float, Field(ge=0, le=1)]
    """The least value that is acceptable."""
    confidence: Annotated[float, Field(gt=0, lt=1)] | None = None
    """With which probability the true value must reach it; without it, the value on the sample."""


TargetMeasure = Literal[Measure, "share", "false_positive_rate"]
"""What can be promised of a band.

- `share`: the part of all cases that get this very band
- `false_positive_rate`: the share of the cases that do not belong there that get there
"""


class Target(Written):
    """What must stay true of a band's cases, on labelled data and on live records."""

    measure: TargetMeasure
    """What is measured: `share` needs no labels."""
    band: Name
    """The band that it is measured of; for all but `share`, it and every one above it in `bands`."""
    at_least: Annotated[float, Field(ge=0, le=1)] | None = None
    """The least value that keeps the promise."""
    at_most: Annotated[float, Field(ge=0, le=1)] | None = None
    """The greatest value that keeps it."""
    between: (
        Annotated[tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]], Field(strict=False)]
        | None
    ) = None
    """The least and the greatest value."""
    confidence: Annotated[float, Field(gt=0, lt=1)] | None = None
    """With which probability the true value must keep it; without it, the value on the sample."""

    @model_validator(mode="after")
    def _is_one_bound(self) -> Self:
        if [self.at_least, self.at_most, self.between].count(None) != 2:  # noqa: PLR2004 - all but one
            raise PydanticCustomError("target", "needs one of `at_least`, `at_most` and `between`")
        if self.between is not None and self.between[0] >= self.between[1]:
            raise PydanticCustomError("target_bounds", "is `between` two numbers of which the first must be the lower")
        return self


class Objective(Written):
    """What tuning optimises when it chooses a band's threshold: one thing, subject to others."""

    maximise: Measure | None = None
    """The measure to make as large as possible."""
    beta: Annotated[float, Field(gt=0)] | None = None
    """How much more recall counts than precision, for `fbeta`."""
    minimise: Literal["cost"] | None = None
    """Make the total of `costs` as small as possible."""
    costs: Costs | None = None
    """What each kind of mistake costs."""
    subject_to: Annotated[dict[Literal["precision", "recall"], Bound], Field(min_length=1)] | None = None
    """What must hold whatever is optimised."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.maximise is None) == (self.minimise is None):
            raise PydanticCustomError("objective", "needs one of `maximise` and `minimise`")
        if (self.minimise == "cost") != (self.costs is not None):
            raise PydanticCustomError("objective", "needs `costs` with `minimise: cost`, and only with it")
        if (self.maximise == "fbeta") != (self.beta is not None):
            raise PydanticCustomError("objective", "needs `beta` with `maximise: fbeta`, and only with it")
        return self
