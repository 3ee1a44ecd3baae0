"""What the model returns: its kind, its range, its direction, and which versions of the model the policy trusts."""

from __future__ import annotations

import math
import struct
import sys
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from policy_engine.model._base import Written, all_different
from policy_engine.model.names import Name, Text, Value
from policy_engine.model.on_invalid import OnInvalid
from policy_engine.vocabulary import Direction, ScoreKind, ScoreType, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy_engine.model.versions import Finder


def _checked_specifier(value: str) -> str:
    from policy_engine.model.versions import admits_none, is_specifier  # noqa: PLC0415 - many policies name no versions

    if not is_specifier(value):
        raise PydanticCustomError("specifier", "is not a version specifier of PEP 440, such as `>=4.2,<5`")
    if admits_none(value):
        raise PydanticCustomError("no_version", "admits no version at all")
    return value


Specifier = Annotated[Text, AfterValidator(_checked_specifier)]
"""Versions, as PEP 440 specifies them; pre-releases count."""


MOST_VERSIONS: Final = 100
"""Each is held against each of the others."""


def _disjoint(value: dict[str, str]) -> dict[str, str]:
    from policy_engine.model.versions import admits_none  # noqa: PLC0415 - many policies name no versions

    for one, other in combinations(value, 2):
        if not admits_none(f"{value[one]},{value[other]}"):
            raise PydanticCustomError(
                "versions_overlap",
                "gives `{one}` and `{other}` versions in common; each version belongs to one of them at most",
                {"one": one, "other": other},
            )
    return value


def _one_or_named(value: Any) -> str:  # noqa: ANN401 - anything may stand in a file
    return "named" if isinstance(value, dict) else "one"


Versions = Annotated[
    Annotated[Specifier, Tag("one")]
    | Annotated[
        dict[Name, Specifier], Field(min_length=1, max_length=MOST_VERSIONS), AfterValidator(_disjoint), Tag("named")
    ],
    Discriminator(_one_or_named),
]
"""One specifier; or several that share no version, by the names under which overrides speak of them."""


class ModelReference(Written):
    """Which model's scores the thresholds were chosen for."""

    name: Text
    """The model's name. A request that names another one has an invalid score of class `wrong_model`."""
    versions: Versions | None = None
    """The versions whose scores the thresholds fit, as PEP 440 specifies them; pre-releases count. Several
    disjoint ones by name are the values of the dimension `model_version`.

    With it, a request that gives no version, or one outside, has an invalid score of class `wrong_model`."""

    @cached_property
    def version_names(self) -> tuple[str, ...]:
        """The values of the dimension `model_version`, by name; none where the versions have no names."""
        return tuple(sorted(self.versions)) if isinstance(self.versions, dict) else ()

    @cached_property
    def _finder(self) -> Finder:
        from policy_engine.model.versions import Finder  # noqa: PLC0415 - many policies name no versions

        return Finder(self.versions) if isinstance(self.versions, dict) else Finder({None: self.versions or ""})

    def admits(self, name: object, version: object) -> bool:
        """Say whether a request's model and version, as given, are this policy's.

        A name left out passes; a version left out passes only where the policy names none. A version that
        is no text, or no PEP 440 version, is outside.
        """
        if name is not None and (not isinstance(name, str) or name != self.name):
            return False
        return self.versions is None or (found := self._finder.name_for(version)) is None or isinstance(found, str)

    def version_name(self, version: object) -> str | None:
        """Return the name under which overrides speak of *version*; None where it has none."""
        found = self._finder.name_for(version)
        return found if isinstance(found, str) else None


def _two_ends(value: Sequence[float | None]) -> Sequence[float | None]:
    low, high = value
    if low is not None and high is not None and low >= high:
        raise PydanticCustomError("range", "must begin below its end")
    return value


Range = Annotated[tuple[float | None, float | None], Field(strict=False), AfterValidator(_two_ends)]


Labels = Annotated[tuple[Value, ...], Field(min_length=1, strict=False), AfterValidator(all_different)]


_WITHOUT_SIGN = 0x7FFF_FFFF
"""The bits of a float32 but for its sign."""


class Score(Written):
    """The score that requests carry."""

    kind: ScoreKind
    """What the model returns. It decides which other keys there are."""
    type: ScoreType = "float64"
    """In which numbers the model computes; `float64` unless given."""
    range: Range | None = None
    """The lowest and the highest possible score, both included; null for an end that is open. [0, 1] unless given."""
    labels: Labels | None = None
    """The classes or labels there are. An array of scores is in this order."""
    signal: Signal | None = None
    """Of `classes`, the number that thresholds are compared with; `top` unless given."""
    higher_is: Direction
    """Which end of the score is the strict one."""
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
        if self.kind == "classes" and not math.isfinite(self.low):
            raise PydanticCustomError(
                "low_end_needed",
                "is of kind `classes`, where an absent class counts as the range's low end: it must be a number",
            )
        if self.type == "float32" and not self.low < self.high:
            raise PydanticCustomError("range_empty", "has a `range` of which nothing is left in float32")
        return self

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> Self:
        if self.signal is not None and self.kind != "classes":
            raise PydanticCustomError("signal_of_classes", "has a `signal`, which only the kind `classes` has")
        if self.signal == "margin" and self.higher_is != "safer":
            raise PydanticCustomError(
                "margin_is_safer", "has the signal `margin`, which says how sure the model is: write `higher_is: safer`"
            )
        if self.signal == "margin" and math.isinf(min(self.high, sys.float_info.max) - self.low):
            raise PydanticCustomError("margin_too_wide", "has a `range` in which a margin may be no finite number")
        if self.labels is not None and self.kind not in ("classes", "labels"):
            raise PydanticCustomError("labels_of_kinds", "has `labels`, which only kinds `classes` and `labels` have")
        if self.labels is None and self.kind == "labels":
            raise PydanticCustomError(
                "labels_needed", "is of kind `labels`, so it needs the list of `labels` there are"
            )
        return self

    def rounded(self, number: float) -> float:
        """Return *number* as the model's type holds it: infinite where it is too large for it.

        >>> Score.model_construct(type="float32").rounded(0.9)
        0.8999999761581421
        """
        if self.type == "float64" or not math.isfinite(number):
            return number
        try:
            as_float32: float = struct.unpack("<f", struct.pack("<f", number))[0]
        except OverflowError:
            return math.copysign(math.inf, number)
        return as_float32

    def just_below(self, number: float) -> float:
        """Return the greatest number below *number* that the model's type holds; minus infinity below all of them.

        >>> Score.model_construct(type="float64").just_below(0.9)
        0.8999999999999999
        >>> Score.model_construct(type="float32").just_below(0.0)
        -1.401298464324817e-45
        """
        return self._next(number, -1)

    def just_above(self, number: float) -> float:
        """Return the least number above *number* that the model's type holds; infinity above all of them."""
        return self._next(number, 1)

    def _next(self, number: float, step: int) -> float:
        if self.type == "float64" or number == step * math.inf:
            return math.nextafter(number, step * math.inf)
        # The bits of a float, read as a whole number, rise with it; those of the negative ones fall from the sign on
        bits: int = struct.unpack("<i", struct.pack("<f", number))[0]
        place = (bits if bits >= 0 else -(bits & _WITHOUT_SIGN)) + step
        bits = place if place >= 0 else -place | ~_WITHOUT_SIGN
        as_float32: float = struct.unpack("<f", struct.pack("<i", bits))[0]
        return as_float32

    @cached_property
    def low(self) -> float:
        """The lowest possible score; minus infinity where the range is open."""
        low = 0.0 if self.range is None else self.range[0]
        return -math.inf if low is None else self.rounded(low)

    @cached_property
    def high(self) -> float:
        """The highest possible score; infinity where the range is open."""
        high = 1.0 if self.range is None else self.range[1]
        return math.inf if high is None else self.rounded(high)

    @property
    def signal_low(self) -> float:
        """The lowest number that thresholds are compared with; minus infinity where there is none."""
        return 0.0 if self.signal == "margin" else self.low

    @property
    def signal_high(self) -> float:
        """The highest number that thresholds are compared with; infinity where there is none."""
        return self.high - self.low if self.signal == "margin" else self.high


class NamedScore(Score):
    """One of several scores of a case, with thresholds of its own."""

    thresholds: Annotated[dict[Name, float], Field(min_length=1)]
    """Band to the score that it needs at least. What reaches none of them falls to the mildest band if higher is
    riskier, to the strictest if it is safer."""
    on_invalid: OnInvalid
    """The band of a score that is missing, of the wrong type or model, not finite, or out of range."""

    @model_validator(mode="after")
    def _is_one_number(self) -> Self:
        if self.kind not in ("probability", "number"):
            raise PydanticCustomError(
                "one_number", "is one of several scores, so its kind is `probability` or `number`"
            )
        return self
