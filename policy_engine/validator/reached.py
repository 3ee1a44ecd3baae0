"""What a policy's own tests reach: the bands that they end in, the overrides and knock-outs that play a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy_engine.exceptions import InvalidRequestError
from policy_engine.lint import ReachedByTests
from policy_engine.validator._promises import request_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policy_engine.model import Policy, PolicyTest, Verdict
    from policy_engine.reference import JudgedCell, Meaning


def reached_by(policy: Policy, meaning: Meaning, tests: Iterable[PolicyTest]) -> ReachedByTests:
    """Return what *tests* reach of *policy*, whose meaning is *meaning*; whether they pass does not matter.

    A band is reached where it is the outcome. An override is reached where it gives something in a cell in which the
    case is judged, whether or not the outcome depends on it; a knock-out where the decision names it. A case that is
    refused reaches nothing, nor does one at an instant at which another version of the policy is live.
    """
    bands: set[str] = set()
    overrides: set[str] = set()
    knock_outs: set[str] = set()
    for verdict, cells in judged_tests(policy, meaning, tests):
        bands.add(verdict.outcome)
        overrides |= sources_of(cells)
        knock_outs.update(verdict.knock_outs)
    named = {one.id for one in policy.overrides}
    return ReachedByTests(frozenset(bands), frozenset(overrides & named), frozenset(knock_outs))


def judged_tests(
    policy: Policy, meaning: Meaning, tests: Iterable[PolicyTest]
) -> Iterator[tuple[Verdict, Sequence[JudgedCell]]]:
    """Yield the verdict on the case of each test, and the cells in which it is judged.

    Left out are a case that is refused, and one at an instant at which another version of the policy decides.
    """
    begin, end = policy.window
    for test in tests:
        request = request_of(policy, test)
        if policy.stage is None and not begin <= request.at < end:
            continue
        try:
            yield meaning.verdict(request), meaning.judged(request)
        except InvalidRequestError:
            continue


def sources_of(cells: Iterable[JudgedCell]) -> set[str]:
    """Return what gives something in the cells in which a case is judged: ids of overrides, and `base`."""
    return {
        source
        for cell in cells
        for member in cell.members
        for judged in member.in_cells
        for _, source in judged.held.values()
    }


__all__ = ["ReachedByTests", "judged_tests", "reached_by", "sources_of"]
