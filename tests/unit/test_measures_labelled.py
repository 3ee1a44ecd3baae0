"""What labelled scores are, and what is refused as such."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import LabelledScores


def test_weights_that_differ_say_as_much_as_fewer_cases() -> None:
    assert LabelledScores.of([0.1, 0.2], [0, 1]).effective_cases == 2
    assert LabelledScores.of([], []).effective_cases == 0
    assert LabelledScores.of([1, 2, 3, 4], [0, 1, 0, 1], [1, 1, 0, 0]).effective_cases == 2
    assert LabelledScores.of([1, 2], [0, 1], [1e-90, 3e-90]).effective_cases == pytest.approx(16 / 10)


@pytest.mark.parametrize("labels", [[True, False], [1, 0], np.array([1.0, 0.0]), np.array([1, 0], dtype=np.int8)])
def test_labels_are_truth_values_or_one_and_zero(labels: list[Any]) -> None:
    found = LabelledScores.of([0.9, 0.2], labels)
    assert found.is_positive.tolist() == [True, False]
    assert found.is_positive.dtype == np.bool_


def test_numbers_of_any_kind_are_scores_and_a_zero_has_no_sign() -> None:
    assert LabelledScores.of(np.array([1, 2], dtype=np.int8), [0, 1]).scores.tolist() == [1.0, 2.0]
    assert LabelledScores.of(np.array([0.5], dtype=np.float32), [0]).scores.tolist() == [0.5]
    assert not np.signbit(LabelledScores.of([-0.0], [1]).scores[0])


def test_only_some_cases_are_taken_with_all_that_belongs_to_them() -> None:
    found = LabelledScores.of([0.1, 0.2, 0.3], [0, 1, 1], [1, 2, 3]).where(np.array([True, False, True]))
    assert found.scores.tolist() == [0.1, 0.3]
    assert found.is_positive.tolist() == [False, True]
    assert found.weights is not None
    assert found.weights.tolist() == [1, 3]
    assert len(found) == 2
    assert LabelledScores.of([0.1], [1]).where(np.array([False])).weights is None


@pytest.mark.parametrize(
    ("scores", "labels", "weights", "message"),
    [
        ([0.1, float("nan")], [0, 1], None, "the score in row 2 is nan; leave out cases without a number"),
        ([float("inf"), 0.1], [0, 1], None, "the score in row 1 is inf; leave out cases without a number"),
        ([10**400, 0.1], [0, 1], None, "a score is beyond binary64"),
        (["high", 0.1], [0, 1], None, "scores are numbers, not <U32"),
        (["0.5", "0.1"], [0, 1], None, "scores are numbers, not <U3"),
        ([True, False], [0, 1], None, "scores are numbers, not bool"),
        ([0.5 + 1j, 0.1], [0, 1], None, "scores are numbers, not complex128"),
        ([None, 0.1], [0, 1], None, "the score in row 1 is None, not a number"),
        (
            np.ma.array([0.1, 0.2], mask=[False, True]),
            [0, 1],
            None,
            "the score in row 2 is masked; leave out such cases",
        ),
        ([0.1, np.ma.masked], [0, 1], None, "the score in row 2 is masked; leave out such cases"),
        (
            [0.1, 0.2],
            np.ma.array([0, 1], mask=[True, False]),
            None,
            "the label in row 1 is masked; leave out such cases",
        ),
        (
            [0.1, 0.2],
            [0, 1],
            np.ma.array([1, 2], mask=[False, True]),
            "the weight in row 2 is masked; leave out such cases",
        ),
        ([0.1, [0.1, 0.2]], [0, 1], None, "scores are no array: "),
        ([[0.1, 0.2]], [0, 1], None, "scores are an array of one dimension, not of 2"),
        ([0.1, 0.2], [[0, 1]], None, "labels are an array of one dimension, not of 2"),
        ([0.1, 0.2], [0, 2], None, "the label in row 2 is `2`, not true or false, 1 or 0"),
        ([0.1, 0.2], ["bad", "good"], None, "the label in row 1 is `bad`, not true or false, 1 or 0"),
        ([0.1, 0.2], [True, None], None, "the label in row 2 is `None`, not true or false, 1 or 0"),
        ([0.1, 0.2], [[1], [1, 2]], None, "labels are no array: "),
        ([0.1, 0.2], [0, 1, 1], None, "there are 2 scores and 3 labels"),
        ([0.1, 0.2], [0, 1], [1], "there are 2 scores and 1 weights"),
        ([0.1, 0.2], [0, 1], [1, -0.5], "the weight in row 2 is -0.5; a weight is 0 or more"),
        ([0.1, 0.2], [0, 1], [1, float("nan")], "the weight in row 2 is nan; leave out cases without a number"),
        ([0.1, 0.2], [0, 1], [0, 0], "all weights are 0"),
        ([0.1, 0.2], [0, 1], [1e308, 1e308], "the weights add up to inf, too large or too small to measure by; scale"),
        ([0.1, 0.2], [0, 1], [1e-320, 0], "the weights add up to 1e-320, too large or too small to measure by; scale"),
    ],
)
def test_what_nothing_can_be_measured_by_is_refused(
    scores: list[Any], labels: list[Any], weights: list[Any] | None, message: str
) -> None:
    with pytest.raises(LabelledDataError) as refused:
        LabelledScores.of(scores, labels, weights)
    assert str(refused.value).startswith(message)


def test_numbers_of_other_types_are_numbers() -> None:
    numbers: list[Any] = [Decimal("0.5"), Fraction(1, 4)]
    found = LabelledScores.of(numbers, [np.True_, 0])
    assert found.scores.tolist() == [0.5, 0.25]
    assert found.is_positive.tolist() == [True, False]


def test_an_array_that_masks_nothing_is_an_array() -> None:
    assert LabelledScores.of(np.ma.array([0.1, 0.2]), np.ma.array([0, 1], mask=[False, False])).scores.tolist() == [
        0.1,
        0.2,
    ]


def test_nobody_edits_the_cases_afterwards() -> None:
    labels, weights = np.array([True, False]), np.array([1.0, 2.0])
    found = LabelledScores.of([0.9, 0.1], labels, weights)
    labels[:], weights[:] = False, -1
    assert found.is_positive.tolist() == [True, False]
    assert found.weights is not None
    assert found.weights.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        found.scores[0] = 2
