"""A target of exactly 1, or of exactly 0, with a confidence: no sample of any size proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.promises import bounds_of_objectives, ends_of, key_of_end
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.lint._rule import Path
    from policy_engine.model import Policy

_PROPORTIONS: Final = ("precision", "recall", "accuracy", "share", "false_positive_rate")
"""Of so many cases, so many: an interval around what was counted never ends at 0 or 1 exactly on the inner side."""


def _check(policy: Policy) -> Iterator[Finding]:
    for place, target in enumerate(policy.targets):
        if target.confidence is None or target.measure not in _PROPORTIONS:
            continue
        low, high = ends_of(target)
        if low == 1:
            yield _finding(target.measure, target.confidence, ("targets", place, *key_of_end(target, "low")))
        if high == 0:
            path = ("targets", place, *key_of_end(target, "high"))
            yield _finding(target.measure, target.confidence, path, is_one=False)
    for bound in bounds_of_objectives(policy):
        if bound.at_least == 1 and bound.confidence is not None:
            yield _finding(bound.measure, bound.confidence, bound.path)


def _finding(measure: str, confidence: float, path: Path, *, is_one: bool = True) -> Finding:
    exact, seen, near = ("1", "not one fails", "0.99") if is_one else ("0", "there is not one", "0.01")
    return Finding(
        f"no sample proves that `{measure}` is exactly {exact} with a confidence of {format_number(confidence)}: "
        f"where {seen} among however many cases, the next may be the first",
        f"write a number that can be proven, such as {near}, or leave `confidence` out to ask it of the sample alone",
        path,
    )


RULE = Rule(
    "PE244",
    "target-that-nothing-proves",
    "policy",
    "a target of exactly 0 or 1 with a confidence, which no sample of any size proves",
    _check,
    "warning",
)
