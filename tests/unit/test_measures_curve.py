"""The sweep at its ends, in ties, and in both directions."""

from __future__ import annotations

from math import isnan, nextafter

import pytest

from policy_engine.measures import LabelledScores, sweep

SCORES, LABELS = [0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]


def test_a_score_on_the_threshold_is_flagged_where_higher_is_riskier() -> None:
    curve = sweep(LabelledScores.of(SCORES, LABELS))
    assert isnan(curve.thresholds[0])
    assert curve.thresholds[1:].tolist() == [0.9, 0.4, 0.1]
    assert [one.tolist() for one in curve.counts] == [[0, 1, 2, 2], [0, 0, 1, 2], [2, 1, 0, 0], [2, 2, 1, 0]]
    assert curve.flagged.tolist() == [0, 1, 3, 4]
    assert (curve.cases, curve.positive_cases, len(curve)) == (4, 2, 4)


def test_a_score_on_the_threshold_is_not_flagged_where_higher_is_safer() -> None:
    curve = sweep(LabelledScores.of(SCORES, LABELS), "safer")
    assert curve.thresholds[:-1].tolist() == [0.1, 0.4, 0.9]
    assert isnan(curve.thresholds[-1])
    assert [one.tolist() for one in curve.counts] == [[0, 0, 1, 2], [0, 1, 2, 2], [2, 2, 1, 0], [2, 1, 0, 0]]
    assert curve.flagged.tolist() == [0, 1, 3, 4]


def test_weights_count_instead_of_cases() -> None:
    curve = sweep(LabelledScores.of(SCORES, LABELS, [1, 2, 0.5, 0]))
    assert curve.counts.tp.tolist() == [0, 1, 3, 3]
    assert curve.counts.fp.tolist() == [0, 0, 0.5, 0.5]
    assert curve.flagged.tolist() == [0, 1, 3, 4]


def test_sums_of_weights_are_never_less_than_nothing() -> None:
    weights = [0.1, 0.2, 0.3, 0.7, 0.1, 0.6]
    curve = sweep(LabelledScores.of([0.6, 0.5, 0.4, 0.3, 0.2, 0.1], [1, 0, 1, 0, 1, 0], weights))
    assert all((one >= 0).all() for one in curve.counts)


@pytest.mark.parametrize("higher_is", ["riskier", "safer"])
def test_without_cases_there_is_the_choice_to_flag_none(higher_is: str) -> None:
    curve = sweep(LabelledScores.of([], []), higher_is)  # type: ignore[arg-type]
    assert len(curve) == 1
    assert isnan(curve.thresholds[0])
    assert [one.tolist() for one in curve.counts] == [[0]] * 4


@pytest.mark.parametrize(
    ("threshold", "flagged"),
    [(1.0, 0), (nextafter(0.9, 1), 0), (0.9, 1), (nextafter(0.9, 0), 1), (0.4, 3), (nextafter(0.4, 1), 1), (0, 4)],
)
def test_any_number_flags_what_the_next_score_does(threshold: float, flagged: int) -> None:
    curve = sweep(LabelledScores.of(SCORES, LABELS))
    assert curve.flagged[curve.place_of(threshold)] == flagged
    safer = sweep(LabelledScores.of(SCORES, LABELS), "safer")
    assert safer.flagged[safer.place_of(threshold)] == sum(score < threshold for score in SCORES)


def test_counts_of_one_threshold_are_told_together() -> None:
    counts = sweep(LabelledScores.of(SCORES, LABELS)).counts.at(2)
    assert tuple(map(int, counts)) == (2, 1, 0, 1)
