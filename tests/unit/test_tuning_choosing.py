"""Which choice is the best by an objective: held to trying all, in ties, at bounds, and where nothing is allowed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.exceptions import TuningError
from policy_engine.measures import MEASURES, Curve, LabelledScores, curve_of
from policy_engine.model.promises import Measure
from policy_engine.tuning import Objective, choose
from policy_engine.vocabulary import MAXIMISED

if TYPE_CHECKING:
    from collections.abc import Callable

CURVE = curve_of(LabelledScores.of([0.9, 0.8, 0.8, 0.4, 0.3, 0.1], [1, 1, 0, 1, 0, 0]))


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    cases = draw(st.integers(1, 30))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = random.integers(0, draw(st.sampled_from([1, 4, 100])), cases) / 100
    labels = random.random(cases) < draw(st.sampled_from([0.0, 0.3, 1.0]))
    return curve_of(LabelledScores.of(scores, labels), draw(st.sampled_from(["riskier", "safer"])))


def _has_one_class(curve: Curve) -> bool:
    return curve.positive_cases in (0, curve.cases)


def _precision(curve: Curve, place: int) -> Fraction | None:
    tp, fp, _, _ = (int(one) for one in curve.counts.at(place))
    return Fraction(tp, tp + fp) if tp + fp else None


def _recall(curve: Curve, place: int) -> Fraction | None:
    tp, _, fn, _ = (int(one) for one in curve.counts.at(place))
    return Fraction(tp, tp + fn) if tp + fn else None


@given(curves(), st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(1)]))
def test_recall_subject_to_precision_is_that_of_trying_all_in_fractions(curve: Curve, bound: Fraction) -> None:
    allowed = [
        place
        for place in range(len(curve))
        if (precision := _precision(curve, place)) is not None
        and precision >= bound
        and _recall(curve, place) is not None
    ]
    found = choose(curve, Objective.maximise("recall"), {"precision": float(bound)})
    if not allowed or _has_one_class(curve):
        assert found is None
        return
    most = max(_recall(curve, place) or Fraction(0) for place in allowed)
    assert found is not None
    assert list(found.ties) == [place for place in allowed if _recall(curve, place) == most]
    assert found.place == found.ties[0]
    assert found.value == float(most)


@given(curves(), st.integers(0, 5), st.integers(1, 5))
def test_the_least_cost_is_that_of_trying_all(curve: Curve, false_positive: int, false_negative: int) -> None:
    costs = [
        false_positive * int(curve.counts.fp[place]) + false_negative * int(curve.counts.fn[place])
        for place in range(len(curve))
    ]
    found = choose(curve, Objective.minimise_cost(false_positive, false_negative))
    if _has_one_class(curve):
        assert found is None
        return
    assert found is not None
    assert found.value == min(costs)
    assert list(found.ties) == [place for place, one in enumerate(costs) if one == min(costs)]
    tenths = choose(curve, Objective.minimise_cost(false_positive / 10, false_negative / 10))
    assert tenths is not None
    assert tenths.ties == found.ties


@given(curves())
def test_correlations_are_equal_where_their_squares_are_as_fractions(curve: Curve) -> None:
    def square(place: int) -> Fraction | None:
        tp, fp, fn, tn = (int(one) for one in curve.counts.at(place))
        below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        above = tp * tn - fp * fn
        return Fraction(above * abs(above), below) if below else None

    found = choose(curve, Objective.maximise("mcc"))
    squares = {place: one for place in range(len(curve)) if (one := square(place)) is not None}
    if not squares:
        assert found is None
        return
    assert found is not None
    assert list(found.ties) == [place for place, one in squares.items() if one == max(squares.values())]


def test_two_equal_correlations_that_rounding_tells_apart_are_a_tie() -> None:
    labels = [1] * 9 + [0] * 9 + [1] * 1 + [0] * 2 + [1] * 3 + [0] * 15
    curve = curve_of(LabelledScores.of([0.9] * 18 + [0.5] * 3 + [0.1] * 18, labels))
    found = choose(curve, Objective.maximise("mcc"))
    assert found is not None
    assert (found.threshold, found.ties) == (0.9, (1, 2))


@given(curves(), st.integers(0, 100))
def test_the_nearest_share_is_that_of_trying_all_in_fractions(curve: Curve, percent: int) -> None:
    off = [abs(Fraction(int(one), curve.cases) - Fraction(percent, 100)) for one in curve.flagged]
    found = choose(curve, Objective.share(percent / 100))
    assert found is not None
    assert list(found.ties) == [place for place, one in enumerate(off) if one == min(off)]


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("name", MAXIMISED)
def test_of_one_class_nothing_is_chosen_by_what_compares_two(name: str, label: int) -> None:
    curve = curve_of(LabelledScores.of([0.9, 0.1], [label, label]))
    assert choose(curve, Objective.maximise(name, 2 if name == "fbeta" else None)) is None
    assert choose(curve, Objective.minimise_cost(1, 2)) is None
    assert choose(curve, Objective.capacity(1)) is not None


@given(curves(), st.sampled_from([name for name in MAXIMISED if name in MEASURES]))
def test_the_greatest_measure_is_that_of_all_that_are_defined(curve: Curve, name: str) -> None:
    values = MEASURES[name](curve.counts)
    found = choose(curve, Objective.maximise(name))
    assert (found is None) == (_has_one_class(curve) or bool(np.isnan(values).all()))
    assert found is None or found.value == np.nanmax(values)


@pytest.mark.parametrize(("room", "flagged"), [(0, 0), (1, 1), (2, 1), (3, 3), (100, 6)])
def test_a_capacity_is_filled_as_far_as_equal_scores_let_it_be(room: int, flagged: int) -> None:
    found = choose(CURVE, Objective.capacity(room))
    assert found is not None
    assert (found.value, CURVE.flagged[found.place]) == (flagged, flagged)


@pytest.mark.parametrize(("share", "flagged"), [(0, 0), (0.16, 1), (0.3, 1), (0.34, 3), (0.51, 3), (1, 6)])
def test_a_share_is_met_as_near_as_equal_scores_let_it_be(share: float, flagged: int) -> None:
    found = choose(CURVE, Objective.share(share))
    assert found is not None
    assert CURVE.flagged[found.place] == flagged


def test_of_two_that_are_as_near_the_one_that_flags_fewer_is_taken_and_both_are_told() -> None:
    curve = curve_of(LabelledScores.of([0.4, 0.3, 0.2, 0.1], [1, 0, 1, 0]))
    found = choose(curve, Objective.share(0.375))
    assert found is not None
    assert (found.place, found.ties) == (1, (1, 2))


def test_net_benefit_and_fbeta_are_those_of_the_curve() -> None:
    found = choose(CURVE, Objective.maximise("net_benefit"))
    assert found is not None
    assert found.value == np.nanmax(CURVE.net_benefit)
    weighed = choose(CURVE, Objective.maximise("fbeta", beta=2))
    assert weighed is not None
    assert (weighed.threshold, tuple(map(int, weighed.counts))) == (0.4, (3, 1, 0, 2))


def test_every_measure_that_a_policy_can_maximise_can_be() -> None:
    assert set(get_args(Measure)) == set(MAXIMISED)


@pytest.mark.parametrize("bounds", [{"precision": 1.1}, {"precision": float("nan")}, {"lift": 0.5}])
def test_a_bound_that_is_none_is_refused(bounds: dict[str, float]) -> None:
    with pytest.raises(TuningError, match="is no bound"):
        choose(CURVE, Objective.maximise("recall"), bounds)


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (Objective.maximise, ("lift",), "`lift` cannot be maximised"),
        (Objective.maximise, ("fbeta",), "`fbeta` needs a beta"),
        (Objective.maximise, ("f1", 2), "`fbeta` needs a beta"),
        (Objective.maximise, ("fbeta", 0), "beta is a number above 0"),
        (Objective.maximise, ("fbeta", float("inf")), "beta is a number above 0"),
        (Objective.minimise_cost, (0, 0), "not both 0"),
        (Objective.minimise_cost, (-1, 1), "numbers from 0 up"),
        (Objective.minimise_cost, (float("nan"), 1), "numbers from 0 up"),
        (Objective.capacity, (-1,), "a capacity is a number of cases"),
        (Objective.share, (1.5,), "a share lies between 0 and 1"),
    ],
)
def test_an_objective_that_is_none_is_refused(
    make: Callable[..., Objective], given: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(TuningError, match=said):
        make(*given)
