"""A sweep by segment: what one threshold does to each, and which are left alone less often."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import LabelledScores
from policy_engine.tuning import sweep_scores

CASES = LabelledScores.of([0.9, 0.8, 0.7, 0.3, 0.6, 0.2, 0.1, 0.4], [1, 1, 0, 0, 1, 0, 0, 0])
GROUPS = ["a", "a", "a", "a", "b", "b", "b", "b"]


def test_a_segment_has_the_curve_of_its_own_cases() -> None:
    found = sweep_scores(CASES, by={"group": GROUPS})
    assert [one.values for one in found.segments] == [{"group": "a"}, {"group": "b"}]
    for one, chosen in zip(found.segments, (slice(0, 4), slice(4, 8)), strict=True):
        alone = sweep_scores(LabelledScores.of(CASES.scores[chosen], CASES.is_positive[chosen]))
        assert one.curve.thresholds[1:].tolist() == alone.curve.thresholds[1:].tolist()
        assert one.auc == alone.auc


def test_segments_are_compared_at_the_best_threshold_of_all() -> None:
    found = sweep_scores(CASES, by={"group": GROUPS})
    assert found.separability.best == 0.6
    assert [tuple(map(int, one.at or ())) for one in found.segments] == [(2, 1, 0, 1), (1, 0, 0, 3)]
    # One of four is left alone here, and three of four there
    assert [one.adverse_impact_ratio for one in found.segments] == [pytest.approx(1 / 3), 1.0]


def test_a_segment_of_one_class_has_no_area_and_still_its_counts() -> None:
    found = sweep_scores(CASES, by={"group": ["x", *["y"] * 7]})
    alone = found.segments[0]
    assert (alone.auc, alone.separability.overlap, alone.separability.advice) == (None, None, None)
    assert tuple(map(int, alone.at or ())) == (1, 0, 0, 0)
    assert alone.adverse_impact_ratio == 0


def test_where_all_have_one_class_nothing_is_compared() -> None:
    found = sweep_scores(LabelledScores.of([0.1, 0.2], [1, 1]), by={"group": ["a", "b"]})
    assert found.auc is None
    assert [(one.at, one.adverse_impact_ratio) for one in found.segments] == [(None, None)] * 2


def test_where_no_threshold_tells_anything_apart_segments_are_not_compared() -> None:
    found = sweep_scores(LabelledScores.of([0.9, 0.9], [1, 0]), by={"group": ["a", "b"]})
    assert found.separability.best is None
    assert [one.adverse_impact_ratio for one in found.segments] == [None, None]


def test_segments_come_in_the_order_of_their_values_with_what_is_missing_last() -> None:
    cases = LabelledScores.of([0.1] * 6, [0, 1] * 3)
    found = sweep_scores(cases, by={"k": ["b", None, 10, "a", "9", True]})
    assert [one.values["k"] for one in found.segments] == [True, "9", 10, "a", "b", None]


def test_what_is_written_differently_is_a_segment_of_its_own_and_nan_is_missing() -> None:
    cases = LabelledScores.of([0.1] * 6, [0, 1] * 3)
    values = [1, True, 1.0, np.float64("nan"), float("nan"), np.int64(1)]
    found = sweep_scores(cases, by={"k": values})
    assert {(type(one.values["k"]).__name__, one.curve.cases) for one in found.segments} == {
        ("int", 2),
        ("float", 1),
        ("bool", 1),
        ("NoneType", 2),
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (2**64, "18446744073709551616"),
        (Decimal("0.50"), "0.50"),
        ("\ud800", "\\ud800"),
        (-(2**63), "-9223372036854775808"),
    ],
)
def test_what_json_has_no_value_for_is_told_as_text(value: object, told: str) -> None:
    found = sweep_scores(LabelledScores.of([0.1], [0]), by={"k": [value]})
    assert found.segments[0].values == {"k": told}


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"a", (1,)])
def test_what_is_no_single_value_tells_no_segments_apart(value: object) -> None:
    with pytest.raises(LabelledDataError, match="row 1: `k` is no single value"):
        sweep_scores(LabelledScores.of([0.1], [0]), by={"k": [value]})


def test_a_number_of_too_many_digits_is_refused() -> None:
    with pytest.raises(LabelledDataError, match="row 1: `k` is a number with too many digits"):
        sweep_scores(LabelledScores.of([0.1], [0]), by={"k": [10**5000]})


def test_an_id_is_no_segment() -> None:
    cases = LabelledScores.of(np.arange(1001) / 1000, np.arange(1001) % 2)
    assert len(sweep_scores(cases, by={"k": [place % 1000 for place in range(1001)]}).segments) == 1000
    with pytest.raises(LabelledDataError, match="there are more than 1,000 segments by `k`"):
        sweep_scores(cases, by={"k": list(range(1001))})


def test_combinations_that_nobody_has_are_no_segments() -> None:
    found = sweep_scores(LabelledScores.of([0.1, 0.2], [0, 1]), by={"k": ["a", "b"], "l": ["x", "y"]})
    assert [one.values for one in found.segments] == [{"k": "a", "l": "x"}, {"k": "b", "l": "y"}]


def test_a_segment_that_weighs_nothing_is_left_without_a_share() -> None:
    cases = LabelledScores.of([0.9, 0.1, 0.5], [1, 0, 1], [1, 1, 0])
    found = sweep_scores(cases, by={"k": ["a", "a", "b"]})
    assert [one.adverse_impact_ratio for one in found.segments] == [1.0, None]


def test_without_cases_there_is_no_sweep() -> None:
    with pytest.raises(LabelledDataError, match="there are no cases"):
        sweep_scores(LabelledScores.of([], []))


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(LabelledDataError, match="there are 8 scores and 1 values of `k`"):
        sweep_scores(CASES, by={"k": ["a"]})
