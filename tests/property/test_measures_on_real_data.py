"""Every number of a sweep of real scores, held to scikit-learn, scipy and statsmodels at every threshold.

The three data sets are nine problems: bad credit, malignant tumours, of satellite pixels whether the first label is
right, and each of the six labels against the rest. Each is swept in both directions, with and without weights, and with
scores as they are and rounded, so that hundreds of cases have one score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from scipy.stats import ks_2samp, mannwhitneyu
from sklearn import metrics
from statsmodels.stats.nonparametric import rank_compare_2indep
from statsmodels.stats.weightstats import DescrStatsW

from policy_engine.measures import MEASURES, LabelledScores, cost, fbeta
from policy_engine.tuning import sweep_scores
from tests.support.real_scores import PROBLEMS, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from policy_engine.measures import Counts
    from policy_engine.tuning import Sweep
    from policy_engine.vocabulary import Direction

DIRECTIONS: Final[tuple[Direction, ...]] = ("riskier", "safer")
VARIANTS: Final = tuple(product(PROBLEMS, (None, 2, 1), (False, True), DIRECTIONS))
FALSE_POSITIVE, FALSE_NEGATIVE = 1.0, 10.0


def is_close(found: Any, expected: Any) -> bool:  # noqa: ANN401 - numbers or arrays of them
    """Say whether two arrays agree to 1e-12; what is not defined in one is not in the other."""
    return np.shape(found) == np.shape(expected) and np.allclose(found, expected, 1e-12, 1e-12, equal_nan=True)


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep with what it was made of. `risk` rises with what is flagged, in either direction."""

    sweep: Sweep
    cases: LabelledScores
    risk: NDArray[np.float64]

    @property
    def asked(self) -> dict[str, Any]:
        """What scikit-learn takes for a curve."""
        return {"y_true": self.cases.is_positive, "y_score": self.risk, "sample_weight": self.cases.weights}

    @property
    def precision(self) -> NDArray[np.float64]:
        """The precision of each choice; scikit-learn has it from loose to strict, and 1 for that which flags none."""
        cases = self.cases
        rising, _, _ = metrics.precision_recall_curve(cases.is_positive, self.risk, sample_weight=cases.weights)
        return np.array([np.nan, *rising[-2::-1]])

    @property
    def weights(self) -> NDArray[np.float64]:
        """What each case weighs."""
        return np.ones(len(self.cases)) if self.cases.weights is None else self.cases.weights

    @property
    def decisions(self) -> NDArray[np.bool_]:
        """What each choice flags: a column each, compared one by one."""
        columns = self.sweep.curve.thresholds[np.newaxis, :]
        scores = self.cases.scores[:, np.newaxis]
        if self.sweep.curve.higher_is == "riskier":
            return scores >= np.nan_to_num(columns, nan=np.inf)
        return scores < np.nan_to_num(columns, nan=np.inf)


def swept(name: str, decimals: int | None, *, weighted: bool, higher_is: Direction, by: Any = None) -> Swept:  # noqa: ANN401 - as `sweep_scores` takes it
    """Sweep a variant of a problem."""
    cases = problem(name).cases
    if decimals is not None:
        cases = replace(cases, scores=cases.scores.round(decimals))
    if weighted:
        # Of no pattern, and the same on every run
        cases = replace(cases, weights=0.1 + np.arange(len(cases), dtype=np.float64) * 0.6180339887498949 % 1)
    risk = cases.scores if higher_is == "riskier" else -cases.scores
    return Swept(sweep_scores(cases, higher_is, by), cases, risk)


@pytest.mark.parametrize(("name", "decimals", "weighted", "higher_is"), VARIANTS)
def test_counts_are_those_of_scikit_learn_at_every_threshold(
    name: str,
    decimals: int | None,
    *,
    weighted: bool,
    higher_is: Direction,
) -> None:
    found = swept(name, decimals, weighted=weighted, higher_is=higher_is)
    curve = found.sweep.curve
    tn, fp, fn, tp, thresholds = metrics.confusion_matrix_at_thresholds(**found.asked)
    scores = curve.thresholds[1:] if higher_is == "riskier" else -curve.thresholds[:-1]
    assert scores.tolist() == thresholds.tolist()
    for ours, theirs in zip(curve.counts, (tp, fp, fn, tn), strict=True):
        assert is_close(ours[1:], theirs)
    # The choice before the first score flags nobody
    assert (curve.counts.tp[0], curve.counts.fp[0], curve.flagged[0]) == (0, 0, 0)
    assert curve.flagged.tolist() == found.decisions.sum(axis=0).tolist()


@pytest.mark.parametrize(("name", "decimals", "weighted", "higher_is"), VARIANTS)
def test_measures_follow_from_the_curves_of_scikit_learn_at_every_threshold(
    name: str,
    decimals: int | None,
    *,
    weighted: bool,
    higher_is: Direction,
) -> None:
    found = swept(name, decimals, weighted=weighted, higher_is=higher_is)
    curve = found.sweep.curve
    measured = {name: measure(curve.counts) for name, measure in MEASURES.items()}
    false_positive_rate, recall, _ = metrics.roc_curve(**found.asked, drop_intermediate=False)
    share = DescrStatsW(found.cases.is_positive, weights=found.cases.weights).mean
    flagged = recall * share + false_positive_rate * (1 - share)
    assert is_close(measured["precision"], found.precision)
    assert is_close(measured["recall"], recall)
    assert is_close(measured["false_positive_rate"], false_positive_rate)
    assert is_close(measured["specificity"], 1 - false_positive_rate)
    assert is_close(measured["youden"], recall - false_positive_rate)
    assert is_close(measured["balanced_accuracy"], (recall + 1 - false_positive_rate) / 2)
    assert is_close(measured["accuracy"], recall * share + (1 - false_positive_rate) * (1 - share))
    assert is_close(measured["flagged_share"], flagged)
    assert is_close(measured["f1"], 2 * recall * share / (flagged + share))
    # Not defined at both ends, where a correlation divides by nothing
    assert np.isnan(measured["mcc"][[0, -1]]).all()
    inner = slice(1, -1)
    spread = share * (1 - share) / (flagged * (1 - flagged))[inner]
    assert is_close(measured["mcc"][inner], measured["youden"][inner] * np.sqrt(spread))
    chances = curve.thresholds if higher_is == "riskier" else 1 - curve.thresholds
    odds = np.divide(chances, 1 - chances, out=np.full(len(chances), np.nan), where=chances < 1)
    expected = recall * share - false_positive_rate * (1 - share) * odds
    assert curve.net_benefit[0] == 0
    assert is_close(curve.net_benefit[1:], expected[1:])


@pytest.mark.parametrize(
    ("name", "decimals", "weighted", "higher_is"),
    [
        *product(PROBLEMS, (1,), (False, True), DIRECTIONS),
        *product(PROBLEMS, (2,), (True,), ("riskier",)),
        *product(("credit", "tumours"), (None,), (False,), ("safer",)),
    ],
)
def test_measures_are_those_of_all_decisions_at_every_threshold(
    name: str,
    decimals: int | None,
    *,
    weighted: bool,
    higher_is: Direction,
) -> None:
    found = swept(name, decimals, weighted=weighted, higher_is=higher_is)
    counts, decisions = found.sweep.curve.counts, found.decisions
    labels = np.repeat(found.cases.is_positive[:, np.newaxis], decisions.shape[1], axis=1)
    for measure, beta in ((MEASURES["f1"], 1.0), (fbeta(2.0), 2.0), (fbeta(0.5), 0.5)):
        precision, recall, score, _ = metrics.precision_recall_fscore_support(
            labels, decisions, beta=beta, sample_weight=found.cases.weights, zero_division=np.nan
        )
        assert is_close(MEASURES["precision"](counts), precision)
        assert is_close(MEASURES["recall"](counts), recall)
        assert is_close(measure(counts), score)
    losses = (decisions & ~labels) * FALSE_POSITIVE + (~decisions & labels) * FALSE_NEGATIVE
    assert is_close(cost(FALSE_POSITIVE, FALSE_NEGATIVE)(counts), DescrStatsW(losses, weights=found.weights).sum)
    assert is_close(MEASURES["accuracy"](counts), DescrStatsW(decisions == labels, weights=found.weights).mean)
    assert is_close(MEASURES["flagged_share"](counts), DescrStatsW(decisions, weights=found.weights).mean)


@pytest.mark.parametrize(
    ("name", "decimals", "weighted", "higher_is"), [*product(PROBLEMS, (1,), (False, True), DIRECTIONS)]
)
def test_correlation_and_balance_are_those_of_scikit_learn_where_many_cases_have_one_score(
    name: str,
    decimals: int | None,
    *,
    weighted: bool,
    higher_is: Direction,
) -> None:
    found = swept(name, decimals, weighted=weighted, higher_is=higher_is)
    told: dict[str, Callable[..., float]] = {
        "mcc": metrics.matthews_corrcoef,
        "balanced_accuracy": metrics.balanced_accuracy_score,
    }
    inner = found.decisions[:, 1:-1].T
    for measure, score in told.items():
        expected = [score(found.cases.is_positive, one, sample_weight=found.cases.weights) for one in inner]
        assert is_close(MEASURES[measure](found.sweep.curve.counts)[1:-1], expected)


@pytest.mark.parametrize(("name", "decimals", "weighted", "higher_is"), VARIANTS)
def test_how_diagnostic_a_score_is_is_what_the_libraries_say(
    name: str,
    decimals: int | None,
    *,
    weighted: bool,
    higher_is: Direction,
) -> None:
    found = swept(name, decimals, weighted=weighted, higher_is=higher_is)
    sweep, curve = found.sweep, found.sweep.curve
    told = sweep.separability
    assert sweep.auc is not None
    assert told.overlap is not None
    assert is_close(sweep.auc, metrics.roc_auc_score(**found.asked))
    positive, negative = found.risk[found.cases.is_positive], found.risk[~found.cases.is_positive]
    if not weighted:
        pairs = len(positive) * len(negative)
        assert is_close(sweep.auc, mannwhitneyu(positive, negative, method="asymptotic").statistic / pairs)
        assert is_close(sweep.auc, rank_compare_2indep(positive, negative).prob1)
        distance = ks_2samp(positive, negative, alternative="less", method="asymp").statistic
        assert is_close(1 - told.overlap, max(distance, 0))
    false_positive_rate, recall, _ = metrics.roc_curve(**found.asked, drop_intermediate=False)
    distances = recall - false_positive_rate
    assert is_close(1 - told.overlap, distances.max())
    if told.best is None:
        # A score that points the other way: what flags none, or all, is as good as any threshold
        assert is_close(distances.max(), 0.0)
        return
    top = curve.place_of(told.best)
    assert is_close(distances[top], distances.max())
    is_score = ~np.isnan(curve.thresholds)
    with np.errstate(invalid="ignore"):
        find, act = np.flatnonzero((recall >= 0.95) & is_score), np.flatnonzero((found.precision >= 0.95) & is_score)
    assert told.find == (curve.thresholds[find[0]] if len(find) else None)
    assert told.act == (curve.thresholds[act[-1]] if len(act) else None)
    if len(find) and len(act):
        shares = DescrStatsW(found.decisions[:, [find[0], act[-1]]], weights=found.weights).mean
        assert is_close(told.between, max(0.0, shares[0] - shares[1]))
    # An unbroken run of thresholds around the best comes within 1 % of it, and the next on either side does not
    far = [-1, *np.flatnonzero(distances < 0.99 * distances.max()), len(curve)]
    before, after = next((one, other) for one, other in pairwise(far) if one < top < other)
    ends = (before, after - 1) if higher_is == "safer" else (after, before + 1)
    assert (told.low, told.high) == tuple(
        curve.threshold_at(place) if 0 <= place < len(curve) else None for place in ends
    )


@pytest.mark.parametrize(
    ("name", "decimals", "weighted", "higher_is"),
    [*product(PROBLEMS, (None, 1), (False,), DIRECTIONS), *product(PROBLEMS, (2,), (True,), DIRECTIONS)],
)
def test_segments_are_what_the_libraries_say_of_their_cases_alone(
    name: str,
    decimals: int | None,
    *,
    weighted: bool,
    higher_is: Direction,
) -> None:
    cases, groups = problem(name)
    column = np.array(groups, dtype=object)
    # Two that have too little to tell: no positives, and one case
    column[np.flatnonzero(~cases.is_positive)[:5]] = "no positives"
    column[np.flatnonzero(cases.is_positive)[0]] = "one case"
    found = swept(name, decimals, weighted=weighted, higher_is=higher_is, by={"group": column})
    segments = found.sweep.segments
    assert [one.values for one in segments] == [{"group": value} for value in sorted(set(column.tolist()))]
    at_best = None
    if found.sweep.separability.best is not None:
        at_best = found.decisions[:, found.sweep.curve.place_of(found.sweep.separability.best)]
    alone = []
    for one in segments:
        here = column == one.values["group"]
        labels = found.cases.is_positive[here]
        weights = None if found.cases.weights is None else found.cases.weights[here]
        assert (one.curve.cases, one.curve.positive_cases) == (here.sum(), labels.sum())
        if labels.all() or not labels.any():
            assert (one.auc, one.separability.overlap) == (None, None)
        else:
            expected = metrics.roc_auc_score(labels, found.risk[here], sample_weight=weights)
            assert is_close(one.auc, expected)
        if at_best is None:
            assert one.at is None
            continue
        assert one.at is not None
        assert _as_matrix(one.at) == pytest.approx(
            metrics.confusion_matrix(labels, at_best[here], labels=[False, True], sample_weight=weights), rel=1e-12
        )
        alone.append(1 - DescrStatsW(at_best[here], weights=found.weights[here]).mean)
    if alone:
        assert is_close([one.adverse_impact_ratio for one in segments], np.array(alone) / max(alone))


def _as_matrix(counts: Counts) -> NDArray[Any]:
    """Return counts as scikit-learn has them."""
    return np.array([[counts.tn, counts.fp], [counts.fn, counts.tp]])
