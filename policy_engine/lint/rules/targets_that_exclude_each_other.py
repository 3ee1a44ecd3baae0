"""Two targets of which no result can keep both: one wants more than the other allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policy_engine.lint._rule import Finding, Rule
from policy_engine.lint.promises import ends_of, key_of_end
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy, Target

_GROWS: Final = ("recall", "false_positive_rate")
"""Measured of a band and every one above it, these are no smaller for a band further down."""


def _check(policy: Policy) -> Iterator[Finding]:
    targets = [(place, one) for place, one in enumerate(policy.targets) if one.band in policy.strictness]
    for place, later in targets:
        for earlier_place, earlier in targets:
            if earlier_place >= place or earlier.measure != later.measure:
                continue
            found = _excluded(policy, (place, later), earlier)
            if found is not None:
                yield found
                break


def _excluded(policy: Policy, later: tuple[int, Target], earlier: Target) -> Finding | None:
    place, one = later
    for wants_more, wants_less in ((one, earlier), (earlier, one)):
        low, high = ends_of(wants_more)[0], ends_of(wants_less)[1]
        if low is None or high is None or low <= high or not _is_no_more(policy, wants_more, wants_less):
            continue
        bands = f"of `{one.band}`"
        why = ""
        if one.band != earlier.band:
            bands = f"of `{wants_more.band}`"
            why = f", and that of `{wants_less.band}`, which counts the cases of both, is at least as much"
        return Finding(
            f"no result keeps both targets: `{one.measure}` {bands} is to be at least {format_number(low)}{why}, "
            f"and {'the other' if one.band == earlier.band else 'that'} is to be at most {format_number(high)}",
            "change one of the two numbers, or delete one of the targets",
            ("targets", place, *key_of_end(one, "low" if one is wants_more else "high")),
        )
    return None


def _is_no_more(policy: Policy, one: Target, other: Target) -> bool:
    """Say whether what is measured of *one* is, on any cases, no more than what is measured of *other*."""
    if one.band == other.band:
        return True
    return one.measure in _GROWS and policy.band_names.index(one.band) < policy.band_names.index(other.band)


RULE = Rule(
    "PE242",
    "targets-that-exclude-each-other",
    "policy",
    "one target wants more than another of the same measure allows",
    _check,
    "warning",
)
