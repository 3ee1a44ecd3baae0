"""Certified thresholds, held to MAPIE: a second implementation of Learn then Test with a fixed sequence.

What is compared, and what is not:

- Its p-value of a share is the lesser of a bound by Hoeffding and the binomial tail, which is never above that bound:
  our exact tail, but for one thing. It counts errors as the product of a share and a number of cases, rounded up; where
  that comes out a hair above the whole number, it tests one error too many. It is held to the tail where it counts
  rightly, and may only be greater where it does not: its sequence may end there, and nowhere else before ours does.
- It has no start by number of cases. It is given the thresholds from our start on, in our order.
- Its mode `fixed_sequence` turns the order round by what the labels say of the risk. For recall that is always our
  order, and for precision not always, so that this mode is compared where it keeps the order, and else
  `split_fixed_sequence`, which is the same sequence in an order that is given.
- Where nothing is flagged, or there are no positives, it has no p-value, and ours is 1.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.risk_control import BinaryClassificationController
from mapie.risk_control.fwer_control import control_fwer
from scipy.stats import binom

from policy_engine.measures import LabelledScores, curve_of
from policy_engine.tuning import certified_precision, certified_recall
from tests.support.real_scores import PROBLEMS, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policy_engine.tuning import Certified
    from policy_engine.vocabulary import Direction

Share = Literal["precision", "recall"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("riskier", "safer")
BOUNDS: Final = (0.5, 0.8, 0.9, 0.95)
CONFIDENCES: Final = (0.8, 0.95)


class Sequence(NamedTuple):
    """The thresholds of a test in their order, with what we and MAPIE make of them.

    `n` cases and `k` hits; `risk` rises with what is flagged, and `thresholds` are on its scale.
    """

    risk: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    n: NDArray[np.int64]
    k: NDArray[np.int64]
    certified: Certified


def sequence_of(
    cases: LabelledScores, higher_is: Direction, share: Share, at_least: float, delta: float
) -> Sequence | None:
    """Return what we test; None where there is nothing to begin with."""
    curve = curve_of(cases, higher_is)
    certify = certified_precision if share == "precision" else certified_recall
    certified = certify(curve, at_least, delta)
    if certified.first is None or not curve.positive_cases:
        return None
    # The choice that flags none is no threshold of MAPIE; ours is tested last, of recall, and never passes
    places = range(certified.first, len(curve)) if share == "precision" else range(certified.first, 0, -1)
    on_scale = curve.thresholds if higher_is == "riskier" else -np.roll(curve.thresholds, 1)
    k = curve.counts.tp[places]
    n = curve.flagged[places] if share == "precision" else np.full(len(k), curve.positive_cases)
    risk = cases.scores if higher_is == "riskier" else -cases.scores
    return Sequence(risk, on_scale[places], n, k, certified)


def controlled(tested: Sequence, labels: NDArray[np.bool_], share: Share, mode: str) -> Any:  # noqa: ANN401 - MAPIE's
    """Return MAPIE's controller of the same thresholds, in the same order, after its calibration."""
    controller = BinaryClassificationController(
        predict_function=lambda risk: np.column_stack((-risk, risk)),
        risk=share,
        target_level=tested.certified.at_least,
        confidence_level=1 - tested.certified.delta,
        list_predict_params=tested.thresholds,
        fwer_method=mode,
    )
    if mode == "split_fixed_sequence":
        # It would learn an order from other data; the order is ours
        controller._learned_fixed_sequence = tested.thresholds  # noqa: SLF001 - as above
    with warnings.catch_warnings():
        # That the risk is not monotonic, or that nothing can be controlled, is no news here
        warnings.simplefilter("ignore", UserWarning)
        return controller.calibrate(tested.risk, labels.astype(int))


def hold(cases: LabelledScores, higher_is: Direction, share: Share, at_least: float, confidence: float) -> None:
    """Hold what we certify to MAPIE, as the text above says."""
    tested = sequence_of(cases, higher_is, share, at_least, 1 - confidence)
    if tested is None:
        return
    risks = 1 - tested.k / tested.n
    # It keeps the order of a risk that rises, in all or on average
    keeps_order = share == "recall" or (len(risks) > 1 and np.mean(np.diff(risks)) > 0)
    found = controlled(tested, cases.is_positive, share, "fixed_sequence" if keeps_order else "split_fixed_sequence")
    theirs = found.p_values[:, 0]
    exact = binom.sf(tested.k - 1, tested.n, at_least)
    counts_one_more = np.ceil(tested.n * risks) > tested.n - tested.k
    np.testing.assert_allclose(theirs[~counts_one_more], exact[~counts_one_more], rtol=1e-12, atol=1e-12)
    assert (theirs[counts_one_more] >= exact[counts_one_more]).all()
    many = len(tested.certified.places)
    at = max(many - 1, 0)
    if not counts_one_more[at]:
        assert tested.certified.p_value == pytest.approx(theirs[at], rel=1e-12, abs=1e-12)
    ends = np.flatnonzero(counts_one_more & (theirs > tested.certified.delta))
    many = min(many, *ends.tolist()) if len(ends) else many
    assert found.valid_predict_params.tolist() == tested.thresholds[:many].tolist()
    # Its own step from p-values to what is valid, on ours
    valid = control_fwer(exact, tested.certified.delta, "fixed_sequence")
    assert valid.tolist() == list(range(len(tested.certified.places)))
    if share == "precision" and many:
        # Of those that keep the precision it chooses the one with the most recall: the last that passed
        assert found.best_predict_param == tested.thresholds[many - 1]


@pytest.mark.parametrize(("name", "higher_is"), [*product(PROBLEMS, DIRECTIONS)])
def test_on_real_scores_the_same_thresholds_are_certified(name: str, higher_is: Direction) -> None:
    cases = problem(name).cases
    if len(cases) > 1000:
        cases = replace(cases, scores=cases.scores.round(2))
    shares: tuple[Share, ...] = ("precision", "recall")
    for share, at_least, confidence in product(shares, BOUNDS, CONFIDENCES):
        hold(cases, higher_is, share, at_least, confidence)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 400),
    st.sampled_from([1, 2, 6]),
    st.floats(0.02, 0.98),
    st.sampled_from(["precision", "recall"]),
    st.sampled_from([*BOUNDS, 0.99]),
    st.sampled_from([0.5, *CONFIDENCES]),
    st.sampled_from(DIRECTIONS),
)
def test_on_drawn_scores_the_same_thresholds_are_certified(
    seed: int,
    many: int,
    decimals: int,
    prevalence: float,
    share: Share,
    at_least: float,
    confidence: float,
    higher_is: Direction,
) -> None:
    random = np.random.default_rng(seed)
    is_positive = random.random(many) < prevalence
    sign = 1 if higher_is == "riskier" else -1
    scores = (0.5 + sign * (is_positive - 0.5) * random.random() + random.normal(0, 0.2, many)).round(decimals)
    hold(LabelledScores.of(scores, is_positive), higher_is, share, at_least, confidence)
