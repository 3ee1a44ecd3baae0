"""Whether two shares of the same cases are as good as equal: within a margin that was declared beforehand.

That no difference is shown says nothing of it: with few cases none ever is. So the burden is turned around. That the
second is higher by the margin or more, and that it is lower by the margin or more, are each tested, and have both to be
refuted: two one-sided tests, TOST (Schuirmann 1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, copysign, cos, pi, sqrt
from typing import TYPE_CHECKING, Final

from scipy.special import ndtr
from scipy.stats import binom

from policy_engine.exceptions import TuningError
from policy_engine.measures import check_confidence

if TYPE_CHECKING:
    from policy_engine.measures import Proportion

METHOD: Final = "tost_tango"
METHOD_OF_UNPAIRED: Final = "tost_farrington_manning"


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether two shares differ by less than the margin: `p_value` is the larger of the two tests.

    `equivalent` where that is at most 1 less the confidence. Both are None where there are no cases.
    """

    margin: float
    p_value: float | None
    equivalent: bool | None


def paired_equivalence(
    only_first: int, only_second: int, cases: int, margin: float, confidence: float = 0.95
) -> Equivalence:
    """Return whether two shares of the same *cases* differ by less than *margin*.

    *only_first* of the cases are a hit by the first alone, *only_second* by the second alone. Each test is the score
    test of Tango 1998 (Statistics in Medicine 17, 891-908), which estimates how often the two differ at all as if they
    did by the margin. Its normal tail is too small where hardly any case is seen to differ; so a p-value is never less
    than the binomial tail that is exact where only one of the two ever has a hit alone. Shares that do differ by the
    margin are then called equivalent in hardly more than 5 % of samples at a confidence of 95 %: a test counts them out
    for 50 to 500 cases at margins from 0.01 to 0.1, and 5.2 % is the most that was found anywhere.

    Raises `TuningError` for a margin or a confidence that does not lie between 0 and 1.

    >>> paired_equivalence(2, 3, 10_000, margin=0.01).equivalent, paired_equivalence(2, 3, 100, margin=0.01).equivalent
    (True, False)
    """
    check_margin(margin)
    check_confidence(confidence)
    if not cases:
        return Equivalence(margin, None, None)
    tests = (_higher_by(margin, only_first, only_second, cases), _higher_by(margin, only_second, only_first, cases))
    p_value = max(tests)
    return Equivalence(margin, p_value, p_value <= 1 - confidence)


def unpaired_equivalence(first: Proportion, second: Proportion, margin: float, confidence: float = 0.95) -> Equivalence:
    """Return whether two shares of different cases differ by less than *margin*.

    Each test is the score test of Farrington & Manning 1990 (Statistics in Medicine 9, 1447-1454): the difference less
    the margin, over its standard error where the two shares are the likeliest that differ by the margin. Raises
    `TuningError` as `paired_equivalence` does.

    >>> from policy_engine.measures import Proportion
    >>> of_many, of_few = Proportion(40_000, 50_000), Proportion(80, 100)
    >>> unpaired_equivalence(of_many, of_many, 0.01).equivalent, unpaired_equivalence(of_few, of_few, 0.01).equivalent
    (True, False)
    """
    check_margin(margin)
    check_confidence(confidence)
    if not (first.cases and second.cases):
        return Equivalence(margin, None, None)
    p_value = max(_apart_by(margin, first, second), _apart_by(margin, second, first))
    return Equivalence(margin, p_value, p_value <= 1 - confidence)


def check_margin(margin: float) -> None:
    """Raise `TuningError` for a *margin* within which nothing, or everything, is equivalent."""
    if not 0 < margin < 1:
        raise TuningError("a margin lies between 0 and 1, both ends excluded")


def _higher_by(margin: float, only_lower: int, only_higher: int, cases: int) -> float:
    """Return how well the cases fit that one share is higher than the other by *margin* or more: a p-value."""
    ahead = only_higher - only_lower
    # How often only the lower has a hit, as is likeliest where the other has one more often by the margin: the positive
    # root of 2 n q² + b q = c
    linear = (2 * cases - ahead) * margin - only_higher - only_lower
    constant = only_lower * margin * (1 - margin)
    likeliest = (sqrt(linear * linear + 8 * cases * constant) - linear) / (4 * cases)
    score = (ahead - cases * margin) / sqrt(cases * (2 * likeliest + margin * (1 - margin)))
    return max(float(ndtr(score)), float(binom.cdf(ahead, cases, margin)))


def _apart_by(margin: float, lower: Proportion, higher: Proportion) -> float:
    """Return how well the cases fit that the one share is higher than the other by *margin* or more: a p-value."""
    ahead = higher.hits / higher.cases - lower.hits / lower.cases
    of_higher = _likeliest(margin, higher, lower)
    of_lower = of_higher - margin
    variance = of_higher * (1 - of_higher) / higher.cases + of_lower * (1 - of_lower) / lower.cases
    return float(ndtr((ahead - margin) / sqrt(variance))) if variance > 0 else float(ahead >= margin)


def _likeliest(margin: float, higher: Proportion, lower: Proportion) -> float:
    """Return the likeliest share of the higher where the other's is less by *margin*: the root of a cubic equation.

    The names of its coefficients are those of Farrington & Manning, appendix.
    """
    one, other, theta = higher.hits / higher.cases, lower.hits / lower.cases, lower.cases / higher.cases
    a = 1 + theta
    b = -(1 + theta + one + theta * other + margin * (theta + 2))
    c = margin * margin + margin * (2 * one + theta + 1) + one + theta * other
    d = -one * margin * (1 + margin)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = copysign(sqrt(max((b / (3 * a)) ** 2 - c / (3 * a), 0.0)), v)
    angle = (pi + acos(min(max(v / u**3, -1.0), 1.0))) / 3 if u else 0.0
    return min(max(2 * u * cos(angle) - b / (3 * a), margin), 1.0)
