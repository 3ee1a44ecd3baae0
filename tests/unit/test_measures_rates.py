"""What is not defined is neither 0 nor 1, and what is comes out as written down."""

from __future__ import annotations

from fractions import Fraction
from math import inf, isnan, nan, sqrt
from typing import get_args

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import MEASURES, Counts, cost, fbeta, net_benefit
from policy_engine.model.promises import Measure


def _counts(*counts: float) -> Counts:
    return Counts(*(np.asarray([one]) for one in counts))


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("precision", 0.6),
        ("recall", 0.75),
        ("specificity", 8 / 10),
        ("false_positive_rate", 2 / 10),
        ("f1", 2 * 3 / (2 * 3 + 2 + 1)),
        ("mcc", (3 * 8 - 2 * 1) / sqrt(5 * 4 * 10 * 9)),
        ("youden", float(Fraction(3, 4) - Fraction(2, 10))),
        ("accuracy", 11 / 14),
        ("balanced_accuracy", float((Fraction(3, 4) + Fraction(8, 10)) / 2)),
        ("flagged_share", 5 / 14),
    ],
)
def test_each_measure_is_its_formula(measure: str, expected: float) -> None:
    assert MEASURES[measure](_counts(3, 2, 1, 8))[0] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("counts", "undefined"),
    [
        ((0, 0, 4, 6), {"precision", "mcc"}),
        ((4, 6, 0, 0), {"mcc"}),
        ((0, 2, 0, 8), {"recall", "mcc", "youden", "balanced_accuracy"}),
        ((2, 0, 8, 0), {"specificity", "false_positive_rate", "mcc", "youden", "balanced_accuracy"}),
        ((0, 0, 0, 8), {"precision", "recall", "f1", "mcc", "youden", "balanced_accuracy"}),
        ((0, 0, 0, 0), set(MEASURES)),
    ],
)
def test_what_divides_by_nothing_is_not_defined(counts: tuple[int, ...], undefined: set[str]) -> None:
    found = {name for name, measure in MEASURES.items() if isnan(measure(_counts(*counts))[0])}
    assert found == undefined


def test_equal_fractions_of_different_counts_are_equal() -> None:
    precision = MEASURES["precision"]
    for times in range(1, 2000):
        assert precision(_counts(9 * times, times, 0, 0))[0] == 0.9


def test_nothing_correlates_more_than_wholly() -> None:
    found = [MEASURES["mcc"](_counts(0, many, other, 0))[0] for many in range(1, 100) for other in range(1, 100)]
    assert min(found) == -1
    assert found == pytest.approx([-1] * len(found), rel=1e-15)


def test_every_measure_that_a_policy_can_name_is_there() -> None:
    others = {"fbeta", "net_benefit", "share"}
    assert {*get_args(Measure), "false_positive_rate", "share"} - others <= MEASURES.keys()


def test_fbeta_counts_recall_beta_times_as_much() -> None:
    counts = _counts(3, 2, 1, 8)
    assert fbeta(1)(counts)[0] == MEASURES["f1"](counts)[0]
    assert fbeta(2)(counts)[0] == pytest.approx(5 * 3 / (5 * 3 + 4 * 1 + 2), rel=1e-15)
    assert isnan(fbeta(2)(_counts(0, 0, 0, 5))[0])


def test_cost_is_what_the_mistakes_cost_together() -> None:
    assert cost(1, 10)(_counts(3, 2, 1, 8))[0] == 12
    assert cost(0.5, 0)(_counts(3, 2, 1, 8))[0] == 1


@pytest.mark.parametrize("beta", [-0.1, 1000.1, inf, nan])
def test_a_beta_that_is_none_or_beyond_all_measure_is_refused(beta: float) -> None:
    with pytest.raises(LabelledDataError, match="beta is a number from 0 up to 1,000, not "):
        fbeta(beta)


def test_at_its_ends_fbeta_is_precision_and_nearly_recall() -> None:
    counts = _counts(3, 2, 1, 8)
    assert fbeta(0)(counts)[0] == MEASURES["precision"](counts)[0]
    assert fbeta(1000)(counts)[0] == pytest.approx(MEASURES["recall"](counts)[0], abs=1e-6)


@pytest.mark.parametrize("costs", [(1, nan), (inf, 1), (1.1e12, 0), (0, -1.1e12)])
def test_a_cost_that_is_none_or_beyond_all_measure_is_refused(costs: tuple[float, float]) -> None:
    with pytest.raises(LabelledDataError, match="a cost is a number no further from 0 than 1e\\+12, not "):
        cost(*costs)


@pytest.mark.parametrize(
    ("counts", "threshold", "expected"),
    [
        ((3, 2, 1, 8), 0.2, (3 - 2 * 0.25) / 14),
        ((3, 2, 1, 8), 0.0, 3 / 14),
        ((0, 0, 4, 10), nan, 0.0),
        ((3, 0, 1, 10), 1.0, nan),
        ((0, 0, 4, 10), 7.0, 0.0),
        ((3, 2, 1, 8), 1.0, nan),
        ((3, 2, 1, 8), -0.1, nan),
        ((3, 2, 1, 8), 7.0, nan),
    ],
)
def test_net_benefit_takes_the_odds_of_the_threshold(
    counts: tuple[int, ...], threshold: float, expected: float
) -> None:
    found = net_benefit(_counts(*counts), np.asarray([threshold]))[0]
    assert found == pytest.approx(expected, rel=1e-15, nan_ok=True)
