"""Fields: the single things that an override can set, each settled by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from policy_engine.model import band_per_class
from policy_engine.vocabulary import BASE, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy_engine.model import Override, Policy, Scale

Field = tuple[str, ...]
"""A kind and what it is of: ("thresholds", band), ("on_invalid", class), ("attributes", band, key), ("lead",), ..."""

Path = tuple[str | int, ...]
"""Where a value stands in its document."""

LEAD: Field = ("lead",)
_BY_BAND = ("thresholds", "escalate", "reasons", "highlight")


def fields_set_by(override: Override) -> Iterator[tuple[Field, Any]]:
    """Yield every field that the override sets, with its value as written."""
    for kind in _BY_BAND:
        for band, value in (getattr(override, kind) or {}).items():
            yield (kind, band), value
    for band, attributes in (override.attributes or {}).items():
        for key, value in attributes.items():
            yield ("attributes", band, key), value
    for name, band in band_per_class(override.on_invalid, "classes").items():
        yield ("on_invalid", name), band
    if override.lead is not None:
        yield LEAD, override.lead


def belongs_to(scale: Scale, field: Field) -> bool:
    """Say whether a field is one of this scale's: other scores have other bands, other kinds other classes."""
    kind, *names = field
    if kind == "thresholds":
        return names[0] in scale.thresholds
    return kind != "on_invalid" or names[0] in scale.on_invalid


def fields_of_base(
    policy: Policy, scale: Scale, environment: Mapping[str, float]
) -> Iterator[tuple[Field, tuple[Any, str]]]:
    """Yield every field that the policy itself sets for a scale, with its value and where that came from.

    The numbers that the environment gives, by the names that they have in `tunable`, stand in for the file's.
    """
    given = {policy.tunable_numbers[name]: number for name, number in environment.items()}
    cuts = {one.band: number for one, number in given.items() if one.kind == "highlight"}
    ratios = [number for one, number in given.items() if one.kind == "lead"]
    numbers = {
        one.band: number for one, number in given.items() if one.kind == "thresholds" and one.score == scale.name
    }
    yield LEAD, (policy.lead, BASE)
    if policy.lead is not None and ratios:
        yield LEAD, (policy.lead.model_copy(update={"ratio": ratios[0]}), FROM_ENVIRONMENT)
    for band in policy.bands:
        yield ("escalate", band.name), (band.escalate, BASE)
        yield ("reasons", band.name), (band.reasons, BASE)
        yield ("highlight", band.name), (band.highlight, BASE)
        if band.highlight is not None and band.name in cuts:
            moved = band.highlight.model_copy(update={"above": cuts[band.name]})
            yield ("highlight", band.name), (moved, FROM_ENVIRONMENT)
        for key, value in band.attributes.items():
            yield ("attributes", band.name, key), (value, BASE)
    for name, number in scale.thresholds.items():
        yield ("thresholds", name), (numbers.get(name, number), FROM_ENVIRONMENT if name in numbers else BASE)
    for name, outcome in scale.on_invalid.items():
        yield ("on_invalid", name), (outcome, BASE)


def as_compared(scale: Scale, field: Field, value: Any) -> Any:  # noqa: ANN401 - a field may hold anything
    """Return a value as it is compared: a threshold as the score's type holds it."""
    if field[0] == "thresholds" and not isinstance(value, str):
        return scale.score.rounded(value)
    return value


def place_of(override: Override, index: int, field: Field) -> Path:
    """Return where the override that stands at *index* of the file sets *field*."""
    if field[0] != "on_invalid" or isinstance(override.on_invalid, str):
        return ("overrides", index, *(field if field[0] != "on_invalid" else field[:1]))
    named = field[1] if override.on_invalid and field[1] in override.on_invalid else "otherwise"
    return ("overrides", index, "on_invalid", named)


def has_strictness(field: Field) -> bool:
    """Say whether of two values of this field one is the stricter, so that `ties: strictest` can choose."""
    return field[0] in ("thresholds", "on_invalid")


def number_of(threshold: float | str) -> float:
    """Return a threshold as the number that scores are compared with: all reach `always`, and none reaches `never`.

    >>> number_of(0.5), number_of("never"), number_of("always")
    (0.5, inf, -inf)
    """
    return {"always": -math.inf, "never": math.inf}[threshold] if isinstance(threshold, str) else float(threshold)


def looseness(policy: Policy, scale: Scale, field: Field, value: Any) -> float:  # noqa: ANN401 - a field may hold anything
    """Return a number that grows as the value of a threshold or an `on_invalid` band gets milder."""
    if field[0] == "on_invalid":
        return policy.strictness[value]
    number = number_of(value)
    return number if scale.is_riskier else -number
