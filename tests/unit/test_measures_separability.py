"""What the overlap of the classes speaks for, and where it is not the score that does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.measures import LabelledScores, Separability, auc_of, curve_of, separability_of


def _told(scores: list[float], labels: list[int]) -> Separability:
    return separability_of(curve_of(LabelledScores.of(scores, labels)))


def test_a_score_that_tells_nothing_is_not_praised_where_nearly_all_are_positives() -> None:
    random = np.random.default_rng(3)
    cases = LabelledScores.of(random.random(2000), np.arange(2000) % 40 != 0)
    curve = curve_of(cases)
    assert auc_of(curve) == pytest.approx(0.5, abs=0.1)
    found = separability_of(curve)
    assert (found.between, found.advice) == (0.0, "flag_all")


def test_one_that_tells_them_apart_is_praised_however_many_are_positives() -> None:
    assert _told([0.9] * 39 + [0.1], [1] * 39 + [0]).advice == "flag_more"


@pytest.mark.parametrize(("above", "advice"), [(20, "flag_more"), (21, "flag_all")])
def test_an_overlap_of_one_half_is_the_last_that_is_put_down_to_the_score(above: int, advice: str) -> None:
    # 40 negatives of 2,000, so many of which have the score of the positives
    found = _told([0.9] * (1960 + above) + [0.1] * (40 - above), [1] * 1960 + [0] * 40)
    assert (found.overlap, found.advice) == (above / 40, advice)


@given(st.integers(1, 40), st.data())
def test_up_to_nine_positives_in_ten_it_is_always_the_score(negatives: int, data: st.DataObject) -> None:
    positives = data.draw(st.integers(1, 9 * negatives))
    missed = data.draw(st.integers(0, positives // 20))
    wrong = data.draw(st.integers(0, (positives - missed) // 19))
    scores = [0.9] * (positives - missed) + [0.1] * missed + [0.9] * wrong + [0.1] * (negatives - wrong)
    assert _told(scores, [1] * positives + [0] * negatives).advice == "flag_more"


def test_that_is_so_at_the_very_end_too() -> None:
    # Recall and precision of 0.95 with nine positives in ten: 19 of 20 hits, 1 of 20 flagged is none
    found = _told([0.9] * 171 + [0.1] * 9 + [0.9] * 9 + [0.1] * 11, [1] * 180 + [0] * 20)
    assert (found.find, found.act, found.overlap, found.advice) == (0.9, 0.9, 0.5, "flag_more")
