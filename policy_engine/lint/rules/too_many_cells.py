"""Overrides that make more cells than can be looked at: each dimension that they name may multiply them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.resolution import MOST_CELLS, MOST_OVERRIDES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.resolution import Layout

_SHOWN = 5


def _check(layout: Layout) -> Iterator[Finding]:
    if layout.is_whole:
        return
    count = len(layout.policy.overrides)
    if count > MOST_OVERRIDES:
        yield Finding(
            f"there are {count:,} overrides, and a policy has at most {MOST_OVERRIDES:,}",
            "put values that are treated alike into one override, or split the policy into several use cases",
            ("overrides",),
            "key",
        )
        return
    yield Finding(
        f"the {_what(layout)} make more than {MOST_CELLS:,} cells, the most that a policy may have: {_factors(layout)}",
        "name fewer of these dimensions in `when`, or split the policy into several use cases",
        ("overrides",) if layout.policy.overrides else ("knock_outs",),
        "key",
    )


def _what(layout: Layout) -> str:
    words = ["overrides"] if layout.policy.overrides else []
    words += ["knock-outs"] if layout.policy.knock_outs else []
    words += ["guardrails"] if len(layout.safeguards) > len(layout.policy.knock_outs) else []
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _factors(layout: Layout) -> str:
    """Return "`tier` multiplies them by up to 5, `amount` by up to 3": the largest factors first."""
    several = sorted((-factor, name) for name, factor in layout.factors.items() if factor > 1)
    (most, first), *others = several[:_SHOWN]
    words = [
        f"`{first}` multiplies them by up to {-most}",
        *(f"`{name}` by up to {-factor}" for factor, name in others),
    ]
    left_out = len(several) - len(words)
    return ", ".join(words) + (f", and {left_out} more dimensions do" if left_out else "")


RULE = Rule(
    "PE219",
    "too-many-cells",
    "size",
    "overrides that are too many, or that make too many cells",
    _check,
)
