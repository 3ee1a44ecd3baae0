"""Every condition on a dimension that a policy writes, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint._rule import Path
    from policy_engine.model import Policy
    from policy_engine.model.conditions import Condition

Conditioned: TypeAlias = "tuple[str, Condition, Path]"
"""A dimension, what it must be, and where that stands."""


def of_overrides(policy: Policy) -> Iterator[Conditioned]:
    """Yield the conditions of the overrides."""
    for i, override in enumerate(policy.overrides):
        for name, condition in override.when.items():
            yield name, condition, ("overrides", i, "when", name)


def of_knock_outs(policy: Policy, facts: tuple[str, ...]) -> Iterator[Conditioned]:
    """Yield the conditions of the knock-outs that are about dimensions: neither true or false, nor on a fact."""
    for i, knock_out in enumerate(policy.knock_outs):
        for name, condition in knock_out.when.items():
            if not isinstance(condition, bool) and name not in facts:
                yield name, condition, ("knock_outs", i, "when", name)


def on_dimensions(policy: Policy, facts: tuple[str, ...]) -> Iterator[Conditioned]:
    """Yield the conditions of both."""
    yield from of_overrides(policy)
    yield from of_knock_outs(policy, facts)
