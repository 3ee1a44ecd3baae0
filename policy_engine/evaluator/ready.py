"""Verdicts that are ready: for cases that bring a score and known names of what the policy reads, and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from math import inf, nextafter
from typing import TYPE_CHECKING, Any, Final

from policy_engine.model import END_OF_TIME, to_nanoseconds
from policy_engine.vocabulary import ESCALATION_PATH, MODEL_VERSION

if TYPE_CHECKING:
    from datetime import datetime

    from policy_engine.compiler import PolicyTable
    from policy_engine.evaluator.scalar import PolicyEvaluator
    from policy_engine.model import Request, Verdict

Ready = tuple[tuple[float, ...], "tuple[Verdict | None, ...]"]
"""Cuts, and the verdicts in one combination of names by where the score falls among them.

The first cut is the low end of the score's range, the last one the next number above its high end. What falls outside,
or is NaN, has no verdict here, nor has what only the whole case can say. So a float needs no other look than the
bisection.
"""

_MOST_READY: Final = 65_536
"""For so many combinations of names a policy keeps verdicts ready."""


def can_be_ready(evaluator: PolicyEvaluator) -> bool:
    """Say whether a policy's verdicts can be ready at all: for one binary64 number, and dimensions that have names."""
    return (
        evaluator.policy.kind in ("probability", "number")
        and evaluator.policy.scales[0].score.type == "float64"
        and len(evaluator.table.steps) == len(evaluator.outer_steps)
        and not any(step.cuts for step in evaluator.outer_steps)
    )


def keys_of(evaluator: PolicyEvaluator) -> tuple[str, ...]:
    """Return what a case has to name for its verdict to be ready: dimensions and, last, the version if it counts."""
    names = tuple(step.name for step in evaluator.outer_steps if step.name != ESCALATION_PATH)
    is_versioned = evaluator.policy.scales[0].score.model.versions is not None
    return (*names, MODEL_VERSION) if is_versioned else names


class ReadyVerdicts:
    """The verdicts of one policy over a time in which nothing changes, as far as somebody has asked for them.

    `keys` are what such a case names beside its use case and its score. `by_name` has mappings from what it says of
    each, one inside the other, and in the innermost what is `Ready`; without keys it is that itself. Times are in
    nanoseconds since 1970.
    """

    def __init__(self, evaluator: PolicyEvaluator, at: datetime) -> None:
        """Begin with nothing ready, for the time around *at* in which nothing changes."""
        table = evaluator.table
        place = bisect_right(table.instants, at)
        self._evaluator = evaluator
        self.begin = table.instants[place - 1] if place else table.begin
        self.end = table.instants[place] if place < len(table.instants) else table.end
        self.begin_ns, self.end_ns = to_nanoseconds(self.begin), to_nanoseconds(self.end)
        self.keys = keys_of(evaluator)
        self.by_name: Any = {}
        self._left = _MOST_READY

    @property
    def table(self) -> PolicyTable:
        """The table of the policy."""
        return self._evaluator.table

    @property
    def are_lasting(self) -> bool:
        """Say whether they hold from now on: nothing is known to change later."""
        return self.end == END_OF_TIME

    def found_for(self, request: Request) -> tuple[tuple[str, ...], Ready] | None:
        """Return the verdicts of all cases that differ from *request* by nothing but the score, with what it names.

        It is None where there can be none, where they are ready, and where too many are.
        """
        values = self._values(request)
        if values is None or self._are_ready(values) or self._left <= 0:
            return None
        evaluator = self._evaluator
        ranges = evaluator.ranges_of_case(request.dimensions)
        if any(one.is_unknown for several in ranges for one in several):
            return None
        if not evaluator.admits(None, request.model_version):
            return None
        score = evaluator.policy.scales[0].score
        case = evaluator.case_of(request, (), {})
        (cuts,) = case.cuts
        if cuts and not score.low <= cuts[0] <= cuts[-1] <= score.high:
            return None
        settled = [evaluator.settled(case, (slot, 0)) for slot in range(len(cuts) + 1)]
        verdicts = (one.verdict if one.is_final else None for one in settled)
        return values, ((score.low, *cuts, nextafter(score.high, inf)), (None, *verdicts, None))

    def keep(self, values: tuple[str, ...], ready: Ready) -> None:
        """Have verdicts ready that were found for such values of the keys."""
        self._left -= 1
        if not values:
            self.by_name = ready
            return
        *outer, last = values
        inner = self.by_name
        for value in outer:
            inner = inner.setdefault(value, {})
        inner[last] = ready

    def _values(self, request: Request) -> tuple[str, ...] | None:
        """Return what a request names, or None where it says more than that, or less, or something else than names."""
        if request.model is not None or request.facts or request.thresholds or request.reason_codes:
            return None
        named = {**request.dimensions, MODEL_VERSION: request.model_version}
        if request.model_version is None:
            del named[MODEL_VERSION]
        values = tuple(named[key] for key in self.keys if key in named)
        is_all = len(values) == len(self.keys) == len(named)
        return values if is_all and all(type(value) is str for value in values) else None

    def _are_ready(self, values: tuple[str, ...]) -> bool:
        inner = self.by_name
        for value in values:
            if value not in inner:
                return False
            inner = inner[value]
        return bool(inner)
