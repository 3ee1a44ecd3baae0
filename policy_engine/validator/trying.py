"""The policies' own tests are tried: each case is decided by the reference, once; and what that reaches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from policy_engine.exceptions import EnvironmentNumberError, InvalidRequestError, UnknownUseCaseError
from policy_engine.lint import ReachedByTests
from policy_engine.model import Request
from policy_engine.reference import Meaning, live_policy, numbers_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policy_engine.model import Policy, PolicyTest
    from policy_engine.reference import Decided, JudgedCell

MOST_JUDGED: Final = 200_000
"""In so many cells the cases of a policy's tests may be judged, all together: what nobody waits longer for."""


class TriedTest(NamedTuple):
    """A test of a policy with the request that it stands for, and what became of that.

    It was decided by one of the policies, or refused by it: as a service would refuse the case, or the environment with
    which it would not start. Or it is at an instant that none of the policies covers.
    """

    test: PolicyTest
    request: Request
    by: Policy | None = None
    decided: Decided | None = None
    refused: InvalidRequestError | EnvironmentNumberError | None = None


def tried_tests(policy: Policy, live: Sequence[Meaning]) -> Iterator[TriedTest]:
    """Decide the case of each test of *policy*. *live* is what the policies of its use case mean, itself among them.

    It ends before the last test where the cases range over more cells than `MOST_JUDGED`.
    """
    judged = 0
    for test in policy.tests:
        if judged > MOST_JUDGED:
            return
        tried = _tried(policy, live, test)
        judged += cells_judged(tried)
        yield tried


def tried_again(one: TriedTest, by: Meaning) -> TriedTest:
    """Decide the case of a test once more, by what the policy that decided it meant at another time."""
    return _by(by, one.test, one.request)


def cells_judged(one: TriedTest) -> int:
    """Return in how many cells the case of a test was judged."""
    if one.decided is None:
        return 0
    return sum(len(member.in_cells) for cell in one.decided.cells for member in cell.members)


def _tried(policy: Policy, live: Sequence[Meaning], test: PolicyTest) -> TriedTest:
    request = request_of(policy, test)
    try:
        # A candidate's tests are about what it would decide itself
        by = policy if policy.stage is not None else live_policy((one.policy for one in live), request)
    except UnknownUseCaseError:
        return TriedTest(test, request)
    return _by(next(one for one in live if one.policy is by), test, request)


def _by(meaning: Meaning, test: PolicyTest, request: Request) -> TriedTest:
    try:
        return TriedTest(test, request, meaning.policy, _in_environment(meaning, test).decided(request))
    except (InvalidRequestError, EnvironmentNumberError) as refused:
        return TriedTest(test, request, meaning.policy, refused=refused)


def _in_environment(meaning: Meaning, test: PolicyTest) -> Meaning:
    """Return what a policy means with the numbers that the environment of a test gives it."""
    if not test.env:
        return meaning
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in test.env.items()}
    return meaning.in_environment(numbers_from(meaning.policy, texts))


def request_of(policy: Policy, test: PolicyTest) -> Request:
    """Return the request that a test of *policy* stands for."""
    given = test.given
    return Request(
        use_case=policy.use_case,
        score=given.score,
        at=given.at or policy.effective.from_,
        model=given.model,
        model_version=given.model_version,
        dimensions=given.dimensions,
        subject=given.subject,
        facts=given.facts or {},
        thresholds=given.thresholds or {},
        reason_codes=given.reason_codes or (),
        context=given.context,
    )


class Reaching:
    """What the tests of a policy reach of it; whether they pass does not matter.

    A band is reached where it is the outcome. An override is reached where it gives something in a cell in which the
    case is judged, whether or not the outcome depends on it; a knock-out where the decision names it. A case that is
    refused reaches nothing, nor does one at an instant at which another version of the policy is live.
    """

    def __init__(self, policy: Policy) -> None:
        """Begin with nothing reached by no test."""
        self.tests = 0
        self._policy = policy
        self._bands: set[str] = set()
        self._overrides: set[str] = set()
        self._knock_outs: set[str] = set()

    def noting(self, tried: Iterable[TriedTest]) -> Iterator[TriedTest]:
        """Yield the tests, and note of each what it reaches: the cells of all of them need not be kept."""
        for one in tried:
            self.tests += 1
            if one.by is self._policy and one.decided is not None:
                self._note(one.decided)
            yield one

    @property
    def reached(self) -> ReachedByTests:
        """What is reached so far."""
        named = {one.id for one in self._policy.overrides}
        return ReachedByTests(frozenset(self._bands), frozenset(self._overrides & named), frozenset(self._knock_outs))

    def _note(self, decided: Decided) -> None:
        self._bands.add(decided.verdict.outcome)
        self._overrides |= _sources_of(decided.cells)
        self._knock_outs.update(decided.verdict.knock_outs)


def _sources_of(cells: Iterable[JudgedCell]) -> set[str]:
    """Return what gives something in the cells in which a case is judged: ids of overrides, and `base`."""
    return {
        source
        for cell in cells
        for member in cell.members
        for judged in member.in_cells
        for _, source in judged.held.values()
    }


__all__ = ["MOST_JUDGED", "ReachedByTests", "Reaching", "TriedTest", "request_of", "tried_tests"]
