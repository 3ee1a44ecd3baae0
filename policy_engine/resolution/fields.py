"""Fields: the single things that an override can set, each settled by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from policy_engine.model import band_per_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Override, Policy

Field = tuple[str, ...]
"""A kind and a name: ("thresholds", band), ("on_invalid", class), ("attributes", band, key), ..."""

Path = tuple[str | int, ...]
"""Where a value stands in its document."""

_BY_BAND = ("thresholds", "escalate", "reasons")


def fields_set_by(override: Override) -> Iterator[tuple[Field, Any]]:
    """Yield every field that the override sets, with its value."""
    for kind in _BY_BAND:
        for band, value in (getattr(override, kind) or {}).items():
            yield (kind, band), value
    for band, attributes in (override.attributes or {}).items():
        for key, value in attributes.items():
            yield ("attributes", band, key), value
    for name, band in band_per_class(override.on_invalid, "number").items():
        yield ("on_invalid", name), band


def fields_of_base(policy: Policy) -> Iterator[tuple[Field, Any]]:
    """Yield every field that the policy itself sets, with its value."""
    for band in policy.bands:
        yield ("escalate", band.name), band.escalate
        yield ("reasons", band.name), band.reasons
        if band.at_least is not None:
            yield ("thresholds", band.name), band.at_least
        for key, value in band.attributes.items():
            yield ("attributes", band.name, key), value
    for name, outcome in band_per_class(policy.on_invalid, "number").items():
        yield ("on_invalid", name), outcome


def place_of(override: Override, index: int, field: Field) -> Path:
    """Return where the override that stands at *index* of the file sets *field*."""
    if field[0] != "on_invalid" or isinstance(override.on_invalid, str):
        return ("overrides", index, *(field if field[0] != "on_invalid" else field[:1]))
    named = field[1] if override.on_invalid and field[1] in override.on_invalid else "otherwise"
    return ("overrides", index, "on_invalid", named)


def has_strictness(field: Field) -> bool:
    """Say whether of two values of this field one is the stricter, so that `ties: strictest` can choose."""
    return field[0] in ("thresholds", "on_invalid")


def looseness(policy: Policy, field: Field, value: Any) -> float:  # noqa: ANN401 - a field may hold anything
    """Return a number that grows as the value of a threshold or an `on_invalid` band gets milder."""
    if field[0] == "on_invalid":
        return policy.strictness[value]
    number = {"always": -math.inf, "never": math.inf}[value] if isinstance(value, str) else float(value)
    return number if policy.score.higher_is == "riskier" else -number
