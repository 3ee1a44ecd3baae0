"""The sweep at its ends, in ties, and in both directions."""

from __future__ import annotations

from math import isnan, nextafter

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError
from policy_engine.measures import LabelledScores, curve_of

SCORES, LABELS = [0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]


def test_a_score_on_the_threshold_is_flagged_where_higher_is_riskier() -> None:
    curve = curve_of(LabelledScores.of(SCORES, LABELS))
    assert isnan(curve.thresholds[0])
    assert curve.thresholds[1:].tolist() == [0.9, 0.4, 0.1]
    assert [one.tolist() for one in curve.counts] == [[0, 1, 2, 2], [0, 0, 1, 2], [2, 1, 0, 0], [2, 2, 1, 0]]
    assert curve.flagged.tolist() == [0, 1, 3, 4]
    assert (curve.cases, curve.positive_cases, len(curve)) == (4, 2, 4)


def test_a_score_on_the_threshold_is_not_flagged_where_higher_is_safer() -> None:
    curve = curve_of(LabelledScores.of(SCORES, LABELS), "safer")
    assert curve.thresholds[:-1].tolist() == [0.1, 0.4, 0.9]
    assert isnan(curve.thresholds[-1])
    assert [one.tolist() for one in curve.counts] == [[0, 0, 1, 2], [0, 1, 2, 2], [2, 2, 1, 0], [2, 1, 0, 0]]
    assert curve.flagged.tolist() == [0, 1, 3, 4]


def test_weights_count_instead_of_cases() -> None:
    curve = curve_of(LabelledScores.of(SCORES, LABELS, [1, 2, 0.5, 0]))
    assert curve.counts.tp.tolist() == [0, 1, 3, 3]
    assert curve.counts.fp.tolist() == [0, 0, 0.5, 0.5]
    assert curve.flagged.tolist() == [0, 1, 3, 4]


def test_a_great_weight_takes_nothing_from_a_small_one() -> None:
    curve = curve_of(LabelledScores.of([0.9, 0.8, 0.3, 0.2], [1, 0, 1, 0], [1e17, 1, 1, 1]))
    assert curve.counts.fp.tolist() == [0, 0, 1, 1, 2]
    assert curve.counts.tn.tolist() == [2, 2, 1, 1, 0]
    assert curve.is_weighted


def test_counts_only_rise_or_fall_however_sums_of_weights_are_rounded() -> None:
    random = np.random.default_rng(1)
    for _ in range(50):
        weights = 10.0 ** random.uniform(-8, 8, 40)
        curve = curve_of(LabelledScores.of(random.random(40), random.random(40) < 0.5, weights))
        assert all((np.diff(one) >= 0).all() for one in curve.counts[:2])
        assert all((np.diff(one) <= 0).all() for one in curve.counts[2:])
        assert all((one >= 0).all() for one in curve.counts)


def test_another_direction_is_refused() -> None:
    with pytest.raises(LabelledDataError, match="a higher score is riskier or safer, not `up`"):
        curve_of(LabelledScores.of(SCORES, LABELS), "up")  # type: ignore[arg-type]


@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
def test_without_cases_there_is_the_choice_to_flag_none(higher_is: str) -> None:
    curve = curve_of(LabelledScores.of([], []), higher_is)  # type: ignore[arg-type]
    assert len(curve) == 1
    assert isnan(curve.thresholds[0])
    assert [one.tolist() for one in curve.counts] == [[0]] * 4


@pytest.mark.parametrize(
    ("threshold", "flagged"),
    [(1.0, 0), (nextafter(0.9, 1), 0), (0.9, 1), (nextafter(0.9, 0), 1), (0.4, 3), (nextafter(0.4, 1), 1), (0, 4)],
)
def test_any_number_flags_what_the_next_score_does(threshold: float, flagged: int) -> None:
    curve = curve_of(LabelledScores.of(SCORES, LABELS))
    assert curve.flagged[curve.place_of(threshold)] == flagged
    safer = curve_of(LabelledScores.of(SCORES, LABELS), "safer")
    assert safer.flagged[safer.place_of(threshold)] == sum(score < threshold for score in SCORES)


def test_counts_of_one_threshold_are_told_together() -> None:
    counts = curve_of(LabelledScores.of(SCORES, LABELS)).counts.at(2)
    assert tuple(map(int, counts)) == (2, 1, 0, 1)
