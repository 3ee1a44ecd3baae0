"""Two ways to decide: who changes sides, and what that shows, at its ends."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from policy_engine.exceptions import LabelledDataError, TuningError
from policy_engine.tuning import Flips, McNemar, Transition, compare_decisions, paired_equivalence, transitions_of
from tests.support.paired import chances_of_pairs

FIRST = np.array([1, 1, 1, 0, 0, 1, 0, 0], bool)
SECOND = np.array([1, 1, 0, 1, 1, 1, 1, 0], bool)
LABELS = np.array([1, 1, 1, 1, 1, 0, 0, 0], bool)
NONE = np.zeros(0, bool)


def test_cases_are_counted_by_who_flags_them_and_by_their_label() -> None:
    found = compare_decisions(FIRST, SECOND, LABELS)
    assert found.positives == Flips(both=2, only_first=1, only_second=2, neither=0)
    assert found.negatives == Flips(both=1, only_first=0, only_second=1, neither=1)
    assert [int(one) for one in found.first] == [3, 1, 2, 2]
    assert [int(one) for one in found.second] == [4, 2, 1, 1]
    assert found.cases == 8


def test_right_is_to_flag_a_positive_and_not_to_flag_a_negative() -> None:
    assert compare_decisions(FIRST, SECOND, LABELS).mcnemar == McNemar(2, 2, 1.0)


def test_changes_are_those_of_the_same_cases() -> None:
    changes = compare_decisions(FIRST, SECOND, LABELS).changes
    assert {name: (one.first, one.second, one.difference) for name, one in changes.items()} == {
        "accuracy": (5 / 8, 5 / 8, 0.0),
        "recall": (3 / 5, 4 / 5, 1 / 5),
        "false_positive_rate": (1 / 3, 2 / 3, 1 / 3),
        "flagged_share": (4 / 8, 6 / 8, 2 / 8),
    }


def test_who_decides_alike_differs_in_nothing() -> None:
    found = compare_decisions(FIRST, FIRST, LABELS)
    assert found.mcnemar == McNemar(0, 0, 1.0)
    assert {one.difference for one in found.changes.values()} == {0.0}


@pytest.mark.parametrize(("labels", "undefined"), [(LABELS | True, "false_positive_rate"), (LABELS & False, "recall")])
def test_of_one_class_only_the_share_of_the_other_is_not_defined(labels: np.ndarray, undefined: str) -> None:
    changes = compare_decisions(FIRST, SECOND, labels).changes
    one = changes[undefined]
    assert (one.first, one.second, one.difference, one.interval) == (None, None, None, None)
    assert all(other.interval is not None for name, other in changes.items() if name != undefined)


def test_no_cases_and_other_lengths_are_refused() -> None:
    with pytest.raises(LabelledDataError, match="there are no cases"):
        compare_decisions(NONE, NONE, NONE)
    with pytest.raises(LabelledDataError, match="there are 7 and 8 decisions, and 8 labels"):
        compare_decisions(FIRST[1:], SECOND, LABELS)


@pytest.mark.parametrize("value", [0.0, 1.0, -0.1, float("nan")])
def test_a_margin_and_a_confidence_lie_between_0_and_1(value: float) -> None:
    with pytest.raises(TuningError, match="a margin lies between 0 and 1"):
        compare_decisions(FIRST, SECOND, LABELS, margin=value)
    with pytest.raises(TuningError, match="a confidence lies between 0 and 1"):
        compare_decisions(FIRST, SECOND, LABELS, confidence=value)


def test_segments_add_up_and_have_their_impact_under_both() -> None:
    found = compare_decisions(FIRST, SECOND, LABELS, by={"sex": ["f", "m"] * 4})
    assert [one.values for one in found.segments] == [{"sex": "f"}, {"sex": "m"}]
    assert sum(one.comparison.cases for one in found.segments) == 8
    # Of f, 2 of 4 are not flagged by the first and 1 by the second; of m, 2 and 1
    assert [one.adverse_impact_ratios for one in found.segments] == [(1.0, 1.0), (1.0, 1.0)]
    sided = compare_decisions(FIRST, SECOND, LABELS, by={"sex": [*"ffffmmmm"]}, favoured="flagged")
    assert [one.adverse_impact_ratios for one in sided.segments] == [(1.0, 1.0), (1 / 3, 1.0)]


def test_where_nobody_is_favoured_anywhere_there_is_no_impact() -> None:
    every = LABELS | True
    found = compare_decisions(every, FIRST, LABELS, by={"sex": ["f", "m"] * 4})
    assert [one.adverse_impact_ratios[0] for one in found.segments] == [None, None]


def test_outcomes_are_counted_from_which_to_which_in_the_order_of_the_bands() -> None:
    found = transitions_of(
        ["block", "allow", "allow"],
        ["allow", "allow", "hold"],
        np.array([1, 0, 1], bool),
        (["block", "allow"], ["hold", "allow"]),
    )
    assert found == (
        Transition("block", "allow", 1, 0),
        Transition("allow", "hold", 1, 0),
        Transition("allow", "allow", 0, 1),
    )


def test_few_cases_are_never_equivalent_however_alike() -> None:
    assert paired_equivalence(0, 0, 10, margin=0.01).equivalent is False
    assert paired_equivalence(0, 0, 10_000, margin=0.01).equivalent is True
    assert paired_equivalence(0, 0, 0, margin=0.01).equivalent is None


def test_without_any_difference_the_p_value_is_the_chance_to_see_none() -> None:
    # 298 is the least number of cases of which none differs with a chance of 5 % if one in a hundred does
    assert paired_equivalence(0, 0, 298, margin=0.01).equivalent is False
    assert paired_equivalence(0, 0, 299, margin=0.01).equivalent is True
    assert paired_equivalence(0, 0, 299, margin=0.01).p_value == pytest.approx(0.99**299, rel=1e-12)


def test_a_share_that_is_higher_by_the_margin_is_as_far_as_one_that_is_lower() -> None:
    assert paired_equivalence(3, 40, 1000, margin=0.05) == paired_equivalence(40, 3, 1000, margin=0.05)


def test_shares_that_differ_by_the_margin_are_rarely_called_equivalent() -> None:
    worst = 0.0
    for margin, cases, often in product((0.01, 0.05, 0.1), (50, 135, 235, 268, 300, 500), (0.0, 0.002, 0.01, 0.05)):
        chances = chances_of_pairs(cases, often, often + margin)
        worst = max(
            worst,
            sum(
                chance for pair, chance in chances.items() if paired_equivalence(*pair, cases, margin=margin).equivalent
            ),
        )
    assert 0.045 < worst < 0.051


def test_shares_that_are_equal_are_called_equivalent_where_there_are_cases_enough() -> None:
    chances = chances_of_pairs(2000, 0.01, 0.01)
    found = sum(c for pair, c in chances.items() if paired_equivalence(*pair, 2000, margin=0.01).equivalent)
    assert found > 0.8
