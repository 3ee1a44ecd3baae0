"""The shape of the bands: each needs a threshold, but for the last, which takes what is left and has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.lint._rule import Finding, Rule
from policy_engine.resolution import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy_engine.model import Policy


def _check(policy: Policy) -> Iterator[Finding]:
    if policy.scores is not None:
        return
    last = len(policy.bands) - 1
    without = [place for place, band in enumerate(policy.bands) if band.at_least is None]
    if len(without) == 1 and without[0] != last:
        yield _misplaced(policy, without[0])
        return
    for place in without:
        if place != last:
            yield _incomplete(policy, place)
    if last not in without:
        yield _with_a_threshold(policy)


def _misplaced(policy: Policy, place: int) -> Finding:
    name, below = policy.band_names[place], policy.band_names[-1]
    return Finding(
        f"`{name}` has no threshold but stands above `{below}`: every score that comes to it would stop there",
        f"move `{name}` to the end of `bands`, below `{below}`",
        ("bands", place),
    )


def _incomplete(policy: Policy, place: int) -> Finding:
    lower = next((band.at_least for band in policy.bands[place + 1 :] if band.at_least is not None), None)
    upper = next((band.at_least for band in policy.bands[place::-1] if band.at_least is not None), None)
    bounds = [f"above {format_number(lower)}"] if lower is not None else []
    bounds += [f"below {format_number(upper)}"] if upper is not None else []
    wanted = f"`at_least`, a number {' and '.join(bounds)}" if bounds else "`at_least`"
    return Finding(
        f"`{policy.band_names[place]}` has no threshold, and only the last band can do without",
        f"give it {wanted}",
        ("bands", place),
    )


def _with_a_threshold(policy: Policy) -> Finding:
    band = policy.bands[-1]
    number = format_number(band.at_least or 0.0)
    return Finding(
        f"`{band.name}` is the last band and has a threshold: a score below {number} would have no band",
        f"delete `at_least: {number}` here, or add the band that takes the rest below it, such as `- {{name: rest}}`",
        ("bands", len(policy.bands) - 1, "at_least"),
    )


RULE = Rule(
    "PE214",
    "band-without-threshold",
    "policy",
    "a band other than the last has no threshold, or the last has one",
    _check,
)
