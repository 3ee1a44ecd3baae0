"""Numbers that a request gives for itself: all of them apply, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_engine.reference.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.model import Policy, Scale
    from policy_engine.vocabulary import Refusal


Thresholds = Mapping[str, tuple[Any, str]]
"""What holds in a cell: each band's number or word, and where it came from."""


class Asked(NamedTuple):
    """What a request asked for by itself: numbers that are within their bounds, and names with why they are not."""

    numbers: Mapping[str, float]
    refused: Mapping[str, Refusal]


def ask(policy: Policy, thresholds: Mapping[str, Any]) -> Asked:
    """Return the numbers that a request may give, as far as no cell is needed to say so."""
    numbers: dict[str, float] = {}
    refused: dict[str, Refusal] = {}
    for name, value in sorted(thresholds.items(), key=lambda item: str(item[0])):
        tunable = policy.tunable.get(name)
        number = read_number(value)
        if tunable is None or tunable.per_call is None or name not in policy.tunable_numbers:
            refused[str(name)] = "not_tunable"
        elif isinstance(number, str):
            refused[name] = "not_a_number"
        elif (held := as_held(policy, name, number)) is None:
            refused[name] = "out_of_bounds"
        else:
            numbers[name] = held
    return Asked(numbers, refused)


def as_held(policy: Policy, name: str, number: float) -> float | None:
    """Return a number as it is compared: rounded to the score's type, unless it is a ratio; None if out of bounds."""
    of = policy.tunable_numbers[name]
    low, high = policy.tunable[name].within
    if of.kind != "lead":
        rounded = policy.scale_of(of.score).score.rounded
        low, high, number = rounded(low), rounded(high), rounded(number)
    return number if low <= number <= high else None


def refused_as_milder(
    policy: Policy, numbers: Mapping[str, float], cells: Iterable[tuple[Scale, Thresholds]]
) -> Mapping[str, Refusal]:
    """Return the thresholds that would be milder than what holds without them in any cell, where they may not be."""
    refused: dict[str, Refusal] = {}
    for scale, thresholds in cells:
        for name, number in numbers.items():
            of = policy.tunable_numbers[name]
            if of.kind != "thresholds" or of.score != scale.name or policy.tunable[name].tighten_only is False:
                continue
            value, _ = thresholds[str(of.band)]
            is_milder = not isinstance(value, str) and (number > value if scale.is_riskier else number < value)
            if is_milder:
                refused[name] = "milder"
    return refused
