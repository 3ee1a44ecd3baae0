"""Tiers of a classifier: a score on a cut reaches it, ties go by the order of classes, and nothing is made up."""

from __future__ import annotations

from math import nextafter
from typing import Any

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError, TuningError
from policy_engine.measures import (
    ClassScores,
    Cuts,
    Flip,
    OutcomeMix,
    Tier,
    coverage_of,
    flips_of,
    highlighting_of,
    outcome_mix_of,
    places_of,
    tiers_of,
    whole_of,
)

CASES = ClassScores.of(
    [
        [0.9, 0.05, 0.05, 0.0],
        [0.8, 0.1, 0.1, 0.0],
        [0.1, 0.6, 0.2, 0.1],
        [0.3, 0.3, 0.3, 0.1],
        [0.25, 0.25, 0.25, 0.25],
    ],
    [0, 1, 1, 2, 3],
)
CUTS = Cuts(0.8, 0.3)


@pytest.mark.parametrize(
    ("scores", "label", "rank"),
    [
        ([0.5, 0.3, 0.2], 0, 0),
        ([0.5, 0.3, 0.2], 1, 1),
        ([0.4, 0.4, 0.2], 0, 0),
        ([0.4, 0.4, 0.2], 1, 1),
        ([0.2, 0.4, 0.4], 1, 0),
        ([0.2, 0.4, 0.4], 0, 2),
        ([0.0, 0.0, 0.0], 2, 2),
        ([0.0, -0.0, 0.0], 1, 1),
        ([1.0, 1.0, 1.0], 1, 1),
    ],
)
def test_of_equal_scores_the_class_of_the_lower_place_comes_first(scores: list[float], label: int, rank: int) -> None:
    assert ClassScores.of([scores], [label]).rank.tolist() == [rank]


@pytest.mark.parametrize(
    ("top", "tier"),
    [
        (nextafter(0.8, 1), 0),
        (0.8, 0),
        (nextafter(0.8, 0), 1),
        (nextafter(0.5, 1), 1),
        (0.5, 1),
        (nextafter(0.5, 0), 2),
    ],
)
def test_a_score_on_a_cut_reaches_it(top: float, tier: int) -> None:
    assert places_of(ClassScores.of([[top, 0.0]], [0]), Cuts(0.8, 0.5)).tolist() == [tier]


def test_tiers_add_up_to_all_cases() -> None:
    tiers = tiers_of(CASES, CUTS)
    assert tiers == (Tier(2, 5, 1, 2), Tier(2, 5, 1, 2), Tier(1, 5, 0, 0))
    assert whole_of(CASES) == Tier(5, 5, 2, 4)
    assert outcome_mix_of(tiers) == OutcomeMix(1, 1, 2, 0, 1)
    assert sum(outcome_mix_of(tiers)) == len(CASES)


def test_a_tier_without_cases_has_a_share_and_no_accuracy() -> None:
    empty = tiers_of(CASES, Cuts(1.0, 0.95))[0]
    assert (empty.share.value, empty.top1.value, empty.top3.value) == (0.0, None, None)


@pytest.mark.parametrize(
    ("cuts", "collide"), [((0.5, 0.5), True), ((0.4, 0.5), True), ((nextafter(0.5, 1), 0.5), False)]
)
def test_tiers_collide_where_confident_does_not_lie_above_refer(cuts: tuple[float, float], collide: bool) -> None:  # noqa: FBT001
    assert Cuts(*cuts).collide is collide


def test_flips_have_all_nine_ways() -> None:
    flips = flips_of(CASES, CUTS, Cuts(0.85, 0.2))
    assert len(flips) == 9
    assert [one for one in flips if one.cases] == [
        Flip(0, 0, 1, 1, 1),
        Flip(0, 1, 1, 0, 1),
        Flip(1, 1, 2, 1, 2),
        Flip(2, 1, 1, 0, 0),
    ]


def test_where_nothing_changes_nobody_flips() -> None:
    assert all(one.before == one.after for one in flips_of(CASES, CUTS, CUTS) if one.cases)


@pytest.mark.parametrize(
    ("above", "floor", "cap", "shown", "truths"),
    [
        (0.25, 0, 3, (1, 3, 0, 1), 3),
        (nextafter(0.25, 0), 0, 4, (0, 3, 0, 1, 1), 4),
        (0.25, 1, 3, (0, 4, 0, 1), 3),
        (0.25, 2, 2, (0, 0, 5), 3),
        (1.0, 0, 1, (5, 0), 0),
        (0.0, 4, 9, (0, 0, 0, 0, 5, 0, 0, 0, 0, 0), 5),
    ],
)
def test_a_score_on_the_cut_is_not_highlighted(
    above: float, floor: int, cap: int, shown: tuple[int, ...], truths: int
) -> None:
    (found,) = highlighting_of(CASES, [above], floor, cap)
    assert (found.shown, found.truths) == (shown, truths)


def test_of_no_case_nothing_is_highlighted() -> None:
    (found,) = highlighting_of(CASES.where(np.zeros(5, bool)), [0.25])
    assert (found.cases, found.mean, found.truth.value) == (0, None, None)


@pytest.mark.parametrize(("floor", "cap"), [(-1, 3), (4, 3), (0, 0)])
def test_a_floor_above_the_cap_is_refused(floor: int, cap: int) -> None:
    with pytest.raises(TuningError, match="the floor is a whole number from 0 up to the cap"):
        highlighting_of(CASES, [0.25], floor, cap)


@pytest.mark.parametrize(
    ("accuracy", "reaching", "staying"),
    [(0.5, 0.25, 0.25), (0.6, 0.25, 0.9), (2 / 3, 0.3, 0.9), (0.75, 0.3, 0.9), (nextafter(0.75, 1), 0.9, 0.9)],
)
def test_the_lowest_threshold_may_reach_an_accuracy_that_those_above_it_miss(
    accuracy: float, reaching: float, staying: float
) -> None:
    coverage = coverage_of(ClassScores.of(CASES.scores[:, :2], [0, 1, 1, 0, 1]))
    assert coverage.accuracy.tolist() == [1.0, 0.5, 2 / 3, 0.75, 0.6]
    places = coverage.least_reaching(accuracy), coverage.least_staying(accuracy)
    assert [coverage.thresholds[place] for place in places if place is not None] == [reaching, staying]


def test_an_accuracy_that_the_highest_score_misses_stays_nowhere() -> None:
    coverage = coverage_of(ClassScores.of([[0.9, 0.1], [0.8, 0.2]], [1, 0]))
    assert coverage.least_staying(0.5) is None
    assert coverage.least_reaching(0.5) == 1
    assert coverage.least_reaching(0.6) is None


@pytest.mark.parametrize(
    ("share", "threshold"),
    [(0.01, 0.6), (0.124, 0.6), (0.125, 0.6), (0.126, 0.7), (0.25, 0.7), (0.375, 0.7), (0.376, 0.8), (0.99, 0.9)],
)
def test_of_two_shares_that_are_equally_near_fewer_cases_lie_below(share: float, threshold: float) -> None:
    coverage = coverage_of(ClassScores.of([[0.9, 0.0], [0.8, 0.0], [0.7, 0.0], [0.6, 0.0]], [0] * 4))
    assert coverage.thresholds[coverage.nearest_below(share)] == threshold


def test_the_area_under_the_curve_takes_equal_scores_together() -> None:
    one_by_one = coverage_of(ClassScores.of([[0.9, 0.0], [0.8, 0.0], [0.7, 0.0]], [0, 1, 0]))
    assert one_by_one.aurc == pytest.approx((0 + 1 / 2 + 1 / 3) / 3, rel=1e-15)
    together = coverage_of(ClassScores.of([[0.9, 0.0], [0.7, 0.0], [0.7, 0.0]], [0, 1, 0]))
    assert together.aurc == pytest.approx((0 + 1 / 3 + 1 / 3) / 3, rel=1e-15)


def test_no_case_has_no_curve() -> None:
    coverage = coverage_of(CASES.where(np.zeros(5, bool)))
    assert (coverage.aurc, coverage.nearest_below(0.5), coverage.least_reaching(0.5)) == (None, None, None)


@pytest.mark.parametrize(
    ("scores", "labels", "what"),
    [
        ([[0.5]], [0], "there are scores of 1 classes: it takes two to tell apart"),
        ([0.5, 0.5], [0, 1], "a row for each case and a column for each class, not 1 dimensions"),
        ([[0.5, "a"]], [0], "are no array of numbers"),
        ([[0.5, 0.5], [0.5]], [0, 0], "are no array of numbers"),
        ([[0.5, 0.5], [0.5, float("nan")]], [0, 0], "the score of class 1 in row 2 is nan, no number from 0 to 1"),
        ([[0.5, float("inf")]], [0], "the score of class 1 in row 1 is inf"),
        ([[-0.1, 0.5]], [0], "the score of class 0 in row 1 is -0.1"),
        ([[1.1, 0.5]], [0], "the score of class 0 in row 1 is 1.1"),
        ([[0.5, 0.5]], [2], "the label in row 1 is 2, the place of none of 2 classes"),
        ([[0.5, 0.5]], [-1], "the label in row 1 is -1"),
        ([[0.5, 0.5]], [0.0], "a label is the place of a class"),
        ([[0.5, 0.5]], [0, 1], "there are 1 cases and labels of the shape"),
    ],
)
def test_what_are_no_scores_of_classes_is_refused(scores: Any, labels: Any, what: str) -> None:  # noqa: ANN401
    with pytest.raises(LabelledDataError, match=what.replace("(", r"\(")):
        ClassScores.of(scores, labels)


def test_nobody_edits_scores_of_classes() -> None:
    with pytest.raises(ValueError, match="read-only"):
        CASES.scores[0, 0] = 0.1
