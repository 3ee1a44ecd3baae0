"""What a policy's own tests reach: the bands that they end in, the overrides and knock-outs that play a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.exceptions import InvalidRequestError
from policy_engine.lint import ReachedByTests
from policy_engine.validator._promises import request_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy_engine.model import Policy, PolicyTest
    from policy_engine.reference import Meaning


def reached_by(policy: Policy, meaning: Meaning, tests: Iterable[PolicyTest]) -> ReachedByTests:
    """Return what *tests* reach of *policy*, whose meaning is *meaning*; whether they pass does not matter.

    A band is reached where it is the outcome. An override is reached where it gives something in a cell in which the
    case is judged, whether or not the outcome depends on it; a knock-out where the decision names it. A case that is
    refused reaches nothing, nor does one at an instant at which another version of the policy is live.
    """
    bands: set[str] = set()
    overrides: set[str] = set()
    knock_outs: set[str] = set()
    begin, end = policy.window
    for test in tests:
        request = request_of(policy, test)
        if policy.stage is None and not begin <= request.at < end:
            continue
        try:
            verdict = meaning.verdict(request)
            judged = meaning.judged(request)
        except InvalidRequestError:
            continue
        bands.add(verdict.outcome)
        knock_outs.update(verdict.knock_outs)
        for cell in judged:
            for member in cell.members:
                overrides.update(source for one in member.in_cells for _, source in one.held.values())
    named = {one.id for one in policy.overrides}
    return ReachedByTests(frozenset(bands), frozenset(overrides & named), frozenset(knock_outs))


__all__ = ["ReachedByTests", "reached_by"]
