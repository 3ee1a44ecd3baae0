"""Numbers from environment variables, for the tunables that name one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policy_engine.exceptions import EnvironmentNumberError
from policy_engine.reference.calls import as_held
from policy_engine.reference.numbers import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.model import Policy


def numbers_from(policy: Policy, environment: Mapping[str, str]) -> dict[str, float]:
    """Return the numbers that variables give, by the names of their tunables. A variable that is not set gives none.

    Raises `EnvironmentNumberError` for one that is no JSON number, or lies outside its bounds, or is milder than
    the file's number where it may only tighten: nothing is clamped.
    """
    numbers = {}
    for name, tunable in sorted(policy.tunable.items()):
        if tunable.env is not None and tunable.env in environment:
            numbers[name] = _number(policy, name, tunable.env, environment[tunable.env])
    return numbers


def _number(policy: Policy, name: str, variable: str, text: str) -> float:
    number = _read(text)
    tunable = policy.tunable[name]
    low, high = tunable.within
    if isinstance(number, str):
        raise EnvironmentNumberError(
            f"the environment variable `{variable}`, which sets `{name}` of `{policy.use_case}`, is no JSON number"
        )
    held = as_held(policy, name, number)
    if held is None:
        raise EnvironmentNumberError(
            f"the environment variable `{variable}` sets `{name}` of `{policy.use_case}` to {number}, "
            f"outside its bounds from {low} to {high}"
        )
    of = policy.tunable_numbers[name]
    if tunable.tighten_only and of.kind == "thresholds":
        scale = policy.scale_of(of.score)
        written = scale.thresholds[str(of.band)]
        if held > written if scale.is_riskier else held < written:
            raise EnvironmentNumberError(
                f"the environment variable `{variable}` sets `{name}` of `{policy.use_case}` to {number}, "
                f"which is milder than the file's {written}, and it may only tighten"
            )
    return held


def _read(text: str) -> float | str:
    try:
        return read_number(json.loads(text))
    except (ValueError, RecursionError):
        return "wrong_type"
