"""What is wanted of a threshold: one objective, what has to hold whatever it is, and how surely."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy_engine.tuning.objectives import Objective
    from policy_engine.vocabulary import Direction

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Start:
    """Where the testing of precision begins: at a threshold, or at the strictest that flags so many cases.

    Without either it is the strictest that flags as many as could pass without an error. Both have to be declared
    before anybody has looked at the labels, or to come from other data.
    """

    threshold: float | None = None
    flagged: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a threshold is chosen by.

    `at_least` is how much of a measure there has to be: on the cases themselves, and, of precision and recall, with
    `confidence` in the population behind them. Without a confidence nothing is guaranteed. Intervals have it too, or
    0.95. `flagged_fare_better` says that what reaches the threshold is what anybody would wish for, as a case that is
    accepted, which is what adverse impact is counted by.
    """

    objective: Objective
    at_least: Mapping[str, float] = field(default_factory=dict)
    confidence: float | None = CONFIDENCE
    start: Start = Start()
    higher_is: Direction = "riskier"
    flagged_fare_better: bool = False
