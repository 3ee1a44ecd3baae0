"""Targets for the shares of several bands that cannot all be kept: each case gets one band, so that all are one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.promises import ends_of, key_of_end
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    least: dict[str, tuple[Fraction, int]] = {}
    most: dict[str, tuple[Fraction, int]] = {}
    for place, target in enumerate(policy.targets):
        if target.measure != "share" or target.band not in policy.band_names:
            continue
        low, high = ends_of(target)
        # As written: a sum of binary fractions may come out a little above 1
        if low is not None:
            least[target.band] = max(least.get(target.band, (Fraction(0), place)), (_as_written(low), place))
        if high is not None:
            most[target.band] = min(most.get(target.band, (Fraction(2), place)), (_as_written(high), place))
    if sum(share for share, _ in least.values()) > 1:
        yield _finding(policy, least, "at least", "more than 1: each case gets one band", "lower")
    # A share that no target bounds can take up the rest
    if len(most) == len(policy.bands) and sum(share for share, _ in most.values()) < 1:
        yield _finding(policy, most, "at most", "less than 1: each case gets one of these bands", "raise")


def _as_written(number: float) -> Fraction:
    return Fraction(repr(float(number)))


def _finding(policy: Policy, shares: dict[str, tuple[Fraction, int]], bound: str, why: str, move: str) -> Finding:
    named = [band for band in policy.band_names if band in shares]
    said = ", ".join(f"`{band}` {format_number(float(shares[band][0]))}" for band in named)
    total = format_number(float(sum(shares[band][0] for band in named)))
    last = max(place for _, place in shares.values())
    end = key_of_end(policy.targets[last], "low" if bound == "at least" else "high")
    return Finding(
        f"these shares cannot all be kept: {bound} {said}, in sum {total}, which is {why}",
        f"{move} some of them, so that their sum is {'1 at most' if move == 'lower' else 'at least 1'}",
        ("targets", last, *end),
    )


RULE = Rule(
    "PE241",
    "shares-over-one",
    "policy",
    "targets for shares of bands add up to more than all cases, or to less",
    _check,
    "warning",
)
