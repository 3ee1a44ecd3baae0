"""What a policy promises or requires of measures, as the two ends between which a result must lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint._rule import Path
    from policy_engine.model import Policy, Target


def ends_of(target: Target) -> tuple[float | None, float | None]:
    """Return the least and the greatest value that keep the target; None where there is no such end."""
    return target.between or (target.at_least, target.at_most)


def key_of_end(target: Target, end: Literal["low", "high"]) -> Path:
    """Return where in the target one of its ends stands."""
    if target.between is not None:
        return ("between", 0 if end == "low" else 1)
    return ("at_least",) if target.at_least is not None else ("at_most",)


class ObjectiveBound(NamedTuple):
    """What an objective is subject to."""

    measure: str
    at_least: float
    confidence: float | None
    path: Path


def bounds_of_objectives(policy: Policy) -> Iterator[ObjectiveBound]:
    """Yield each bound that an objective is subject to, with the place of its number."""
    for band, objective in (policy.objective or {}).items():
        for measure, bound in (objective.subject_to or {}).items():
            path = ("objective", band, "subject_to", measure, "at_least")
            yield ObjectiveBound(measure, bound.at_least, bound.confidence, path)
