"""What every written thing has in common: frozen, no unknown keys, nothing coerced."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from policy_engine.diagnostics import first_repeated


class Written(BaseModel):
    """A mapping of a policy or a catalog, as written."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_by_name=False,
        allow_inf_nan=False,
        defer_build=True,
    )


def all_different(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a list that names something twice."""
    if len(set(values)) != len(values):
        raise PydanticCustomError("repeated", "names `{value}` twice", {"value": str(first_repeated(values))})
    return values
