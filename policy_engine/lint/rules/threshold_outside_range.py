"""A threshold outside the score's range: a band that every score reaches, or none does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Path, Rule
from policy_engine.lint.scales import scales_under
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy, Scale


def _check(policy: Policy) -> Iterator[Finding]:
    for scale, path, band, written in _thresholds(policy):
        low, high = scale.score.signal_low, scale.score.signal_high
        threshold = scale.score.rounded(written)
        if math.isinf(threshold):
            yield _too_large(path, band, written)
        elif threshold > high:
            yield _outside(scale, path, band, written, "above", high)
        elif threshold < low:
            yield _outside(scale, path, band, written, "below", low)


def _thresholds(policy: Policy) -> Iterator[tuple[Scale, Path, str, float]]:
    for i, band in enumerate(policy.bands):
        if band.at_least is not None and policy.scores is None:
            yield policy.scales[0], ("bands", i, "at_least"), band.name, band.at_least
    for score, one in (policy.scores or {}).items():
        for name, number in one.thresholds.items():
            yield policy.scale_of(score), ("scores", score, "thresholds", name), name, number
    for i, override in enumerate(policy.overrides):
        for name, value in (override.thresholds or {}).items():
            if not isinstance(value, str):
                for scale in scales_under(policy, override):
                    yield scale, ("overrides", i, "thresholds", name), name, value


def _outside(scale: Scale, path: Path, band: str, threshold: float, side: str, end: float) -> Finding:
    whose = "the score's range" if scale.name is None else f"the range of the score `{scale.name}`,"
    if scale.score.signal == "margin":
        whose = "the range of the margin,"
    effect = (
        f"not even the highest score, {format_number(end)}, is `{band}`"
        if side == "above"
        else f"even the lowest score, {format_number(end)}, is `{band}`"
    )
    return Finding(
        f"{format_number(threshold)}, the threshold of `{band}`, is {side} {whose} {_range(scale)}: {effect}",
        _mend(scale, threshold, is_override=path[0] == "overrides"),
        path,
        witness=end,
    )


def _too_large(path: Path, band: str, threshold: float) -> Finding:
    return Finding(
        f"{format_number(threshold)}, the threshold of `{band}`, is more than float32 holds",
        "write a number up to 3.4e+38, or leave out `type: float32` if the model computes in float64",
        path,
    )


def _mend(scale: Scale, threshold: float, *, is_override: bool) -> str:
    low, high = scale.score.signal_low, scale.score.signal_high
    if (low, high) == (0.0, 1.0) and 2 <= threshold <= 100:  # noqa: PLR2004 - per cent
        return f"write `{format_number(_per_cent(threshold))}` if {format_number(threshold)} is meant in per cent"
    inside = f"write a number {_between(low, high)}"
    if not is_override:
        return inside
    word = "never" if threshold > high else "always"
    return f"{inside}, or `{word}` if {'no score' if word == 'never' else 'every score'} is to reach it here"


def _per_cent(threshold: float) -> float:
    # Digits are moved, not divided: 55.5 is to read 0.555 and nothing longer.
    return float(f"{threshold!r}e-2")


def _between(low: float, high: float) -> str:
    if math.isinf(low):
        return f"up to {format_number(high)}"
    return f"from {format_number(low)}" + ("" if math.isinf(high) else f" to {format_number(high)}")


def _range(scale: Scale) -> str:
    low, high = scale.score.signal_low, scale.score.signal_high
    ends = ["null" if math.isinf(end) else format_number(end) for end in (low, high)]
    return f"[{', '.join(ends)}]"


RULE = Rule(
    "PE202",
    "threshold-outside-range",
    "policy",
    "a threshold lies outside the score's range",
    _check,
)
