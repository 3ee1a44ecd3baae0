"""A threshold outside the score's range: a band that every score reaches, or none does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    low, high = _ends(policy)
    for path, band, threshold in _thresholds(policy):
        if threshold > high:
            yield _outside(policy, path, band, threshold, "above", high)
        elif threshold < low:
            yield _outside(policy, path, band, threshold, "below", low)


def _thresholds(policy: Policy) -> Iterator[tuple[Path, str, float]]:
    for i, band in enumerate(policy.bands):
        if band.at_least is not None:
            yield ("bands", i, "at_least"), band.name, band.at_least
    for i, override in enumerate(policy.overrides):
        for name, value in (override.thresholds or {}).items():
            if not isinstance(value, str):
                yield ("overrides", i, "thresholds", name), name, value


def _outside(policy: Policy, path: Path, band: str, threshold: float, side: str, end: float) -> Finding:
    effect = (
        f"not even the highest score, {format_number(end)}, is `{band}`"
        if side == "above"
        else f"even the lowest score, {format_number(end)}, is `{band}`"
    )
    return Finding(
        f"{format_number(threshold)}, the threshold of `{band}`, is {side} the score's range {_range(policy)}: "
        f"{effect}",
        _mend(policy, threshold, is_override=path[0] == "overrides"),
        path,
        witness=end,
    )


def _mend(policy: Policy, threshold: float, *, is_override: bool) -> str:
    low, high = _ends(policy)
    if (low, high) == (0.0, 1.0) and 2 <= threshold <= 100:  # noqa: PLR2004 - per cent
        return f"write `{format_number(_per_cent(threshold))}` if {format_number(threshold)} is meant in per cent"
    inside = f"write a number {_between(low, high)}"
    if not is_override:
        return inside
    word = "never" if threshold > high else "always"
    return f"{inside}, or `{word}` if {'no score' if word == 'never' else 'every score'} is to reach it here"


def _ends(policy: Policy) -> tuple[float, float]:
    score = policy.scales[0].score
    return score.signal_low, score.signal_high


def _per_cent(threshold: float) -> float:
    # Digits are moved, not divided: 55.5 is to read 0.555 and nothing longer.
    return float(f"{threshold!r}e-2")


def _between(low: float, high: float) -> str:
    if math.isinf(low):
        return f"up to {format_number(high)}"
    return f"from {format_number(low)}" + ("" if math.isinf(high) else f" to {format_number(high)}")


def _range(policy: Policy) -> str:
    ends = ["null" if math.isinf(end) else format_number(end) for end in _ends(policy)]
    return f"[{', '.join(ends)}]"


RULE = Rule(
    "PE202",
    "threshold-outside-range",
    "policy",
    "a threshold lies outside the score's range",
    _check,
)
