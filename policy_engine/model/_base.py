"""What every written thing has in common: frozen, no unknown keys, nothing coerced."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Written(BaseModel):
    """A mapping of a policy or a catalog, as written."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_by_name=False,
        allow_inf_nan=False,
    )
