"""The choice of a threshold among those that keep declared bounds with a declared confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from policy_engine.exceptions import TuningError
from policy_engine.tuning.choosing import choose
from policy_engine.tuning.guarantees import Tested, certified_precision, certified_recall, tested_at
from policy_engine.tuning.plan import Start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.measures import Curve
    from policy_engine.tuning.choosing import Choice
    from policy_engine.tuning.guarantees import Certified
    from policy_engine.tuning.objectives import Objective

METHOD: Final = "fixed_sequence"

Rule = Literal["least_certifiable", "threshold", "flagged", "flag_all"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One bound: the thresholds that keep it, and what the test says at the one to speak of.

    That is the one that was chosen, or, where none could be, that at which the testing of this bound ended. `start` is
    where it began, None where no threshold flags as many cases as it takes; `begins` says by which rule.
    """

    certified: Certified
    begins: Rule
    start: float | None
    at: Tested | None


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """The best choice among the thresholds that keep all bounds, None where none does.

    All bounds hold together with a confidence of 1 less `delta`: each is tested at an equal part of it, as their
    sequences have no common beginning. `why` says why nothing could be tested, None where it was.
    """

    choice: Choice | None
    delta: float
    bounds: tuple[Kept, ...]
    why: str | None = None


def guarantee(
    curve: Curve, objective: Objective, at_least: Mapping[str, float], delta: float, start: Start | None = None
) -> Guaranteed:
    """Return the best choice by *objective* that has *at_least* so much precision, recall or both, with a confidence.

    Raises `TuningError` for another measure, for no bound at all, for shares of 0 and 1, and for weighted cases.
    """
    if not at_least or not at_least.keys() <= {"precision", "recall"}:
        raise TuningError("what can be guaranteed is a least precision, a least recall, or both")
    start = start or Start()
    part = delta / len(at_least)
    found = [_certified(curve, measure, bound, part, start) for measure, bound in at_least.items()]
    choice = choose(curve, objective, among=_common([one.places for one in found]))
    return Guaranteed(choice, delta, tuple(_kept(curve, one, choice, start) for one in found))


def _certified(curve: Curve, measure: str, bound: float, delta: float, start: Start) -> Certified:
    if measure == "recall":
        return certified_recall(curve, bound, delta)
    return certified_precision(curve, bound, delta, start=start.threshold, start_flagged=start.flagged)


def _common(ranges: list[range]) -> range:
    """Return the places that are in all of *ranges*, from the one that flags fewest on."""
    rising = [one if one.step > 0 else one[::-1] for one in ranges]
    return range(max(one.start for one in rising), min(one.stop for one in rising)) if all(rising) else range(0)


def _kept(curve: Curve, certified: Certified, choice: Choice | None, start: Start) -> Kept:
    at = certified.last if certified.last is not None else certified.first
    if choice is not None:
        at = choice.place
    tested = None if at is None else tested_at(curve, certified, at)
    first = None if certified.first is None else curve.threshold_at(certified.first)
    return Kept(certified, _begins(certified, start), first, tested)


def _begins(certified: Certified, start: Start) -> Rule:
    if certified.measure == "recall":
        return "flag_all"
    if start.threshold is not None:
        return "threshold"
    return "least_certifiable" if start.flagged is None else "flagged"
