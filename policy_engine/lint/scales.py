"""The scales of a policy in its file: where the numbers of each stand, and what each is called."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policy_engine.vocabulary import SCORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint._rule import Path
    from policy_engine.model import Override, Policy, Scale
    from policy_engine.model.on_invalid import OnInvalid


def place_of_threshold(policy: Policy, score: str | None, band: str) -> Path:
    """Return where the policy itself gives a band its threshold."""
    if score is None:
        return ("bands", policy.band_names.index(band), "at_least")
    return ("scores", score, "thresholds", band)


def written_threshold(policy: Policy, score: str | None, band: str) -> float:
    """Return the threshold that the policy itself gives a band, as written: not yet as the score's type holds it."""
    if score is not None:
        return (policy.scores or {})[score].thresholds[band]
    written = policy.band(band).at_least
    return math.inf if written is None else written


def place_of_on_invalid(scale: Scale) -> Path:
    """Return where the policy itself says what becomes of bad input."""
    return ("on_invalid",) if scale.name is None else ("scores", scale.name, "on_invalid")


def written_on_invalid(policy: Policy, scale: Scale) -> OnInvalid | None:
    """Return what the policy itself says becomes of bad input, as written."""
    return policy.on_invalid if scale.name is None else (policy.scores or {})[scale.name].on_invalid


def scales_under(policy: Policy, override: Override) -> Iterator[Scale]:
    """Yield the scales that an override is about: those that its `when` names, or all."""
    wanted = override.when.get(SCORE)
    for scale in policy.scales:
        if wanted is None or scale.name == wanted or (isinstance(wanted, tuple) and scale.name in wanted):
            yield scale
