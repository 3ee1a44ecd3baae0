"""Targets: what is measured of which cases, the verdict at, under and over each line, and how often it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from scipy.stats import binom

from policy_engine.exceptions import TuningError
from policy_engine.measures import MEASURES, Counts, Proportion, clopper_pearson, exact_ends, fbeta, net_benefit
from policy_engine.model import Target
from policy_engine.tuning import MeasuredTarget, Outcome, Sample, Tally, drift_of, tally_of, verify_targets
from policy_engine.tuning.bounded import Bounds, more_cases, share_verdict
from policy_engine.tuning.combined import ENDS, fbeta_ends, net_benefit_ends
from policy_engine.tuning.covered import why_not_of_all
from tests.support.policies import POLICY, checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from policy_engine.model import Policy

Counted = dict[tuple[str, bool | None], int]
BANDS: Final = ("block", "review", "allow")
SEEDS: Final = 100
CASES: Final = 100_000


def _tally(counts: Counted, *, is_labelled: bool = True) -> Tally:
    kinds = {Outcome(band, band, label): many for (band, label), many in counts.items()}
    return tally_of(BANDS, kinds, is_labelled=is_labelled)


def _promising(*targets: Mapping[str, Any], more: str = "") -> Policy:
    found = checked(POLICY + more).policies
    assert found is not None
    return found.policies[0].policy.model_copy(update={"targets": tuple(Target(**one) for one in targets)})


def _one(tally: Tally, **target: Any) -> MeasuredTarget:  # noqa: ANN401 - the keys of a target
    (found,) = verify_targets([(_promising(target), tally)])[0].targets
    return found


# --- the value on the sample, where no confidence is asked for ---------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "hits", "verdict"),
    [
        ({"at_least": 0.95}, 94, "broken"),
        ({"at_least": 0.95}, 95, "holds"),
        ({"at_least": 0.95}, 96, "holds"),
        ({"at_most": 0.95}, 94, "holds"),
        ({"at_most": 0.95}, 95, "holds"),
        ({"at_most": 0.95}, 96, "broken"),
        ({"between": (0.94, 0.95)}, 93, "broken"),
        ({"between": (0.94, 0.95)}, 94, "holds"),
        ({"between": (0.94, 0.95)}, 95, "holds"),
        ({"between": (0.94, 0.95)}, 96, "broken"),
    ],
)
def test_without_a_confidence_the_value_on_the_sample_decides(
    bound: Mapping[str, Any], hits: int, verdict: str
) -> None:
    found = _one(
        _tally({("block", True): hits, ("block", False): 100 - hits}), measure="precision", band="block", **bound
    )
    assert (found.verdict, found.value, found.more, found.why) == (verdict, hits / 100, None, None)
    assert found.interval == pytest.approx(clopper_pearson(hits, 100))


# --- exact tests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "verdicts"),
    [
        # The tails of 100 cases at 0.9: P(X >= 95) = 0.058, P(X >= 96) = 0.024; P(X <= 84) = 0.040, P(X <= 85) = 0.073
        (Bounds(0.9, None), {84: "broken", 85: "undecided", 95: "undecided", 96: "holds"}),
        (Bounds(None, 0.1), {16: "broken", 15: "undecided", 5: "undecided", 4: "holds"}),
        # At 0.08: P(X <= 3) = 0.037, P(X <= 4) = 0.090; P(X >= 13) = 0.056, P(X >= 14) = 0.028
        (Bounds(0.08, 0.3), {3: "broken", 4: "undecided", 12: "undecided", 13: "undecided", 14: "holds"}),
        # At 0.3: P(X <= 22) = 0.048, P(X <= 23) = 0.076; P(X >= 38) = 0.053, P(X >= 39) = 0.034
        (Bounds(0.08, 0.3), {22: "holds", 23: "undecided", 38: "undecided", 39: "broken"}),
    ],
)
def test_the_verdict_turns_where_the_exact_tail_does(bounds: Bounds, verdicts: Mapping[int, str]) -> None:
    for hits, verdict in verdicts.items():
        assert share_verdict(Proportion(hits, 100), bounds, 0.05) == verdict, hits
        ends = exact_ends(hits, 100, 0.05)
        assert ends is not None
        assert bounds.verdict_on(ends) == verdict, hits


@pytest.mark.parametrize("bounds", [Bounds(0.95, None), Bounds(None, 0.1), Bounds(0.08, 0.12), Bounds(0.5, 0.50001)])
@pytest.mark.parametrize("cases", [1, 20, 59, 200, 1000])
@pytest.mark.parametrize("tail", [0.05, 0.01])
def test_neither_verdict_is_wrong_more_often_than_the_tails_say(bounds: Bounds, cases: int, tail: float) -> None:
    verdicts = [share_verdict(Proportion(hits, cases), bounds, tail) for hits in range(cases + 1)]
    sides = 2 if None not in bounds else 1
    for true in np.linspace(0, 1, 201).tolist() + [end for end in bounds if end is not None]:
        chances = binom.pmf(np.arange(cases + 1), cases, true)
        wrong = "broken" if bounds.has(true) else "holds"
        often = sum(chance for chance, one in zip(chances, verdicts, strict=True) if one == wrong)
        assert often <= sides * tail + 1e-12, true


def test_at_the_ends_of_what_a_share_can_be_there_is_nothing_to_show_and_much_to_refute() -> None:
    full, almost = Proportion(50, 50), Proportion(49, 50)
    assert [share_verdict(one, Bounds(1.0, None), 0.05) for one in (full, almost)] == ["undecided", "broken"]
    assert share_verdict(Proportion(0, 50), Bounds(0.0, None), 0.05) == "holds"
    assert share_verdict(full, Bounds(None, 1.0), 0.05) == "holds"
    assert share_verdict(Proportion(1, 50), Bounds(None, 0.0), 0.05) == "broken"
    assert share_verdict(Proportion(0, 0), Bounds(0.0, None), 0.05) == "undecided"


@pytest.mark.parametrize(
    ("share", "bounds"),
    [
        (Proportion(58, 59), Bounds(0.95, None)),
        (Proportion(93, 100), Bounds(0.95, None)),
        (Proportion(9, 100), Bounds(None, 0.1)),
        (Proportion(10, 100), Bounds(0.08, 0.13)),
        (Proportion(14, 100), Bounds(0.08, 0.13)),
        (Proportion(951, 1000), Bounds(0.95, None)),
    ],
)
def test_so_many_cases_more_give_the_verdict_and_one_fewer_does_not(share: Proportion, bounds: Bounds) -> None:
    assert share_verdict(share, bounds, 0.05) == "undecided"
    more = more_cases(share, bounds, 0.05)
    assert more is not None
    enough = _grown(share, more)
    verdicts = {share_verdict(one, bounds, 0.05) for one in enough}
    assert verdicts == {"holds" if bounds.has(share.hits / share.cases) else "broken"}
    if more < 4096:
        fewer = {share_verdict(one, bounds, 0.05) for one in _grown(share, more - 1)}
        assert "undecided" in fewer


def _grown(share: Proportion, more: int) -> list[Proportion]:
    cases = share.cases + more
    return [
        Proportion(hits, cases) for hits in (share.hits * cases // share.cases, -(-share.hits * cases // share.cases))
    ]


def test_on_the_very_bound_no_number_of_cases_gives_a_verdict() -> None:
    assert more_cases(Proportion(95, 100), Bounds(0.95, None), 0.05) is None
    assert more_cases(Proportion(950_001, 1_000_000), Bounds(0.95, None), 0.05) is None
    assert more_cases(Proportion(0, 0), Bounds(0.95, None), 0.05) is None


# --- which cases -------------------------------------------------------------------------------------------------

MIXED: Final[Counted] = {
    ("block", True): 80,
    ("block", False): 20,
    ("review", True): 60,
    ("review", False): 140,
    ("allow", True): 10,
    ("allow", False): 690,
}


@pytest.mark.parametrize(
    ("measure", "band", "share"),
    [
        ("precision", "block", (80, 100)),
        ("precision", "review", (140, 300)),
        ("recall", "block", (80, 150)),
        ("recall", "review", (140, 150)),
        ("false_positive_rate", "review", (160, 850)),
        ("accuracy", "review", (830, 1000)),
        ("share", "review", (200, 1000)),
        ("f1", "review", (140, 310)),
    ],
)
def test_all_but_shares_are_of_a_band_and_every_one_above_it(measure: str, band: str, share: tuple[int, int]) -> None:
    found = _one(_tally(MIXED), measure=measure, band=band, at_least=0.01, confidence=0.9)
    assert (found.share, found.verdict) == (share, "holds")
    expected = share[0] / share[1]
    assert found.value == pytest.approx(2 * expected / (1 + expected) if measure == "f1" else expected)


def test_f1_is_tested_by_the_share_that_it_grows_with() -> None:
    counts = _tally(MIXED).counts("review")
    value = float(MEASURES["f1"](counts))
    found = _one(_tally(MIXED), measure="f1", band="review", at_least=0.5, confidence=0.95)
    assert found.value == value
    low, high = (one / (2 - one) for one in found.interval or ())
    assert (low, high) == pytest.approx(exact_ends(140, 310, 0.05))
    for bound, verdict in ((0.55, "holds"), (value, "undecided"), (0.7, "broken")):
        assert _one(_tally(MIXED), measure="f1", band="review", at_least=bound, confidence=0.95).verdict == verdict


@pytest.mark.parametrize("measure", ["mcc", "youden", "balanced_accuracy"])
def test_what_is_no_share_is_decided_by_the_limits_of_those_that_it_is_made_of(measure: str) -> None:
    value = float(MEASURES[measure](_tally(MIXED).counts("review")))
    for bound, verdict in ((value - 0.2, "holds"), (value, "undecided"), (min(value + 0.2, 0.99), "broken")):
        found = _one(_tally(MIXED), measure=measure, band="review", at_least=bound, confidence=0.95)
        assert (found.verdict, found.method, found.share) == (verdict, "combined_clopper_pearson", None)
        assert found == _one(_tally(MIXED), measure=measure, band="review", at_least=bound, confidence=0.95)


@pytest.mark.parametrize(("many", "verdict"), [(5, "undecided"), (50, "undecided"), (500_000, "holds")])
def test_of_cases_without_one_error_their_number_decides(many: int, verdict: str) -> None:
    perfect = _tally({("block", True): many, ("allow", False): many})
    for measure in ("mcc", "youden"):
        found = _one(perfect, measure=measure, band="block", at_least=0.9, confidence=0.95)
        assert (found.verdict, found.value, found.why) == (verdict, 1, None)
        refuted = _one(perfect, measure=measure, band="block", at_most=0.1, confidence=0.95)
        assert refuted.verdict == ("undecided" if many == 5 else "broken")


def test_where_a_measure_is_not_defined_there_is_no_verdict() -> None:
    one_class = _tally({("block", True): 50, ("allow", True): 50})
    assert "is not defined" in str(_one(one_class, measure="mcc", band="block", at_least=0.9).why)


def test_without_cases_or_labels_there_is_no_verdict() -> None:
    share = {"measure": "share", "band": "block", "at_least": 0.1}
    recall = {**share, "measure": "recall"}
    assert _one(_tally({}), **share).why == "there are no cases"
    unlabelled = _tally({("block", None): 10}, is_labelled=False)
    assert (_one(unlabelled, **recall).why, _one(unlabelled, **share).verdict) == ("there are no labels", "holds")
    assert _one(_tally({("block", None): 10}), **recall).why == "no case has a label"
    assert _one(_tally({("block", False): 10}), **recall).why == "there is no positive"
    unflagged = _tally({("allow", False): 10})
    assert _one(unflagged, **{**share, "measure": "precision"}).why == "there is no labelled case that reaches `block`"


def test_labels_that_are_missing_by_chance_are_left_out_and_others_make_it_undecided() -> None:
    by_chance: Counted = {("block", True): 90, ("block", None): 10, ("allow", False): 895, ("allow", None): 105}
    assert _one(_tally(by_chance), measure="recall", band="block", at_least=0.9).verdict == "holds"
    of_one_side: Counted = {("block", True): 90, ("block", None): 10, ("allow", False): 10, ("allow", None): 990}
    found = _one(_tally(of_one_side), measure="recall", band="block", at_least=0.9)
    assert (found.verdict, found.value) == ("undecided", None)
    assert "known of 0.9 of the cases of `block` and of 0.01 of those of `allow`" in str(found.why)
    assert _one(_tally(of_one_side), measure="precision", band="block", at_least=0.9).verdict == "holds"


@pytest.mark.parametrize(
    ("reached", "missing"), [((50, 9950), 10), ((50, 9950), 9000), ((5, 20, 300), 30), ((500, 2000, 7500), 200)]
)
def test_labels_that_are_missing_by_chance_seem_otherwise_in_one_of_a_thousand_samples_at_most(
    reached: tuple[int, ...], missing: int
) -> None:
    # Of bands with few expected, a chi-squared test would refuse some twentieth
    samples = np.random.default_rng(0).multivariate_hypergeometric(reached, missing, size=5000)
    kinds, often = np.unique(samples, axis=0, return_counts=True)
    names = BANDS[: len(reached)]
    refused = 0
    for lost, many in zip(kinds.tolist(), often.tolist(), strict=True):
        counts: Counted = {}
        for name, of_band, without in zip(names, reached, lost, strict=True):
            counts |= {(name, False): of_band - without, (name, None): without}
        refused += many * (why_not_of_all(_tally(counts), names) is not None)
    assert refused <= 5 + 3 * 5**0.5


def test_labels_that_are_missing_of_one_small_band_alone_are_noticed() -> None:
    for lost, is_noticed in ((0, False), (1, False), (2, False), (3, True), (10, True)):
        counts: Counted = {("block", False): 50 - lost, ("block", None): lost, ("allow", False): 9950}
        counts[("allow", None)] = 10 - lost
        assert (why_not_of_all(_tally(counts), ("block", "allow")) is not None) == is_noticed, lost


# --- several targets ---------------------------------------------------------------------------------------------


def test_targets_with_a_confidence_that_can_be_measured_share_what_it_leaves() -> None:
    share = {"measure": "share", "band": "review", "at_most": 0.5}
    policy = _promising(
        {**share, "confidence": 0.95},
        {"measure": "share", "band": "block", "between": (0.1, 0.2), "confidence": 0.9},
        {"measure": "precision", "band": "block", "at_least": 0.5, "confidence": 0.95},
        share,
    )
    labelled, unlabelled = _tally(MIXED), _tally({("block", None): 10}, is_labelled=False)
    (found,) = verify_targets([(policy, labelled)])
    assert [one.tail for one in found.targets] == pytest.approx([0.05 / 3, 0.1 / 6, 0.05 / 3, 0.025])
    (found,) = verify_targets([(policy, unlabelled)], beside=1)
    assert [one.tail or 1 for one in found.targets] == pytest.approx([0.05 / 3, 0.1 / 6, 1, 0.025])
    first, second, none = verify_targets([(policy, labelled), (policy, unlabelled), (policy, _tally({}))])
    assert (first.targets[0].tail, second.targets[0].tail) == pytest.approx((0.05 / 5, 0.05 / 5))
    assert {one.verdict for one in none.targets} == {"undecided"}


def test_little_confidence_never_gives_both_verdicts_a_chance() -> None:
    found = _one(_tally(MIXED), measure="share", band="review", at_least=0.2, confidence=0.1)
    assert (found.tail, found.verdict) == (0.5, "undecided")


@pytest.mark.parametrize("measure", ["share", "precision", "f1", "mcc", "youden", "balanced_accuracy"])
@pytest.mark.parametrize("confidence", [0.5, 0.1])
def test_with_little_confidence_an_interval_has_two_ends_around_the_value(measure: str, confidence: float) -> None:
    found = _one(_tally(MIXED), measure=measure, band="review", at_least=0.2, confidence=confidence)
    assert found.interval is not None
    assert found.value is not None
    assert found.interval.low < found.value < found.interval.high
    for bound, verdict in ((found.interval.low, "holds"), (found.value, "undecided"), (found.interval.high, "broken")):
        for side in ("at_least", "at_most"):
            expected = verdict if side == "at_least" else {"holds": "broken", "broken": "holds"}.get(verdict, verdict)
            # Just within the interval, or just out of it
            away = np.sign(found.value - bound) if verdict != "undecided" else 0
            said = _one(
                _tally(MIXED), measure=measure, band="review", confidence=confidence, **{side: bound - 1e-9 * away}
            )
            assert said.verdict == expected, (bound, side)


def test_a_confidence_that_is_none_is_refused() -> None:
    with pytest.raises(TuningError, match="a confidence lies between 0 and 1"):
        verify_targets([(_promising(), _tally(MIXED))], confidence=1.0)


def test_measures_that_need_more_than_counts_say_what_is_missing() -> None:
    fbeta = {"measure": "fbeta", "band": "review", "at_least": 0.5, "confidence": 0.95}
    policy = _promising(fbeta, more="objective: {review: {maximise: fbeta, beta: 2}}\n")
    (found,) = verify_targets([(policy, _tally(MIXED))])[0].targets
    assert found.verdict == "holds"
    assert found.value == pytest.approx(5 * 140 / (5 * 140 + 4 * 10 + 160))
    assert "takes its beta" in str(_one(_tally(MIXED), measure="fbeta", band="block", at_least=0.5).why)
    # `block` has another threshold in the EU
    assert "needs one threshold" in str(_one(_tally(MIXED), measure="net_benefit", band="block", at_least=0).why)
    found = _one(_tally(MIXED), measure="net_benefit", band="review", at_least=0)
    assert found.value == pytest.approx((140 - 160 * 0.55 / 0.45) / 1000)


# --- how often it errs, drawn ------------------------------------------------------------------------------------

FLAGGED: Final = 0.14
FOUND: Final = 0.058
MISSED: Final = FOUND / 4
"""Shares of all cases that reach `review`: all, positives, and positives that do not."""
TRUE: Final = Counts(*(np.asarray(one) for one in (FOUND, FLAGGED - FOUND, MISSED, 1 - FLAGGED - MISSED)))
PROMISES: Final = (
    {"measure": "precision", "band": "block", "at_least": 0.95, "confidence": 0.95},
    {"measure": "recall", "band": "review", "at_least": 0.8, "confidence": 0.95},
    {"measure": "share", "band": "review", "between": (0.08, 0.1), "confidence": 0.95},
    {"measure": "mcc", "band": "review", "at_least": float(MEASURES["mcc"](TRUE)), "confidence": 0.95},
    {"measure": "youden", "band": "review", "at_least": float(MEASURES["youden"](TRUE)), "confidence": 0.95},
)
"""Promised are the true values of what is drawn, for the share its upper end."""


def _drawn(seed: int, precision: float = 0.95, blocked: float = 0.04) -> Tally:
    """Return 100,000 cases of which the true values are exactly those promised, unless told otherwise.

    What is not blocked is reviewed, and positives that are not among the blocked are among the reviewed: of what
    reaches `review`, nothing changes.
    """
    right = blocked * precision
    reviewed, found = FLAGGED - blocked, FOUND - right
    shares = [right, blocked - right, found, reviewed - found, MISSED, 1 - FLAGGED - MISSED]
    many = np.random.default_rng(seed).multinomial(CASES, shares).tolist()
    return _tally(dict(zip(MIXED, many, strict=True)))


def _verdicts(tallies: Sequence[Tally]) -> list[tuple[str, ...]]:
    policy = _promising(*PROMISES)
    return [tuple(one.verdict for one in verify_targets([(policy, tally)])[0].targets) for tally in tallies]


def test_of_promises_that_are_just_kept_none_is_called_broken_in_95_of_100_seeds() -> None:
    found = _verdicts([_drawn(seed) for seed in range(SEEDS)])
    assert sum("broken" in one for one in found) <= 5


@pytest.mark.parametrize(("fault", "place"), [({"precision": 0.85}, 0), ({"blocked": 0.03}, 2)])
def test_a_promise_that_is_broken_is_called_so_and_the_others_are_not_in_95_of_100_seeds(
    fault: Mapping[str, float], place: int
) -> None:
    found = _verdicts([_drawn(seed, **fault) for seed in range(SEEDS)])
    assert sum(one[place] == "broken" for one in found) == SEEDS
    assert sum("broken" in (*one[:place], *one[place + 1 :]) for one in found) <= 5


def test_a_small_loss_is_never_said_to_hold_in_95_of_100_seeds() -> None:
    found = _verdicts([_drawn(seed, precision=0.9499) for seed in range(SEEDS)])
    assert sum(one[0] == "holds" for one in found) <= 5


_COMBINED: Final = {
    **{name: (MEASURES[name], ends) for name, ends in ENDS.items()},
    "fbeta": (fbeta(2.0), fbeta_ends(2.0)),
    "net_benefit": (lambda counts: net_benefit(counts, np.asarray(0.3)), net_benefit_ends(0.3)),
}


@pytest.mark.parametrize("name", _COMBINED)
@pytest.mark.parametrize(("positives", "negatives"), [(5, 500), (10, 10), (10, 1000), (300, 30)])
def test_either_end_of_a_measure_is_missed_in_no_more_samples_than_its_tail(
    name: str, positives: int, negatives: int
) -> None:
    measuring, ends = _COMBINED[name]
    cases, tail, samples = positives + negatives, 0.05, 1000
    for recall, alarms in ((0.95, 0.001), (0.8, 0.02), (0.5, 0.2)):
        true = np.array([positives * recall, negatives * alarms, positives * (1 - recall), negatives * (1 - alarms)])
        value = float(measuring(Counts(*true)))
        drawn = np.random.default_rng(0).multinomial(cases, true / cases, size=samples)
        kinds, often = np.unique(drawn, axis=0, return_counts=True)
        # A value that is not defined has no verdict
        intervals = [ends(Counts(*one), tail) for one in kinds]
        above = sum(many for many, one in zip(often, intervals, strict=True) if one.low > value)
        below = sum(many for many, one in zip(often, intervals, strict=True) if one.high < value)
        assert max(above, below) <= tail * samples, (recall, alarms)


@pytest.mark.parametrize("name", _COMBINED)
def test_of_many_cases_either_end_of_a_measure_comes_near(name: str) -> None:
    measuring, ends = _COMBINED[name]
    reach = []
    for cases in (1_000, 10_000, 100_000):
        counts = Counts(*(np.asarray(cases * one // 1000) for one in (80, 45, 20, 855)))
        low, high = ends(counts, 0.05)
        assert low < float(measuring(counts)) < high
        reach.append(high - low)
    assert reach[0] < 0.32
    assert reach[2] < 0.03


def test_a_correlation_is_least_and_greatest_at_ends_or_where_spreads_balance() -> None:
    from policy_engine.measures import Interval
    from policy_engine.tuning.combined import _extremes, _mcc_at

    random = np.random.default_rng(0)
    for recall, alarms, *ends in [*random.random((200, 4)), (1.0, 0.0, 0.2, 0.4), (1.0, 0.3, 0.2, 0.4)]:
        within = Interval(*sorted(ends))
        every = [_mcc_at(recall, alarms, one) for one in np.linspace(*within, 50)]
        found = [_mcc_at(recall, alarms, one) for one in _extremes(recall, alarms, within)]
        assert min(found) <= min(every) + 1e-12
        assert max(found) >= max(every) - 1e-12


@pytest.mark.parametrize(("before", "now"), [(20_000, 20_000), (5_000, 100), (5_000, 60), (60, 60)])
def test_a_drift_is_shown_in_five_of_100_runs_at_most_where_there_is_none(before: int, now: int) -> None:
    runs = SEEDS if before == now == 20_000 else 500
    shown = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        shown += _drift(rng.beta(2, 8, before), rng.beta(2, 8, now)) == "shown"
    assert shown <= 0.05 * runs


@pytest.mark.parametrize(("before", "now", "shape"), [(20_000, 20_000, 2.2), (5_000, 100, 5.0)])
def test_a_drift_is_shown_of_scores_that_moved(before: int, now: int, shape: float) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert _drift(rng.beta(2, 8, before), rng.beta(shape, 8, now)) == "shown"


def _drift(before: NDArray[np.float64], now: NDArray[np.float64]) -> str:
    return drift_of(Sample(before), Sample(now), confidence=0.975).verdict


def test_counts_of_the_tally_are_those_of_its_cases() -> None:
    assert [int(one) for one in _tally(MIXED).counts("block")] == [80, 20, 70, 830]
