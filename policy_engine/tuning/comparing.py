"""Two ways to decide the same labelled cases, held against each other case by case.

Most cases are decided alike, and say nothing of which way is better. What tells is those that change sides: so the
shares of the two are compared on pairs, never as if they were of different cases.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np
from scipy.stats import binomtest

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import (
    Counts,
    Interval,
    Proportion,
    bonett_price,
    check_confidence,
    impact_ratios,
    parts_of,
    truths_of,
)
from policy_engine.measures.rates import flagged_share
from policy_engine.tuning.equivalence import Equivalence, check_margin, paired_equivalence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Truths = NDArray[np.bool_]

Favoured = Literal["left_alone", "flagged"]

MARGIN: Final = 0.01
"""What is as good as equal, where nobody says otherwise: one case of a hundred."""


class Flips(NamedTuple):
    """The cases of one class by who flags them: both, only the first, only the second, or neither."""

    both: int
    only_first: int
    only_second: int
    neither: int


class McNemar(NamedTuple):
    """Exact test of whether one of the two is right more often (McNemar 1947, as a sign test).

    Among the cases that only one decides rightly, each is as likely to be that one if there is no difference: `p_value`
    is two-sided, of the binomial distribution, and 1 where there is no such case.
    """

    only_first_right: int
    only_second_right: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Change:
    """A share of the same cases under the first and the second, and how much it changes.

    `interval` is that of Bonett and Price. All are None where the share is of no case.
    """

    first: float | None
    second: float | None
    difference: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True, eq=False)
class SegmentCompared:
    """A part of the cases. `adverse_impact_ratios` are those under the first and the second.

    Each is the share of who is favoured here, over that of the segment in which it is greatest (29 CFR 1607.4 D).
    """

    values: Mapping[str, Any]
    comparison: Comparison
    adverse_impact_ratios: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two ways to decide the same cases.

    `changes` are those of accuracy, recall, the false positive rate and the flagged share, `equivalence` those of
    accuracy and the flagged share. Segments are each tested alone: among many, some differ by chance.
    """

    positives: Flips
    negatives: Flips
    mcnemar: McNemar
    changes: Mapping[str, Change]
    equivalence: Mapping[str, Equivalence]
    segments: tuple[SegmentCompared, ...] = ()

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return sum(self.positives) + sum(self.negatives)

    @property
    def first(self) -> Counts:
        """What the first flags, rightly and not."""
        return _counts(self, self.positives.only_first, self.negatives.only_first)

    @property
    def second(self) -> Counts:
        """What the second flags, rightly and not."""
        return _counts(self, self.positives.only_second, self.negatives.only_second)


class Transition(NamedTuple):
    """The cases that get one outcome by the first and one by the second, by their label."""

    first: str
    second: str
    positives: int
    negatives: int


def compare_decisions(
    first: Sequence[Any] | NDArray[Any],
    second: Sequence[Any] | NDArray[Any],
    is_positive: Sequence[Any] | NDArray[Any],
    *,
    margin: float = MARGIN,
    confidence: float = 0.95,
    by: Mapping[str, Sequence[Any]] | None = None,
    favoured: Favoured = "left_alone",
) -> Comparison:
    """Return what it means to flag what is true in *second* and no longer what is true in *first*.

    Between segments, adverse impact compares the shares of who is *favoured*: mostly who is not flagged.

    All are truth values, or 0 and 1, of shape (cases,). Raises `LabelledDataError` for others, where there is no case
    or lengths differ, and for columns *by* which there are no segments; `TuningError` for a margin or a confidence that
    does not lie between 0 and 1.

    >>> found = compare_decisions([1, 1, 0, 0], [1, 0, 0, 1], [1, 0, 0, 1])
    >>> found.positives, found.mcnemar.p_value
    (Flips(both=1, only_first=0, only_second=1, neither=0), 0.5)
    """
    check_margin(margin)
    check_confidence(confidence)
    one, other, truth = truths_of(first, "decision"), truths_of(second, "decision"), truths_of(is_positive)
    if not len(truth):
        raise LabelledDataError("there are no cases")
    if not len(one) == len(other) == len(truth):
        raise LabelledDataError(f"there are {len(one)} and {len(other)} decisions, and {len(truth)} labels")
    found = _compared(one, other, truth, (margin, confidence))
    if not by:
        return found
    parts = [
        (values, _compared(one[rows], other[rows], truth[rows], (margin, confidence)))
        for values, rows in parts_of(by, len(truth))
    ]
    return replace(found, segments=_segments(parts, favoured))


def transitions_of(
    first: Sequence[str], second: Sequence[str], is_positive: Truths, bands: tuple[Sequence[str], Sequence[str]]
) -> tuple[Transition, ...]:
    """Return how many cases go from which outcome to which, in the order of the two policies' *bands*.

    >>> import numpy as np
    >>> found = transitions_of(["a", "a"], ["b", "a"], np.array([True, False]), (["a", "b"], ["a", "b"]))
    >>> [tuple(one) for one in found]
    [('a', 'a', 0, 1), ('a', 'b', 1, 0)]
    """
    counts = Counter(zip(first, second, is_positive.tolist(), strict=True))
    pairs = ((one, other) for one in bands[0] for other in bands[1])
    found = (Transition(*pair, counts[*pair, True], counts[*pair, False]) for pair in pairs)
    return tuple(one for one in found if one.positives or one.negatives)


def _compared(first: Truths, second: Truths, is_positive: Truths, level: tuple[float, float]) -> Comparison:
    margin, confidence = level
    positives, negatives = (_flips(first[which], second[which]) for which in (is_positive, ~is_positive))
    cases = sum(positives) + sum(negatives)
    flagged = Flips(*(one + other for one, other in zip(positives, negatives, strict=True)))
    # A negative is decided rightly where it is not flagged
    right = Flips(
        positives.both + negatives.neither,
        positives.only_first + negatives.only_second,
        positives.only_second + negatives.only_first,
        positives.neither + negatives.both,
    )
    changes = {"accuracy": right, "recall": positives, "false_positive_rate": negatives, "flagged_share": flagged}
    return Comparison(
        positives,
        negatives,
        _mcnemar(right),
        {name: _change(flips, confidence) for name, flips in changes.items()},
        {
            name: paired_equivalence(flips.only_first, flips.only_second, cases, margin, confidence)
            for name, flips in (("accuracy", right), ("flagged_share", flagged))
        },
    )


def _flips(first: Truths, second: Truths) -> Flips:
    both, either = int((first & second).sum()), int((first | second).sum())
    return Flips(both, int(first.sum()) - both, int(second.sum()) - both, len(first) - either)


def _mcnemar(right: Flips) -> McNemar:
    one, other = right.only_first, right.only_second
    p_value = float(binomtest(one, one + other).pvalue) if one + other else 1.0
    return McNemar(one, other, p_value)


def _change(flips: Flips, confidence: float) -> Change:
    cases = sum(flips)
    first, second = (Proportion(flips.both + only, cases).value for only in (flips.only_first, flips.only_second))
    difference = (flips.only_second - flips.only_first) / cases if cases else None
    return Change(first, second, difference, bonett_price(flips.only_first, flips.only_second, cases, confidence))


def _segments(parts: Sequence[tuple[dict[str, Any], Comparison]], favoured: Favoured) -> tuple[SegmentCompared, ...]:
    ratios = []
    for side in ([one.first for _, one in parts], [one.second for _, one in parts]):
        shares = [float(flagged_share(counts)) for counts in side]
        ratios.append(impact_ratios(shares if favoured == "flagged" else [1 - share for share in shares]))
    return tuple(SegmentCompared(*part, pair) for part, pair in zip(parts, zip(*ratios, strict=True), strict=True))


def _counts(found: Comparison, only_positives: int, only_negatives: int) -> Counts:
    """Return what one of the two flags: what both do, and so many more that only it does."""
    tp, fp = found.positives.both + only_positives, found.negatives.both + only_negatives
    return Counts(*(np.asarray(one) for one in (tp, fp, sum(found.positives) - tp, sum(found.negatives) - fp)))
