"""A target that every result keeps, such as a precision of at least 0: it promises nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.promises import bounds_of_objectives, ends_of, key_of_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy

_MAY_BE_NEGATIVE: Final = ("mcc", "youden", "net_benefit")


def _check(policy: Policy) -> Iterator[Finding]:
    for place, target in enumerate(policy.targets):
        low, high = ends_of(target)
        is_from_lowest = low is None or (low == 0 and target.measure not in _MAY_BE_NEGATIVE)
        is_to_highest = high is None or high == 1
        if is_from_lowest and is_to_highest:
            ends = "from 0 to 1" if target.measure not in _MAY_BE_NEGATIVE else "1 at most"
            yield Finding(
                f"every result keeps this target: `{target.measure}` is always {ends}",
                "write the number that is promised, or delete the target",
                ("targets", place, *key_of_end(target, "low" if low is not None else "high")),
            )
    for bound in bounds_of_objectives(policy):
        if bound.at_least == 0:
            yield Finding(
                f"every threshold keeps this bound: `{bound.measure}` is always from 0 to 1",
                "write the number that is required, or delete the bound",
                bound.path,
            )


RULE = Rule(
    "PE243",
    "target-that-says-nothing",
    "policy",
    "a target or a bound of an objective that every result keeps",
    _check,
    "warning",
)
