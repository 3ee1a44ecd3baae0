"""Quick answers: verdicts that are ready, found without a look at anything else."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policy_engine.engine.forks import renew_in_children
from policy_engine.evaluator import ReadyVerdicts, can_be_ready, keys_of
from policy_engine.vocabulary import MODEL_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy_engine.compiler import PolicyTable
    from policy_engine.evaluator import Evaluator
    from policy_engine.model import Request, Verdict

_USE_CASE: Final = "use_case"
_MOST_KEYS: Final = 2
"""Of so many keys at most, beside use case and score, `quick_verdict` knows without a loop."""


class Lasting(NamedTuple):
    """Verdicts that hold from now on: mappings by use case and by what two keys of the request say, one in the other.

    Of fewer keys than two, the use case stands in for the rest. `size` is how many keys a request has in all.
    """

    verdicts: dict[Any, Any]
    first: str
    second: str
    size: int


def quick_verdict(
    lasting: Lasting, otherwise: Callable[[Mapping[str, Any]], Verdict]
) -> Callable[[Mapping[str, Any]], Verdict]:
    """Return what answers from verdicts that last; *otherwise* answers all else."""
    verdicts, first, second, size = lasting

    def verdict(given: Mapping[str, Any]) -> Verdict:
        try:
            cuts, by_cut = verdicts[given["use_case"]][given[first]][given[second]]
            score = given["score"]
            if type(score) is float and len(given) == size:
                found: Verdict | None = by_cut[bisect_right(cuts, score)]
                if found is not None:
                    return found
        except (KeyError, TypeError):
            pass  # so the request names something else, or is none: *otherwise* tells
        return otherwise(given)

    return verdict


Now = tuple[int, int, "tuple[str, ...]", bool, Any, "PolicyTable"]
"""The verdicts of a use case that are ready for a time: from when until when, in nanoseconds since 1970; the dimensions
that a case names, and whether it names the version of the model; `by_name` of `ReadyVerdicts`; the policy's table."""


class ReadyPolicies:
    """The verdicts of each use case that are ready, of one set of policies, as far as somebody has asked for them."""

    def __init__(self, evaluator: Evaluator) -> None:
        """Begin with nothing ready."""
        self._evaluator = evaluator
        self._ready: dict[str, ReadyVerdicts] = {}
        self.now: dict[str, Now] = {}
        # Where there are candidates, each case has to be held against them
        possible = {
            use_case: [one for one in some if can_be_ready(one)]
            for use_case, some in evaluator.evaluators.items()
            if use_case not in evaluator.table.candidates
        }
        self._use_cases = frozenset(use_case for use_case, some in possible.items() if some)
        of_policies = (keys_of(one) for some in possible.values() for one in some)
        counted = Counter(keys for keys in of_policies if len(keys) <= _MOST_KEYS)
        self._keys = max(counted, key=counted.__getitem__, default=())
        self.lasting = Lasting({}, *_two_of(self._keys, _USE_CASE), len(self._keys) + 2)
        self._is_over = False
        self.begin_anew()
        renew_in_children(self)

    def begin_anew(self) -> None:
        """Take a new lock, as a forked child has to."""
        self._turn = Lock()

    def take_over(self, before: ReadyPolicies) -> bool:
        """Take the place of those *before*, which have nothing ready any more; say whether the keys are the same.

        If they are, whoever answers by the verdicts of those answers by these from now on.
        """
        with before._turn:
            before._is_over = True
            before.lasting.verdicts.clear()
        is_same = before._keys == self._keys
        if is_same:
            self.lasting = before.lasting
        return is_same

    def learn(self, request: Request) -> None:
        """Have the verdicts ready on cases that differ from *request*, decided just now, by no more than the score."""
        use_case = request.use_case
        if use_case not in self._use_cases:
            return
        ready = self._ready.get(use_case)
        if ready is None or not ready.begin <= request.at < ready.end:
            evaluator = self._evaluator.policy_for(use_case, request.at)
            if not can_be_ready(evaluator):
                return
            ready = ReadyVerdicts(evaluator, request.at)
        found = ready.found_for(request)
        if found is None:
            return
        with self._turn:
            if self._is_over:
                return
            ready.keep(*found)
            names = tuple(key for key in ready.keys if key != MODEL_VERSION)
            is_versioned = len(names) < len(ready.keys)
            self._ready[use_case] = ready
            self.now[use_case] = (ready.begin_ns, ready.end_ns, names, is_versioned, ready.by_name, ready.table)
            if ready.are_lasting and ready.keys == self._keys:
                values, verdicts = found
                first, second = _two_of(values, use_case)
                self.lasting.verdicts.setdefault(use_case, {}).setdefault(first, {})[second] = verdicts


def _two_of(some: tuple[str, ...], rest: str) -> tuple[str, str]:
    first, second, *_ = (*some, rest, rest)
    return first, second
