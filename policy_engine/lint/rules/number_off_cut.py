"""A condition on a number that ends between two cuts: no cell begins or ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.conditions import on_dimensions
from policy_engine.model import NumberCondition, NumberDimension
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint.subjects import PolicyInCatalog


def _check(subject: PolicyInCatalog) -> Iterator[Finding]:
    for name, condition, path in on_dimensions(subject.policy, subject.catalog.facts):
        dimension = subject.catalog.dimensions.get(name)
        if not (isinstance(condition, NumberCondition) and isinstance(dimension, NumberDimension)):
            continue
        for key in ("at_least", "below"):
            number = getattr(condition, key)
            if number is not None and number not in dimension.cuts:
                message = f"{format_number(number)} is no cut of `{name}`"
                yield Finding(message, _mend(name, number, dimension.cuts), (*path, key))


def _mend(name: str, number: float, cuts: tuple[float, ...]) -> str:
    near = min(cuts, key=lambda cut: abs(cut - number))
    wider = ", ".join(format_number(cut) for cut in sorted({*cuts, number}))
    return f"write `{format_number(near)}`, the nearest, or in the catalog write `cuts: [{wider}]` for `{name}`"


RULE = Rule(
    "PE207",
    "number-off-cut",
    "names",
    "a condition on a number does not stand on a declared cut",
    _check,
)
