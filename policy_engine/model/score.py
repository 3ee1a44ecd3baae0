"""What the model returns: its kind, its range, its direction, and which versions of the model the policy trusts."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written
from policy_engine.model.names import Text
from policy_engine.vocabulary import Direction, ScoreKind

if TYPE_CHECKING:
    from collections.abc import Sequence


def _checked_specifier(value: str) -> str:
    try:
        specifier = SpecifierSet(value, prereleases=True)
    except InvalidSpecifier:
        raise PydanticCustomError("specifier", "is not a version specifier of PEP 440, such as `>=4.2,<5`") from None
    if specifier.is_unsatisfiable():
        raise PydanticCustomError("no_version", "admits no version at all")
    return value


class ModelReference(Written):
    """Which model's scores the thresholds were chosen for."""

    name: Text
    """The model's name. A request that names another one has an invalid score of class `wrong_model`."""
    versions: Annotated[Text, AfterValidator(_checked_specifier)] | None = None
    """The versions whose scores the thresholds fit, as PEP 440 specifies them; pre-releases count.

    With it, a request that gives no version, or one outside, has an invalid score of class `wrong_model`."""

    @cached_property
    def _specifier(self) -> SpecifierSet:
        return SpecifierSet(self.versions or "")

    def admits(self, name: object, version: object) -> bool:
        """Say whether a request's model and version, as given, are this policy's.

        A name left out passes; a version left out passes only where the policy names none. A version that
        is no text, or no PEP 440 version, is outside.
        """
        if name is not None and (not isinstance(name, str) or name != self.name):
            return False
        if self.versions is None:
            return True
        if not isinstance(version, str):
            return False
        try:
            return self._specifier.contains(Version(version), prereleases=True)
        except ValueError:
            # no version, or one with more digits than Python turns into a number
            return False


def _two_ends(value: Sequence[float | None]) -> Sequence[float | None]:
    low, high = value
    if low is not None and high is not None and low >= high:
        raise PydanticCustomError("range", "must begin below its end")
    return value


Range = Annotated[tuple[float | None, float | None], Field(strict=False), AfterValidator(_two_ends)]


class Score(Written):
    """The score that requests carry."""

    kind: ScoreKind
    """`probability`: a number from 0 to 1. `number`: a number of the declared range."""
    range: Range | None = None
    """The lowest and the highest possible score, both included; null for an end that is open."""
    higher_is: Direction
    """Which end is the strict one: `riskier` if high scores call for the first band, `safer` if low ones call
    for the last."""
    model: ModelReference
    """The model whose scores these are."""

    @model_validator(mode="after")
    def _range_fits_the_kind(self) -> Self:
        if self.kind == "number" and self.range is None:
            raise PydanticCustomError(
                "range_needed", "is a `number`, so it needs a `range`; write [null, null] if it has no ends"
            )
        if self.kind == "probability" and self.range not in (None, (0.0, 1.0)):
            raise PydanticCustomError(
                "range_fixed",
                "is a `probability`, whose range is [0, 1]; for another one write kind `number`",
            )
        return self

    @property
    def low(self) -> float:
        """The lowest possible score; minus infinity where the range is open."""
        low = 0.0 if self.range is None else self.range[0]
        return -math.inf if low is None else low

    @property
    def high(self) -> float:
        """The highest possible score; infinity where the range is open."""
        high = 1.0 if self.range is None else self.range[1]
        return math.inf if high is None else high
